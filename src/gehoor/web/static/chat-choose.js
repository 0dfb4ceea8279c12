/**
 * "How would you like to be helped?": wait, be called back in a window, an answer by e-mail, or call now.
 *
 * It takes the place of the messages while it is open, so that it is whole on a small screen; the help bar below it
 * stays. Nothing is promised before the number was read back, and what the customer loses by leaving nothing is said
 * before the choice.
 */

import { button, el, telephone, uniqueId } from "./chat-dom.js";

/**
 * @typedef {import("./client.js").Choices} Choices
 * @typedef {import("./client.js").ReadBack} ReadBack
 * @typedef {import("./widget-texts.js").Texts} Texts
 * @typedef {"live" | "callback" | "email"} Way
 */

const ADDRESS = /^\S+@\S+\.\S+$/;

export class Chooser {
  #client;
  #texts;
  #closed;
  #tell;
  /** @type {Choices | null} */
  #choices = null;
  #heading = el("h3", { class: "choose__head", tabindex: "-1" });
  #body = el("div", { class: "choose__body" });
  #problem = el("p", { class: "error", role: "alert" });
  /** @type {Field} */
  #phone;
  /** @type {Field} */
  #email;
  #busy = false;

  /**
   * @param {import("./client.js").ConversationClient} client
   * @param {Texts} texts
   * @param {(done: boolean) => void} closed
   * @param {(sentence: string) => void} tell
   */
  constructor(client, texts, closed, tell) {
    this.#client = client;
    this.#texts = texts;
    this.#closed = closed;
    this.#tell = tell;
    this.#heading.textContent = texts.chooseHeading;
    this.#phone = new Field("tel", texts.reachPhone);
    this.#email = new Field("email", texts.reachEmail);
    this.element = el("section", { class: "choose", hidden: true, "aria-label": texts.chooseHeading }, [
      el("div", { class: "choose__top" }, [this.#heading, button(texts.chooseBack, () => this.close(false), "button button--small")]),
      this.#body,
      this.#problem,
    ]);
    this.element.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      event.stopPropagation();
      this.close(false);
    });
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** @param {Way} way   what is chosen to begin with */
  async open(way) {
    this.element.hidden = false;
    this.#problem.textContent = "";
    this.#body.replaceChildren(el("p", { class: "quiet", text: this.#texts.loading }));
    this.#heading.focus({ preventScroll: true });
    await this.#fill(way);
  }

  /** @param {boolean} done */
  close(done) {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.#closed(done);
  }

  /** @param {Way} way */
  async #fill(way) {
    this.#choices = await this.#client.choices();
    if (!this.isOpen) return;
    if (this.#choices === null) {
      this.#body.replaceChildren(button(this.#texts.again, () => void this.open(way)));
      this.#problem.textContent = this.#texts.chooseUnreachable;
      return;
    }
    if (!this.#choices.may_choose) return this.close(false);
    this.#draw(this.#choices, way);
  }

  /**
   * @param {Choices} choices
   * @param {Way} way
   */
  #draw(choices, way) {
    const texts = this.#texts;
    const name = uniqueId("way");
    const wait = [choices.wait.position && texts.position(choices.wait.position), waitInWords(choices.wait.estimated_wait_s, texts)];
    const ways = el("fieldset", { class: "choose__list" }, [
      el("legend", { class: "hidden-text", text: texts.chooseHeading }),
      this.#way(name, "live", texts.chooseWait, wait.filter(Boolean).join(". "), way),
      this.#way(name, "callback", texts.chooseCallback, choices.windows.length > 0 ? "" : texts.noWindows, way),
      choices.email.possible && this.#way(name, "email", texts.chooseEmail, "", way),
    ]);
    this.callback = el("div", { class: "choose__more" }, [this.#windows(choices), this.#kept(choices), this.#phone.box]);
    this.mail = el("div", { class: "choose__more" }, [choices.email.left && el("p", { class: "quiet", text: texts.emailKept }), this.#email.box]);
    this.form = el("form", { class: "reach", novalidate: true, on: { submit: (/** @type {Event} */ event) => this.#submit(event), change: () => this.#switch() } }, [
      el("p", { class: "choose__note", text: choices.without_contact }),
      ways,
      this.callback,
      this.mail,
      el("button", { type: "submit", class: "button button--primary", text: texts.chooseSend }),
      this.#callNow(choices),
    ]);
    this.#body.replaceChildren(this.form);
    this.#switch();
  }

  /**
   * @param {string} name
   * @param {Way} value
   * @param {string} label
   * @param {string} hint
   * @param {Way} chosen
   */
  #way(name, value, label, hint, chosen) {
    const input = el("input", { type: "radio", name, value, checked: value === chosen });
    return el("label", { class: "choose__one" }, [input, el("span", {}, [label, hint && el("span", { class: "quiet choose__hint", text: hint })])]);
  }

  /** @param {Choices} choices */
  #windows(choices) {
    if (choices.windows.length === 0) return null;
    const id = uniqueId("window");
    const standing = choices.promise?.window?.start;
    const options = choices.windows.map((one) => el("option", { value: one.start, text: one.text, selected: one.start === standing }));
    this.select = el("select", { id, class: "input" }, options);
    return el("div", { class: "field" }, [el("label", { for: id, text: this.#texts.chooseWindow }), this.select]);
  }

  /** @param {Choices} choices */
  #kept(choices) {
    const read = choices.phone.read_back;
    return read && el("p", { class: "quiet" }, [`${this.#texts.phoneKept} `, readBackElement(read)]);
  }

  /** @param {Choices} choices */
  #callNow({ call }) {
    const { chooseCall, call: label, opensAt } = this.#texts;
    return el("p", { class: "choose__call" }, [
      `${chooseCall} `,
      el("a", { href: call.phone_link || telephone(call.phone), text: label(call.phone) }),
      call.opens && el("span", { class: "quiet", text: ` ${opensAt(call.opens)}` }),
    ]);
  }

  /** @returns {Way} */
  #chosen() {
    return /** @type {any} */ (this.form.querySelector("input[type=radio]:checked"))?.value ?? "live";
  }

  #switch() {
    const way = this.#chosen();
    this.callback.hidden = way !== "callback";
    this.mail.hidden = way !== "email";
  }

  /** @param {Event} event */
  async #submit(event) {
    event.preventDefault();
    if (this.#busy) return;
    const way = this.#chosen();
    this.#problem.textContent = "";
    this.#phone.mark("");
    this.#email.mark("");
    if (way === "live") return this.#wait();
    const ready = way === "callback" ? await this.#numberIsRight() : this.#addressIsRight();
    if (ready) await this.#send(way);
  }

  /** Who waits in the chat keeps the place; only another promise has to be taken back. */
  async #wait() {
    const kind = this.#choices?.promise?.kind;
    if (kind === undefined || kind === "chat") {
      this.#tell(this.#texts.waitKept);
      return this.close(true);
    }
    await this.#send("live");
  }

  #addressIsRight() {
    const email = this.#email.value;
    if (email === "" && this.#choices?.email.left) return true;
    const wrong = email === "" ? this.#texts.emailNeeded : ADDRESS.test(email) ? "" : this.#texts.reachEmailBad;
    this.#email.mark(wrong);
    return wrong === "";
  }

  /** The number is read back, digit by digit, before anything is promised on it. */
  async #numberIsRight() {
    const phone = this.#phone.value;
    if (phone === "") {
      if (this.#choices?.phone.left) return true;
      this.#phone.mark(this.#texts.phoneNeeded);
      return false;
    }
    this.#busy = true; // a second press of the button must not ask twice whether it is right
    const told = await this.#client.readBack(phone);
    this.#busy = false;
    if (told === null) {
      this.#problem.textContent = this.#texts.chooseUnreachable;
      return false;
    }
    if (told.phone_read_back === null) {
      this.#phone.mark(told.phone_problem ?? this.#texts.reachPhoneBad);
      return false;
    }
    return this.#isIt(told.phone_read_back);
  }

  /**
   * @param {ReadBack} read
   * @returns {Promise<boolean>}
   */
  #isIt(read) {
    const texts = this.#texts;
    return new Promise((resolve) => {
      const answer = (/** @type {boolean} */ right) => {
        question.remove();
        this.form.hidden = false;
        if (!right) this.#phone.input.focus();
        else this.#heading.focus({ preventScroll: true });
        resolve(right);
      };
      const words = el("p", { class: "choose__read", tabindex: "-1" }, [`${texts.isItRight} `, readBackElement(read, true)]);
      const question = el("div", { class: "choose__question" }, [
        words,
        el("div", { class: "row" }, [button(texts.itIs, () => answer(true), "button button--primary"), button(texts.itIsNot, () => answer(false))]),
      ]);
      this.form.hidden = true;
      this.#body.append(question);
      words.focus({ preventScroll: true });
    });
  }

  /** @param {Way} way */
  async #send(way) {
    /** @type {Record<string, string>} */
    const wish = { preference: way };
    if (way === "callback" && this.select) wish.window = this.select.value;
    if (way === "callback" && this.#phone.value) wish.phone = this.#phone.value;
    if (way === "email" && this.#email.value) wish.email = this.#email.value;
    this.#busy = true;
    this.#tell(this.#texts.sending);
    const { item } = await this.#client.choose(wish);
    this.#busy = false;
    if (item.status !== "failed") return this.close(true);
    const reason = item.reason || this.#texts.askRefused;
    if (item.field === "window") await this.#fill("callback"); // what is full is no longer offered
    const field = item.field === "phone" ? this.#phone : item.field === "email" ? this.#email : null;
    if (field) field.mark(reason);
    else this.#problem.textContent = reason;
  }
}

/** One line to fill in, with what is wrong with it. */
class Field {
  /**
   * @param {"tel" | "email"} type
   * @param {string} label
   */
  constructor(type, label) {
    const id = uniqueId(type);
    this.input = el("input", { id, type, autocomplete: type, class: "input", maxlength: "200" });
    this.error = el("p", { id: `${id}-error`, class: "error", role: "alert" });
    this.box = el("div", { class: "field" }, [el("label", { for: id, text: label }), this.input, this.error]);
  }

  get value() {
    return this.input.value.trim();
  }

  /** @param {string} sentence */
  mark(sentence) {
    this.error.textContent = sentence;
    if (sentence === "") {
      this.input.removeAttribute("aria-invalid");
      this.input.removeAttribute("aria-describedby");
      return;
    }
    this.input.setAttribute("aria-invalid", "true");
    this.input.setAttribute("aria-describedby", this.error.id);
    this.input.focus();
  }
}

/**
 * A number: in groups for the eye, digit by digit for the ear.
 * @param {ReadBack} read
 * @param {boolean} [large]
 */
export function readBackElement(read, large = false) {
  return el("span", { class: large ? "number number--large" : "number" }, [
    el("span", { "aria-hidden": "true", text: read.text }),
    el("span", { class: "hidden-text", text: read.spoken }),
  ]);
}

/**
 * @param {number | null} seconds
 * @param {Texts} texts
 */
export function waitInWords(seconds, texts) {
  return seconds === null || seconds === undefined ? texts.waitUnknown : texts.wait(Math.ceil(seconds / 60));
}
