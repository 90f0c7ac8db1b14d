// Phoenix.LiveView.JS: what an attribute such as phx-click='[["hide",{"to":"#x"}]]' does.
//
// Classes, attributes and visibility changed here are "stuck" to the element: the server's
// HTML does not know of them, so they are applied again after each patch.
import * as data from "./element_data.js";
import { all, dispatch, isFormControl, isVisible } from "./dom.js";
import { attemptFocus, focusFirst, focusFirstInteractive } from "./focus.js";

const DEFAULT_TIME = 200;
/** @type {{el: HTMLElement, view: any}[]} */
const focusStack = [];

/** @typedef {{event: Event, kind: string | null, phxEvent: any, view: any, source: any, el: any, args: any}} Call */

/**
 * Runs commands: an encoded list, or an event name, which is pushed with `defaults`.
 * @param {Event} event @param {string | null} kind the event type, such as "click"
 * @param {any} phxEvent @param {any} view @param {any} source the element that carries the binding
 * @param {[string, any]} [defaults]
 */
export function exec(event, kind, phxEvent, view, source, defaults) {
  const [defaultName, defaultArgs] = defaults ?? [null, {}];
  let commands = [[defaultName, defaultArgs]];
  if (Array.isArray(phxEvent)) commands = phxEvent;
  else if (typeof phxEvent === "string" && phxEvent.startsWith("[")) commands = JSON.parse(phxEvent);
  for (const [name, given] of commands) {
    const args = name === defaultName ? { ...defaultArgs, ...given, callback: given.callback ?? defaultArgs.callback } : given;
    const run = name === null ? undefined : COMMANDS[name];
    if (!run) throw new Error(`unknown JS command ${name}`);
    for (const el of targets(view.liveSocket, source, args.to)) run({ event, kind, phxEvent, view, source, el, args });
  }
}

/** @param {any} liveSocket @param {Element} source @param {any} to @returns {Iterable<any>} */
function targets(liveSocket, source, to) {
  if (!to) return [source];
  const find = () => {
    if (typeof to === "string") return all(document, to);
    if (to.closest) return [source.closest(to.closest)].filter(Boolean);
    return to.inner ? all(source, to.inner) : [];
  };
  return liveSocket.dom.jsQuerySelectorAll?.(source, to, find) ?? find();
}

/** Commands that also run two frames later, when a "show" in the same list has taken effect. @param {() => void} action */
function nowAndShown(action) {
  action();
  requestAnimationFrame(() => requestAnimationFrame(action));
}

/** @type {Record<string, (call: Call) => void>} */
const COMMANDS = {
  exec({ kind, view, el, args }) {
    const encoded = el.getAttribute(args.attr);
    if (!encoded) throw new Error(`expected ${args.attr} to contain JS command on "${args.to}"`);
    view.liveSocket.execJS(el, encoded, kind);
  },
  dispatch({ view, source, el, args: { event, detail, bubbles, blocking } }) {
    detail = { ...detail, dispatcher: source };
    if (blocking) view.liveSocket.transitions.addPromise(new Promise((resolve) => (detail.done = resolve)));
    dispatch(el, event, { detail, bubbles });
  },
  push,
  navigate({ event, view, source, args: { href, replace } }) {
    view.liveSocket.navigation.redirect(event, href, replace ? "replace" : "push", null, source);
  },
  patch({ event, view, source, args: { href, replace } }) {
    view.liveSocket.navigation.patch(event, href, replace ? "replace" : "push", source);
  },
  focus: ({ el }) => nowAndShown(() => attemptFocus(el)),
  focus_first: ({ el }) => nowAndShown(() => focusFirstInteractive(el) || focusFirst(el)),
  push_focus({ view, source, el }) {
    if (!view.isDestroyed) focusStack.push({ el: el ?? source, view });
  },
  pop_focus({ view }) {
    const entry = view.isDestroyed ? undefined : focusStack.pop();
    if (entry) nowAndShown(() => entry.el.focus());
  },
  add_class: ({ view, el, args }) => changeClasses(el, args.names, [], args, view),
  remove_class: ({ view, el, args }) => changeClasses(el, [], args.names, args, view),
  toggle_class: ({ view, el, args }) => toggleClasses(el, args.names, args, view),
  transition: ({ view, el, args }) => changeClasses(el, [], [], args, view),
  toggle: ({ kind, view, el, args }) => toggle(kind, view, el, args),
  show: ({ kind, view, el, args }) => show(kind, view, el, args),
  hide: ({ kind, view, el, args }) => hide(kind, view, el, args),
  set_attr: ({ el, args }) => changeAttributes(el, [args.attr], []),
  remove_attr: ({ el, args }) => changeAttributes(el, [], [args.attr]),
  toggle_attr: ({ el, args }) => toggleAttribute(el, ...(/** @type {[string, string, string?]} */ (args.attr))),
  ignore_attrs: ({ el, args }) => ignoreAttributes(el, args.attrs),
};

