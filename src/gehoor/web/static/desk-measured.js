/** How good the answers are: what people judged, week by week, and the last evaluation of the knowledge. */

import { sentence } from "./desk-api.js";
import { byId, h, say, show } from "./desk-dom.js";
import { api, clock, figure, fill, keep, texts } from "./desk-page.js";

const EVERY_MS = 30_000;
const SOON_MS = 2_000;
const percent = new Intl.NumberFormat("nl-NL", { style: "percent", maximumFractionDigits: 1 });

/**
 * @typedef {{ count: number, total: number, share: number, low: number, high: number }} Share
 * @typedef {{ verdicts: Record<string, number>, right: Share, wrong: Share }} Found
 * @typedef {{ week: string, answers: number, cases: number, waiting: number, third: number, erased: number, agreement: { share: Share, kappa: number | null }, live: Found, followed: Found, compared: Record<string, Found>, by_topic: Record<string, Found>, by_language: Record<string, Found>, by_source: Record<string, Found> }} Quality
 */

/** A share with what it may really be. @param {Share} one */
function share(one) {
  if (one.total === 0) return "nog niets";
  return `${percent.format(one.share)} (${percent.format(one.low)} tot ${percent.format(one.high)})`;
}

/** A share as a figure: what it is, and smaller what it may really be. @param {string} name @param {Share} one */
function measured(name, one) {
  const shown = figure(name, one.total === 0 ? "nog niets" : percent.format(one.share));
  const spread = `${one.count} van ${one.total}: tussen ${percent.format(one.low)} en ${percent.format(one.high)}`;
  if (one.total > 0) shown.append(h("dd", { class: "spread", text: spread }));
  return shown;
}

/** @param {number} count @param {string} one @param {string} many */
const of = (count, one, many) => `${count} ${count === 1 ? one : many}`;

/** @param {{ all: Quality, weeks: Quality[] }} told */
function drawLive({ all, weeks }) {
  const { kappa } = all.agreement;
  byId("live").replaceChildren(
    measured("Goed", all.live.right),
    measured("Fout of schadelijk", all.live.wrong),
    measured("Fout, waar een klant daarna om een mens vroeg", all.followed.wrong),
    measured("Twee mensen vonden hetzelfde", all.agreement.share),
    figure("Eens, buiten toeval (kappa)", kappa === null ? "nog niet te zeggen" : kappa.toFixed(2).replace(".", ",")),
  );
  show(byId("live"), all.cases > 0);
  show(byId("live-note"), all.cases > 0);
  const third = all.third === 1 ? "1 wacht op een derde" : `${all.third} wachten op een derde`;
  say(byId("live-note"), `Van ${of(all.cases, "gekozen antwoord", "gekozen antwoorden")} ${all.waiting === 1 ? "wacht" : "wachten"} er nog ${all.waiting} op een oordeel, ${third}. ${all.erased} ${all.erased === 1 ? "is" : "zijn"} intussen gewist.`);
  fill("weeks", weeks.map(week));
  const rows = [
    ...Object.entries(all.by_topic).map(([name, one]) => group(`Onderwerp ${name}`, one)),
    ...Object.entries(all.by_language).map(([name, one]) => group(`Taal ${texts.language[name] ?? name}`, one)),
    ...Object.entries(all.by_source).map(([name, one]) => group(`Bron ${name}`, one)),
    ...Object.entries(all.compared).map(([name, one]) => group(name === "shadow" ? "Wat de AI ongezien zei" : "Wat medewerkers zeiden", one)),
  ];
  fill("groups", rows);
}

/** @param {Quality} one */
function week(one) {
  const labels = ["Antwoorden", "Beoordeeld", "Goed", "Fout", "Eens"];
  const judged = one.live.right.total;
  const cells = [String(one.answers), String(judged), share(one.live.right), share(one.live.wrong), share(one.agreement.share)];
  return row(one.week, labels, cells);
}

/** @param {string} name @param {Found} one */
function group(name, one) {
  const labels = ["Beoordeeld", "Goed", "Fout", "Schadelijk"];
  return row(name, labels, [String(one.right.total), share(one.right), share(one.wrong), String(one.verdicts.harmful)]);
}

/** @param {string} name @param {string[]} labels  the headings, for a phone @param {string[]} cells */
function row(name, labels, cells) {
  const cell = (/** @type {string} */ text, /** @type {number} */ place) => h("td", { text, attr: { "data-label": labels[place] } });
  return h("tr", {}, h("th", { text: name, attr: { scope: "row" } }), ...cells.map(cell));
}

let drawn = "";

/** @param {{ busy: boolean, questions: number, last: any }} told */
function drawMeasured({ busy, questions, last }) {
  byId("measure").disabled = busy;
  show(byId("report"), last !== null);
  const what = busy ? `De meting over ${of(questions, "vraag", "vragen")} loopt.` : last === null ? "Er is nog niet gemeten." : `Gemeten ${clock.due(last.at)} door ${last.by}, over ${of(last.questions, "vraag", "vragen")}.${last.same_library ? "" : " De kennis is sindsdien veranderd."}`;
  say(byId("measured-note"), `${what} Een vraag komt erbij als een medewerker onder een antwoord zegt welk onderwerp bedoeld was. ${questions === 1 ? "Nu is het er 1." : `Nu zijn het er ${questions}.`}`);
  if (busy) setTimeout(() => void look(), SOON_MS);
  if (last === null || drawn === last.at) return;
  drawn = last.at;
  byId("figures").replaceChildren(
    measured("Juiste artikel eerst", last.first_right),
    measured("Juiste bij de eerste drie", last.in_three),
    measured("Geholpen: goed beantwoord of voorgesteld", last.helped),
    measured("Fout, van alles wat is beantwoord", last.wrong_of_answers),
    measured("Geen artikel, en toch beantwoord", last.unanswerable_answered),
    figure("Kansen zitten ernaast", last.reliability.error === null ? "nog niets" : percent.format(last.reliability.error)),
  );
  byId("plot").src = `/desk/kennis/metingen.svg?at=${encodeURIComponent(last.at)}`;
  byId("plot").alt = "Links hoeveel de AI zelf beantwoordt tegen hoeveel daarvan goed is. Rechts of de kansen kloppen. De cijfers staan eronder.";
  say(byId("plot-words"), last.words);
  const topics = Object.entries(last.by_topic).sort(([, one], [, other]) => one.helped.share - other.helped.share);
  fill("topics", topics.map(([name, one]) => row(name, ["Vragen", "Geholpen", "Fout beantwoord"], [String(one.helped.total), share(one.helped), share(one.answered_wrong)])));
}

async function look() {
  const reply = await api.get("/quality/measured");
  if (reply.ok) drawMeasured(reply.body);
}

byId("measure").addEventListener("click", async () => {
  say(byId("measure-refusal"), "");
  const reply = await api.post("/quality/measured");
  if (!reply.ok) say(byId("measure-refusal"), sentence(reply, texts));
  await look();
});

keep("/quality", drawLive, EVERY_MS);
keep("/quality/measured", drawMeasured, EVERY_MS);
