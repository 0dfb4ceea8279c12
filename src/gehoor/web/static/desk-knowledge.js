/** Every topic: how it stands, who owns it, what needs work; and the switch that silences the AI. */

import { sentence } from "./desk-api.js";
import { ask } from "./desk-ask.js";
import { byId, h, say, show } from "./desk-dom.js";
import { day, MISSED, RUNG, STANDING } from "./desk-knowledge-words.js";
import { api, clock, fill, keep, texts } from "./desk-page.js";

/**
 * @typedef {{ language: string, stage: string, writers: string[] }} Written
 * @typedef {{ slug: string, title: string, languages: string[], standing: string, written: Written[], rung: string, silenced: boolean, policy: string, owner: string, review_by: string, warnings: number | null }} Topic
 */

const EVERY_MS = 15_000;
const SOON_DAYS = 60;
/** @type {Topic[]} */
let topics = [];
let today = "";
let silenced = false;

/** @param {{ topics: Topic[], silenced: boolean, today: string, may: { write: boolean, supervise: boolean } }} told */
function draw(told) {
  topics = told.topics;
  today = told.today;
  silenced = told.silenced;
  show(byId("silent"), silenced);
  show(byId("tools"), told.may.write);
  show(byId("new"), told.may.write);
  show(byId("silence"), told.may.supervise);
  say(byId("silence"), silenced ? "De AI-assistent weer aanzetten" : "Alle antwoorden stilzetten");
  show(byId("filters"), true);
  list();
  if (told.may.write && byId("missed-part").hidden) void fetchMissed();
}

/** Drawn only when something changed: whoever stands on a link by keyboard stays there. */
let drawn = "";

function list() {
  const wanted = JSON.stringify([topics, byId("show").value, byId("words").value]);
  if (wanted === drawn) return;
  drawn = wanted;
  const words = byId("words").value.trim().toLocaleLowerCase("nl").split(/\s+/);
  const found = topics.filter((one) => kinds[byId("show").value](one) && words.every((/** @type {string} */ word) => `${one.title} ${one.slug} ${one.owner}`.toLocaleLowerCase("nl").includes(word)));
  fill("topics", found.map(row));
  say(byId("shown"), found.length === topics.length ? `${topics.length} onderwerpen` : `${found.length} van ${topics.length} onderwerpen`);
}

/** @type {Record<string, (one: Topic) => boolean>} */
const kinds = {
  "": () => true,
  work: (one) => one.written.length > 0 || one.standing !== "in_force" || soon(one) || (one.warnings ?? 0) > 0,
  review: (one) => one.written.some((each) => each.stage === "review"),
  silent: (one) => one.silenced || one.standing !== "in_force" || one.policy === "people_only" || !["suggests", "answers"].includes(one.rung),
  stale: (one) => one.standing === "stale" || soon(one),
  warned: (one) => (one.warnings ?? 0) > 0,
};

/** Must be looked at within two months. @param {Topic} one */
function soon(one) {
  return (Date.parse(one.review_by) - Date.parse(today)) / 86_400_000 <= SOON_DAYS;
}

/** @param {Topic} one */
function row(one) {
  const link = h("a", { text: one.title, attr: { href: `/desk/kennis/onderwerp/${encodeURIComponent(one.slug)}` } });
  const stands = [h("span", { class: one.standing === "in_force" ? "" : "is-none", text: STANDING[one.standing] ?? one.standing })];
  for (const each of one.written.filter((each) => each.stage !== one.standing)) stands.push(h("span", { class: "badge", text: STANDING[each.stage] ?? each.stage }));
  const warned = one.warnings === null ? "" : one.warnings > 0 ? String(one.warnings) : "niets";
  return h(
    "tr",
    {},
    h("th", { attr: { scope: "row" } }, link),
    h("td", { attr: { "data-label": "Stand" } }, h("span", { class: "side-by-side" }, ...stands)),
    h("td", { text: one.silenced ? "stilgezet" : far(one), class: one.silenced ? "is-none" : "", attr: { "data-label": "Trede" } }),
    h("td", { text: one.owner, attr: { "data-label": "Eigenaar" } }),
    h("td", { text: day(one.review_by), class: soon(one) ? "is-none" : "", attr: { "data-label": "Nakijken voor" } }),
    h("td", { text: warned, attr: { "data-label": "Let op" } }),
  );
}

async function fetchMissed() {
  const reply = await api.get("/unanswered");
  if (!reply.ok) return;
  show(byId("missed-part"), true);
  const nothing = reply.body.questions.filter((/** @type {any} */ one) => one.topics.length === 0);
  fill("missed", nothing.slice(0, 20).map((/** @type {any} */ one) => h("li", {}, h("p", { text: one.text, attr: { dir: "auto" } }), h("p", { class: "hint", text: `${clock.due(one.at)}. ${MISSED[one.why] ?? ""}` }))));
}

byId("silence").addEventListener("click", () => {
  const to = !silenced;
  const question = to
    ? { title: "Alle antwoorden stilzetten?", text: "De AI-assistent zegt over geen enkel onderwerp nog iets, binnen 5 seconden. Klanten krijgen een mens aangeboden.", yes: "Stilzetten" }
    : { title: "De AI-assistent weer aanzetten?", text: "Hij antwoordt weer over alle onderwerpen die niet zelf zijn stilgezet.", yes: "Aanzetten" };
  ask(question, async ({ why }) => {
    const reply = await api.post("/knowledge/switch", { silenced: to, why });
    if (!reply.ok) return sentence(reply, texts);
    silenced = reply.body.silenced;
    show(byId("silent"), silenced);
    say(byId("silence"), silenced ? "De AI-assistent weer aanzetten" : "Alle antwoorden stilzetten");
    return "";
  });
});
byId("filters").addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
for (const id of ["words", "show"]) byId(id).addEventListener("input", list);
keep("/knowledge", draw, EVERY_MS);

/** How far the AI goes with a topic: its rung, unless the article itself is stricter. @param {Topic} one */
function far(one) {
  if (one.policy === "people_only" && ["suggests", "answers"].includes(one.rung)) return "alleen mensen";
  if (one.policy === "may_suggest" && one.rung === "answers") return RUNG.suggests;
  return RUNG[one.rung] ?? one.rung;
}
