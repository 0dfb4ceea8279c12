/** One topic: write, have it looked at, publish, withdraw, and its ladder. What is typed stays until it is saved. */

import { passing, sentence } from "./desk-api.js";
import { ask } from "./desk-ask.js";
import { byId, h, say, show } from "./desk-dom.js";
import { language, POLICY } from "./desk-knowledge-words.js";
import { api, failed, tell, texts } from "./desk-page.js";
import { drawEditions, drawEffect, drawHistory, drawLadder, drawMissed, drawStanding, drawWarnings } from "./desk-topic-parts.js";
import { preview } from "./desk-topic-preview.js";

const MEASURING_MS = 2_000;
const PREVIEW_MS = 200;
const isNew = location.pathname === "/desk/kennis/nieuw";
const me = document.body.dataset.meId;
let slug = isNew ? "" : decodeURIComponent(location.pathname.split("/").pop() ?? "");
/** @type {any} */
let topic = null;
let shownLanguage = "nl";
let writing = false;
let saved = "";
let busy = false;

const FIELDS = { title: "f-title", text: "f-text", owner: "f-owner", valid_from: "f-from", valid_until: "f-until", review_by: "f-review", policy: "f-policy", source: "f-source", computes: "f-computes" };
const path = () => `/knowledge/${encodeURIComponent(slug)}`;
/** @param {string} id */
const value = (id) => byId(id).value.trim();
/** @param {string} text @param {RegExp} by */
const list = (text, by) => text.split(by).map((one) => one.trim()).filter((one) => one !== "");

// -- fetching and drawing ------------------------------------------------------------------------------------------------

async function fetchTopic() {
  const reply = await api.get(path());
  if (!reply.ok) {
    tell(failed(reply), true);
    if (passing(reply)) setTimeout(() => void fetchTopic(), 3_000);
    return;
  }
  draw(reply.body);
  if (topic.may.write) void fetchMissed();
}

async function fetchMissed() {
  const reply = await api.get(`/unanswered?topic=${encodeURIComponent(slug)}`);
  if (!reply.ok) return;
  show(byId("missed-part"), true);
  drawMissed(reply.body.questions);
}

/** @param {any} told */
function draw(told) {
  topic = told;
  if (!topic.languages.includes(shownLanguage)) shownLanguage = topic.languages[0];
  tell("");
  show(byId("topic"), true);
  say(byId("title"), topic.title);
  document.title = `${topic.title} - Gehoor`;
  drawStanding(topic);
  drawWarnings(topic);
  drawLadder(topic);
  drawHistory(topic);
  drawText();
}

/** The edition that is being written or looked at. */
function being() {
  return topic?.editions.find((/** @type {any} */ one) => one.language === shownLanguage && ["draft", "review"].includes(one.standing));
}

/** The newest edition that stands, to begin writing from. */
function standing() {
  return topic?.editions.find((/** @type {any} */ one) => one.language === shownLanguage && !["draft", "review"].includes(one.standing));
}

function drawText() {
  const open = being();
  const inOrder = [...topic.languages].sort((one, other) => Number(other === "nl") - Number(one === "nl"));
  const others = inOrder.map((/** @type {string} */ one) => h("button", { text: language(one), attr: { type: "button", "aria-pressed": String(one === shownLanguage) }, click: () => choose(one) }));
  byId("languages").replaceChildren(...others);
  show(byId("languages"), others.length > 1);
  say(byId("stage"), stageTold(open));
  show(byId("sent-back"), open?.standing === "draft" && Boolean(open.why));
  say(byId("sent-back"), open?.why ? `Teruggestuurd: ${open.why}` : "");
  byId("acts").replaceChildren(...acts(open));
  drawEditions(topic, shownLanguage, withdraw);
  const measured = topic.effects[shownLanguage];
  drawEffect(measured, topic.may.write);
  if (measured?.busy) setTimeout(() => void fetchTopic(), MEASURING_MS);
  if (!writing) put(open ?? standing());
  show(byId("editor"), writing);
}

/** @param {any} open */
function stageTold(open) {
  if (open === undefined) return topic.may.write ? "Er is geen concept." : "";
  const who = open.writers.join(" en ");
  return open.standing === "draft" ? `Er is een concept van ${who}. Het geldt nog niet.${lookAt}` : `Een tekst van ${who} wacht op iemand anders om hem na te kijken.`;
}

/** What can be done with the text now. @param {any} open */
function acts(open) {
  if (!topic.may.write || writing) return [];
  if (open === undefined) return [act("Nieuwe versie schrijven", write, true), ...proposals()];
  if (open.standing === "draft") return [act("Verder schrijven", write), act("Aanbieden om na te kijken", () => void send("submit", { language: shownLanguage, seen: topic.last }, "Aangeboden. Iemand anders kan de tekst nu nakijken."), true)];
  const back = act("Terugsturen", () => sendBack());
  return open.writer_ids.includes(me) ? [back] : [act("Goedkeuren", approve, true), back];
}

/** What to look at in what a language model wrote; until something else is done. */
let lookAt = "";

