// The connection: one WebSocket, many channels.
//
// A frame is a JSON array of five: [join_ref, ref, topic, event, payload]. Refs are
// counted by the client; a reply carries the ref of the frame it answers. The codec
// and the tables below are pure; class Socket is the part that has a wire.
import { Channel } from "./channel.js";

/** @typedef {import("./types.js").Message} Message */

/** Milliseconds to wait before the n-th reconnect, n from 1. @param {number} tries */
export const reconnectAfter = (tries) => [10, 50, 100, 150, 200, 250, 500, 1000, 2000][tries - 1] ?? 5000;

/** Milliseconds to wait before the n-th rejoin of a channel, n from 1. @param {number} tries */
export const rejoinAfter = (tries) => [1000, 2000, 5000][tries - 1] ?? 10000;

/** @param {Message} message @returns {string} */
export const encode = ({ joinRef, ref, topic, event, payload }) =>
  JSON.stringify([joinRef ?? null, ref ?? null, topic, event, payload]);

/**
 * A frame whose payload is bytes: the kind of a push, the lengths of four strings, the
 * strings, the bytes.
 * @param {Message} message @returns {ArrayBuffer}
 */
export function encodeBinary({ joinRef, ref, topic, event, payload }) {
  const strings = [joinRef ?? "", ref ?? "", topic, event].map((text) => new TextEncoder().encode(text));
  for (const { length } of strings) if (length > 255) throw new Error(`a binary frame's ${length} bytes of text are more than 255`);
  const head = [0, ...strings.map(({ length }) => length), ...strings.flatMap((bytes) => [...bytes])];
  const frame = new Uint8Array(head.length + payload.byteLength);
  frame.set(head);
  frame.set(new Uint8Array(payload), head.length);
  return frame.buffer;
}

/**
 * Reads a frame: text, or one of the three binary kinds a server may send.
 * @param {string | ArrayBuffer} data @returns {Message}
 */
export function decode(data) {
  if (typeof data !== "string") return decodeBinary(data);
  const [joinRef, ref, topic, event, payload] = JSON.parse(data);
  return { joinRef, ref, topic, event, payload };
}

const BINARY_KINDS = [["joinRef", "topic", "event"], ["joinRef", "ref", "topic", "event"], ["topic", "event"]];

/** @param {ArrayBuffer} buffer @returns {Message} */
function decodeBinary(buffer) {
  const bytes = new Uint8Array(buffer);
  const names = BINARY_KINDS[bytes[0]];
  if (!names) throw new Error(`unknown binary frame kind ${bytes[0]}`);
  let offset = 1 + names.length;
  /** @type {any} */
  const message = { joinRef: null, ref: null };
  names.forEach((name, i) => {
    message[name] = new TextDecoder().decode(bytes.subarray(offset, offset + bytes[1 + i]));
    offset += bytes[1 + i];
  });
  const data = buffer.slice(offset);
  // In a reply the fourth string is the status; as in text, the event is phx_reply.
  message.payload = bytes[0] === 1 ? { status: message.event, response: data } : data;
  if (bytes[0] === 1) message.event = "phx_reply";
  return message;
}

/**
 * Query string of nested parameters: {a: {b: 1}, c: [2]} becomes a[b]=1&c[0]=2.
 * @param {Record<string, any>} params @param {string} [parent] @returns {string}
 */
export function queryString(params, parent) {
  return Object.entries(params)
    .map(([key, value]) => {
      const name = parent === undefined ? key : `${parent}[${key}]`;
      return value !== null && typeof value === "object"
        ? queryString(value, name)
        : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
    })
    .join("&");
}

/** Calls back after a delay that grows with each try. */
export class Backoff {
  #callback;
  #delay;
  #tries = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {() => void} callback @param {(tries: number) => number} delay */
  constructor(callback, delay) {
    this.#callback = callback;
    this.#delay = delay;
  }

