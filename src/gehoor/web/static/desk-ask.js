/** One dialog for every question of why: it stays open until the server has done it, and says what was refused. */

import { byId, say, show } from "./desk-dom.js";

/**
 * @typedef {{ why: string, wrong: boolean, harm: string | null }} Said
 * @typedef {{ title: string, text: string, yes: string, needsWhy?: boolean, wrong?: boolean }} Question
 */

/** @type {((said: Said) => Promise<string>) | null} */
let act = null;
let needsWhy = true;
let asksWrong = false;
let busy = false;

/**
 * @param {Question} question
 * @param {(said: Said) => Promise<string>} then  does it; a sentence when it was refused, empty when it is done
 */
export function ask(question, then) {
  act = then;
  needsWhy = question.needsWhy ?? true;
  asksWrong = question.wrong ?? false;
  say(byId("ask-title"), question.title);
  say(byId("ask-text"), question.text);
  say(byId("ask-yes"), question.yes);
  say(byId("ask-why-label"), needsWhy ? "Waarom?" : "Waarom? (mag leeg)");
  say(byId("ask-refusal"), "");
  byId("ask-why").value = "";
  byId("ask-wrong").checked = false;
  byId("ask-harm").value = "ordinary";
  byId("ask-harm").disabled = true;
  show(byId("ask-wrong-part"), asksWrong);
  byId("ask").showModal();
  byId(asksWrong ? "ask-wrong" : "ask-why").focus();
}

byId("ask-wrong").addEventListener("change", () => (byId("ask-harm").disabled = !byId("ask-wrong").checked));
byId("ask-no").addEventListener("click", () => byId("ask").close());
byId("ask-form").addEventListener("submit", async (/** @type {Event} */ event) => {
  event.preventDefault();
  if (busy || act === null) return;
  const why = byId("ask-why").value.trim();
  if (needsWhy && why === "") {
    say(byId("ask-refusal"), "Schrijf op waarom. Dat blijft bewaard.");
    byId("ask-why").focus();
    return;
  }
  busy = true;
  say(byId("ask-refusal"), "");
  const wrong = asksWrong && byId("ask-wrong").checked;
  const refused = await act({ why, wrong, harm: wrong ? byId("ask-harm").value : null });
  busy = false;
  if (refused === "") byId("ask").close();
  else say(byId("ask-refusal"), refused);
});
