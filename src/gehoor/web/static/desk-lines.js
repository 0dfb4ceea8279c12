/** How one fact looks in the conversation, with its author in words (guarantee HONEST). */

import { correction } from "./desk-correct.js";
import { h, link, words } from "./desk-dom.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {import("./desk-state.js").Fact} Fact
 * @typedef {import("./desk-state.js").Source} Source
 */

/** Facts that show on the message that they are about, not as a line. */
const SILENT = new Set(["delivered"]);

/** Facts whose text is for staff; the text of all others was written to the customer. */
const FOR_STAFF = new Set(["started", "offer_made", "offer_declined", "offer_timed_out", "call_recorded", "parked", "promise_reminded", "partner_silent", "mail_accepted", "model_consulted", "correction_seen"]);

/** @param {Desk} desk @param {Fact} fact @returns {string} who says it, in words */
export function author(desk, fact) {
  const { texts } = desk;
  const name = fact.author?.name ?? "";
  const self = name !== "" && name === desk.state.me.name;
  if (fact.type === "note") return self ? texts.noteMine : texts.noteBy(name);
  if (fact.author?.kind === "customer") return texts.customer;
  if (fact.author?.kind === "ai") return texts.ai;
  if (fact.author?.kind === "human") return self ? texts.staffMe(name) : texts.staff(name);
  return texts.notice(desk.organisation);
}

/**
 * @param {Desk} desk
 * @param {Fact} fact
 * @param {string} [language] of the customer
 * @returns {HTMLElement | null}
 */
export function line(desk, fact, language) {
  if (SILENT.has(fact.type)) return null;
  if (fact.type === "message" || fact.type === "note") return message(desk, fact, language);
  return small(desk, fact, language);
}

/** @param {Desk} desk @param {string} iso */
function time(desk, iso) {
  return h("time", { text: desk.clock.moment(iso), attr: { datetime: iso } });
}

/** @param {Desk} desk @param {Fact} fact @param {string} [language] */
function message(desk, fact, language) {
  const { texts } = desk;
  const kind = fact.type === "note" ? "note" : (fact.author?.kind ?? "notice");
  const head = h("p", { class: "author" }, h("strong", { text: author(desk, fact) }), " ", time(desk, fact.at));
  const item = h("li", { class: `message from-${kind}`, attr: { "data-seq": fact.seq } }, head);
  if (kind === "note") item.append(h("p", { class: "tag", text: texts.noteHidden }));
  if (fact.safety) {
    item.classList.add("is-safety");
    item.append(h("p", { class: "tag", text: texts.safety(fact.safety.phone) }));
  }
  if (fact.correction) item.append(h("p", { class: "tag", text: texts.correction }));
  item.append(words(fact.text ?? "", kind === "note" ? undefined : language));
  if (fact.sources?.length) item.append(...fact.sources.map((source) => sourceLine(desk, texts.source, source)));
  if (fact.suggestions?.length) {
    item.append(h("p", { class: "source", text: `${texts.suggested}:` }));
    item.append(h("ul", { class: "suggested" }, ...fact.suggestions.map((one) => h("li", {}, link(one.url, one.title, texts.newTab)))));
  }
  if (fact.human_offer) item.append(h("p", { class: "tag", text: texts.offeredPerson }));
  if (fact.canned) item.append(h("p", { class: "tag", text: texts.holdLine }));
  if (kind === "human") item.append(h("p", { class: "sent-state" }));
  if (kind === "ai" && desk.state.open !== null) item.append(correction(desk, fact, desk.state.open));
  return item;
}

/** @param {Desk} desk @param {string} label @param {Source} source */
function sourceLine(desk, label, source) {
  return h("p", { class: "source" }, `${label}: `, link(source.url, source.title, desk.texts.newTab), source.date ? ` (${desk.texts.validSince} ${source.date})` : null);
}

/** @param {Desk} desk @param {Fact} fact @param {string} [language] */
function small(desk, fact, language) {
  const { texts } = desk;
  const label = h("strong", { text: labelOf(desk, fact) });
  const told = fact.text && !FOR_STAFF.has(fact.type) && fact.type !== "feedback" ? `${texts.toCustomer} ` : "";
  const text = fact.text ? h("span", { class: "words", text: fact.text, attr: { dir: "auto", lang: told ? language : undefined } }) : null;
  return h("li", { class: "event", attr: { "data-seq": fact.seq, "data-type": fact.type } }, label, text && ". ", told, text, " ", time(desk, fact.at));
}

/** @param {Desk} desk @param {Fact} fact */
function labelOf(desk, fact) {
  const { texts } = desk;
  if (fact.type === "feedback") return fact.helped ? texts.helped : texts.notHelped;
  if (fact.type === "call_recorded" && fact.answered !== undefined) return fact.answered ? texts.calledSpoken : texts.calledNot;
  if (fact.type === "human_requested" && fact.how === "recall") return texts.calledAboutWrong;
  if (fact.type === "partner_silent") return texts.partnerSilent[fact.why ?? "silent"] ?? texts.lines.partner_silent;
  return texts.lines[fact.type] ?? fact.type;
}

/**
 * A message that the server does not have yet, or refused.
 * @param {Desk} desk
 * @param {import("./desk-outbox.js").Item} item
 * @returns {HTMLElement}
 */
export function unsent(desk, item) {
  const { texts } = desk;
  const note = item.kind === "notes";
  const who = note ? texts.noteMine : texts.staffMe(desk.state.me.name);
  return h(
    "li",
    { class: `message ${note ? "from-note" : "from-human"} is-unsent` },
    h("p", { class: "author" }, h("strong", { text: who }), " ", time(desk, item.at)),
    words(item.text),
    item.canned && h("p", { class: "tag", text: texts.holdLine }),
    h("p", { class: "sent-state" }),
    h(
      "div",
      { class: "unsent-buttons" },
      h("button", { text: texts.takeBack, attr: { type: "button" }, click: () => desk.composer.takeBack(item) }),
      h("button", { text: texts.discard, attr: { type: "button" }, click: () => desk.composer.discard(item) }),
    ),
  );
}

/** @param {Desk} desk @param {HTMLElement} node @param {import("./desk-outbox.js").Item} item */
export function updateUnsent(desk, node, item) {
  const { texts } = desk;
  const state = /** @type {HTMLElement} */ (node.querySelector(".sent-state"));
  const buttons = /** @type {HTMLElement} */ (node.querySelector(".unsent-buttons"));
  node.classList.toggle("is-failed", item.status === "failed");
  buttons.hidden = item.status !== "failed";
  const sent = item.kind === "notes" ? texts.saved : texts.sent;
  const waiting = item.busy ? texts.busyToSend : texts.waitingToSend;
  const words = { sending: texts.sending, waiting, sent, failed: `${texts.failed}. ${item.reason ?? ""}` };
  if (state.textContent !== words[item.status]) state.textContent = words[item.status];
}
