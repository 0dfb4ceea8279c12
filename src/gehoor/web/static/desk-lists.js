/** The left side: who is for me, who I talk to, who waits, and which colleagues are there. */

import { byId, h, keyed, say, show } from "./desk-dom.js";
import { promiseWords } from "./desk-promises.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {import("./desk-state.js").Card} Card
 */

/** "Gevaar", with a shape beside the colour. @param {HTMLElement} node @param {Card} card @param {Desk} desk */
export function badge(node, card, desk) {
  node.dataset.class = card.class;
  say(node, desk.texts.class[card.class] ?? card.class);
}

/** @param {Desk} desk @param {string} code */
export function languageName(desk, code) {
  return desk.texts.language[code] ?? code;
}

export class Lists {
  #desk;

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    say(byId("offers-empty"), desk.texts.listsLoading);
  }

  draw() {
    const { state, texts } = this.#desk;
    if (!state.ready) return;
    const offers = state.offers;
    const mine = state.mine.filter((card) => !card.offered_to_me);
    const queue = state.queue.filter((card) => !card.offered_to_me);
    byId("lists").setAttribute("aria-busy", "false");
    this.#list("offers", offers, state.me.presence === "away" ? texts.noOffersAway : texts.noOffers, true);
    this.#list("mine", mine, texts.noMine, false);
    this.#list("queue", queue, texts.noQueue, false, state.queueMore);
    this.#colleagues();
  }

  /** @param {"offers" | "mine" | "queue"} name @param {Card[]} cards @param {string} empty @param {boolean} offer @param {number} [more] */
  #list(name, cards, empty, offer, more = 0) {
    say(byId(`${name}-count`), cards.length > 0 ? String(cards.length + more) : "");
    show(byId(name), cards.length > 0);
    show(byId(`${name}-empty`), cards.length === 0);
    say(byId(`${name}-empty`), empty);
    keyed(byId(name), cards, (card) => card.id, (card) => this.#create(card, offer), (node, card) => this.#update(node, card, name));
  }

  /** @param {Card} card @param {boolean} offer */
  #create(card, offer) {
    const { texts } = this.#desk;
    const parts = {
      code: h("span", { class: "code" }),
      badge: h("span", { class: "badge" }),
      unread: h("span", { class: "unread" }),
      time: h("span", { class: "time" }),
      text: h("span", { class: "snippet", attr: { dir: "auto" } }),
      meta: h("span", { class: "meta" }),
      why: h("span", { class: "why" }),
    };
    const anchor = h(
      "a",
      { class: "card-link", attr: { href: `#g=${encodeURIComponent(card.id)}` }, click: () => this.#desk.again(card.id) },
      h("span", { class: "card-top" }, parts.code, " ", parts.badge, " ", parts.unread, " ", parts.time),
      parts.text,
      parts.meta,
      parts.why,
    );
    const buttons = h("div", { class: "card-buttons" });
    const ends = h("p", { class: "ends" });
    if (offer) {
      const act = (/** @type {"accept" | "decline"} */ what) => () => this.#desk.acts.offer(card.id, what);
      buttons.append(
        h("button", { class: "primary", text: texts.accept, attr: { type: "button", "data-act": "accept", "aria-label": `${texts.accept}: ${card.code}` }, click: act("accept") }),
        h("button", { text: texts.decline, attr: { type: "button", "aria-label": `${texts.decline}: ${card.code}` }, click: act("decline") }),
      );
    } else {
      const click = () => this.#desk.acts.offer(card.id, "accept");
      buttons.append(h("button", { text: texts.pickUp, attr: { type: "button", "aria-label": `${texts.pickUp}: ${card.code}` }, click }));
    }
    const item = h("li", { class: "card" }, anchor, offer && ends, buttons);
    return Object.assign(item, { parts: { ...parts, anchor, buttons, ends } });
  }

  /** @param {any} node @param {Card} card @param {"offers" | "mine" | "queue"} name */
  #update(node, card, name) {
    const { clock, state, texts } = this.#desk;
    const { parts } = node;
    const unread = name === "mine" ? state.unread(card.id) : 0;
    say(parts.code, card.code);
    badge(parts.badge, card, this.#desk);
    say(parts.unread, unread > 0 ? texts.unread(unread) : "");
    show(parts.unread, unread > 0);
    node.dataset.class = card.class;
    node.classList.toggle("is-open", state.open === card.id);
    if (state.open === card.id) parts.anchor.setAttribute("aria-current", "true");
    else parts.anchor.removeAttribute("aria-current");
    const since = card.requested_at;
    const heard = since === null || card.reached === "reached";
    if (heard) clock.still(parts.time, name === "mine" ? "" : texts.phase[card.phase]);
    else clock.show(parts.time, () => texts.waits(clock.brief(since)));
    say(parts.text, card.last_text || texts.noText);
    parts.text.classList.toggle("is-empty", !card.last_text);
    const opens = card.promise?.window_start ?? null;
    const later = name === "queue" && opens !== null && clock.until(opens) > 0;
    node.classList.toggle("is-later", later);
    const meta = [
      name === "queue" && card.position !== null ? texts.position(card.position) : "",
      languageName(this.#desk, card.language),
      card.skill ? texts.skill(card.skill) : "",
      later ? texts.notBefore(clock.due(/** @type {string} */ (opens))) : "",
      name === "queue" && card.phase === "offered" ? texts.offeredElsewhere : "",
      name === "mine" ? (card.customer_online ? texts.online : texts.away) : "",
      card.phase === "parked" ? texts.phase.parked : "",
      card.promise?.due_at ? promiseWords(this.#desk, card.promise) : "",
    ];
    say(parts.meta, meta.filter(Boolean).join(" · "));
    const chosen = name === "offers" && card.chosen ? ` ${texts.chosen(card.chosen)}` : "";
    say(parts.why, card.why && name !== "mine" ? `${texts.why(card.why)}.${chosen}` : "");
    show(parts.why, Boolean(card.why) && name !== "mine");
    show(parts.buttons, name === "offers" || (name === "queue" && state.mayPickUp(card.id)));
    if (name !== "offers") return;
    const ends = card.offer_expires_at;
    if (ends) clock.show(parts.ends, () => texts.offerEnds(Math.max(0, clock.until(ends))));
    else clock.still(parts.ends, "");
  }

  #colleagues() {
    const { state, texts } = this.#desk;
    keyed(
      byId("colleagues"),
      state.staff,
      (one) => one.id,
      () => h("li", {}, h("span", { class: "name" }), h("span", { class: "meta" })),
      (node, one) => {
        say(node.firstElementChild, one.name);
        say(node.lastElementChild, `${texts.presence[one.presence]}, ${texts.staffLine(one.chats, one.capacity)}`);
      },
    );
  }
}
