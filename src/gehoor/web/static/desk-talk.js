/** The middle: one conversation, its state, and its messages. */

import { byId, keyed, say, show } from "./desk-dom.js";
import { line, unsent, updateUnsent } from "./desk-lines.js";
import { badge } from "./desk-lists.js";
import { promiseWords } from "./desk-promises.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {import("./desk-state.js").Card} Card
 * @typedef {import("./desk-state.js").Conversation} Conversation
 * @typedef {import("./desk-state.js").Fact} Fact
 */

const NEAR_PX = 80;
const TYPING_MS = 6_000;

export class Talk {
  #desk;
  /** @type {string | null} */
  #shown = null;
  #drawn = 0;
  #below = 0;
  #stand = "";
  /** @type {Map<string, number>} */
  #typing = new Map();
  #log = byId("log");

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    byId("below").addEventListener("click", () => {
      this.toEnd();
      this.#log.focus({ preventScroll: true });
    });
    this.#log.addEventListener("scroll", () => {
      this.#stuck = this.#nearEnd();
      if (this.#stuck) this.#newBelow(0);
      this.#read();
    });
    addEventListener("focus", () => this.#read());
    document.addEventListener("visibilitychange", () => this.#read());
    desk.clock.each(() => this.#drawTyping());
    new ResizeObserver(() => this.#stuck && this.toEnd()).observe(this.#log);
  }

  /** The reader is at the end and wants to stay there. Only scrolling changes it: a log that became lower does not. */
  #stuck = true;

  /** Everything, from what is known now. */
  draw() {
    const { state } = this.#desk;
    const id = state.open;
    show(byId("talk"), id !== null);
    show(byId("nothing"), id === null);
    if (id === null) {
      this.#shown = null;
      return;
    }
    const one = state.conversations.get(id);
    if (this.#shown !== id) this.#clear(id);
    this.#head(id, state.card(id), one);
    this.#note(one);
    if (one !== undefined) this.#lines(one);
    this.drawUnsent();
    this.#drawTyping();
    this.#read();
  }

  /** What stands there is no longer what the server has. @param {string} id */
  anew(id) {
    if (this.#shown === id) this.#shown = null;
  }

  /** @param {string} id */
  #clear(id) {
    this.#shown = id;
    this.#drawn = 0;
    this.#stuck = true;
    byId("log-lines").replaceChildren();
    keyed(byId("log-unsent"), [], String, unsentNever, () => undefined);
    this.#newBelow(0);
    say(byId("refusal"), "");
  }

  /** @param {string} id @param {Card | null} card @param {Conversation | undefined} one */
  #head(id, card, one) {
    const { texts } = this.#desk;
    const title = card ? texts.title(card.code) : one?.status === "unknown" ? texts.notFound : texts.loading;
    say(byId("talk-title"), title);
    show(byId("talk-class"), card !== null);
    if (card) badge(byId("talk-class"), card, this.#desk);
    // A refusal said how it stood; once that changes it is old. That an answer was written but not seen changes nothing.
    const stand = card ? `${id} ${card.phase} ${card.reached === "reached"}` : "";
    if (stand !== this.#stand) say(byId("refusal"), "");
    this.#stand = stand;
    say(byId("talk-phase"), card ? this.#phase(id, card) : "");
    const online = card !== null && card.phase !== "resolved";
    say(byId("talk-online"), online ? `${card.customer_online ? texts.online : texts.away}.` : "");
    byId("talk-online").dataset.online = String(Boolean(card?.customer_online));
    this.#call(card);
  }

  /** @param {string} id @param {Card} card */
  #phase(id, card) {
    const { state, texts } = this.#desk;
    if (state.isMine(id)) return texts.yours;
    if (card.offered_to_me) return texts.offeredYou;
    if (card.phase === "human") return card.agent ? texts.with(card.agent) : texts.withColleague;
    const opens = card.promise?.window_start ?? null;
    if (card.phase === "waiting" && opens !== null && this.#desk.clock.until(opens) > 0) return texts.notYet(this.#desk.clock.due(opens));
    if (card.phase === "waiting") return texts.inQueue(card.position) + (state.mayPickUp(id) ? "" : ` ${texts.notFirst}`);
    return { ai: texts.withAi, offered: texts.offeredOther, parked: texts.parkedNow, resolved: texts.resolvedNow }[card.phase] ?? "";
  }

  /** A telephone number that the customer left: the call belongs where the agent looks. @param {Card | null} card */
  #call(card) {
    const phone = card?.promise?.phone ?? card?.phone ?? "";
    const there = phone !== "" && card !== null && card.phase !== "resolved" && card.phase !== "ai";
    show(byId("call"), there);
    if (!there) return;
    const { clock, state, texts } = this.#desk;
    const promise = card.promise;
    const mine = state.isMine(card.id);
    say(byId("call-wish"), texts.callWish(promise?.kind === "callback" ? promiseWords(this.#desk, promise) : ""));
    say(byId("call-phone-groups"), promise?.phone_shown ?? phone);
    say(byId("call-phone-aloud"), promise?.phone_spoken ?? phone);
    byId("call-phone").setAttribute("href", `tel:${phone.replace(/[^+\d]/g, "")}`);
    for (const button of ["call-yes", "call-no"]) show(byId(button), mine);
    const counts = mine && promise?.next_try_at && card.reached !== "reached" && card.class !== "life";
    say(byId("call-counts"), counts ? texts.callCounts(promise.tries + 1, clock.due(promise.next_try_at)) : "");
  }

  /** @param {Conversation | undefined} one */
  #note(one) {
    const { texts } = this.#desk;
    const bare = one === undefined || one.facts.length === 0;
    const words = { new: texts.loading, loading: texts.loading, failed: texts.loadFailed, unknown: texts.unknown, loaded: texts.empty };
    show(byId("log-note"), bare);
    if (bare) say(byId("log-note"), words[one?.status ?? "new"]);
    this.#log.setAttribute("aria-busy", String(bare && one?.status === "loading"));
  }

  /** @param {Conversation} one */
  #lines(one) {
    const language = this.#desk.state.card(one.id)?.language;
    const fresh = one.facts.filter((fact) => fact.seq > this.#drawn);
    const list = byId("log-lines");
    for (const fact of fresh) {
      const node = line(this.#desk, fact, language);
      if (node !== null) list.append(node);
      this.#drawn = fact.seq;
    }
    this.#marks(one);
    if (fresh.length === 0) return;
    const own = fresh.some((fact) => fact.author?.kind === "human" && fact.author.name === this.#desk.state.me.name);
    if (own || this.#stuck) this.toEnd();
    else this.#newBelow(this.#below + fresh.filter((fact) => fact.type === "message").length);
  }

  /** "Verstuurd" or "Gezien door klant" below what a person wrote. @param {Conversation} one */
  #marks(one) {
    const { texts } = this.#desk;
    for (const node of byId("log-lines").querySelectorAll(".sent-state")) {
      const item = node.closest("li");
      const seen = Number(item.dataset.seq) <= one.seenUpTo;
      item.classList.toggle("is-seen", seen);
      say(node, seen ? texts.seen : texts.sent);
    }
  }

  drawUnsent() {
    const id = this.#desk.state.open;
    if (id === null) return;
    const items = this.#desk.outbox.of(id);
    keyed(byId("log-unsent"), items, (item) => item.client_id, (item) => unsent(this.#desk, item), (node, item) => updateUnsent(this.#desk, node, item));
    if (items.length > 0 && this.#stuck) this.toEnd();
  }

  /** @param {string} id */
  typing(id) {
    this.#typing.set(id, Date.now() + TYPING_MS);
    this.#drawTyping();
  }

  /** @param {string} id  the customer has spoken */
  quiet(id) {
    this.#typing.delete(id);
    this.#drawTyping();
  }

  #drawTyping() {
    const id = this.#desk.state.open ?? "";
    say(byId("typing"), (this.#typing.get(id) ?? 0) > Date.now() ? this.#desk.texts.customerTypes : "");
  }

  toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#stuck = true;
    this.#newBelow(0);
  }

  #nearEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  /** @param {number} count */
  #newBelow(count) {
    this.#below = count;
    show(byId("below"), count > 0);
    if (count > 0) say(byId("below"), this.#desk.texts.newBelow(count));
  }

  /** What is on the screen of somebody who looks, is read. */
  #read() {
    const id = this.#desk.state.open;
    if (id !== null && this.#shown === id && document.visibilityState === "visible" && document.hasFocus() && this.#stuck) {
      this.#desk.state.markRead(id);
    }
  }
}

/** @returns {HTMLElement} */
function unsentNever() {
  throw new Error("an empty list creates nothing");
}