  schedule() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#tries++;
      this.#callback();
    }, this.#delay(this.#tries + 1));
  }

  reset() {
    this.#tries = 0;
    clearTimeout(this.#timer);
  }
}

// How long a connection may take to close, in milliseconds.
const CLOSE_TIMEOUT = 1500;
const NORMAL_CLOSE = 1000;

/** One WebSocket that reconnects by itself, and the channels on it. */
export class Socket {
  #endpoint;
  #opts;
  #ref = 0;
  /** @type {WebSocket | null} */
  #conn = null;
  /** @type {(string | ArrayBuffer)[]} */
  #unsent = [];
  #closedOnPurpose = true;
  #hidden = false;
  #reconnect;
  /** @type {string | null} */
  #pendingHeartbeat = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #heartbeatTimer;
  /** @type {Set<Channel>} */
  channels = new Set();
  /** @type {{open: Set<() => void>, close: Set<(e: CloseEvent) => void>, error: Set<() => void>}} */
  #listeners = { open: new Set(), close: new Set(), error: new Set() };

  /** @param {string} endpoint such as "/live" @param {import("./types.js").SocketOptions} [opts] */
  constructor(endpoint, opts = {}) {
    this.#endpoint = endpoint;
    this.#opts = opts;
    this.timeout = opts.timeout ?? 10_000;
    this.rejoinAfterMs = opts.rejoinAfterMs ?? rejoinAfter;
    this.#reconnect = new Backoff(() => {
      // A page nobody looks at does not knock; it reconnects when shown.
      if (this.#hidden) this.#teardown();
      else this.#teardown(() => this.connect());
    }, opts.reconnectAfterMs ?? reconnectAfter);
    this.#watchPage();
  }

  #watchPage() {
    let wake = false;
    addEventListener("pagehide", () => {
      if (!this.#conn) return;
      this.disconnect();
      wake = true;
    });
    addEventListener("pageshow", () => {
      if (wake) this.connect();
      wake = false;
    });
    document.addEventListener("visibilitychange", () => {
      this.#hidden = document.visibilityState === "hidden";
      if (!this.#hidden && !this.isConnected() && !this.#closedOnPurpose) this.#teardown(() => this.connect());
    });
  }

  /** The address with the socket's parameters and the protocol version. */
  endPointURL() {
    const params = typeof this.#opts.params === "function" ? this.#opts.params() : (this.#opts.params ?? {});
    const query = [queryString(params), "vsn=2.0.0"].filter(Boolean).join("&");
    const url = new URL(`${this.#endpoint}/websocket?${query}`, location.href);
    if (url.protocol.startsWith("http")) url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
  }

  connect() {
    if (this.#conn) return;
    this.#closedOnPurpose = false;
    const token = this.#opts.authToken;
    const value = typeof token === "function" ? token() : token;
    const protocols = value ? ["phoenix", `base64url.bearer.phx.${btoa(value).replace(/=/g, "")}`] : undefined;
    const conn = new WebSocket(this.endPointURL(), protocols);
    this.#conn = conn;
    conn.binaryType = "arraybuffer";
    conn.onopen = () => this.#opened();
    conn.onerror = () => {
      for (const listener of [...this.#listeners.error]) listener();
      this.#failChannels("connection_error");
    };
    conn.onmessage = (event) => this.#received(event.data);
    conn.onclose = (event) => this.#closed(event);
  }

  /** @param {() => void} [callback] @param {number} [code] @param {string} [reason] */
  disconnect(callback, code, reason) {
    this.#closedOnPurpose = true;
    this.#reconnect.reset();
    this.#teardown(callback, code, reason);
  }

  isConnected() {
    return this.#conn !== null && this.#conn.readyState === WebSocket.OPEN;
  }

  makeRef() {
    return String(++this.#ref);
  }

  /** @param {Message} message */
  push(message) {
    const frame = message.payload instanceof ArrayBuffer ? encodeBinary(message) : encode(message);
    if (this.isConnected()) /** @type {WebSocket} */ (this.#conn).send(frame);
    else this.#unsent.push(frame);
  }

  /** @param {string} topic @param {() => object} params */
  channel(topic, params) {
    const channel = new Channel(topic, params, this);
    this.channels.add(channel);
    return channel;
  }

  /**
   * @template {"open" | "close" | "error"} K
   * @param {K} kind @param {K extends "close" ? (e: CloseEvent) => void : () => void} listener
   * @returns {() => void} stops listening
   */
  on(kind, listener) {
    const set = /** @type {Set<any>} */ (this.#listeners[kind]);
    set.add(listener);
    return () => set.delete(listener);
  }

  #opened() {
    for (const frame of this.#unsent.splice(0)) this.#conn?.send(frame);
    this.#reconnect.reset();
    this.#pendingHeartbeat = null;
    this.#scheduleHeartbeat();
    for (const listener of [...this.#listeners.open]) listener();
  }

  /** @param {string | ArrayBuffer} data */
  #received(data) {
    const message = decode(data);
    if (message.ref && message.ref === this.#pendingHeartbeat) {
      this.#pendingHeartbeat = null;
      this.#scheduleHeartbeat();
    }
    for (const channel of [...this.channels]) if (channel.accepts(message)) channel.receive(message);
  }

  /** @param {CloseEvent} event */
  #closed(event) {
    clearTimeout(this.#heartbeatTimer);
    this.#failChannels("connection_closed");
    if (!this.#closedOnPurpose && event.code !== NORMAL_CLOSE) this.#reconnect.schedule();
    for (const listener of [...this.#listeners.close]) listener(event);
  }

  /** @param {string} reason */
  #failChannels(reason) {
    for (const channel of [...this.channels]) channel.transportFailed({ source: "transport", reason });
  }

  #scheduleHeartbeat() {
    const interval = this.#opts.heartbeatIntervalMs ?? 30_000;
    clearTimeout(this.#heartbeatTimer);
    this.#heartbeatTimer = setTimeout(() => {
      if (!this.isConnected()) return;
      this.#pendingHeartbeat = this.makeRef();
      this.push({ joinRef: null, ref: this.#pendingHeartbeat, topic: "phoenix", event: "heartbeat", payload: {} });
      this.#heartbeatTimer = setTimeout(() => this.#heartbeatMissed(), interval);
    }, interval);
  }

  #heartbeatMissed() {
    this.#pendingHeartbeat = null;
    this.#failChannels("heartbeat_timeout");
    this.#closedOnPurpose = false;
    this.#teardown(() => this.#reconnect.schedule(), NORMAL_CLOSE, "heartbeat timeout");
  }

  /** @param {() => void} [callback] @param {number} [code] @param {string} [reason] */
  #teardown(callback, code, reason) {
    const conn = this.#conn;
    this.#conn = null;
    clearTimeout(this.#heartbeatTimer);
    if (conn) {
      conn.onopen = conn.onerror = conn.onmessage = null;
      const late = conn.onclose;
      conn.onclose = null;
      if (conn.readyState < WebSocket.CLOSING) {
        conn.close(code, reason);
        // Channels learn of it now; the close event may be long in coming.
        if (late) this.#failChannels("connection_closed");
      }
    }
    if (callback) whenClosed(conn, callback);
  }
}

/**
 * Calls back when a connection is closed, or when the other side does not answer that it is.
 * @param {WebSocket | null} conn @param {() => void} callback
 */
function whenClosed(conn, callback) {
  if (!conn || conn.readyState === WebSocket.CLOSED) {
    callback();
    return;
  }
  const done = () => {
    clearTimeout(timer);
    conn.onclose = null;
    callback();
  };
  const timer = setTimeout(done, CLOSE_TIMEOUT);
  conn.onclose = done;
}
