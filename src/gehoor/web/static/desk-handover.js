/** What the night hands over to the morning: what came in, was promised, is done, is open, went wrong. Made to print. */

import { byId, h, say, show } from "./desk-dom.js";
import { clock, figure, keep, texts, toConversation } from "./desk-page.js";
import { promiseWords } from "./desk-promises.js";

const EVERY_MS = 60_000;

/**
 * @typedef {object} Item
 * @property {string} id
 * @property {string} code
 * @property {string} reference
 * @property {string} at
 * @property {string} phase
 * @property {"none" | "discomfort" | "damage" | "life"} danger
 * @property {string} language
 * @property {string} kind        how the promise is to be kept; empty: none runs
 * @property {string | null} due_at
 * @property {string | null} window_start
 * @property {string} owner
 * @property {number} tries
 * @property {"" | "asked" | "acknowledged" | "silent" | "reached"} partner   what the night chain did last
 * @property {boolean} mail_failed
 * @property {{ topic: "complaint" | "objection" | "privacy", due_at: string }[]} receipts
 *
 * @typedef {{ what: string, action: string, since: string, over_at: string | null }} Rang
 */

/** The lists, in the order in which a morning needs them. */
const PARTS = /** @type {const} */ ([
  ["broken", "Niet op tijd", "Alles is op tijd gedaan."],
  ["open", "Nog open, eerst wat het eerst moet", "Er staat niets meer open."],
  ["came_in", "Binnengekomen", "Er is niets binnengekomen."],
  ["received", "Klachten, bezwaren en verzoeken over gegevens", "Er is geen klacht, bezwaar of verzoek gekomen."],
  ["promised", "Beloofd", "Er is niets beloofd."],
  ["done", "Gedaan", "Er is nog niets afgerond."],
  ["not_reached", "Niet bereikt na drie pogingen", "Iedereen is bereikt, of wordt nog gebeld."],
]);

/** @param {any} told */
function draw(told) {
  say(byId("span"), `Van ${clock.due(told.since)} tot ${clock.due(told.until)}.`);
  byId("figures").replaceChildren(
    figure("Niet op tijd", told.broken.length),
    figure("Nog open", told.open.length),
    figure("Binnengekomen", told.came_in.length),
    figure("Gedaan", told.done.length),
    figure("Alarmen", told.alarms.length),
  );
  const parts = PARTS.map(([name, title, none]) => part(name, title, none, told[name].map((/** @type {Item} */ one) => item(one, name))));
  byId("parts").replaceChildren(...parts, part("alarms", "Alarmen", "Er was geen alarm.", told.alarms.map(rang)));
}

/** @param {string} name @param {string} title @param {string} none @param {HTMLElement[]} items */
function part(name, title, none, items) {
  const heading = h("h2", { text: items.length > 0 ? `${title} (${items.length})` : title, attr: { id: `part-${name}` } });
  const list = items.length > 0 ? h("ul", { class: "rows" }, ...items) : h("p", { class: "empty", text: none });
  return h("section", { attr: { "aria-labelledby": `part-${name}`, "data-part": name } }, heading, list);
}

/** @param {Item} one @param {string} name */
function item(one, name) {
  const kind = one.danger === "none" ? "" : texts.class[one.danger];
  const words = [
    clock.due(one.at),
    kind,
    one.due_at === null ? "" : promiseWords({ clock, texts }, { kind: one.kind, due_at: one.due_at, window_start: one.window_start }),
    ...one.receipts.map(({ topic, due_at }) => texts.receipt(texts.topic[topic], clock.due(due_at))),
    one.owner,
    one.tries > 0 ? texts.tries(one.tries) : "",
    one.partner && texts.lines[`partner_${one.partner}`],
    one.mail_failed && texts.lines.mail_failed,
    texts.phase[/** @type {"ai"} */ (one.phase)] ?? "",
  ];
  const bad = name === "broken" || (name === "open" && one.due_at !== null && clock.until(one.due_at) < 0);
  return h("li", { class: bad ? "is-bad" : "" }, toConversation(one.id, one.reference || one.code), h("span", { text: ` ${words.filter(Boolean).join(" · ")}` }));
}

/** @param {Rang} one */
function rang(one) {
  const stands = one.over_at === null;
  const over = stands ? `. Dit is nog niet voorbij. ${one.action}` : `, voorbij ${clock.due(one.over_at ?? one.since)}.`;
  return h("li", { class: stands ? "is-bad" : "" }, h("strong", { text: `${one.what}.` }), h("span", { text: ` Vanaf ${clock.due(one.since)}${over}` }));
}

byId("print").addEventListener("click", () => print());
show(byId("print"), true);
keep(`/handover${location.search}`, draw, EVERY_MS);
