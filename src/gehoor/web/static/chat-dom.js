/**
 * Making elements. Text goes in as text, never as markup; there are no inline styles and no inline handlers, so the
 * strictest content security policy of a host page is no obstacle.
 */

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [props]   class, text, on (event handlers), or attributes
 * @param {(Node | string | null | undefined | false)[]} [children]
 * @returns {any}
 */
export function el(tag, props = {}, children = []) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = String(value);
    else if (name === "text") node.textContent = String(value);
    else if (name === "on") {
      for (const [type, handler] of Object.entries(/** @type {object} */ (value))) node.addEventListener(type, handler);
    } else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) node.append(child);
  return node;
}

/**
 * @param {string} label
 * @param {() => void} onClick
 * @param {string} [kind]   class names
 * @returns {HTMLButtonElement}
 */
export function button(label, onClick, kind = "button") {
  return el("button", { type: "button", class: kind, text: label, on: { click: onClick } });
}

const PATHS = {
  person: "M12 12a4.2 4.2 0 1 0 0-8.4 4.2 4.2 0 0 0 0 8.4Zm0 2.1c-4.2 0-8 2.1-8 5.3V21h16v-1.6c0-3.2-3.8-5.3-8-5.3Z",
  phone:
    "M6.6 10.8a15.1 15.1 0 0 0 6.6 6.6l2.2-2.2c.3-.3.7-.4 1-.2 1.2.4 2.4.6 3.6.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 1C10.6 21 3 13.4 3 4c0-.6.4-1 1-1h3.5c.6 0 1 .4 1 1 0 1.3.2 2.5.6 3.6.1.3 0 .7-.2 1Z",
  chat: "M4 4h16a1.5 1.5 0 0 1 1.5 1.5v10A1.5 1.5 0 0 1 20 17H9.5L5 21v-4H4a1.5 1.5 0 0 1-1.5-1.5v-10A1.5 1.5 0 0 1 4 4Z",
  close: "M6 4.6 12 10.6 18 4.6 19.4 6 13.4 12 19.4 18 18 19.4 12 13.4 6 19.4 4.6 18 10.6 12 4.6 6Z",
  send: "M3 20.5v-7l9-1.5-9-1.5v-7L22 12Z",
  down: "M11 4h2v11l4.6-4.6L19 11.8 12 18.8 5 11.8l1.4-1.4L11 15Z",
  alert: "M12 2.5 1.8 20.5h20.4Zm1 14.8h-2v-2h2Zm0-3.6h-2V9h2Z",
  more: "M5 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4Zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4Zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z",
};

/**
 * A decoration next to words; never the only bearer of meaning.
 * @param {keyof typeof PATHS} name
 */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  for (const [key, value] of [["viewBox", "0 0 24 24"], ["aria-hidden", "true"], ["focusable", "false"], ["class", "icon"]]) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** @param {string} phone   as written: "088 000 01 00" or "+31 88 000 01 00" */
export function telephone(phone) {
  const digits = phone.replace(/[^\d+]/g, "");
  if (digits.startsWith("+") || digits.length < 9 || !digits.startsWith("0") || digits.startsWith("00")) return `tel:${digits}`;
  // 0800 and 0900 numbers have no form for abroad.
  return /^0[89]00/.test(digits) ? `tel:${digits}` : `tel:+31${digits.slice(1)}`;
}

let counter = 0;

/** An id that is unique in this page. @param {string} name */
export function uniqueId(name) {
  counter += 1;
  return `gehoor-${name}-${counter}`;
}

/** Only addresses of pages: never javascript: or data:. @param {string} url @param {string} base */
export function safeUrl(url, base) {
  try {
    const parsed = new URL(url, base || document.baseURI);
    return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed.href : null;
  } catch {
    return null;
  }
}

/**
 * A link that leaves the conversation where it is.
 * @param {string} url
 * @param {string} label
 * @param {string} newTab   "opens in a new tab", for who can not see it
 */
export function outLink(url, label, newTab) {
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, [
    el("bdi", { text: label }),
    el("span", { class: "hidden-text", text: ` (${newTab})` }),
  ]);
}
