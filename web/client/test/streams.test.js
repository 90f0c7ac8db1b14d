import assert from "node:assert/strict";
import test from "node:test";
import { cut, firstIndex, moveTarget, reason, StreamBatch } from "../streams.js";

test("a limit cuts from the end it does not keep", () => {
  assert.deepEqual([cut(-2, 3), cut(2, 3), cut(0, 2), cut(-2, 2), cut(2, 2), cut(null, 9)], [[0, 1], [2, 3], [0, 2], null, null, null]);
});

test("where an element is put first", () => {
  const [item, other] = [true, false];
  assert.equal(firstIndex(0, [item, item]), 0);
  assert.equal(firstIndex(-1, [item, item]), 2);
  assert.equal(firstIndex(-1, [item, other, other]), 1);
  assert.equal(firstIndex(-1, [other, item]), 2);
  assert.equal(firstIndex(99, [item]), 1);
  assert.equal(firstIndex(-2, [item]), null);
});

test("where it ends up", () => {
  assert.deepEqual([moveTarget(0, 2, 3), moveTarget(1, 1, 3), moveTarget(1, 0, 3), moveTarget(1, 3, 4), moveTarget(2, 2, 3), moveTarget(9, 2, 3), moveTarget(-1, 1, 3)], [0, 2, 2, 1, 3, 3, null]);
});

test("inserts are known before anything is taken out, stream by stream", () => {
  const batch = new StreamBatch();
  /** @type {string[]} */
  const log = [];
  batch.run(
    [["0", [["a", -1, null, false], ["a", 0, 5, true]], ["b"], true], ["1", [["b", -1, null]], []]],
    {
      reset: (ref) => log.push(`reset ${ref}, a known: ${batch.get("a") !== undefined}`),
      remove: (id) => log.push(`remove ${id}, comes back: ${batch.get(id) !== undefined}`),
    },
  );
  assert.deepEqual(log, ["reset 0, a known: true", "remove b, comes back: false"]);
  assert.deepEqual(batch.get("a"), { ref: "0", at: 0, limit: 5, updateOnly: true, reset: true });
});

test("reasons are plain words", () => {
  assert.equal(reason.pruned(-4, true), "pruned: limit −4 keeps the last 4");
  assert.equal(reason.pruned(1, false), "pruned: limit 1 keeps the first one, and a placeholder counts too");
  assert.equal(reason.inserted({ ref: "0", at: 0, limit: null, updateOnly: false, reset: false }, 0, 3), "new, at the front");
});
