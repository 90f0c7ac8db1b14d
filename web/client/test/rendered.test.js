import assert from "node:assert/strict";
import test from "node:test";
import { changeRoot, componentCids, extract, isComponentOnly, Rendered } from "../rendered.js";

/** @param {any} joined @param {any[]} diffs */
function htmlAfter(joined, ...diffs) {
  const rendered = new Rendered("V", joined);
  let out = rendered.toHTML();
  for (const diff of diffs) {
    rendered.merge(diff);
    out = rendered.toHTML(componentCids(diff));
  }
  return out.html;
}

test("events, reply and title are taken off a diff", () => {
  assert.deepEqual(extract({ 0: "x", e: [["a", {}]], r: { ok: 1 }, t: "T" }), {
    diff: { 0: "x" }, reply: { ok: 1 }, events: [["a", {}]], title: "T",
  });
  assert.deepEqual(extract({ r: 0 }).reply, 0);
});

test("a changed dynamic keeps its neighbours", () => {
  assert.equal(htmlAfter({ 0: "a", 1: "b", s: ["<p>", "-", "</p>"] }, { 1: "c" }), "<p>a-c</p>");
});

test("a node with statics replaces, one without merges", () => {
  const joined = { 0: { 0: "x", 1: "y", s: ["<i>", "|", "</i>"] }, s: ["", ""] };
  assert.equal(htmlAfter(structuredClone(joined), { 0: { 1: "z" } }), "<i>x|z</i>");
  assert.equal(htmlAfter(structuredClone(joined), { 0: { 0: "n", s: ["<b>", "</b>"] } }), "<b>n</b>");
  assert.equal(htmlAfter(structuredClone(joined), { 0: "" }), "");
});

test("shared statics live as long as their message", () => {
  const joined = { 0: { 0: "1", s: 0 }, s: 1, p: { 0: ["<a>", "</a>"], 1: ["<p>", "</p>"] } };
  assert.equal(htmlAfter(joined, { 0: { s: 0 }, p: { 0: ["<strong/>"] } }), "<p><strong/></p>");
});

const keyed = () => ({
  0: { s: ["<li>", ":", "</li>"], k: { 0: { 0: "a", 1: "1" }, 1: { 0: "b", 1: "2" }, 2: { 0: "c", 1: "3" }, kc: 3 } },
  s: ["", ""],
});

test("keyed entries are swapped from where they stood before", () => {
  const diff = { 0: { k: { 0: [2, { 0: "C" }], 2: 0, kc: 3, km: true } } };
  assert.equal(htmlAfter(keyed(), diff), "<li>C:3</li><li>b:2</li><li>a:1</li>");
});

test("keyed entries shrink, clear and refill without statics", () => {
  assert.equal(htmlAfter(keyed(), { 0: { k: { 0: 1, kc: 1, km: true } } }), "<li>b:2</li>");
  const refill = { 0: { k: { 0: { 0: "z", 1: "9" }, kc: 1 } } };
  assert.equal(htmlAfter(keyed(), { 0: { k: { kc: 0 } } }, refill), "<li>z:9</li>");
});

test("a stream's entries are given out once and forgotten", () => {
  const rendered = new Rendered("V", {
    0: { s: ["<li>", "</li>"], k: { 0: { 0: "a" }, kc: 1 }, stream: ["0", [["a", -1, null, false]], []] }, s: ["", ""],
  });
  assert.deepEqual(rendered.toHTML(), { html: "<li>a</li>", streams: [["0", [["a", -1, null, false]], []]] });
  assert.deepEqual(rendered.toHTML(), { html: "", streams: [] });
  rendered.merge({ 0: { k: { kc: 0 }, stream: ["0", [], ["a"]] } });
  assert.deepEqual(rendered.toHTML().streams, [["0", [], ["a"]]]);
});

test("components borrow statics from this message and from the one before", () => {
  const rendered = new Rendered("V", {
    0: 1, 1: 2, s: ["", "", ""],
    c: { 1: { 0: "one", s: ["<p>", "</p>"], r: 1 }, 2: { 0: "two", s: 1 } },
  });
  assert.equal(
    rendered.toHTML().html,
    '<p data-phx-id="c1-V" data-phx-component="1" data-phx-view="V">one</p>' +
      '<p data-phx-id="c2-V" data-phx-component="2" data-phx-view="V">two</p>',
  );
  rendered.merge({ 1: 3, c: { 3: { 0: "three", s: -1 } } });
  assert.match(rendered.toHTML([3]).html, /<p data-phx-id="c1-V"[^>]*data-phx-skip><\/p><p data-phx-id="c3-V"[^>]*>three<\/p>/);
});

test("an unchanged root is skipped, a changed one is not", () => {
  const joined = { 0: "x", 1: { 0: "y", s: ["<i id='k' title=\">\">", "</i>"], r: 1 }, s: ["<p>", "</p>", ""] };
  assert.equal(htmlAfter(structuredClone(joined), { 0: "z" }), '<p>z</p><i id="k" data-phx-id="m1-V" data-phx-skip></i>');
  assert.equal(htmlAfter(structuredClone(joined), { 1: { 0: "n" } }), `<p>x</p><i data-phx-id="m1-V" id='k' title=">">n</i>`);
});

test("component diffs are told from others", () => {
  assert.equal(isComponentOnly({ c: {} }), true);
  assert.equal(isComponentOnly({ c: {}, 0: "x" }), false);
});

test("a root may be void, in comments, or malformed", () => {
  assert.deepEqual(changeRoot(" <!-- a --> <br class='x'> <!-- b -->", { n: 1 }), { before: " <!-- a --> ", tag: `<br n="1" class='x'>`, after: " <!-- b -->" });
  assert.equal(changeRoot('<input id="i" value="v">', { s: true }, true).tag, '<input id="i" s/>');
  assert.throws(() => changeRoot("text", {}), /must start with a tag/);
});

test("any diff applied to a copy gives the same HTML as to the original", () => {
  const diff = { 0: { k: { 0: [1, { 1: "7" }], 1: 2, kc: 2, km: true } } };
  assert.equal(htmlAfter(keyed(), structuredClone(diff)), htmlAfter(structuredClone(keyed()), diff));
});
