/** What a supervisor must know now: alarms, people, promises, windows, and whether the told wait was right. */

import { byId, h, say, show } from "./desk-dom.js";
import { clock, figure, fill, keep, span, toConversation } from "./desk-page.js";

const EVERY_MS = 10_000;
/** Alarms about one conversation. */
const OF_A_CONVERSATION = new Set(["partner_silent"]);

/**
 * @typedef {{ kind: string, about: string, since: string, what: string, action: string, data: Record<string, string> }} Alarm  about: which one, of a promise its conversation
 * @typedef {{ team: string, start: string, end: string, on_call: boolean, now: boolean, people: { name: string, there: boolean }[] }} Duty
 * @typedef {{ start: string, end: string, room: number, capacity: number }} Slot
 * @typedef {{ hour: number, count: number, close: number, unknown: number, bias_s: number, median_s: number }} Measured
 */

/** @param {{ alarms: Alarm[] }} told */
function drawAlarms({ alarms }) {
  const promises = alarms.filter((one) => one.kind === "promise_broken");
  fill("alarms", alarms.filter((one) => one.kind !== "promise_broken").map(alarm));
  fill("broken", promises.map(broken));
}

/** @param {any} told */
function draw(told) {
  const { waiting, longest, available, present, promises } = told.now;
  byId("now").replaceChildren(
    figure("Wachten nu", waiting),
    figure("Langste wacht", longest === null ? "geen" : clock.brief(longest)),
    figure("Beschikbaar", `${available} van ${present}`),
    figure("Open beloften", promises),
  );
  const { short } = told;
  show(byId("short"), short !== null);
  if (short !== null) {
    const people = short.people === 1 ? "is 1 persoon" : `zijn ${short.people} mensen`;
    const broken = short.promises === 1 ? "1 belofte" : `${short.promises} beloften`;
    say(byId("short"), `Er ${people} te weinig vanaf ${clock.due(short.since)}. Komt er niemand bij, dan ${short.promises === 1 ? "lukt" : "lukken"} ${broken} niet voor ${clock.due(short.until)}. Vraag een collega, of bel klanten om te verzetten.`);
  }
  fill("rota", told.rota.map(duty));
  fill("windows", told.windows.map(slot));
  fill("estimates", told.estimates.map(measured));
}

/** @param {Alarm} one */
function alarm(one) {
  const link = OF_A_CONVERSATION.has(one.kind) && toConversation(one.about, "Naar het gesprek");
  return h("li", {}, h("strong", { text: `${one.what}.` }), h("span", { text: `Sinds ${clock.due(one.since)}. ${one.action} ` }), link);
}

/** @param {Alarm} one */
function broken(one) {
  const reference = one.data.reference || "Naar het gesprek";
  return h("li", { class: "is-bad" }, toConversation(one.about, reference), h("span", { text: ` Sinds ${clock.due(one.since)}. ${one.action}` }));
}

/** @param {Duty} one */
function duty(one) {
  const empty = one.now && !one.on_call && !one.people.some((each) => each.there);
  const kind = one.on_call ? ", oproepbaar" : "";
  const person = (/** @type {Duty["people"][0]} */ each) => {
    const says = !one.now || one.on_call ? "" : each.there ? ": is er" : ": is er niet";
    return h("li", { class: one.now && !one.on_call && !each.there ? "is-missing" : "", text: each.name + says });
  };
  const words = h("strong", { text: `${one.team}${kind}, ${span(one.start, one.end)}` });
  const missing = empty && h("p", { class: "refusal", text: "Er is niemand. Bel de mensen op deze dienst, of zet uzelf op Beschikbaar." });
  return h("li", { class: empty ? "is-bad" : "" }, words, h("ul", { class: "people" }, ...one.people.map(person)), missing);
}

/** @param {Slot} one */
function slot(one) {
  const room = h("td", { class: one.room === 0 ? "is-none" : "", text: one.room === 0 ? "vol" : String(one.room) });
  return h("tr", {}, h("th", { text: span(one.start, one.end), attr: { scope: "row" } }), room, h("td", { text: String(one.capacity) }));
}

/** @param {Measured} one */
function measured(one) {
  const hour = h("th", { text: `${one.hour} uur`, attr: { scope: "row" } });
  const unknown = one.unknown > 0 ? ` (${one.unknown} keer niet te zeggen)` : "";
  const off = one.count === 0 ? "" : `${Math.round(one.median_s / 60)} min, ${bias(one.bias_s)}`;
  return h("tr", {}, hour, h("td", { text: `${one.count + one.unknown}${unknown}` }), h("td", { text: one.count === 0 ? "" : `${one.close} van ${one.count}` }), h("td", { text: off }));
}

/** @param {number} seconds  above 0: we said too long */
function bias(seconds) {
  if (Math.abs(seconds) < 30) return "gemiddeld goed";
  return seconds > 0 ? "vaker te lang gezegd" : "vaker te kort gezegd";
}

keep("/lead", draw, EVERY_MS);
keep("/alarms", drawAlarms, EVERY_MS);
