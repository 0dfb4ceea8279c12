/** Judging answers, blind: one after another, with a click or the keys 1 to 4. */

import { passing, sentence } from "./desk-api.js";
import { byId, h, link, say, show } from "./desk-dom.js";
import { api, failed, tell, texts } from "./desk-page.js";

/**
 * @typedef {{ heading: string, text: string }} Passage
 * @typedef {{ item: string | null, left: number, question: string, earlier: string[], answer: string, language: string, source: { article: string, title: string, url: string, passages: Passage[] } }} Case
 */

const VERDICTS = ["right", "incomplete", "wrong", "harmful"];
const KEPT = "gehoor-judge-keys";
/** @type {string | null} */
let item = null;
let busy = false;

async function next() {
  const reply = await api.get("/judging");
  if (reply.ok) return draw(reply.body);
  tell(failed(reply), true);
  if (passing(reply)) setTimeout(() => void next(), 3_000);
}

/** @param {Case} told @param {boolean} [again]  after a verdict: who listens is brought to the new question */
function draw(told, again = false) {
  item = told.item;
  show(byId("case"), item !== null);
  show(byId("done"), item === null);
  if (item === null) {
    tell("U bent klaar.");
    return;
  }
  tell(told.left === 1 ? "Nog 1 antwoord voor u." : `Nog ${told.left} antwoorden voor u.`);
  show(byId("earlier-part"), told.earlier.length > 0);
  byId("earlier").replaceChildren(...told.earlier.map((text) => h("li", { text, attr: { dir: "auto", lang: told.language } })));
  for (const [id, text] of [["question", told.question], ["answer", told.answer]]) say(byId(id), text);
  byId("question").setAttribute("lang", told.language);
  const { source } = told;
  const title = source.url ? link(source.url, source.title, texts.newTab) : h("span", { text: `${source.title} (een oudere versie)` });
  byId("source").replaceChildren("Bron: ", title);
  show(byId("source-part"), source.passages.length > 0);
  byId("source-part").open = false;
  byId("passages").replaceChildren(...source.passages.flatMap(passage));
  if (again) byId("question-title").focus();
}

/** @param {Passage} one */
function passage(one) {
  return [one.heading !== "" && h("h3", { text: one.heading }), h("p", { class: "said", text: one.text })].filter((part) => part !== false);
}

/** @param {string} verdict */
async function judge(verdict) {
  if (busy || item === null) return;
  busy = true;
  byId("verdicts").dataset.busy = "true";
  const reply = await api.post("/judging", { item, verdict });
  busy = false;
  delete byId("verdicts").dataset.busy;
  if (reply.ok) return draw(reply.body, true);
  tell(passing(reply) ? failed(reply) : sentence(reply, texts), true);
  // Somebody else was quicker, or it is gone: there is another one.
  if (!passing(reply)) await next();
}

for (const button of byId("verdicts").querySelectorAll("button")) {
  button.addEventListener("click", () => void judge(button.dataset.verdict));
}

const keys = byId("keys");
keys.checked = localStorage.getItem(KEPT) !== "off";
keys.addEventListener("change", () => localStorage.setItem(KEPT, keys.checked ? "on" : "off"));
addEventListener("keydown", (event) => {
  if (!keys.checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const verdict = VERDICTS[Number(event.key) - 1];
  if (verdict === undefined) return;
  event.preventDefault();
  void judge(verdict);
});

void next();
