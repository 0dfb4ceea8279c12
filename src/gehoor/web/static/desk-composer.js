/** Where the agent writes: an answer to the customer, or a note for colleagues. */

import { byId, disclosure, h, say, show } from "./desk-dom.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {import("./desk-state.js").Article} Article
 * @typedef {"answer" | "note"} Mode
 */

const LONGEST = 4000;
const TYPING_EVERY_MS = 4_000;
const TELLING = 20;

export class Composer {
  #desk;
  #words = byId("words");
  /** @type {Mode} */
  #mode = "answer";
  /** @type {string | null} */
  #id = null;
  /** An answer and a note have each their own draft: a note never becomes an answer by pressing a button. @type {Record<string, string>} */
  #drafts = {};
  /** Articles whose text was put in an answer that was not sent yet, by conversation. @type {Record<string, Article[]>} */
  #used = {};
  #typedAt = 0;
  /** It is a note because the customer is not mine; that ends when the customer is. */
  #forced = false;
  #closeCanned;

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    this.#drafts = desk.drawer.read("drafts") ?? {};
    this.#used = desk.drawer.read("used") ?? {};
    this.#closeCanned = disclosure(byId("canned-open"), byId("canned"));
    byId("composer").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#send();
    });
    this.#words.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
    this.#words.addEventListener("input", () => this.#typed());
    byId("note-toggle").addEventListener("click", () => {
      this.#turn(this.#mode === "note" ? "answer" : "note");
      this.focus();
    });
  }

  /** Everything, from what is known now. */
  draw() {
    const { state, texts } = this.#desk;
    if (this.#id !== state.open) {
      this.#id = state.open;
      this.#mode = "answer";
      this.#forced = false;
      this.#words.value = this.#draft();
      say(byId("words-refusal"), "");
    }
    if (this.#id === null) return;
    const mine = state.isMine(this.#id);
    // Until it is known whose customer it is, nothing can be written: an answer would be kept as a note.
    const known = state.ready && state.card(this.#id) !== null;
    show(byId("composer"), known);
    if (!known) return;
    if (!mine && this.#mode === "answer") {
      this.#forced = true;
      this.#turn("note", false);
    } else if (mine && this.#forced) {
      this.#forced = false;
      this.#turn("answer");
    }
    show(byId("note-toggle"), mine);
    show(byId("canned-open"), mine && this.#mode === "answer");
    const note = this.#mode === "note";
    byId("composer").dataset.mode = this.#mode;
    byId("note-toggle").setAttribute("aria-pressed", String(note));
    say(byId("words-label"), note ? texts.noteLabel : texts.answerLabel);
    say(byId("send"), note ? texts.saveNote : texts.send);
    const promise = state.card(this.#id)?.promise;
    const letter = promise?.by_mail && promise.email ? `${texts.byMail(promise.email)} ` : "";
    say(byId("words-hint"), mine ? (note ? texts.noteHint : letter + texts.answerHint) : `${texts.noteOnly} ${texts.noteHint}`);
    this.#canned();
  }

  /** The conversation became mine: write to the customer. */
  answer() {
    this.#turn("answer");
    this.focus();
  }

  focus() {
    this.#words.focus();
  }

  /**
   * Put a text behind what stands there.
   * @param {string} text
   * @param {Article} [article]  where it is from: what a customer was given can only be recalled when that is known
   */
  insert(text, article) {
    if (article && this.#id !== null) this.#use(this.#id, [article]);
    if (this.#mode === "note") this.#turn("answer");
    const before = this.#words.value.trimEnd();
    this.#words.value = before === "" ? text : `${before}\n\n${text}`;
    this.#keep();
    this.focus();
    this.#words.setSelectionRange(this.#words.value.length, this.#words.value.length);
    this.#words.scrollTop = this.#words.scrollHeight;
  }

  /** @param {import("./desk-outbox.js").Item} item  a refused message, to be changed */
  takeBack(item) {
    this.#desk.outbox.remove(item.client_id);
    this.#turn(item.kind === "notes" || !this.#desk.state.isMine(item.conversation) ? "note" : "answer");
    const now = this.#words.value.trimEnd();
    this.#words.value = now === "" ? item.text : `${item.text}\n\n${now}`;
    if (item.sources?.length) this.#use(item.conversation, item.sources);
    this.#keep();
    this.focus();
  }

  /** @param {import("./desk-outbox.js").Item} item */
  discard(item) {
    this.#desk.outbox.remove(item.client_id);
    this.focus();
  }

  /** @param {Mode} mode @param {boolean} [carry]  a text may become a note, never the other way round */
  #turn(mode, carry = true) {
    if (mode !== this.#mode) {
      const text = this.#words.value;
      this.#keep();
      this.#mode = mode;
      if (carry && mode === "note" && text.trim() !== "" && this.#draft() === "") {
        this.#drafts[this.#key("note")] = text;
        delete this.#drafts[this.#key("answer")];
      }
      this.#words.value = this.#draft();
      say(byId("words-refusal"), "");
    }
    this.draw();
  }

  #send() {
    const { texts } = this.#desk;
    const text = this.#words.value.trim();
    if (this.#id === null) return;
    if (text === "" || text.length > LONGEST) {
      say(byId("words-refusal"), text === "" ? texts.emptyText : texts.tooLong(text.length));
      this.focus();
      return;
    }
    say(byId("words-refusal"), "");
    this.#words.value = "";
    this.#keep();
    this.#post(text, this.#mode === "note", false);
    this.focus();
  }

  /** @param {string} text @param {boolean} note @param {boolean} canned */
  #post(text, note, canned) {
    const id = /** @type {string} */ (this.#id);
    const sources = note || canned ? [] : this.#sources(id, text);
    this.#desk.outbox.add(id, note ? "notes" : "messages", text, canned, sources);
    this.#desk.talk.toEnd();
  }

  /** @param {string} id @param {Article[]} articles */
  #use(id, articles) {
    const others = (this.#used[id] ?? []).filter((one) => !articles.some((two) => two.article === one.article));
    this.#used[id] = [...others, ...articles];
    this.#desk.drawer.write("used", this.#used);
  }

  /**
   * The articles of which something is left in the text. One that was put in and taken out again was not given.
   * @param {string} id
   * @param {string} text
   */
  #sources(id, text) {
    const left = (this.#used[id] ?? []).filter((one) => sentencesOf(one.text).some((sentence) => text.includes(sentence)));
    delete this.#used[id];
    this.#desk.drawer.write("used", this.#used);
    return left;
  }

  #canned() {
    const { state, texts } = this.#desk;
    const language = state.card(/** @type {string} */ (this.#id))?.language === "en" ? "en" : "nl";
    const list = byId("canned-lines");
    if (list.dataset.language === language) return;
    list.dataset.language = language;
    const button = (/** @type {string} */ text) =>
      h("button", {
        text,
        attr: { type: "button", lang: language },
        click: () => {
          this.#closeCanned();
          this.#post(text, false, true);
          this.focus();
        },
      });
    list.replaceChildren(...texts.canned[language].map((text) => h("li", {}, button(text))));
  }

  #typed() {
    this.#keep();
    if (this.#words.value.trim() !== "") say(byId("words-refusal"), "");
    const now = Date.now();
    if (this.#id === null || this.#mode === "note" || now - this.#typedAt < TYPING_EVERY_MS || this.#words.value === "") return;
    this.#typedAt = now;
    void this.#desk.api.act(this.#id, "typing");
  }

  /** @param {Mode} mode */
  #key(mode) {
    return `${mode}:${this.#id}`;
  }

  #draft() {
    return this.#drafts[this.#key(this.#mode)] ?? "";
  }

  #keep() {
    if (this.#id === null) return;
    if (this.#words.value === "") delete this.#drafts[this.#key(this.#mode)];
    else this.#drafts[this.#key(this.#mode)] = this.#words.value;
    this.#desk.drawer.write("drafts", this.#drafts);
  }
}

/** Sentences long enough to know an article by. @param {string} text */
function sentencesOf(text) {
  const found = text.split(/(?<=[.!?])\s+/).filter((sentence) => sentence.length >= TELLING);
  return found.length > 0 ? found : [text];
}
