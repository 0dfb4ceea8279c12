/** Where the customer writes. Enter sends, Shift+Enter makes a new line; what is typed is never lost or cut off. */

import { el, icon, uniqueId } from "./chat-dom.js";

const LONGEST = 4000;
const WARN_FROM = 3600;

/** @typedef {import("./widget-texts.js").Texts} Texts */

export class Composer {
  #texts;
  #send;
  #changed;

  /**
   * @param {Texts} texts
   * @param {(text: string) => void} send
   * @param {(draft: string) => void} changed
   */
  constructor(texts, send, changed) {
    this.#texts = texts;
    this.#send = send;
    this.#changed = changed;
    const id = uniqueId("composer");
    this.input = el("textarea", {
      id,
      class: "input composer__input",
      rows: "1",
      dir: "auto",
      enterkeyhint: "send",
      autocomplete: "off",
      "aria-describedby": `${id}-hint ${id}-error`,
      on: {
        keydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
        input: () => this.#typed(),
        // Who goes on to something else need not be told any more that nothing was written.
        blur: () => this.error.textContent === texts.empty && this.#complain(""),
      },
    });
    this.error = el("p", { id: `${id}-error`, class: "error", role: "alert" });
    this.count = el("p", { class: "quiet composer__count" });
    this.button = el("button", { type: "submit", class: "button button--primary composer__send" }, [
      icon("send"),
      el("span", { text: texts.send }),
    ]);
    this.element = el("form", { class: "composer", novalidate: true, on: { submit: (/** @type {Event} */ event) => this.#submit(event) } }, [
      el("label", { for: id, class: "composer__label", text: texts.composer }),
      el("div", { class: "composer__row" }, [this.input, this.button]),
      this.error,
      this.count,
      el("p", { id: `${id}-hint`, class: "quiet composer__hint", text: texts.composerHint }),
    ]);
  }

  get draft() {
    return this.input.value;
  }

  /** @param {string} text */
  set draft(text) {
    this.input.value = text;
    this.#typed();
  }

  /** @param {boolean} may */
  allow(may) {
    this.input.readOnly = !may;
    this.element.classList.toggle("composer--shut", !may);
    if (!may) this.error.textContent = this.#texts.mayNotWrite;
    else if (this.error.textContent === this.#texts.mayNotWrite) this.error.textContent = "";
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // 229: an input method is composing a character, and its Enter is not ours.
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    this.element.requestSubmit();
  }

  #typed() {
    const length = [...this.input.value.trim()].length;
    this.count.textContent = length >= WARN_FROM && length <= LONGEST ? this.#texts.left(LONGEST - length) : "";
    if (this.error.textContent && length > 0 && length <= LONGEST && !this.input.readOnly) this.#complain("");
    this.input.style.setProperty("height", "auto");
    if (this.input.value !== "") this.input.style.setProperty("height", `${this.input.scrollHeight + 2}px`);
    this.#changed(this.input.value);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    if (this.input.readOnly) return;
    const text = this.input.value.trim();
    const length = [...text].length;
    if (length === 0) return this.#complain(this.#texts.empty);
    if (length > LONGEST) return this.#complain(this.#texts.tooLong(length - LONGEST));
    this.#complain("");
    this.#send(text);
    this.draft = "";
    this.focus();
  }

  /** @param {string} sentence */
  #complain(sentence) {
    this.error.textContent = sentence;
    if (sentence) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
    if (sentence) this.focus();
  }
}