/** @param {Call} call */
function push({ event, kind, phxEvent, view, source, args }) {
  const { event: name, data: meta, target, page_loading, loading, value, dispatcher, callback } = args;
  /** @type {any} */
  const opts = { loading, value, target, page_loading: Boolean(page_loading), originalEvent: event };
  const from = kind === "change" && dispatcher ? dispatcher : source;
  const aim = target || from.getAttribute(view.liveSocket.binding("target")) || from;
  const send = (/** @type {any} */ targetView, /** @type {any} */ context) => {
    if (!targetView.isConnected()) return;
    const { pushes } = targetView;
    if (kind === "change") {
      opts._target = args._target || (isFormControl(source) ? source.name : undefined);
      pushes.input(source, context, args.newCid, name || phxEvent, opts, callback);
    } else if (kind === "submit") pushes.submit(source, context, name || phxEvent, args.submitter, opts, callback);
    else pushes.event(kind, source, context, name || phxEvent, meta, opts, callback);
  };
  if (args.targetView && args.targetContext) send(args.targetView, args.targetContext);
  else view.withinTargets(aim, send);
}

/** Forgets the focus a view had pushed. @param {any} view */
export function dropFocus(view) {
  for (let i = focusStack.length - 1; i >= 0; i--) if (focusStack[i].view === view) focusStack.splice(i, 1);
}

/** @param {string | null} kind @param {any} view @param {any} el @param {any} args */
export function show(kind, view, el, args) {
  if (!isVisible(el)) toggle(kind, view, el, { ...args, ins: args.transition, outs: null });
}

/** @param {string | null} kind @param {any} view @param {any} el @param {any} args */
export function hide(kind, view, el, args) {
  if (isVisible(el)) toggle(kind, view, el, { ...args, ins: null, outs: args.transition });
}

/** @param {any} el @param {string | undefined} display */
function displayed(el, display) {
  return display || { tr: "table-row", td: "table-cell" }[/** @type {string} */ (el.localName)] || "block";
}

/** @param {any} el @param {string} display */
const setDisplay = (el, display) => data.stick(el, "toggle", (current) => (current.style.display = display));

/** @param {string | null} kind @param {any} view @param {any} el @param {any} args */
export function toggle(kind, view, el, { display, ins, outs, time, blocking }) {
  time ??= DEFAULT_TIME;
  const [inRun, inStart, inEnd] = ins ?? [[], [], []];
  const [outRun, outStart, outEnd] = outs ?? [[], [], []];
  const visible = isVisible(el);
  const name = visible ? "hide" : "show";
  if (inRun.length === 0 && outRun.length === 0) {
    requestAnimationFrame(() => {
      el.dispatchEvent(new Event(`phx:${name}-start`));
      setDisplay(el, visible ? "none" : displayed(el, display));
      el.dispatchEvent(new Event(`phx:${name}-end`));
    });
    return;
  }
  if (!visible && kind === "remove") return;
  const [run, start, end] = visible ? [outRun, outStart, outEnd] : [inRun, inStart, inEnd];
  const other = visible ? [...inRun, ...inStart, ...inEnd] : [...outRun, ...outStart, ...outEnd];
  const begin = () => {
    changeClasses(el, start, other);
    const shown = displayed(el, display);
    requestAnimationFrame(() => {
      changeClasses(el, run, []);
      requestAnimationFrame(() => {
        // Visible only once the classes are on, or it would flash without them.
        if (!visible) setDisplay(el, shown);
        changeClasses(el, end, start);
      });
    });
  };
  const finish = () => {
    changeClasses(el, [], [...run, ...end]);
    if (visible) setDisplay(el, "none");
    el.dispatchEvent(new Event(`phx:${name}-end`));
  };
  el.dispatchEvent(new Event(`phx:${name}-start`));
  inTime(view, time, blocking, begin, finish);
}