/** What a language model may be asked, where there is one: it becomes a concept, and somebody else approves it. */
function proposals() {
  if (!topic.may.propose || standing() === undefined) return [];
  const simpler = act("Laat het taalmodel het eenvoudiger zeggen", () => void propose("simpler", shownLanguage));
  if (shownLanguage !== "nl" || topic.languages.includes("en")) return [simpler];
  return [simpler, act("Laat het taalmodel het in het Engels vertalen", () => void propose("translated", "en"))];
}

/** @param {string} how @param {string} to */
async function propose(how, to) {
  const body = { language: shownLanguage, to, how, seen: topic.last };
  if (!(await send("propose", body, "Het taalmodel schreef een concept. Lees het woord voor woord na."))) return;
  shownLanguage = to;
  drawText();
  const found = topic.proposed.differences.map(different);
  if (found.length > 0) {
    // Also beside the text: the line at the top of the page may be out of sight.
    lookAt = ` Let op: ${found.join(", ")}.`;
    tell(`Het taalmodel schreef een concept.${lookAt}`);
    drawText();
  }
  byId("text-title").focus();
}

/** @param {{ what: string, value: string }} one */
function different({ what, value: of }) {
  /** @type {Record<string, string>} */
  const words = { number_gone: `het getal ${of} is weg`, number_new: `het getal ${of} is nieuw`, link_gone: `${of} is weg`, link_new: `${of} is nieuw`, fewer_limits: `${of} keer minder een woord als "niet" of "alleen"`, other_passages: "er zijn meer of minder kopjes" };
  return words[what] ?? what;
}

/** @param {string} text @param {() => void} click @param {boolean} [primary] */
function act(text, click, primary = false) {
  return h("button", { text, class: primary ? "primary" : "", attr: { type: "button" }, click });
}

/** @param {string} wanted */
function choose(wanted) {
  if (writing && !left()) return;
  writing = false;
  shownLanguage = wanted;
  drawText();
  byId("languages").querySelector('[aria-pressed="true"]')?.focus();
}

// -- writing -------------------------------------------------------------------------------------------------------------

/** Fills the form, and the preview with it. @param {any} one */
function put(one) {
  for (const [name, id] of Object.entries(FIELDS)) byId(id).value = one?.[name] ?? "";
  byId("f-ways").value = (one?.ways ?? []).join("\n");
  byId("f-audiences").value = (one?.audiences ?? []).join(", ");
  byId("f-tags").value = (one?.tags ?? []).join(", ");
  if (!one) {
    byId("f-policy").value = "may_answer";
    const now = new Date().toISOString().slice(0, 10);
    byId("f-from").value = now;
    byId("f-review").value = `${Number(now.slice(0, 4)) + 1}${now.slice(4)}`;
  }
  saved = JSON.stringify(manuscript());
  drawPreview();
}

function manuscript() {
  /** @type {Record<string, unknown>} */
  const one = { language: shownLanguage, seen: topic?.last ?? 0, ways: list(value("f-ways"), /\n/), audiences: list(value("f-audiences"), /,/), tags: list(value("f-tags"), /,/) };
  for (const [name, id] of Object.entries(FIELDS)) one[name] = value(id);
  one.valid_until = one.valid_until || null;
  one.computes = one.computes || null;
  return one;
}

/** Whether nothing that was typed is lost by going on. */
function left() {
  return JSON.stringify(manuscript()) === saved || confirm("Wat u typte, is nog niet bewaard. Toch stoppen?");
}

