// Files dropped on the page, and files that hooks give to an upload input.
import { closestBinding, elementOf } from "./dom.js";
import { isUploadInput, trackFiles } from "./files.js";

const ACTIVE = "phx-drop-target-active";

/**
 * Listens for drags over phx-drop-target.
 * @param {any} liveSocket @param {(name: string, listener: (e: any) => void) => void} on
 */
export function listenForDrops(liveSocket, on) {
  const binding = liveSocket.binding("drop-target");
  // Entering a child comes before leaving its parent, so the entries are counted.
  /** @type {WeakMap<Element, number>} */
  const depths = new WeakMap();
  const zoneOf = (/** @type {DragEvent} */ e) => {
    const target = elementOf(e.target);
    return target && closestBinding(target, binding);
  };
  const leave = (/** @type {Element} */ zone) => {
    depths.delete(zone);
    liveSocket.js().removeClass(zone, ACTIVE);
  };
  on("dragover", (e) => e.preventDefault());
  on("dragenter", (e) => {
    const zone = zoneOf(e);
    if (!zone || !e.dataTransfer?.types.includes("Files")) return;
    const depth = (depths.get(zone) ?? 0) + 1;
    depths.set(zone, depth);
    if (depth === 1) liveSocket.js().addClass(zone, ACTIVE);
  });
  on("dragleave", (e) => {
    const zone = zoneOf(e);
    const depth = zone ? depths.get(zone) : undefined;
    if (!zone || depth === undefined) return;
    if (depth > 1) depths.set(zone, depth - 1);
    else leave(zone);
  });
  on("drop", (e) => {
    if (elementOf(e.target)) e.preventDefault();
    const zone = zoneOf(e);
    if (!zone) return;
    leave(zone);
    const input = document.getElementById(zone.getAttribute(binding) ?? "");
    const files = [...(e.dataTransfer?.files ?? [])];
    if (!(input instanceof HTMLInputElement) || input.disabled || files.length === 0 || !input.files) return;
    take(input, files, e.dataTransfer);
  });
  on("track-uploads", (e) => {
    const input = elementOf(e.target);
    if (isUploadInput(input)) take(input, [...(e.detail.files ?? [])].filter((file) => file instanceof Blob));
  });
}

/** @param {HTMLInputElement} input @param {any[]} files @param {DataTransfer | null} [dropped] */
function take(input, files, dropped) {
  trackFiles(input, files, dropped);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