/** @param {any} view @param {number} time @param {boolean | undefined} blocking @param {() => void} begin @param {() => void} finish */
function inTime(view, time, blocking, begin, finish) {
  if (blocking === false) {
    begin();
    setTimeout(finish, time);
  } else view.liveSocket.transitions.add(time, begin, finish);
}

/** @param {any} el @param {string[]} names @param {any} args @param {any} view */
export function toggleClasses(el, names, args, view) {
  requestAnimationFrame(() => {
    const [adds, removes] = data.stuck(el, "classes", [[], []]);
    const on = names.filter((name) => !adds.includes(name) && !el.classList.contains(name));
    const off = names.filter((name) => !removes.includes(name) && el.classList.contains(name));
    changeClasses(el, on, off, args, view);
  });
}

/** @param {any} el @param {string[]} adds @param {string[]} removes @param {any} [args] @param {any} [view] */
export function changeClasses(el, adds, removes, args = {}, view) {
  const [run, start, end] = args.transition ?? [[], [], []];
  if (run.length > 0) {
    const begin = () => {
      changeClasses(el, start, [...run, ...end]);
      requestAnimationFrame(() => {
        changeClasses(el, run, []);
        requestAnimationFrame(() => changeClasses(el, end, start));
      });
    };
    const finish = () => changeClasses(el, [...adds, ...end], [...removes, ...run, ...start]);
    inTime(view, args.time ?? DEFAULT_TIME, args.blocking, begin, finish);
    return;
  }
  requestAnimationFrame(() => {
    const [stuckAdds, stuckRemoves] = /** @type {[string[], string[]]} */ (data.stuck(el, "classes", [[], []]));
    const keepAdds = adds.filter((name) => !stuckAdds.includes(name) && !el.classList.contains(name));
    const keepRemoves = removes.filter((name) => !stuckRemoves.includes(name) && el.classList.contains(name));
    const newAdds = stuckAdds.filter((name) => !removes.includes(name)).concat(keepAdds);
    const newRemoves = stuckRemoves.filter((name) => !adds.includes(name)).concat(keepRemoves);
    data.stick(el, "classes", (current) => {
      current.classList.remove(...newRemoves);
      current.classList.add(...newAdds);
      return [newAdds, newRemoves];
    });
  });
}

/** @param {any} el @param {string} name @param {string} first @param {string} [second] */
export function toggleAttribute(el, name, first, second) {
  if (!el.hasAttribute(name)) changeAttributes(el, [[name, first]], []);
  else if (second === undefined) changeAttributes(el, [], [name]);
  else changeAttributes(el, [[name, el.getAttribute(name) === first ? second : first]], []);
}

/** @param {any} el @param {[string, string][]} sets @param {string[]} removes */
export function changeAttributes(el, sets, removes) {
  const [stuckSets, stuckRemoves] = /** @type {[[string, string][], string[]]} */ (data.stuck(el, "attrs", [[], []]));
  const touched = [...sets.map(([name]) => name), ...removes];
  const newSets = stuckSets.filter(([name]) => !touched.includes(name)).concat(sets);
  const newRemoves = stuckRemoves.filter((name) => !touched.includes(name)).concat(removes);
  // The server still knows the element by its old id, so patches must match it otherwise.
  if (sets.some(([name, value]) => name === "id" && el.id !== value)) data.set(el, "clientSetId", true);
  data.stick(el, "attrs", (current) => {
    for (const name of newRemoves) current.removeAttribute(name);
    for (const [name, value] of newSets) current.setAttribute(name, value);
    return [newSets, newRemoves];
  });
}

/** @param {any} el @param {string[]} names "*" stands for any characters */
export function ignoreAttributes(el, names) {
  data.set(el, "ignoredAttributes", names);
}

/** Before a patch: attributes the client keeps for itself are put into the new HTML. @param {Element} from @param {Element} to */
export function keepIgnoredAttributes(from, to) {
  /** @type {string[] | undefined} */
  const names = data.get(from, "ignoredAttributes");
  if (!names) return;
  const isKept = (/** @type {string} */ name) =>
    names.some((pattern) => pattern === name || pattern === "*" || (pattern.includes("*") && new RegExp(pattern).test(name)));
  for (const { name } of [...to.attributes]) if (!from.hasAttribute(name) && isKept(name)) to.removeAttribute(name);
  for (const { name, value } of [...from.attributes]) if (isKept(name)) to.setAttribute(name, value);
}

