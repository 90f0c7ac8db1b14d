// A channel is one conversation on the socket, named by its topic. A live view
// has one ("lv:" + the id of its element). It is joined, and joined again, with a
// growing delay, whenever it fails.
import { Backoff } from "./socket.js";

/** @typedef {import("./types.js").Message} Message */
/** @typedef {"closed" | "joining" | "joined" | "errored" | "leaving"} ChannelState */

/** A frame that waits for its reply: exactly one of ok, error and timeout is called. */
export class Push {
  #channel;
  #event;
  #payload;
  #timeout;
  /** @type {{status: string, callback: (response: any, ref: string) => void}[]} */
  #callbacks = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** How it was settled, since it was last sent. @type {{status: string, response: any} | null} */
  #outcome = null;
  /** @type {string | null} */
  ref = null;

  /** @param {Channel} channel @param {string} event @param {() => object} payload @param {number} timeout */
  constructor(channel, event, payload, timeout) {
    this.#channel = channel;
    this.#event = event;
    this.#payload = payload;
    this.#timeout = timeout;
  }

  /** @param {string} status @param {(response: any, ref: string) => void} callback */
  receive(status, callback) {
    if (this.#outcome?.status === status) callback(this.#outcome.response, this.ref ?? "");
    this.#callbacks.push({ status, callback });
    return this;
  }

  send() {
    this.startTimeout();
    this.transmit();
  }

  /** Counts the time from now, even if the frame must wait until the channel is joined. */
  startTimeout() {
    this.cancel();
    this.#outcome = null;
    this.ref = this.#channel.socket.makeRef();
    this.#channel.pending.set(this.ref, this);
    this.#timer = setTimeout(() => this.settle("timeout", {}), this.#timeout);
  }

  transmit() {
    const { socket, topic, joinRef } = this.#channel;
    const ref = this.ref;
    socket.push({ joinRef: this.#event === "phx_join" ? ref : joinRef, ref, topic, event: this.#event, payload: this.#payload() });
  }

  /** @param {string} status @param {any} response */
  settle(status, response) {
    const ref = this.ref ?? "";
    this.#outcome = { status, response };
    clearTimeout(this.#timer);
    this.#channel.pending.delete(ref);
    for (const { status: wanted, callback } of this.#callbacks) if (wanted === status) callback(response, ref);
  }

  cancel() {
    clearTimeout(this.#timer);
    if (this.ref !== null) this.#channel.pending.delete(this.ref);
  }
}

/** One topic on the socket. */
export class Channel {
  /** @type {ChannelState} */
  #state = "closed";
  #join;
  #rejoin;
  /** @type {Push[]} */
  #waiting = [];
  /** @type {Map<string, ((payload: any) => void)[]>} */
  #listeners = new Map();
  /** @type {(() => void)[]} */
  #stop;
  /** Frames sent and not yet answered, by ref. @type {Map<string, Push>} */
  pending = new Map();

  /** @param {string} topic @param {() => object} params @param {import("./socket.js").Socket} socket */
  constructor(topic, params, socket) {
    this.topic = topic;
    this.socket = socket;
    this.#join = new Push(this, "phx_join", params, socket.timeout);
    this.#rejoin = new Backoff(() => socket.isConnected() && this.rejoin(), socket.rejoinAfterMs);
    this.#stop = [
      socket.on("error", () => this.#rejoin.reset()),
      socket.on("open", () => {
        this.#rejoin.reset();
        if (this.#state === "errored") this.rejoin();
      }),
    ];
    this.#join
      .receive("ok", () => {
        this.#state = "joined";
        this.#rejoin.reset();
        for (const push of this.#waiting.splice(0)) push.transmit();
      })
      .receive("error", () => this.#failed())
      .receive("timeout", () => {
        new Push(this, "phx_leave", () => ({}), socket.timeout).send();
        this.#failed();
      });
  }

  #failed() {
    this.#state = "errored";
    if (this.socket.isConnected()) this.#rejoin.schedule();
  }

  get joinRef() {
    return this.#join.ref;
  }

  /** Joins for the first time; the callbacks given to the result serve later joins too. */
  join() {
    this.rejoin();
    return this.#join;
  }

  rejoin() {
    if (this.#state === "leaving") return;
    for (const other of this.socket.channels) {
      if (other !== this && other.topic === this.topic && other.isOpen()) other.leave();
    }
    this.#state = "joining";
    this.#join.send();
  }

  isOpen() {
    return this.#state === "joined" || this.#state === "joining";
  }

  isJoined() {
    return this.#state === "joined";
  }

  canPush() {
    return this.socket.isConnected() && this.#state === "joined";
  }

  /** @param {string} event @param {object} payload @param {number} [timeout] */
  push(event, payload, timeout = this.socket.timeout) {
    const push = new Push(this, event, () => payload, timeout);
    if (this.canPush()) push.send();
    else {
      push.startTimeout();
      this.#waiting.push(push);
    }
    return push;
  }

  /** Sends a frame that asks for no reply. @param {string} event @param {object} payload */
  send(event, payload) {
    if (!this.canPush()) return;
    this.socket.push({ joinRef: this.joinRef, ref: null, topic: this.topic, event, payload });
  }

  /** Nobody waits for the reply: the page may need the view's elements for another at once. */
  leave() {
    this.#rejoin.reset();
    this.#join.cancel();
    this.#state = "leaving";
    const push = new Push(this, "phx_leave", () => ({}), this.socket.timeout);
    const closed = () => this.#trigger("phx_close", "leave");
    push.receive("ok", closed).receive("timeout", closed);
    push.send();
    push.settle("ok", {});
    return push;
  }

  /** @param {string} event @param {(payload: any) => void} listener */
  on(event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  /** A frame of an earlier join is none of ours, though the topic is. @param {Message} message */
  accepts({ topic, joinRef }) {
    return topic === this.topic && (!joinRef || joinRef === this.joinRef);
  }

  /** @param {Message} message */
  receive({ event, ref, payload }) {
    if (event === "phx_reply") this.pending.get(ref ?? "")?.settle(payload.status, payload.response);
    else this.#trigger(event, payload);
  }

  /** @param {object} reason */
  transportFailed(reason) {
    if (this.isOpen()) this.#trigger("phx_error", reason);
  }

  /** @param {string} event @param {any} payload */
  #trigger(event, payload) {
    if (event === "phx_error") {
      if (this.#state === "joining") this.#join.cancel();
      this.#failed();
    } else if (event === "phx_close") {
      this.#rejoin.reset();
      this.#state = "closed";
      this.socket.channels.delete(this);
      for (const stop of this.#stop.splice(0)) stop();
    }
    for (const listener of this.#listeners.get(event) ?? []) listener(payload);
  }
}
