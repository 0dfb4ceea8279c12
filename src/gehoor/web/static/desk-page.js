/** What the desk's other pages share: the calls, the clock, and what the page says about itself. */

import { Api, passing, sentence } from "./desk-api.js";
import { byId, h, say, show } from "./desk-dom.js";
import { nl } from "./desk-texts-nl.js";
import { Clock } from "./desk-time.js";

export const texts = nl;
export const api = new Api(document.body.dataset.formToken ?? "");
export const clock = new Clock(nl);

/** What the page says about itself: that it is loading, how old it is, that there is no line. @param {string} text @param {boolean} [wrong] */
export function tell(text, wrong = false) {
  const node = byId("state");
  say(node, text);
  node.className = wrong ? "refusal" : "hint";
}

/** A sentence for a call that failed. @param {import("./desk-api.js").Reply} reply */
export function failed(reply) {
  if (!navigator.onLine) return "Geen internet. Zodra het er weer is, gaat deze pagina vanzelf verder.";
  if (reply.status === 0) return "De server antwoordt niet. Deze pagina probeert het vanzelf opnieuw.";
  return sentence(reply, nl);
}

/**
 * Fetch now and every so often, draw what came, and say how it stands. What was drawn stays while there is no line.
 * @param {string} path
 * @param {(body: any) => void} draw
 * @param {number} everyMs   0: once, but again for as long as no answer came
 */
export function keep(path, draw, everyMs) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const look = async () => {
    clearTimeout(timer);
    const reply = await api.get(path);
    if (reply.ok) {
      draw(reply.body);
      tell(`Bijgewerkt om ${clock.clock(new Date(clock.now()).toISOString())} uur.`);
    } else tell(failed(reply), true);
    const again = reply.ok ? everyMs : passing(reply) ? 3_000 : 0;
    if (again > 0) timer = setTimeout(look, again);
  };
  addEventListener("online", () => void look());
  addEventListener("offline", () => tell(failed({ ok: false, status: 0, body: null, problem: null, askedMs: 0 }), true));
  void look();
}

/** A list, or the sentence that there is nothing in it. @param {string} id @param {HTMLElement[]} items */
export function fill(id, items) {
  byId(id).replaceChildren(...items);
  show(byId(id), items.length > 0);
  show(byId(`${id}-empty`), items.length === 0);
  const count = document.getElementById(`${id}-count`);
  if (count !== null) say(count, items.length > 0 ? String(items.length) : "");
  const table = document.getElementById(`${id}-table`);
  if (table !== null) show(table, items.length > 0);
}

/** One figure with its name. @param {string} name @param {string | number} value */
export function figure(name, value) {
  return h("div", {}, h("dt", { text: name }), h("dd", { text: String(value) }));
}

/** A link to a conversation on the desk. @param {string} id @param {string} text */
export function toConversation(id, text) {
  return h("a", { text, attr: { href: `/desk#g=${encodeURIComponent(id)}` } });
}

/** "vandaag 9:00 tot 10:00". @param {string} start @param {string} end */
export function span(start, end) {
  const same = clock.day.format(new Date(start)) === clock.day.format(new Date(end));
  return `${clock.due(start)} tot ${same ? clock.clock(end) : clock.due(end)}`;
}
