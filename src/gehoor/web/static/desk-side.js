/** The right side: the conversation in three lines, what is known of the customer, and articles to answer with. */

import { byId, h, keyed, link, say, show, words } from "./desk-dom.js";
import { languageName } from "./desk-lists.js";
import { promiseWords } from "./desk-promises.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {import("./desk-state.js").Card} Card
 * @typedef {import("./desk-state.js").Article} Article
 */

export class Side {
  #desk;
  /** @type {string | null} */
  #shown = null;

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
  }

  draw() {
    const { state, texts } = this.#desk;
    const id = state.open;
    const card = id === null ? null : state.card(id);
    show(byId("side"), card !== null);
    if (id === null || card === null) return;
    if (this.#shown !== id) say(byId("article-said"), "");
    this.#shown = id;
    const one = state.conversations.get(id);
    const summary = one?.summary ?? [];
    keyed(byId("summary"), summary, (text) => text, () => h("li", { attr: { dir: "auto" } }), say);
    show(byId("summary"), summary.length > 0);
    show(byId("summary-empty"), summary.length === 0);
    say(byId("summary-empty"), one === undefined || one.status === "loading" ? texts.loading : texts.noSummary);
    this.#facts(card);
    this.#articles(one?.articles ?? [], state.isMine(id));
  }

  /** @param {Card} card */
  #facts(card) {
    const { clock, texts } = this.#desk;
    const t = texts.facts;
    const phone = card.promise?.phone ?? card.phone;
    const email = card.promise?.email ?? card.email;
    const asked = card.requested_at;
    /** @type {[string, string, (() => string) | string, string?][]} */
    const rows = [
      ["urgency", t.urgency, texts.class[card.class]],
      ["language", t.language, languageName(this.#desk, card.language)],
      ["channel", t.channel, texts.channel[card.channel] ?? card.channel],
      ["since", t.since, asked === null ? t.notAsked : () => t.waitsSince(clock.moment(asked), clock.since(asked))],
    ];
    if (asked !== null) rows.push(["answer", t.answer, texts.reached[card.reached]]);
    rows.push(["line", t.line, card.customer_online ? texts.online : texts.away]);
    const promise = card.promise;
    if (card.skill) rows.push(["skill", t.skill, card.skill]);
    if (card.chosen) rows.push(["chosen", t.chosen, card.chosen]);
    if (promise?.due_at) {
      const late = () => (clock.until(promise.due_at) < 0 ? `. ${texts.promiseLate}` : "");
      rows.push(["promise", t.promise, () => promiseWords(this.#desk, promise) + late()]);
      rows.push(["reference", t.reference, promise.reference]);
      if (promise.owner) rows.push(["owner", t.owner, promise.owner]);
    }
    if (phone) rows.push(["phone", t.phone, phone, `tel:${phone.replace(/[^+\d]/g, "")}`]);
    if (email) rows.push(["email", t.email, email, `mailto:${email}`]);
    keyed(
      byId("facts"),
      rows,
      ([key, , value, href]) => `${key}:${typeof value === "string" ? value : ""}:${href ?? ""}`,
      ([, name, value, href]) => h("div", {}, h("dt", { text: name }), href ? h("dd", {}, h("a", { text: String(value), attr: { href } })) : h("dd")),
      (node, [, , value, href]) => {
        if (typeof value === "function") clock.show(node.lastElementChild, value);
        else if (!href) say(node.lastElementChild, value);
      },
    );
  }

  /** @param {Article[]} articles @param {boolean} mine */
  #articles(articles, mine) {
    const { texts } = this.#desk;
    show(byId("articles"), articles.length > 0);
    show(byId("articles-empty"), articles.length === 0);
    say(byId("articles-empty"), texts.noArticles);
    keyed(
      byId("articles"),
      articles,
      (one) => `${one.article}\n${one.text}`,
      (one) => this.#article(one),
      (node) => show(node.lastElementChild, mine),
    );
  }

  /** @param {Article} one */
  #article(one) {
    const { composer, texts } = this.#desk;
    const use = () => {
      composer.insert(one.text, one);
      say(byId("article-said"), texts.usedArticle);
    };
    return h(
      "li",
      { class: "article" },
      h("h3", { text: one.title, attr: { dir: "auto" } }),
      h("details", {}, h("summary", { text: texts.readMore }, h("span", { class: "sr", text: `: ${one.title}` })), words(one.text), h("p", {}, link(one.url, texts.openArticle, texts.newTab))),
      h("button", { text: texts.useArticle, attr: { type: "button", "aria-label": `${texts.useArticle}: ${one.title}` }, click: use }),
    );
  }
}
