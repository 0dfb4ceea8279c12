/** The card above the composer: where the customer stands now, and the way to be reached when nobody is free. */

import { waitInWords } from "./chat-choose.js";
import { CodeBox } from "./chat-code.js";
import { button, el, telephone, uniqueId } from "./chat-dom.js";
import { moment } from "./widget-texts.js";

/**
 * @typedef {import("./client.js").State} State
 * @typedef {import("./widget-texts.js").Texts} Texts
 * @typedef {{ preference: "callback" | "email", phone?: string, email?: string }} Wish
 */

/**
 * The sentence of this moment, or "" when there is nothing to say.
 * @param {State | null} state
 * @param {Texts} texts
 * @param {boolean} [kept]   the last promise was kept
 * @returns {{ title: string, more: string[] }}
 */
export function standing(state, texts, kept = false) {
  if (state === null) return { title: "", more: [] };
  const promise = state.promise ? [promised(state.promise, texts), texts.reference(state.promise.reference), ...number(state, texts)] : [];
  if (state.phase === "waiting" && state.promise) return { title: promise[0], more: [...promise.slice(1), texts.keepTyping] };
  if (state.phase === "waiting") {
    const title = state.position ? texts.position(state.position) : texts.inQueue;
    const up = state.position_reason ? [state.position_reason] : [];
    return { title, more: [...up, waitInWords(state.estimated_wait_s, texts), texts.keepTyping] };
  }
  if (state.phase === "offered") return { title: texts.offered, more: [...promise, texts.keepTyping] };
  if (state.phase === "parked") return { title: promise[0] ?? texts.parked, more: promise.slice(1) };
  if (state.phase === "resolved") return { title: texts.resolved, more: [...(kept ? [texts.kept] : []), texts.resolvedHint] };
  if (state.phase === "human") return { title: "", more: [] };
  return { title: promise[0] ?? "", more: promise.slice(1) };
}

/**
 * What is promised: how, and in which window or by when.
 * @param {import("./client.js").PromiseTold} promise
 * @param {Texts} texts
 */
function promised({ kind, due_at, window }, texts) {
  if (window) return texts.promiseWindow(window.text);
  const due = moment(due_at, texts.language);
  return kind === "callback" ? texts.promiseCallback(due) : kind === "email" ? texts.promiseEmail(due) : texts.promise(due);
}

/**
 * @param {State} state
 * @param {Texts} texts
 */
function number(state, texts) {
  return state.promise?.kind === "callback" && state.phone_read_back ? [texts.numberKept(state.phone_read_back.text)] : [];
}

/**
 * The optional form for a telephone number or an address. Nothing in it is required.
 */
export class ReachForm {
  #texts;
  #send;

  /**
   * @param {Texts} texts
   * @param {(wish: Wish) => Promise<{ item: import("./client-outbox.js").Item }>} send
   * @param {(sentence: string) => void} told
   */
  constructor(texts, send, told) {
    this.#texts = texts;
    this.#send = send;
    this.told = told;
    this.phone = this.#field("tel", "tel", texts.reachPhone);
    this.email = this.#field("email", "email", texts.reachEmail);
    this.result = el("p", { class: "card__result", role: "status" });
    this.form = el("form", { class: "reach", novalidate: true, on: { submit: (/** @type {Event} */ event) => this.#submit(event) } }, [
      el("p", { class: "quiet", text: texts.reachHint }),
      this.phone.box,
      this.email.box,
      el("button", { type: "submit", class: "button", text: texts.reachSend }),
      this.result,
    ]);
    this.summary = el("summary", { text: texts.reach });
    this.element = el("details", { class: "fold" }, [this.summary, this.form]);
  }

  /** Who is called at night for somebody in danger has no other way to them. @param {boolean} danger */
  ask(danger) {
    const asked = danger ? this.#texts.reachDanger : this.#texts.reach;
    if (this.summary.textContent !== asked) this.summary.textContent = asked;
  }

  /**
   * @param {string} type
   * @param {string} autocomplete
   * @param {string} label
   */
  #field(type, autocomplete, label) {
    const id = uniqueId(type);
    const input = el("input", { id, type, autocomplete, class: "input", maxlength: "254" });
    const error = el("p", { id: `${id}-error`, class: "error" });
    const box = el("div", { class: "field" }, [el("label", { for: id, text: label }), input, error]);
    return { input, error, box };
  }

