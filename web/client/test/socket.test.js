import assert from "node:assert/strict";
import test from "node:test";
import { Backoff, decode, encode, queryString, reconnectAfter, rejoinAfter } from "../socket.js";

test("frames are arrays of five", () => {
  const message = { joinRef: "4", ref: "7", topic: "lv:a", event: "event", payload: { x: 1 } };
  assert.equal(encode(message), '["4","7","lv:a","event",{"x":1}]');
  assert.deepEqual(decode(encode(message)), message);
  assert.equal(encode({ ...message, joinRef: null, ref: null }), '[null,null,"lv:a","event",{"x":1}]');
});

/** @param {number[]} head @param {string} rest @returns {ArrayBuffer} */
const binary = (head, rest) => new Uint8Array([...head, ...new TextEncoder().encode(rest)]).buffer;

test("binary pushes, replies and broadcasts", () => {
  const text = (/** @type {ArrayBuffer} */ data) => new TextDecoder().decode(data);
  const push = decode(binary([0, 1, 1, 2], "1tevhello"));
  assert.deepEqual([push.joinRef, push.ref, push.topic, push.event, text(push.payload)], ["1", null, "t", "ev", "hello"]);
  const reply = decode(binary([1, 1, 2, 1, 2], "190tokdata"));
  assert.deepEqual([reply.joinRef, reply.ref, reply.topic, reply.event, reply.payload.status, text(reply.payload.response)], ["1", "90", "t", "phx_reply", "ok", "data"]);
  assert.equal(decode(binary([2, 1, 1], "tex")).event, "e");
  assert.throws(() => decode(binary([9], "")), /kind 9/);
});

test("the waits grow to a ceiling", () => {
  assert.deepEqual([1, 2, 9, 10, 99].map(reconnectAfter), [10, 50, 2000, 5000, 5000]);
  assert.deepEqual([1, 2, 3, 4].map(rejoinAfter), [1000, 2000, 5000, 10000]);
});

test("a backoff counts tries until it is reset", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let calls = 0;
  /** @type {number[]} */
  const asked = [];
  const backoff = new Backoff(() => calls++, (tries) => (asked.push(tries), 10));
  backoff.schedule();
  t.mock.timers.tick(10);
  backoff.schedule();
  backoff.schedule();
  t.mock.timers.tick(10);
  backoff.reset();
  backoff.schedule();
  assert.deepEqual([calls, asked], [2, [1, 2, 2, 1]]);
});

test("nested parameters", () => {
  assert.equal(queryString({ a: { b: 1 }, c: "x y", d: undefined }), "a[b]=1&c=x%20y&d=undefined".replace("a[b]", encodeURIComponent("a[b]")));
});
