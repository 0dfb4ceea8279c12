/** Answers that were wrong: who was given them, the correction that somebody else approves, and how far it is. */

import { byId, h, say, show } from "./desk-dom.js";
import { api, clock, failed, figure, fill, tell, toConversation } from "./desk-page.js";

const EVERY_MS = 10_000;
const HARM = /** @type {Record<string, string>} */ ({ ordinary: "het kost tijd", serious: "het kost geld of een recht", grave: "het geeft blijvende schade" });
const BY = /** @type {Record<string, string>} */ ({ ai: "AI-assistent", agent: "medewerker" });
const WAYS = /** @type {Record<string, string>} */ ({
  stream: "gesprek staat open",
  mail: "e-mail",
  person: "een medewerker heeft het gesprek",
  call: "telefoon",
  code: "code om terug te komen",
  nothing: "niets achtergelaten",
  erased: "gegevens gewist",
  probe: "proef van het systeem",
});
const CAME = /** @type {Record<string, string>} */ ({
  task: "taak voor een medewerker",
  due: "nog niet verteld",
  under_way: "e-mail onderweg",
  sent: "verteld",
  kept: "staat klaar in het gesprek",
  not_reached: "niet bereikt",
  left_out: "kan niet meer",
});

/**
 * @typedef {{ language: string, wrong: string, right: string }} Wording
 * @typedef {{ id: string, title: string, article: string, language: string, versions: string[], harm: string, why: string, by: string, opened_at: string,
 *   listed: { recipients: number, by: Record<string, number>, ways: Record<string, number>, at: string, seconds: number } | null,
 *   wording: number, wordings: Wording[], worded_by: string, previews: { language: string, text: string }[],
 *   approved_by: string, approved_at: string | null, ended: boolean, may_word: boolean, may_approve: boolean }} Recall
 * @typedef {{ conversation: string, code: string, at: string, by: string, way: string, came: string, look: boolean }} Recipient
 */

/** The recall that is shown, by its name in the address. */
const chosen = () => decodeURIComponent(location.hash.slice(1));
let shown = 50;
/** The wording that stands in the form, so that a look at the server does not write over what is being written. */
let inForm = -1;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

async function look() {
  clearTimeout(timer);
  const id = chosen();
  show(byId("list-part"), id === "");
  show(byId("one"), id !== "");
  const reply = await api.get(id === "" ? "/recalls" : `/recalls/${encodeURIComponent(id)}`);
  if (id !== chosen()) return;
  if (reply.ok) {
    if (id === "") fill("list", reply.body.recalls.map(row));
    else drawOne(reply.body);
    tell(`Bijgewerkt om ${clock.clock(new Date(clock.now()).toISOString())} uur.`);
    if (id !== "") await count(id);
  } else tell(failed(reply), true);
  if (id === chosen()) timer = setTimeout(() => void look(), EVERY_MS);
}

/** @param {Recall} one */
function stand(one) {
  if (one.ended) return "klaar";
  if (one.approved_by) return "wordt verteld";
  if (one.worded_by) return "wacht op goedkeuring";
  return one.listed === null ? "de lijst wordt gemaakt" : "de rechtzetting moet nog worden geschreven";
}

/** @param {Recall} one */
function row(one) {
  const link = h("a", { text: one.title, attr: { href: `#${encodeURIComponent(one.id)}` } });
  const people = one.listed === null ? "" : `, ${receivers(one.listed.recipients)}`;
  return h("li", {}, link, h("span", { text: ` ${clock.due(one.opened_at)}${people}. Hoe erg: ${HARM[one.harm] ?? one.harm}. Stand: ${stand(one)}.` }));
}

/** @param {Recall} one */
function drawOne(one) {
  say(byId("one-title"), one.title);
  const { listed } = one;
  byId("facts").replaceChildren(
    figure("Ingetrokken", clock.due(one.opened_at)),
    figure("Door", one.by),
    figure("Ontvangers", listed === null ? "wordt geteld" : listed.recipients),
    figure("Lijst klaar na", listed === null ? "nog niet" : `${listed.seconds} seconden`),
  );
  say(byId("stand"), `Stand: ${stand(one)}. Hoe erg: ${HARM[one.harm] ?? one.harm}.`);
  say(byId("why"), `Waarom ingetrokken: ${one.why}`);
  drawWords(one);
}

/** @param {Recall} one */
function drawWords(one) {
  const state = one.approved_by
    ? `Goedgekeurd door ${one.approved_by}, ${clock.due(one.approved_at ?? one.opened_at)}. Geschreven door ${one.worded_by}.`
    : one.worded_by
      ? `Geschreven door ${one.worded_by}. ${one.may_approve ? "Lees de tekst en keur hem goed." : "Iemand anders moet de tekst goedkeuren."}`
      : "Schrijf wat er fout was en wat wel klopt. Iemand anders keurt de tekst goed. Daarna wordt hij verstuurd.";
  say(byId("words-state"), state);
  show(byId("words"), one.may_word);
  show(byId("english"), one.language !== "nl");
  if (inForm !== one.wording) {
    inForm = one.wording;
    for (const language of ["nl", "en"]) {
      const found = one.wordings.find((each) => each.language === language);
      area(`wrong-${language}`).value = found?.wrong ?? "";
      area(`right-${language}`).value = found?.right ?? "";
    }
  }
  show(byId("preview-part"), one.previews.length > 0);
  byId("previews").replaceChildren(...one.previews.map((each) => h("blockquote", { class: "said", attr: { lang: each.language } }, ...each.text.split("\n").map((text) => h("p", { text })))));
  show(byId("approve"), one.may_approve);
  byId("approve").dataset.wording = String(one.wording);
}