  /**
   * @param {{ input: HTMLInputElement, error: HTMLElement }} field
   * @param {string} sentence
   */
  #mark(field, sentence) {
    field.error.textContent = sentence;
    if (sentence) {
      field.input.setAttribute("aria-invalid", "true");
      field.input.setAttribute("aria-describedby", field.error.id);
    } else {
      field.input.removeAttribute("aria-invalid");
      field.input.removeAttribute("aria-describedby");
    }
  }

  /** @param {Event} event */
  async #submit(event) {
    event.preventDefault();
    const texts = this.#texts;
    const phone = this.phone.input.value.trim();
    const email = this.email.input.value.trim();
    const digits = phone.replace(/\D/g, "").length;
    const phoneBad = phone !== "" && (digits < 8 || digits > 15) ? texts.reachPhoneBad : "";
    const emailBad = email !== "" && !/^\S+@\S+\.\S+$/.test(email) ? texts.reachEmailBad : "";
    this.#mark(this.phone, phone === "" && email === "" ? texts.reachEmpty : phoneBad);
    this.#mark(this.email, emailBad);
    const wrong = [this.phone, this.email].find((field) => field.error.textContent !== "");
    if (wrong) {
      wrong.input.focus();
      return;
    }
    /** @type {Wish} */
    const wish = { preference: phone ? "callback" : "email" };
    if (phone) wish.phone = phone;
    if (email) wish.email = email;
    this.result.textContent = texts.sending;
    const { item } = await this.#send(wish);
    if (item.status === "failed") {
      this.result.textContent = item.reason || texts.askRefused;
      const field = item.field === "phone" ? this.phone : item.field === "email" ? this.email : null;
      if (field) {
        this.#mark(field, item.reason || texts.askRefused);
        this.result.textContent = "";
        field.input.focus();
      }
      return;
    }
    this.result.textContent = texts.reachDone;
    this.told(texts.reachDone);
  }
}

/**
 * The card itself: rebuilt only when its sentence changes, so that what is being done in it is not lost.
 */
export class StandingCard {
  element = el("section", { class: "card", hidden: true, tabindex: "-1" });
  #title = el("p", { class: "card__title" });
  #more = el("div", { class: "card__more" });
  #actions = el("div", { class: "card__actions" });
  #texts;
  #reach;
  #ways;
  /** @type {HTMLElement} */
  #mail;
  #choose;
  #code;

  /**
   * @param {Texts} texts
   * @param {{ withdraw: () => void, choose: (way: "live" | "callback" | "email") => void, ask: (wish: Wish) => Promise<any>, told: (sentence: string) => void }} actions
   */
  constructor(texts, actions) {
    const id = uniqueId("card");
    this.#title.id = id;
    this.#texts = texts;
    this.element.setAttribute("aria-labelledby", id);
    this.#reach = new ReachForm(texts, actions.ask, actions.told);
    this.#code = new CodeBox(texts);
    this.#ways = el("div", { class: "card__ways", role: "group", "aria-label": texts.chooseHeading }, [
      el("p", { class: "card__ask", text: texts.chooseHeading }),
      button(texts.chooseWait, () => actions.choose("live"), "button button--small"),
      button(texts.chooseCallback, () => actions.choose("callback"), "button button--small"),
      (this.#mail = button(texts.chooseEmail, () => actions.choose("email"), "button button--small")),
    ]);
    this.#choose = button("", () => actions.choose("callback"), "button button--quiet");
    this.#actions.append(this.#choose, button(texts.withdraw, actions.withdraw, "button button--quiet"), this.#reach.element);
    this.element.append(this.#title, this.#more, this.#ways, this.#code.element, this.#actions);
  }

  /**
   * @param {{ title: string, more: string[] }} sentence
   * @param {boolean} open     a request for a person is open
   * @param {State | null} state
   * @param {string} code      the code to come back with; empty: not shown now
   */
  show({ title, more }, open, state, code) {
    this.element.hidden = title === "";
    if (this.#title.textContent !== title) this.#title.textContent = title;
    if (this.#more.textContent !== more.join("")) {
      this.#more.replaceChildren(...more.map((line) => el("p", { class: line === this.#texts.keepTyping ? "card__hint" : null, text: line })));
    }
    const may = open && state?.may_choose === true;
    const undecided = may && state?.promise?.kind === "chat";
    this.#ways.hidden = !undecided;
    this.#mail.hidden = state?.mail !== true;
    this.#choose.hidden = !may || undecided;
    this.#choose.textContent = state?.promise ? this.#texts.move : this.#texts.chooseHeading;
    this.#reach.element.hidden = may;
    this.#reach.ask(state?.danger === true);
    this.#actions.hidden = !open;
    this.#code.show(code);
  }
}

/**
 * How to reach the organisation, in one paragraph: for the moments that the chat does not work.
 * @param {import("./chat-view.js").Contact} contact
 * @param {Texts} texts
 */
export function reachUs(contact, texts) {
  return el("ul", { class: "reachus" }, [
    contact.phone && el("li", {}, [el("a", { href: contact.phone_link || telephone(contact.phone), text: texts.call(contact.phone) }), contact.hours && el("span", { class: "reachus__hours", text: ` (${contact.hours})` })]),
    contact.email && el("li", {}, [el("a", { href: `mailto:${contact.email}`, text: contact.email })]),
    contact.emergency_phone &&
      el("li", {}, [`${texts.emergencyPhone}: `, el("a", { href: contact.emergency_phone_link || telephone(contact.emergency_phone), text: contact.emergency_phone })]),
  ]);
}
