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

/** @param {{ all: Quality, weeks: Quality[] }} told */
function drawLive({ all, weeks }) {
  const { kappa } = all.agreement;
  byId("live").replaceChildren(
    figure("Goed", share(all.live.right)),
    figure("Fout of schadelijk", share(all.live.wrong)),
    figure("Fout, waar een klant daarna om een mens vroeg", share(all.followed.wrong)),
    figure("Twee mensen vonden hetzelfde", share(all.agreement.share)),
    figure("Eens, buiten toeval (kappa)", kappa === null ? "nog niet te zeggen" : kappa.toFixed(2).replace(".", ",")),
  );
  const third = all.third === 1 ? "1 wacht op een derde" : `${all.third} wachten op een derde`;
  say(byId("live-note"), `Van ${all.cases} gekozen antwoorden ${all.waiting === 1 ? "wacht" : "wachten"} er nog ${all.waiting} op een oordeel, ${third}. ${all.erased} zijn intussen gewist.`);
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
  const with_ = questions === 1 ? "1 vraag" : `${questions} vragen`;
  const what = busy ? `De meting over ${with_} loopt.` : last === null ? "Er is nog niet gemeten." : `Gemeten ${clock.due(last.at)} door ${last.by}, over ${last.questions} vragen.${last.same_library ? "" : " De kennis is sindsdien veranderd."}`;
  say(byId("measured-note"), `${what} Een vraag komt erbij als een medewerker onder een antwoord zegt welk onderwerp bedoeld was. Nu zijn het er ${questions}.`);
  if (busy) setTimeout(() => void look(), SOON_MS);
  if (last === null || drawn === last.at) return;
  drawn = last.at;
  byId("figures").replaceChildren(
    figure("Juiste artikel eerst", share(last.first_right)),
    figure("Juiste bij de eerste drie", share(last.in_three)),
    figure("Geholpen: goed beantwoord of voorgesteld", share(last.helped)),
    figure("Fout, van alles wat is beantwoord", share(last.wrong_of_answers)),
    figure("Geen artikel, en toch beantwoord", share(last.unanswerable_answered)),
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
