/** The parts of a topic's page that are only read: how it stands, warnings, effect, ladder, versions, history. */

import { byId, h, say, show } from "./desk-dom.js";
import { day, done, language, MISSED, percent, POLICY, RUNG, RUNG_TOLD, STANDING } from "./desk-knowledge-words.js";
import { clock, figure, fill } from "./desk-page.js";

/** @typedef {any} Topic  as GET /staff/knowledge/{slug} tells it */

/** @param {Topic} topic */
export function drawStanding(topic) {
  byId("standing").replaceChildren(
    figure("Stand", STANDING[topic.standing] ?? topic.standing),
    figure("Trede", topic.silenced ? "stilgezet" : (RUNG[topic.rung] ?? topic.rung)),
    figure("De AI mag", POLICY[topic.policy] ?? topic.policy),
    figure("Eigenaar", topic.owner),
    figure("Nakijken voor", day(topic.review_by)),
  );
  const all = topic.silenced && !topic.topic_silenced;
  show(byId("silent"), topic.silenced);
  say(byId("silent"), all ? "De AI-assistent is helemaal stilgezet." : "Dit onderwerp is stilgezet. De AI zegt er niets over.");
}

/** @param {Topic} topic */
export function drawWarnings(topic) {
  fill("warnings", topic.warnings.map(warning));
}

/** @param {any} one */
function warning(one) {
  const where = topicLanguage(one.language);
  return h("li", { class: one.fault ? "is-bad" : "" }, h("p", { text: one.told }), one.quote && h("p", { class: "hint quote", text: `“${one.quote}”`, attr: { lang: one.language } }), where && h("p", { class: "hint", text: where }));
}

/** @param {string} code */
function topicLanguage(code) {
  return code === "nl" ? "" : `In het ${language(code)}.`;
}

/** @param {any[]} questions */
export function drawMissed(questions) {
  fill("missed", questions.map((one) => h("li", {}, h("p", { text: one.text, attr: { dir: "auto" } }), h("p", { class: "hint", text: `${clock.due(one.at)}. ${MISSED[one.why] ?? ""}` }))));
}

/** @param {any} measured  how it stands with the effect of the text; undefined: nothing is being written @param {boolean} may */
export function drawEffect(measured, may) {
  show(byId("effect-part"), measured !== undefined && measured.possible);
  if (measured === undefined || !measured.possible) return;
  const { figures, busy, trouble } = measured;
  const told = busy ? "Wordt gemeten. Dat duurt meestal minder dan een minuut." : trouble || (figures === null ? "Deze tekst is nog niet gemeten. Dat moet voordat hij kan gelden." : figures.worse ? "De AI antwoordt slechter met deze tekst. Wie hem toch goedkeurt, zegt waarom." : "De AI antwoordt niet slechter met deze tekst.");
  say(byId("effect-told"), told);
  byId("effect-told").className = figures?.worse || trouble ? "refusal" : "";
  show(byId("measure"), may && !busy && figures === null);
  show(byId("effect-table"), figures !== null);
  if (figures === null) return;
  const rows = /** @type {[string, string, number][]} */ ([
    ["Het goede onderwerp bovenaan", "first_right", figures.answerable],
    ["Het goede onderwerp bij de eerste drie", "in_three", figures.answerable],
    ["Goed beantwoord", "answered_right", figures.answerable],
    ["Fout beantwoord", "answered_wrong", figures.answerable],
    ["Beantwoord, terwijl er geen antwoord is", "answered_for_nothing", figures.unanswerable],
  ]);
  byId("effect").replaceChildren(...rows.map(([name, key, total]) => h("tr", {}, h("th", { text: name, attr: { scope: "row" } }), h("td", { text: `${figures.now[key]} van ${total}` }), h("td", { text: `${figures.then[key]} van ${total}` }))));
}

