// Three panes that resize by their splitters and fold away; on narrower screens buttons
// choose which of them are shown. Follows the ARIA pattern "window splitter".
import { recall, remember } from "./memory.js";

const STEP = 16;
const LEAST = 200;

/** @param {Document} doc @returns {() => void} */
export function startPanes(doc) {
  const stops = [...doc.querySelectorAll(".splitter")].map((el) => startSplitter(/** @type {HTMLElement} */ (el)));
  const stopSwitch = startSwitch(doc);
  return () => [...stops, stopSwitch].forEach((stop) => stop());
}

/** @param {HTMLElement} splitter */
function startSplitter(splitter) {
  const panes = /** @type {HTMLElement} */ (splitter.parentElement);
  const name = splitter.dataset.splits ?? "";
  // The lesson grows to the right, the inspector to the left.
  const sign = name === "lesson" ? 1 : -1;
  const pane = /** @type {HTMLElement} */ (panes.querySelector(name === "lesson" ? ".lesson" : ".inspector-pane"));

  const most = () => Math.max(LEAST, innerWidth - 500);
  const width = () => pane.getBoundingClientRect().width;
  const say = () => {
    splitter.setAttribute("aria-valuenow", String(Math.round(width())));
    splitter.setAttribute("aria-valuemin", "0");
    splitter.setAttribute("aria-valuemax", String(most()));
  };
  /** @param {number} width */
  const put = (width) => {
    panes.style.setProperty(`--${name}`, `${Math.round(Math.min(Math.max(width, LEAST), most()))}px`);
    say();
  };
  /** @param {boolean} shut */
  const fold = (shut) => {
    panes.toggleAttribute(`data-without-${name}`, shut);
    remember(`fold-${name}`, String(shut));
    say();
  };
  const folded = () => panes.hasAttribute(`data-without-${name}`);
  /** @param {number} to */
  const set = (to) => {
    fold(false);
    put(to);
    remember(`pane-${name}`, String(Math.round(Math.max(to, LEAST))));
  };
  const toggle = () => fold(!folded());

  /** @param {PointerEvent} down */
  const drag = (down) => {
    const from = width();
    splitter.setPointerCapture(down.pointerId);
    // An iframe under the pointer would swallow its moves.
    panes.style.setProperty("pointer-events", "none");
    /** @param {PointerEvent} move */
    const moved = (move) => set(from + sign * (move.clientX - down.clientX));
    const done = () => {
      panes.style.removeProperty("pointer-events");
      splitter.removeEventListener("pointermove", moved);
    };
    splitter.addEventListener("pointermove", moved);
    splitter.addEventListener("lostpointercapture", done, { once: true });
  };
  /** @param {KeyboardEvent} e */
  const key = (e) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[e.key];
    const to = by === undefined ? { Home: LEAST, End: most() }[e.key] : width() + sign * by;
    if (e.key === "Enter") toggle();
    else if (to !== undefined) set(to);
    else return;
    e.preventDefault();
  };
  splitter.addEventListener("pointerdown", drag);
  splitter.addEventListener("keydown", key);
  splitter.addEventListener("dblclick", toggle);
  const known = Number(recall(`pane-${name}`));
  if (known) put(known);
  fold(recall(`fold-${name}`) === "true");
  return () => {
    splitter.removeEventListener("pointerdown", drag);
    splitter.removeEventListener("keydown", key);
    splitter.removeEventListener("dblclick", toggle);
  };
}

/** @param {Document} doc */
function startSwitch(doc) {
  const buttons = /** @type {HTMLButtonElement[]} */ ([...doc.querySelectorAll("[data-shows]")]);
  /** @param {string} pane */
  const show = (pane) => {
    doc.body.dataset.shown = pane;
    for (const b of buttons) b.setAttribute("aria-pressed", String(b.dataset.shows === pane));
  };
  /** @param {Event} e */
  const click = (e) => show(/** @type {HTMLElement} */ (e.currentTarget).dataset.shows ?? "lesson");
  for (const b of buttons) b.addEventListener("click", click);
  show(doc.body.classList.contains("without-lesson") ? "inspector" : "lesson");
  return () => buttons.forEach((b) => b.removeEventListener("click", click));
}
