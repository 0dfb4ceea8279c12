/** What the customer can do with the newest answer: choose a suggestion, say whether it helped, go to a person. */

import { button, el, safeUrl } from "./chat-dom.js";

/**
 * @typedef {import("./client.js").Fact} Fact
 * @typedef {import("./client.js").State} State
 * @typedef {import("./widget-texts.js").Texts} Texts
 * @typedef {{ title: string, url: string }} Choice   url: only when asking it once more would bring nothing new
 * @typedef {{ choose: (title: string) => void, judge: (helped: boolean) => void, ask: () => void, base: string }} Actions
 * @typedef {object} Tail
 * @property {number} seq        the fact it hangs under
 * @property {Choice[]} choices   suggestions; of an answer that did not help, the next best
 * @property {"ask" | "yes" | "no" | "none" | ""} judged
 * @property {boolean} offer
 * @property {boolean} question   whether the offer still needs its question (the fact itself may ask it)
 */

const MOST_SUGGESTIONS = 3;

/**
 * @param {Fact[]} facts
 * @param {State | null} state
 * @param {Map<number, boolean>} judged   by seq, what was just pressed here
 * @returns {Tail | null}
 */
export function tailOf(facts, state, judged) {
  if (state !== null && state.phase !== "ai" && state.phase !== "resolved") return null;
  const turn = facts.findLast((fact) => fact.type === "message" && Boolean(fact.text));
  if (turn === undefined || turn.author?.kind === "customer" || turn.author?.kind === "human") return null;
  const later = facts.filter((fact) => fact.seq > turn.seq);
  if (later.some((fact) => fact.type === "human_requested")) return null;
  const answer = later.findLast((fact) => fact.type === "feedback");
  const helped = judged.get(turn.seq) ?? (answer === undefined ? undefined : answer.helped !== false);
  const mine = facts.findLast((fact) => fact.type === "message" && fact.author?.kind === "customer")?.text;
  // What was chosen and comes back as a suggestion may not be answered by the AI: then the article itself is the way on.
  const choices = (turn.suggestions ?? []).slice(0, MOST_SUGGESTIONS).map(({ title, url }) => ({ title, url: title === mine ? url : "" }));
  const asked = turn.author?.kind === "ai" && (choices.length > 0 || (turn.sources ?? []).length > 0);
  /** @type {Tail["judged"]} */
  let verdict = "";
  if (asked && helped === undefined) verdict = "ask";
  else if (asked && helped === true) verdict = choices.length > 0 ? "" : "yes";
  else if (asked) verdict = choices.length > 0 ? "none" : "no";
  const next = verdict === "no" ? (turn.also ?? []).slice(0, MOST_SUGGESTIONS).map(({ title }) => ({ title, url: "" })) : [];
  const offered = later.some((fact) => fact.type === "human_offered");
  const offer = Boolean(turn.human_offer) || offered || verdict === "no" || verdict === "none";
  if (verdict === "" && !offer) return null;
  const choosing = verdict === "ask" && choices.length > 0;
  const place = choosing ? turn : (later.findLast((fact) => fact.type === "human_offered" && fact.text) ?? turn);
  const question = place === turn && verdict !== "no" && verdict !== "none";
  return { seq: place.seq, choices: choosing ? choices : next, judged: verdict, offer, question };
}

/**
 * @param {Tail} tail
 * @param {Texts} texts
 * @param {Actions} actions
 */
export function tailElement(tail, texts, actions) {
  const box = el("div", { class: "tail", tabindex: "-1" });
  const next = tail.judged === "no" && tail.choices.length > 0;
  const words = { yes: texts.thanks, no: next ? texts.sorryNext : texts.sorry, none: texts.noneAnswer, ask: "", "": "" }[tail.judged];
  if (words) box.append(el("p", { class: "tail__answer", text: words }));
  if (tail.choices.length > 0) {
    box.append(
      el("ul", { class: "tail__choices", "aria-label": next ? texts.perhapsYouMean : texts.didYouMean }, [
        ...tail.choices.map((choice) => el("li", {}, [choiceElement(choice, texts, actions)])),
        !next && el("li", {}, [button(texts.noneOfThese, () => actions.judge(false), "button button--choice button--quiet")]),
      ]),
    );
  } else if (tail.judged === "ask") {
    box.append(
      el("div", { class: "row", role: "group", "aria-label": texts.helped }, [
        el("span", { class: "tail__ask", text: texts.helped }),
        button(texts.yes, () => actions.judge(true), "button button--small"),
        button(texts.no, () => actions.judge(false), "button button--small"),
      ]),
    );
  }
  if (tail.offer) {
    box.append(
      el("div", { class: "row" }, [
        tail.question && el("span", { class: "tail__ask", text: texts.offer }),
        button(texts.askHuman, actions.ask, "button button--human"),
      ]),
    );
  }
  return box;
}

/**
 * @param {Choice} choice
 * @param {Texts} texts
 * @param {Actions} actions
 */
function choiceElement({ title, url }, texts, actions) {
  const href = url === "" ? null : safeUrl(url, actions.base);
  if (href === null) return button(title, () => actions.choose(title), "button button--choice");
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", class: "button button--choice" }, [
    el("span", { text: texts.readArticle(title) }),
    el("span", { class: "hidden-text", text: ` (${texts.newTab})` }),
  ]);
}