/** @param {any} value "a b", or [run, start, end] each as text or list @returns {string[][] | undefined} */
const classLists = (value) => {
  if (!value) return undefined;
  const [run, start, end] = Array.isArray(value) ? value : [value.split(" "), [], []];
  return [run, start, end].map((part) => (Array.isArray(part) ? part : part.split(" ")));
};

/**
 * The commands as functions, for hooks (`this.js()`) and for `liveSocket.js()`.
 * @param {any} liveSocket @param {string | null} kind
 */
export function commandsFor(liveSocket, kind) {
  const names = (/** @type {string | string[]} */ value) => (Array.isArray(value) ? value : value.split(" "));
  const owner = (/** @type {Element} */ el) => liveSocket.owner(el);
  const timed = (/** @type {any} */ opts) => ({ ...opts, transition: classLists(opts.transition) });
  const sameOrigin = (/** @type {string} */ href, /** @type {string} */ to) => {
    if (!URL.canParse(href, location.href)) throw new Error(`expected ${to} destination to be a valid URL, got: ${href}`);
    if (new URL(href, location.href).origin === location.origin) return;
    throw new Error(
      `cannot ${to} to "${href}" because its origin does not match the current origin "${location.origin}". ` +
        "Use window.location directly for cross-origin navigation.",
    );
  };
  return {
    exec: (/** @type {Element} */ el, /** @type {string} */ js) => liveSocket.execJS(el, js, kind),
    show: (/** @type {Element} */ el, opts = {}) => show(kind, owner(el), el, timed(opts)),
    hide: (/** @type {Element} */ el, opts = {}) => hide(kind, owner(el), el, timed(opts)),
    toggle: (/** @type {Element} */ el, /** @type {any} */ opts = {}) =>
      toggle(kind, owner(el), el, { ...opts, ins: classLists(opts.in), outs: classLists(opts.out) }),
    addClass: (/** @type {Element} */ el, /** @type {string | string[]} */ list, opts = {}) => changeClasses(el, names(list), [], timed(opts), owner(el)),
    removeClass: (/** @type {Element} */ el, /** @type {string | string[]} */ list, opts = {}) => changeClasses(el, [], names(list), timed(opts), owner(el)),
    toggleClass: (/** @type {Element} */ el, /** @type {string | string[]} */ list, opts = {}) => toggleClasses(el, names(list), timed(opts), owner(el)),
    transition: (/** @type {Element} */ el, /** @type {any} */ transition, opts = {}) =>
      changeClasses(el, [], [], { ...opts, transition: classLists(transition) }, owner(el)),
    setAttribute: (/** @type {Element} */ el, /** @type {string} */ name, /** @type {string} */ value) => changeAttributes(el, [[name, value]], []),
    removeAttribute: (/** @type {Element} */ el, /** @type {string} */ name) => changeAttributes(el, [], [name]),
    toggleAttribute: (/** @type {Element} */ el, /** @type {string} */ name, /** @type {string} */ a, /** @type {string} */ b) => toggleAttribute(el, name, a, b),
    push(/** @type {any} */ el, /** @type {string} */ event, /** @type {any} */ { value = {}, ...opts } = {}) {
      const view = owner(el);
      if (view) exec(new CustomEvent("phx:exec", { detail: { sourceElement: el } }), kind, event, view, el, ["push", { data: value, ...opts }]);
    },
    navigate(/** @type {string} */ href, /** @type {any} */ opts = {}) {
      sameOrigin(href, "navigate");
      liveSocket.navigation.redirect(new CustomEvent("phx:exec"), href, opts.replace ? "replace" : "push", null, null);
    },
    patch(/** @type {string} */ href, /** @type {any} */ opts = {}) {
      sameOrigin(href, "patch");
      liveSocket.navigation.patch(new CustomEvent("phx:exec"), href, opts.replace ? "replace" : "push", null);
    },
    ignoreAttributes: (/** @type {Element} */ el, /** @type {string | string[]} */ attrs) => ignoreAttributes(el, [attrs].flat()),
  };
}
