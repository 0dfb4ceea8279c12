/** What the agent does with a conversation. A refusal is shown where it happened; focus goes where the work goes on. */

import { newId } from "./client-outbox.js";
import { sentence } from "./desk-api.js";
import { byId, h, say, show } from "./desk-dom.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {"accept" | "decline" | "hand-back" | "transfer" | "resolve" | "park" | "call"} Action
 */

/** How a conversation stands after an act of its agent. @type {Record<string, import("./desk-state.js").Card["phase"] | undefined>} */
const AFTER = { "hand-back": "ai", transfer: "waiting", park: "parked", resolve: "resolved" };

export class Acts {
  #desk;
  /** What is being asked of the server: never twice at once. @type {Set<string>} */
  #busy = new Set();
  /** The server said that parking is the way out, for this conversation. @type {string | null} */
  #parkInstead = null;

  /** @type {"available" | "away" | null}  what was chosen, until the server has heard: a list that is under way does not set it back */
  #saying = null;

  /** The note of one transfer has one id, however often it is tried. */
  #noteId = "";

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    const on = (/** @type {string} */ id, /** @type {() => void} */ act) => byId(id).addEventListener("click", act);
    on("hand-back", () => this.#here("hand-back"));
    on("resolve", () => this.#here("resolve", { last_seq: desk.state.conversations.get(desk.state.open ?? "")?.last }));
    on("park", () => this.#here("park"));
    on("call-yes", () => this.#here("call", { answered: true }));
    on("call-no", () => this.#here("call", { answered: false }));
    on("accept", () => desk.state.open && this.offer(desk.state.open, "accept"));
    on("pick-up", () => desk.state.open && this.offer(desk.state.open, "accept"));
    on("decline", () => desk.state.open && this.offer(desk.state.open, "decline"));
    on("transfer", () => this.#askWhereTo());
    byId("transfer-form").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      void this.#transfer();
    });
    for (const radio of byId("presence").querySelectorAll("input")) {
      radio.addEventListener("change", () => this.#presence(radio.value));
    }
  }

  draw() {
    const { state } = this.#desk;
    const id = state.open;
    const card = id === null ? null : state.card(id);
    const mine = id !== null && state.isMine(id);
    if (id !== this.#parkInstead || card?.reached === "reached") this.#parkInstead = null;
    show(byId("accept"), Boolean(card?.offered_to_me));
    show(byId("decline"), Boolean(card?.offered_to_me));
    show(byId("pick-up"), id !== null && !card?.offered_to_me && state.mayPickUp(id));
    for (const name of ["transfer", "resolve"]) show(byId(name), mine);
    show(byId("hand-back"), mine && document.body.dataset.ai === "on");
    show(byId("park"), mine && (card?.reached === "tried" || this.#parkInstead === id));
    for (const radio of byId("presence").querySelectorAll("input")) radio.checked = radio.value === (this.#saying ?? state.me.presence) && state.ready;
  }

  /** @param {string} id @param {"accept" | "decline"} what  from a list or from the conversation */
  async offer(id, what) {
    const { state } = this.#desk;
    const fromTalk = byId("actions").contains(document.activeElement);
    const place = fromTalk ? "refusal" : state.offers.some((card) => card.id === id) ? "offers-refusal" : "queue-refusal";
    const reply = await this.#do(id, what, {}, place);
    if (reply === null) return;
    const card = state.card(id);
    if (what === "accept") {
      if (card) state.adopt({ ...card, phase: "human", offered_to_me: false, offer_expires_at: null, agent: state.me.name });
      this.#desk.go(id);
      this.#desk.composer.answer();
    } else {
      state.queue = state.queue.map((one) => (one.id === id ? { ...one, offered_to_me: false } : one));
      state.mine = state.mine.filter((one) => one.id !== id || !one.offered_to_me);
      this.#desk.draw();
      const next = byId("offers").querySelector("[data-act=accept]");
      (next ?? byId("offers-title")).focus();
    }
    this.#desk.announcer.say(this.#desk.texts.done[what]);
  }

  /** The first offer, by keyboard. */
  acceptFirst() {
    const first = this.#desk.state.offers[0];
    if (first) void this.offer(first.id, "accept");
    else {
      this.#desk.announcer.say(this.#desk.texts.noOffers);
      byId("offers-title").focus();
    }
  }

  /** @param {Action} what @param {unknown} [body] */
  async #here(what, body = {}) {
    const id = this.#desk.state.open;
    if (id === null) return;
    const reply = await this.#do(id, what, body, "refusal");
    if (reply === null) return;
    this.#desk.announcer.say(this.#desk.texts.done[what]);
    if (what === "call") byId("call-yes").focus();
    else byId("talk-title").focus();
  }

  /**
   * @param {string} id
   * @param {Action} what
   * @param {unknown} body
   * @param {string} place   where a refusal is shown
   * @returns {Promise<import("./desk-api.js").Reply | null>} null when refused
   */
  async #do(id, what, body, place) {
    const key = `${what} ${id}`;
    if (this.#busy.has(key)) return null;
    this.#busy.add(key);
    say(byId(place), "");
    const reply = await this.#desk.api.act(id, what, body);
    this.#busy.delete(key);
    if (reply.ok) {
      this.#parkInstead = null;
      this.#desk.state.moved(id, AFTER[what]);
      if (this.#desk.state.open === id || what === "accept") this.#desk.state.load(id);
      return reply;
    }
    const { state, texts } = this.#desk;
    const card = state.card(id);
    const unseen = card?.reached === "tried" || reply.problem?.can === "park";
    if (what === "resolve" && reply.problem?.code === "not_now" && unseen) this.#parkInstead = id;
    if (state.open === id || place !== "refusal") say(byId(place), sentence(reply, texts));
    this.#desk.draw();
    if (this.#parkInstead === id) byId("park").focus();
    return null;
  }

  #askWhereTo() {
    const { state, texts } = this.#desk;
    const people = state.staff.filter((one) => one.id !== state.me.id);
    byId("transfer-people").replaceChildren(
      ...people.map((one) => {
        const how = texts.colleague(one.chats, one.capacity, texts.presence[one.presence]);
        const radio = h("input", { attr: { type: "radio", name: "to", value: one.id, disabled: one.presence === "away" } });
        return h("label", { class: "choice" }, radio, h("span", { text: one.name }, h("small", { text: how })));
      }),
    );
    byId("transfer-form").reset();
    this.#noteId = newId();
    say(byId("transfer-refusal"), "");
    byId("transfer-dialog").showModal();
  }

  async #transfer() {
    const id = this.#desk.state.open;
    if (id === null) return;
    const form = new FormData(byId("transfer-form"));
    const note = byId("transfer-note").value.trim();
    if (note !== "") {
      // First, so that the colleague finds it there.
      const kept = await this.#desk.api.act(id, "notes", { client_id: this.#noteId, text: note });
      if (!kept.ok) {
        say(byId("transfer-refusal"), sentence(kept, this.#desk.texts));
        return;
      }
    }
    const reply = await this.#do(id, "transfer", { to: String(form.get("to") ?? "") || null }, "transfer-refusal");
    if (reply === null) return;
    byId("transfer-dialog").close();
    this.#desk.announcer.say(this.#desk.texts.done.transfer);
    byId("talk-title").focus();
  }

  /** The server began anew and thinks that we are away: say again that we are here. */
  stillHere() {
    void this.#presence("available");
  }

  /** @param {string} status */
  async #presence(status) {
    const { api, state, texts } = this.#desk;
    const presence = status === "available" ? "available" : "away";
    this.#saying = presence;
    const reply = await api.post("/presence", { status: presence });
    if (this.#saying === presence) this.#saying = null;
    say(byId("top-refusal"), reply.ok ? "" : sentence(reply, texts));
    if (reply.ok) {
      state.me = { ...state.me, presence };
      this.#desk.announcer.say(texts.presenceSaid[presence]);
    }
    this.#desk.draw();
  }
}