/** @param {Topic} topic */
export function drawLadder(topic) {
  const { ladder, may } = topic;
  const since = ladder.since ? ` Sinds ${clock.due(ladder.since)}.` : "";
  const next = ladder.next === null ? "" : ladder.lacks ? ` ${ladder.lacks}` : ` Dit onderwerp kan naar: ${RUNG[ladder.next]}.`;
  say(byId("ladder-told"), `${RUNG_TOLD[ladder.rung]}${since}${next}`);
  byId("ladder").replaceChildren(...ladder.rungs.map((/** @type {any} */ one) => rung(one, ladder.rung)));
  show(byId("up"), may.supervise && ladder.next !== null && ladder.lacks === "");
  show(byId("down"), may.write && ladder.rung !== "off");
  show(byId("silence"), may.supervise);
  say(byId("silence"), topic.topic_silenced ? "Weer aanzetten" : "Stilzetten");
  show(byId("severity-part"), may.supervise);
  byId("severity").value = ladder.severity;
}

/** @param {any} one @param {string} here */
function rung(one, here) {
  const shown = one.cases > 0;
  const needed = one.asked_cases > 0 ? `${one.asked_cases} vergeleken, ${percent(one.asked_right)} zeker goed` : "niets";
  const name = h("th", { text: RUNG[one.rung], attr: { scope: "row" } });
  if (one.rung === here) name.append(" ", h("span", { class: "badge", text: "hier" }));
  return h(
    "tr",
    { class: one.rung === here ? "is-here" : "" },
    name,
    h("td", { text: String(one.cases), attr: { "data-label": "Vergeleken" } }),
    h("td", { text: shown ? percent(one.right) : "geen", attr: { "data-label": "Goed" } }),
    h("td", { text: shown ? `${percent(one.right_low)} tot ${percent(one.right_high)}` : "geen", attr: { "data-label": "Zeker goed" } }),
    h("td", { text: String(one.harmful), class: one.harmful > 0 ? "is-none" : "", attr: { "data-label": "Schadelijk" } }),
    h("td", { text: needed, attr: { "data-label": "Nodig" } }),
  );
}

/** @param {Topic} topic @param {string} wanted  a language @param {(edition: any) => void} withdraw */
export function drawEditions(topic, wanted, withdraw) {
  const shown = topic.editions.filter((/** @type {any} */ one) => one.language === wanted);
  byId("editions").replaceChildren(...shown.map((/** @type {any} */ one) => edition(one, topic.may.write, withdraw)));
}

/** @param {any} one @param {boolean} may @param {(edition: any) => void} withdraw */
function edition(one, may, withdraw) {
  const by = one.writers.length > 0 ? `geschreven door ${one.writers.join(" en ")}` : "uit de map van de organisatie";
  const approved = one.approver ? `, goedgekeurd door ${one.approver}` : "";
  const from = one.begins ? `, vanaf ${day(one.begins)}` : "";
  const gone = one.withdrawn_on ? `, ingetrokken op ${day(one.withdrawn_on)}` : "";
  const item = h("li", {}, h("p", {}, h("strong", { text: `Versie ${one.number}` }), " ", h("span", { class: "badge", text: STANDING[one.standing] ?? one.standing })), h("p", { class: "hint", text: `${by}${approved}${from}${gone}`.replace(/^./, (letter) => letter.toUpperCase()) }));
  if (one.why) item.append(h("p", { text: one.why }));
  const kinds = /** @type {Record<string, "ins" | "del">} */ ({ "+": "ins", "-": "del" });
  const lines = one.diff.filter((/** @type {string} */ line) => !/^(\+\+\+|---|@@)/.test(line)).map((/** @type {string} */ line) => h(kinds[line[0]] ?? "span", { text: `${line}\n` }));
  if (lines.length > 0) item.append(h("details", {}, h("summary", { text: one.number === 1 ? "De tekst" : `Wat er anders is dan in versie ${one.number - 1}` }), h("div", { class: "diff", attr: { lang: one.language } }, ...lines)));
  const approvedNow = ["in_force", "waiting", "stale", "ended", "replaced"].includes(one.standing);
  if (may && approvedNow) item.append(h("button", { text: `Versie ${one.number} intrekken`, attr: { type: "button" }, click: () => withdraw(one) }));
  return item;
}

/** @param {Topic} topic */
export function drawHistory(topic) {
  fill("history", topic.history.map((/** @type {any} */ one) => h("li", {}, h("p", {}, h("strong", { text: done(one) })), h("p", { class: "hint", text: `${clock.due(one.at)}${one.who ? `, ${one.who}` : ""}` }), one.why && h("p", { text: one.why }))));
}
