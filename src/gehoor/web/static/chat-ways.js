/** The buttons of a notice: "yes, there is danger now" with the number to call, and the easier ways that are offered. */

import { button, el, icon, telephone } from "./chat-dom.js";

/**
 * @typedef {import("./client.js").Fact} Fact
 * @typedef {import("./client.js").Way} Way
 * @typedef {import("./widget-texts.js").Texts} Texts
 * @typedef {{ say: (words: string) => void, choose: (way: Way) => void }} Actions
 */

/**
 * The buttons of a fact, or null when it has none.
 * @param {Fact} fact
 * @param {Texts} texts
 * @param {Actions} actions
 * @returns {HTMLElement | null}
 */
export function waysElement(fact, texts, actions) {
  const { danger, offers } = fact;
  if (danger) {
    return el("div", { class: "row ways" }, [
      el("a", { class: "button button--danger", href: telephone(danger.phone) }, [icon("phone"), texts.callNow(danger.phone)]),
      button(danger.yes, () => actions.say(danger.yes), "button"),
    ]);
  }
  if (!offers) return null;
  return el("div", { class: "row ways", role: "group", "aria-label": texts.easierWays }, offers.map((way) => wayElement(way, actions)));
}

/**
 * @param {Way} way
 * @param {Actions} actions
 */
function wayElement(way, actions) {
  const node = button(way.label, () => actions.choose(way), "button button--small");
  node.dataset.offer = way.offer;
  if (way.language) node.lang = way.language;
  return node;
}

/**
 * Takes away what no longer leads anywhere: a question about danger once the customer has written on, an easier way once
 * it was chosen, and all of them once a person is there, who can be asked.
 * @param {HTMLElement} list
 * @param {Fact[]} facts
 * @param {boolean} withPerson
 */
export function endWays(list, facts, withPerson) {
  const wrote = facts.findLast((fact) => fact.type === "message" && fact.author?.kind === "customer")?.seq ?? 0;
  const chosen = new Set(facts.filter((fact) => fact.type === "support_chosen").map((fact) => fact.offer));
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll(".ways"))) {
    const item = /** @type {HTMLElement} */ (node.closest("[data-seq]"));
    const asks = item.dataset.type === "danger_asked";
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (node.querySelectorAll("[data-offer]"))) {
      if (chosen.has(one.dataset.offer)) one.remove();
    }
    const over = asks ? Number(item.dataset.seq) < wrote : withPerson || node.childElementCount === 0;
    if (over) node.remove();
  }
}