/** @param {string} id */
async function count(id) {
  const filter = /** @type {HTMLSelectElement} */ (byId("filter")).value;
  const reply = await api.get(`/recalls/${encodeURIComponent(id)}/recipients?came=${filter}`);
  if (!reply.ok || id !== chosen()) return;
  const told = reply.body;
  say(byId("came-state"), `Geteld om ${clock.clock(told.at)} uur: ${receivers(told.total)}.`);
  byId("came").replaceChildren(...Object.keys(CAME).filter((key) => told.came[key]).map((key) => figure(first(CAME[key]), told.came[key])));
  byId("ways").replaceChildren(...Object.keys(WAYS).filter((key) => told.ways[key]).map((key) => figure(first(WAYS[key]), told.ways[key])));
  /** @type {Recipient[]} */
  const found = told.recipients;
  for (let from = found.length; from > 0 && from < Math.min(shown, told.shown); ) {
    const more = await api.get(`/recalls/${encodeURIComponent(id)}/recipients?came=${filter}&after=${from}`);
    if (!more.ok || more.body.recipients.length === 0) break;
    found.push(...more.body.recipients);
    from = found.length;
  }
  if (id !== chosen()) return;
  fill("to", found.map(recipient));
  say(byId("to-count"), String(told.shown));
  show(byId("more"), found.length < told.shown);
}

/** @param {Recipient} one */
function recipient(one) {
  const task = h("td", { attr: { "data-label": "Uw taak" } });
  if (one.look) {
    task.append(
      toConversation(one.conversation, "Zoek wie het is"),
      " ",
      h("button", { text: "Verteld", attr: { type: "button", "aria-label": `${one.code}: verteld` }, click: () => void looked(one, true) }),
      " ",
      h("button", { text: "Niet te bereiken", attr: { type: "button", "aria-label": `${one.code}: niet te bereiken` }, click: () => void looked(one, false) }),
    );
  } else task.append(one.came === "task" ? "bellen: het staat op de werkplek" : "geen");
  return h(
    "tr",
    {},
    h("th", { text: one.code, attr: { scope: "row" } }),
    h("td", { text: clock.due(one.at), attr: { "data-label": "Kreeg het antwoord op" } }),
    h("td", { text: BY[one.by] ?? one.by, attr: { "data-label": "Van" } }),
    h("td", { text: WAYS[one.way] ?? one.way, attr: { "data-label": "Bereikbaar via" } }),
    h("td", { text: CAME[one.came] ?? one.came, attr: { "data-label": "Stand" } }),
    task,
  );
}

/** @param {Recipient} one @param {boolean} reached */
async function looked(one, reached) {
  const reply = await api.post(`/recalls/${encodeURIComponent(chosen())}/looked`, { conversation: one.conversation, reached });
  if (!reply.ok) tell(failed(reply), true);
  await look();
}

/** @param {string} id */
function area(id) {
  return /** @type {HTMLTextAreaElement} */ (byId(id));
}

/** @param {number} count */
function receivers(count) {
  return count === 1 ? "1 ontvanger" : `${count} ontvangers`;
}

/** @param {string} text */
function first(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** @param {string} id @param {import("./desk-api.js").Reply} reply */
function refuse(id, reply) {
  say(byId(id), reply.ok ? "" : failed(reply));
  show(byId(id), !reply.ok);
}

byId("words").addEventListener("submit", async (event) => {
  event.preventDefault();
  /** @type {Wording[]} */
  const wordings = ["nl", "en"].map((language) => ({ language, wrong: area(`wrong-${language}`).value, right: area(`right-${language}`).value }));
  const reply = await api.post(`/recalls/${encodeURIComponent(chosen())}/wording`, { wordings: wordings.filter((one) => one.language === "nl" || (one.wrong + one.right).trim() !== "") });
  refuse("words-refusal", reply);
  if (reply.ok) await look();
});
byId("approve").addEventListener("click", async () => {
  const reply = await api.post(`/recalls/${encodeURIComponent(chosen())}/approve`, { wording: Number(byId("approve").dataset.wording) });
  refuse("approve-refusal", reply);
  if (reply.ok) await look();
});
byId("filter").append(...Object.entries(CAME).map(([value, text]) => h("option", { text, attr: { value } })));
byId("filter").addEventListener("change", () => void count(chosen()));
byId("more").addEventListener("click", () => {
  shown += 50;
  void count(chosen());
});
addEventListener("hashchange", () => {
  shown = 50;
  inForm = -1;
  void look().then(() => chosen() !== "" && byId("one-title").focus());
});
addEventListener("online", () => void look());
void look();
