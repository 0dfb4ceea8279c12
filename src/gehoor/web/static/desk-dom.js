/** Small hands for the DOM. Data only ever becomes text: there is no way here to give markup. */

/**
 * @typedef {object} Props
 * @property {string} [class]
 * @property {string} [text]
 * @property {Record<string, string | boolean | number | null | undefined>} [attr]  null, undefined and false: left out
 * @property {(event: any) => void} [click]
 */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Props} [props]
 * @param {...(Node | string | null | false | undefined)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  if (props.class) node.className = props.class;
  if (props.text !== undefined) node.textContent = props.text;
  for (const [name, value] of Object.entries(props.attr ?? {})) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, String(value));
  }
  if (props.click) node.addEventListener("click", props.click);
  for (const child of children) if (child) node.append(child);
  return node;
}

/** An element of the page that must be there. @param {string} id @returns {any} */
export function byId(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`no element #${id}`);
  return node;
}

/** @param {Node} node @param {string} text */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {HTMLElement} node @param {boolean} there */
export function show(node, there) {
  if (node.hidden === there) node.hidden = !there;
}

/** Words that somebody else wrote: own direction, own lines. @param {string} text @param {string} [lang] @param {string} [kind] */
export function words(text, lang, kind = "words") {
  return h("p", { class: kind, text, attr: { dir: "auto", lang } });
}

/** A link to a place of our own or a web page; anything else stays text. @param {string} url @param {string} text @param {string} newTab */
export function link(url, text, newTab) {
  if (!/^(\/(?!\/)|https?:\/\/)/.test(url)) return h("span", { text });
  const anchor = h("a", { text, attr: { href: url, target: "_blank", rel: "noopener" } });
  anchor.append(h("span", { class: "sr", text: ` ${newTab}` }));
  return anchor;
}

/** @type {WeakMap<Element, Map<string, HTMLElement>>} */
const kept = new WeakMap();

/**
 * Make the children of a list equal to the items. An item that stays keeps its element, so focus and open menus stay.
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => HTMLElement} create
 * @param {(node: any, item: T) => void} update
 */
export function keyed(parent, items, keyOf, create, update) {
  const before = kept.get(parent) ?? new Map();
  /** @type {Map<string, HTMLElement>} */
  const after = new Map();
  const focused = parent.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
  for (const item of items) {
    const key = keyOf(item);
    const node = before.get(key) ?? create(item);
    update(node, item);
    after.set(key, node);
  }
  for (const [key, node] of before) if (!after.has(key)) node.remove();
  let place = parent.firstElementChild;
  for (const node of after.values()) {
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  kept.set(parent, after);
  if (focused !== null && focused.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
}

/**
 * A button that opens and closes a part of the page. Escape and a click elsewhere close it; focus goes back.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} panel
 * @returns {() => void} closes it
 */
export function disclosure(button, panel) {
  /** @param {boolean} open @param {boolean} [back] */
  const set = (open, back = false) => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (back) button.focus();
  };
  button.setAttribute("aria-controls", panel.id);
  set(false);
  button.addEventListener("click", () => {
    set(panel.hidden);
    if (!panel.hidden) panel.querySelector("button")?.focus();
  });
  for (const node of [button, panel]) {
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || panel.hidden) return;
      event.stopPropagation();
      set(false, true);
    });
  }
  panel.addEventListener("focusout", (event) => {
    const to = /** @type {Node | null} */ (event.relatedTarget);
    if (to !== null && !panel.contains(to) && !button.contains(to)) set(false);
  });
  document.addEventListener("click", (event) => {
    const target = /** @type {Node} */ (event.target);
    if (!panel.hidden && !panel.contains(target) && !button.contains(target)) set(false);
  });
  return () => set(false, true);
}
