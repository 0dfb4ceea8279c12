/** The code to come back with: shown to keep, and, for who came back with it, the second thing that opens the words. */

import { button, el, uniqueId } from "./chat-dom.js";

/** @typedef {import("./widget-texts.js").Texts} Texts */

/** "Your code: 7KQ2-9XMB-4TR8W" with a button that copies it. */
export class CodeBox {
  #letters = el("strong", { class: "code__letters" });
  #told = el("span", { class: "quiet", role: "status" });

  /** @param {Texts} texts */
  constructor(texts) {
    this.texts = texts;
    this.element = el("div", { class: "code", hidden: true }, [
      el("p", { class: "code__line" }, [
        el("span", { class: "code__label", text: `${texts.code}: ` }),
        this.#letters,
        button(texts.copy, () => void this.#copy(), "button button--small"),
        this.#told,
      ]),
      el("p", { class: "quiet", text: texts.codeKeep }),
    ]);
  }

  /** @param {string} code */
  show(code) {
    this.element.hidden = code === "";
    if (this.#letters.textContent !== code) this.#letters.textContent = code;
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.#letters.textContent);
      this.#told.textContent = this.texts.copied;
    } catch {
      // Not allowed on this page: what is marked can be copied by hand.
      const selection = globalThis.getSelection();
      selection?.selectAllChildren(this.#letters);
      this.#told.textContent = this.texts.copyByHand;
    }
  }
}

/** For who came back: what can be seen, and how to see the rest. */
export class PlaceBox {
  #client;
  #texts;
  #opened;
  #result = el("p", { class: "card__result", role: "status" });

  /**
   * @param {import("./client.js").ConversationClient} client
   * @param {Texts} texts
   * @param {() => void} opened   the words are open now
   */
  constructor(client, texts, opened) {
    this.#client = client;
    this.#texts = texts;
    this.#opened = opened;
    const id = uniqueId("verify");
    this.input = el("input", { id, class: "input", inputmode: "numeric", autocomplete: "one-time-code", maxlength: "20" });
    this.form = el("form", { class: "reach", hidden: true, novalidate: true, on: { submit: (/** @type {Event} */ event) => void this.#check(event) } }, [
      el("div", { class: "field" }, [el("label", { for: id, text: texts.verifyCode }), this.input]),
      el("button", { type: "submit", class: "button button--small", text: texts.verifyCheck }),
    ]);
    this.send = button(texts.verifySend, () => void this.#send(), "button button--small");
    this.more = el("div", { class: "place__more" }, [el("p", { text: texts.verifyHint }), this.send, this.form, this.#result]);
    this.element = el("section", { class: "place", hidden: true }, [el("p", { class: "place__title", text: texts.placeOnly }), this.more]);
  }

  /** @param {import("./client.js").State | null} state */
  show(state) {
    this.element.hidden = state?.scope !== "place";
    this.more.hidden = !state?.verify;
  }

  async #send() {
    const refused = await this.#client.sendProof();
    this.#result.textContent = refused ?? this.#texts.verifySent;
    if (refused !== null) return;
    this.form.hidden = false;
    this.input.focus();
  }

  /** @param {Event} event */
  async #check(event) {
    event.preventDefault();
    const refused = await this.#client.prove(this.input.value.trim());
    if (refused === null) return this.#opened();
    this.#result.textContent = refused;
    this.input.focus();
  }
}

/** Where a code is typed, on the first screen. */
export class CodeForm {
  #back;
  #problem = el("p", { class: "error", role: "alert" });

  /**
   * @param {Texts} texts
   * @param {(code: string) => Promise<string | null>} back   null when it opened, else why not
   */
  constructor(texts, back) {
    this.texts = texts;
    this.#back = back;
    const id = uniqueId("code");
    this.input = el("input", { id, class: "input code__input", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: "200", "aria-describedby": `${id}-hint` });
    this.element = el("details", { class: "fold" }, [
      el("summary", { text: texts.codeHave }),
      el("form", { class: "reach", novalidate: true, on: { submit: (/** @type {Event} */ event) => void this.#submit(event) } }, [
        el("div", { class: "field" }, [el("label", { for: id, text: texts.code }), this.input, el("p", { class: "quiet", id: `${id}-hint`, text: texts.codeHint })]),
        this.#problem,
        el("button", { type: "submit", class: "button", text: texts.codeSend }),
      ]),
    ]);
    // It stands at the end of the first screen: what opens, or is said about it, must not stay below the edge.
    this.element.addEventListener("toggle", () => this.element.scrollIntoView({ block: "nearest" }));
  }

  /** @param {Event} event */
  async #submit(event) {
    event.preventDefault();
    const code = this.input.value.trim();
    this.#problem.textContent = "";
    const refused = code === "" ? this.texts.codeEmpty : await this.#back(code);
    if (refused === null) return;
    this.#problem.textContent = refused;
    this.input.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "nearest" });
  }
}