function write() {
  writing = true;
  say(byId("refusal"), "");
  drawText();
  byId(isNew && slug === "" ? "slug" : "f-title").focus();
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

function drawPreview() {
  const shown = { title: value("f-title"), text: byId("f-text").value, from: value("f-from"), language: shownLanguage, ai: "", url: "" };
  byId("preview").replaceChildren(...preview(shown));
}

async function save() {
  if (isNew && topic === null) slug = value("slug");
  if (slug === "") return refused("Geef eerst een naam voor in het adres.", "slug");
  const empty = ["f-from", "f-review"].find((id) => value(id) === "");
  if (empty !== undefined) return refused("Vul deze datum in.", empty);
  const body = { ...manuscript(), new: isNew && topic === null };
  const done = await send("draft", body, "Het concept is bewaard.");
  if (!done) return;
  saved = JSON.stringify(manuscript());
  if (isNew) location.replace(`/desk/kennis/onderwerp/${encodeURIComponent(slug)}`);
}

/** @param {string} why @param {string} [id] */
function refused(why, id) {
  say(byId("refusal"), why);
  for (const node of document.querySelectorAll("#editor [aria-invalid]")) node.removeAttribute("aria-invalid");
  const field = id === undefined ? null : document.getElementById(id);
  field?.setAttribute("aria-invalid", "true");
  field?.focus();
}

// -- what is sent --------------------------------------------------------------------------------------------------------

/** @type {Record<string, string>} */
const FIELD_OF = { ...FIELDS, slug: "slug", ways: "f-ways", audiences: "f-audiences", tags: "f-tags", language: "f-title" };

/**
 * Does something and draws what came of it. Returns whether it was done.
 * @param {string} what @param {unknown} body @param {string} good
 */
async function send(what, body, good) {
  if (busy) return false;
  busy = true;
  tell("Een ogenblik.");
  lookAt = "";
  const reply = await api.post(`${path()}/${what}`, body);
  busy = false;
  if (!reply.ok) {
    tell("");
    const field = /** @type {any} */ (reply.problem)?.field;
    refused(reply.status === 0 ? failed(reply) : sentence(reply, texts), writing ? FIELD_OF[field] : undefined);
    if (isNew && topic === null) slug = "";
    return false;
  }
  refused("");
  if (what === "draft") writing = false;
  draw(reply.body);
  tell(good);
  if (what === "draft") byId("text-title").focus();
  return true;
}

/** The same behind a question of why. @param {string} what @param {(said: import("./desk-ask.js").Said) => unknown} body @param {string} good */
function asked(what, body, good) {
  return async (/** @type {import("./desk-ask.js").Said} */ said) => {
    const reply = await api.post(`${path()}/${what}`, body(said));
    if (!reply.ok) return reply.status === 0 ? failed(reply) : sentence(reply, texts);
    draw(reply.body);
    tell(good);
    return "";
  };
}

function sendBack() {
  ask({ title: "Terugsturen?", text: "De schrijver leest wat er anders moet.", yes: "Terugsturen" }, asked("send-back", ({ why }) => ({ language: shownLanguage, seen: topic.last, why }), "Teruggestuurd."));
}

function approve() {
  const worse = topic.effects[shownLanguage]?.figures?.worse === true;
  const text = worse ? "De AI antwoordt slechter met deze tekst. Zeg waarom hij toch moet gelden. Uw naam en uw reden blijven bewaard." : "De tekst geldt vanaf zijn eerste dag, of meteen als die al voorbij is. Uw naam blijft bewaard.";
  ask({ title: "Deze tekst goedkeuren?", text, yes: "Goedkeuren", needsWhy: worse }, asked("approve", ({ why }) => ({ language: shownLanguage, seen: topic.last, why }), "Goedgekeurd."));
}

/** @param {any} edition */
function withdraw(edition) {
  const text = "De AI zegt er binnen 5 seconden niets meer uit. Een eerdere versie komt niet vanzelf terug.";
  ask({ title: `Versie ${edition.number} intrekken?`, text, yes: "Intrekken", wrong: true }, asked("withdraw", ({ why, wrong, harm }) => ({ language: edition.language, number: edition.number, why, wrong, harm }), "Ingetrokken. De AI zegt er niets meer uit. Was de tekst fout, dan staat op Terugroepen wie hem kreeg."));
}

byId("down").addEventListener("click", () => void send("down", {}, "Een trede omlaag gezet."));
byId("up").addEventListener("click", () => void send("up", {}, "Een trede omhoog gezet."));
byId("measure").addEventListener("click", () => void send("effect", { language: shownLanguage }, "Wordt gemeten."));
byId("severity").addEventListener("change", () => void send("severity", { severity: byId("severity").value }, "Bewaard."));
byId("silence").addEventListener("click", () => {
  const silenced = !topic.topic_silenced;
  const question = silenced ? { title: "Dit onderwerp stilzetten?", text: "De AI zegt er binnen 5 seconden niets meer over.", yes: "Stilzetten" } : { title: "Dit onderwerp weer aanzetten?", text: "De AI doet weer wat de trede toelaat.", yes: "Aanzetten" };
  ask(question, asked("switch", ({ why }) => ({ silenced, why }), silenced ? "Stilgezet." : "Weer aangezet."));
});
byId("editor").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  void save();
});
byId("editor").addEventListener("input", (/** @type {Event} */ event) => {
  /** @type {HTMLElement} */ (event.target).removeAttribute("aria-invalid");
  say(byId("refusal"), "");
  clearTimeout(soon);
  soon = setTimeout(drawPreview, PREVIEW_MS);
});
byId("stop").addEventListener("click", () => {
  if (!left()) return;
  if (isNew) return location.assign("/desk/kennis");
  writing = false;
  saved = "";
  drawText();
  byId("text-title").focus();
});
addEventListener("beforeunload", (event) => {
  if (writing && JSON.stringify(manuscript()) !== saved) event.preventDefault();
});
addEventListener("offline", () => tell("Geen internet. Wat u typt, blijft hier staan.", true));
addEventListener("online", () => tell(""));

byId("f-policy").replaceChildren(...Object.entries(POLICY).map(([key, text]) => h("option", { text, attr: { value: key } })));
if (isNew) {
  say(byId("title"), "Nieuw onderwerp");
  tell("De AI begint met niets. Het onderwerp klimt pas op de ladder als mensen zien dat het goed gaat.");
  show(byId("topic"), true);
  show(byId("slug-part"), true);
  for (const part of document.querySelectorAll("#topic > section:not(:first-of-type), #topic > nav, #standing")) /** @type {HTMLElement} */ (part).hidden = true;
  writing = true;
  show(byId("languages"), false);
  put(undefined);
  show(byId("editor"), true);
  byId("slug").focus();
} else void fetchTopic();
