/** The first screen: every way to reach the organisation, and then the chat, said for what it is. */

import { HelpBar } from "./chat-bar.js";
import { el, icon, telephone } from "./chat-dom.js";
import { disclosureElement } from "./chat-disclosure.js";
import { moment } from "./widget-texts.js";

/**
 * @typedef {import("./chat-view.js").Contact} Contact
 * @typedef {import("./widget-texts.js").Texts} Texts
 */

/**
 * @param {Contact} contact
 * @param {Texts} texts
 */
export function contactList(contact, texts) {
  const link = (/** @type {string} */ href, /** @type {string} */ label) => el("a", { href, text: label });
  /** @type {[string, (Node | string | false | null | undefined)[]][]} */
  const rows = [];
  const opening =
    contact.open_now === undefined || contact.open_now === null
      ? null
      : el("span", { class: contact.open_now ? "pill pill--open" : "pill", text: contact.open_now ? texts.openNow : texts.closedNow });
  // In words, as the server says it in the organisation's time zone and in the language that was asked for.
  const opens = contact.opens || (contact.opens_at ? moment(contact.opens_at, texts.language) : "");
  if (contact.phone) {
    rows.push([
      texts.phone,
      [
        el("p", { class: "contact__strong" }, [link(contact.phone_link || telephone(contact.phone), contact.phone), " ", opening]),
        contact.hours && hours(contact.hours),
        contact.open_now === false && opens && el("p", { text: texts.opensAt(opens) }),
      ],
    ]);
  }
  if (contact.email) rows.push([texts.email, [el("p", {}, [link(`mailto:${contact.email}`, contact.email)])]]);
  if (contact.address) {
    rows.push([texts.visit, [el("p", { text: contact.address }), contact.visit_hours && hours(contact.visit_hours)]]);
  }
  return el("dl", { class: "contact" }, rows.map(([term, parts]) => el("div", {}, [el("dt", { text: term }), el("dd", {}, parts)])));
}

/** Opening hours, not broken inside "8.00-17.00". @param {string} text */
function hours(text) {
  const words = text.split(" ").map((word) => (word.includes("-") ? el("span", { class: "nowrap", text: word }) : word));
  return el("p", {}, words.flatMap((word, at) => (at === 0 ? [word] : [" ", word])));
}

/**
 * @param {Contact} contact
 * @param {Texts} texts
 */
export function emergencyBox(contact, texts) {
  const phone = contact.emergency_phone;
  return el("div", { class: "emergency" }, [
    icon("alert"),
    el("div", {}, [
      el("p", { class: "emergency__head", text: texts.emergency }),
      el("p", {}, [`${texts.emergencyLife} `, el("a", { href: "tel:112", text: texts.emergencyCall })]),
      phone &&
        el("p", {}, [`${texts.emergencyPhone}: `, el("a", { href: contact.emergency_phone_link || telephone(phone), text: phone })]),
    ]),
  ]);
}

export class Welcome {
  /**
   * @param {object} options
   * @param {Contact} options.contact
   * @param {Texts} options.texts
   * @param {any} options.disclosure
   * @param {() => Promise<boolean>} options.start
   * @param {() => void} options.ask   tries until it is asked
   * @param {import("./chat-code.js").CodeForm} options.code
   */
  constructor({ contact, texts, disclosure, start, ask, code }) {
    this.texts = texts;
    this.contact = contact;
    this.startLabel = el("span", { text: texts.start });
    this.startButton = el("button", { type: "button", class: "button button--primary welcome__start", on: { click: () => void this.#try(start) } }, [
      icon("chat"),
      this.startLabel,
    ]);
    this.problem = el("p", { class: "error", role: "alert" });
    this.bar = new HelpBar(texts, contact, () => {
      this.problem.textContent = "";
      ask();
    });
    this.element = el("div", { class: "welcome" }, [
      contact?.notice ? el("p", { class: "house-notice", text: contact.notice }) : null,
      emergencyBox(contact, texts),
      el("h3", { class: "welcome__head", text: texts.contactHeading }),
      contactList(contact, texts),
      el("h3", { class: "welcome__head", text: texts.chatHeading }),
      disclosureElement(disclosure, texts),
      this.startButton,
      this.problem,
      code.element,
    ]);
  }

  /** Asking for a person did not get through yet; it is tried again and again. */
  waits() {
    this.#say(this.texts.askWaiting);
  }

  /** @param {() => Promise<boolean>} action */
  async #try(action) {
    if (this.startButton.getAttribute("aria-disabled") === "true") return;
    this.startButton.setAttribute("aria-disabled", "true");
    this.startLabel.textContent = this.texts.starting;
    this.problem.textContent = "";
    const started = await action();
    if (started) return;
    this.startButton.removeAttribute("aria-disabled");
    this.startLabel.textContent = this.texts.again;
    this.#say(this.texts.startFailed);
  }

  /** @param {string} sentence */
  #say(sentence) {
    const ways = [this.contact.phone, this.contact.email].filter(Boolean).join(" · ");
    const whole = sentence.endsWith(":") ? `${sentence} ${ways}` : sentence;
    if (this.problem.textContent === whole) return;
    this.problem.textContent = whole;
    const scroller = this.element.parentElement;
    if (scroller) scroller.scrollTop = scroller.scrollHeight;
  }
}
