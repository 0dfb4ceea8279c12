/**
 * Help from a person: the same place, the same order, in every state (first screen, chat, no connection, finished).
 * One press asks for a person: no form, no question back.
 */

import { el, icon, telephone } from "./chat-dom.js";

/** @typedef {import("./widget-texts.js").Texts} Texts */

export class HelpBar {
  #texts;
  #label = el("span");

  /**
   * @param {Texts} texts
   * @param {import("./chat-view.js").Contact} contact
   * @param {() => void} ask
   */
  constructor(texts, contact, ask) {
    this.#texts = texts;
    this.button = el("button", { type: "button", class: "button button--human", "data-action": "human", on: { click: ask } }, [
      icon("person"),
      this.#label,
    ]);
    this.element = el("section", { class: "bar", "aria-label": texts.helpBar }, [
      this.button,
      contact.phone &&
        el("a", { class: "button button--call", href: contact.phone_link || telephone(contact.phone) }, [
          icon("phone"),
          el("span", { text: texts.call(contact.phone) }),
        ]),
    ]);
    this.show("free");
  }

  /**
   * The button stays a button, so that focus stays on it; what it says follows what is true.
   * @param {"free" | "asked" | "talking"} what
   * @param {string} [name]
   */
  show(what, name = "") {
    const words = { free: this.#texts.askHuman, asked: this.#texts.humanAsked, talking: this.#texts.humanTalking(name) };
    this.#label.textContent = words[what];
    this.button.dataset.state = what;
    if (what === "free") this.button.removeAttribute("aria-disabled");
    else this.button.setAttribute("aria-disabled", "true");
  }
}
