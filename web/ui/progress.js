// Marks the lessons that the reader has opened, and remembers the last one.
import { recall, remember } from "./memory.js";

/** @param {Document} doc @returns {() => void} */
export function startProgress(doc) {
  const id = doc.body.dataset.lesson ?? "";
  const seen = new Set((recall("seen") ?? "").split(" ").filter(Boolean));
  if (id) {
    seen.add(id);
    remember("seen", [...seen].join(" "));
  }
  for (const dot of doc.querySelectorAll("[data-lesson-dot]")) {
    if (!seen.has(dot.getAttribute("data-lesson-dot") ?? "")) continue;
    dot.classList.add("done");
    dot.setAttribute("aria-label", `${dot.getAttribute("aria-label")}, opened`);
  }
  return () => {};
}
