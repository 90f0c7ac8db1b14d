// Form recovery: after a reconnect the server has mounted afresh and knows nothing of
// what the reader had typed. So each form sends its old values as a change event, before
// the new page is shown, and the page appears with them.
import { isFormControl } from "./dom.js";
import { clearFiles, isUploadInput } from "./files.js";
import * as data from "./element_data.js";
import { exec } from "./js_commands.js";

/**
 * @param {any} view @param {string} html the page as mounted anew @param {() => void} done
 */
export function recoverForms(view, html, done) {
  const { binding } = view.liveSocket;
  const change = binding("change");
  const oldForms = view.root.oldForms;
  if (Object.keys(oldForms).length === 0) return done();
  const page = document.createElement("template");
  page.innerHTML = html;
  const root = /** @type {HTMLElement | null} */ (page.content.firstElementChild);
  if (!root) return done();
  for (const portal of /** @type {any} */ (page.content.querySelectorAll("[data-phx-portal]"))) {
    if (portal.content?.firstElementChild) root.append(portal.content.firstElementChild);
  }
  becomeViewElement(root, view);

  const forms = [...page.content.querySelectorAll("form")].filter((form) => {
    const old = oldForms[form.id];
    // A form already being recovered when the view failed again may be why it failed.
    return form.id && old && !view.recovering.has(form.id) && old.getAttribute(change) === form.getAttribute(change);
  });
  if (forms.length === 0) return done();
  let open = forms.length;
  for (const form of forms) {
    view.recovering.add(form.id);
    recoverForm(view, oldForms[form.id], form, root, () => {
      view.recovering.delete(form.id);
      if (--open === 0) done();
    });
  }
}

/** Owner lookups shall work in the detached page too. @param {HTMLElement} root @param {any} view */
function becomeViewElement(root, view) {
  root.id = view.id;
  root.setAttribute("data-phx-root-id", view.root.id);
  root.setAttribute("data-phx-session", view.el.getAttribute("data-phx-session") ?? "");
  root.setAttribute("data-phx-static", view.el.getAttribute("data-phx-static") ?? "");
  if (view.parent) root.setAttribute("data-phx-parent-id", view.parent.id);
  data.set(root, "view", view);
}

/** @param {any} view @param {HTMLFormElement} old @param {HTMLFormElement} form @param {HTMLElement} root @param {() => void} done */
function recoverForm(view, old, form, root, done) {
  const { binding } = view.liveSocket;
  const inputs = /** @type {any[]} */ ([...old.elements]).filter((el) => isFormControl(el) && el.name && !el.hasAttribute(binding("change")));
  if (inputs.length === 0) return done();
  // What was sent of these files is gone with the mount that they were sent to.
  for (const input of inputs) if (isUploadInput(input)) clearFiles(input);
  const event = form.getAttribute(binding("auto-recover")) || form.getAttribute(binding("change"));
  const input = inputs.find((el) => el.type !== "hidden") ?? inputs[0];
  let pending = 0;
  const target = form.getAttribute(binding("target")) || form;
  view.withinTargets(target, (/** @type {any} */ targetView, /** @type {any} */ targetContext) => {
    pending++;
    const callback = () => {
      if (--pending === 0) done();
    };
    const newCid = view.pushes.cidFor(form, targetContext);
    const cause = new CustomEvent("phx:form-recovery", { detail: { sourceElement: old } });
    exec(cause, "change", event, view, input, ["push", { _target: input.name, targetView, targetContext, newCid, callback }]);
  }, root);
  if (pending === 0) done();
}
