import assert from "node:assert/strict";
import test from "node:test";
import { encodeForm, unusedName, unusedNames } from "../forms.js";

test("the marker goes before the last part of a name", () => {
  for (const [name, want] of [
    ["email", "_unused_email"], ["u[email]", "u[_unused_email]"], ["u[sel][]", "u[_unused_sel][]"],
    ["tags[]", "_unused_tags[]"], ["a[b][c]", "a[b][_unused_c]"],
  ]) assert.equal(unusedName(name), want);
});

test("a name is unused if none of its inputs was used and not all are hidden", () => {
  const names = unusedNames([
    { name: "a", used: false, hidden: false }, { name: "b", used: true, hidden: false },
    { name: "c", used: false, hidden: true }, { name: "d", used: false, hidden: true }, { name: "d", used: false, hidden: false },
    { name: "e", used: false, hidden: false }, { name: "e", used: true, hidden: false }, { name: "", used: false, hidden: false },
  ]);
  assert.deepEqual([...names], ["a", "d"]);
});

test("entries keep their order, each unused one behind its marker", () => {
  const value = encodeForm([["u[name]", "bob"], ["u[email]", ""]], { unused: new Set(["u[email]"]) });
  assert.equal(value, "u%5Bname%5D=bob&u%5B_unused_email%5D=&u%5Bemail%5D=");
});

test("the submitter is used, files are left out, names can be picked", () => {
  const entries = /** @type {[string, unknown][]} */ ([["a", "1"], ["f", { name: "file" }], ["f", "text"], ["btn", "go"]]);
  assert.equal(encodeForm(entries, { unused: new Set(["btn"]), submitter: "btn" }), "a=1&btn=go");
  assert.equal(encodeForm(entries, { unused: new Set(), only: ["a"] }), "a=1");
});
