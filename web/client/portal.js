// Portals: <template data-phx-portal="selector"> whose content lives elsewhere in the page.

/** The portals of one patch. */
export class Portals {
  #view;
  #morph;
  #discarded;
  /** @type {HTMLTemplateElement[]} */
  #waiting = [];

  /**
   * @param {any} view @param {(from: Element, to: Element) => void} morph
   * @param {(el: Element) => void} discarded
   */
  constructor(view, morph, discarded) {
    this.#view = view;
    this.#morph = morph;
    this.#discarded = discarded;
  }

  /** @param {Element} el */
  isTemplate(el) {
    return el.localName === "template" && el.hasAttribute("data-phx-portal");
  }

  /** The target may come later in the page, so it is looked up when all else is in. @param {HTMLTemplateElement} template */
  later(template) {
    this.#waiting.push(template);
  }

  finish() {
    // A portal may hold portals; five deep is as far as LiveView goes.
    for (let depth = 0; depth < 5 && this.#waiting.length > 0; depth++) {
      for (const template of this.#waiting.splice(0)) this.#teleport(template);
    }
    for (const id of [...this.#view.portalIds]) {
      const el = document.getElementById(id);
      const source = el?.getAttribute("data-phx-teleported-src");
      if (el && source && !document.getElementById(source)) this.#remove(el);
    }
  }

  /** @param {HTMLTemplateElement} template */
  removeTarget(template) {
    const el = document.getElementById(template.content.firstElementChild?.id ?? "");
    if (el) this.#remove(el);
  }

  /** @param {Element} el */
  #remove(el) {
    el.remove();
    this.#discarded(el);
    this.#view.portalIds.delete(el.id);
  }

  /** @param {HTMLTemplateElement} template */
  #teleport(template) {
    const selector = template.getAttribute("data-phx-portal") ?? "";
    const container = document.querySelector(selector);
    if (!container) throw new Error(`portal target with selector ${selector} not found`);
    const source = template.content.firstElementChild;
    if (source?.hasAttribute("data-phx-skip")) return;
    if (!source?.id) throw new Error("phx-portal template must have a single root element with ID!");
    let target = document.getElementById(source.id);
    if (!target) target = container.appendChild(document.createElement(source.tagName));
    else if (!container.contains(target)) container.appendChild(target);
    source.setAttribute("data-phx-teleported", this.#view.id);
    source.setAttribute("data-phx-teleported-src", template.id);
    this.#morph(target, source);
    source.removeAttribute("data-phx-teleported");
    source.removeAttribute("data-phx-teleported-src");
    this.#view.portalIds.add(source.id);
  }
}
