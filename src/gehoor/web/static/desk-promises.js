/** The open promises: what is due first on top, with whose it is and how often the customer was tried. */

import { byId, h, keyed, say, show } from "./desk-dom.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {import("./desk-state.js").Promised} Promised
 */

/** How many stand there without being asked for. */
const FIRST = 5;

/** "Terugbellen vandaag 9:00-10:00", or until when. @param {Pick<Desk, "clock" | "texts">} desk @param {{ kind: string, window_start: string | null, due_at: string }} promise */
export function promiseWords(desk, promise) {
  const { clock, texts } = desk;
  const kind = texts.promiseKind[/** @type {"chat"} */ (promise.kind)] ?? promise.kind;
  if (promise.window_start === null) return texts.promiseBy(kind, clock.due(promise.due_at));
  return texts.promiseWindow(kind, clock.due(promise.window_start), clock.clock(promise.due_at));
}

export class Promises {
  #desk;
  /** Promises that came up before a list brought them, which happens when they are made late. @type {Set<string>} */
  #early = new Set();

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
    byId("toast-close").addEventListener("click", () => this.#hideToast());
  }

  draw() {
    const { state, texts } = this.#desk;
    if (!state.ready) return;
    const all = state.promises;
    say(byId("promises-count"), all.length > 0 ? String(state.promisesCount) : "");
    show(byId("promises"), all.length > 0);
    show(byId("promises-empty"), all.length === 0);
    say(byId("promises-empty"), texts.noPromises);
    this.#list("promises", all.slice(0, FIRST));
    this.#list("promises-later", all.slice(FIRST));
    show(byId("promises-more"), all.length > FIRST);
    say(byId("promises-more-count"), texts.morePromises(all.length - FIRST));
    for (const one of all) if (this.#early.delete(one.id)) this.remind(one.id);
  }

  /** A promise of mine or of my team comes up: said once, and shown until it is put away. @param {string} id */
  remind(id) {
    const { announcer, state, texts } = this.#desk;
    const promise = state.promises.find((one) => one.id === id);
    if (promise === undefined) this.#early.add(id);
    if (promise === undefined || promise.whose === "other") return;
    const text = texts.reminder(promise.reference, promiseWords(this.#desk, promise));
    const link = byId("toast-link");
    say(link, text);
    link.setAttribute("href", `#g=${encodeURIComponent(id)}`);
    show(byId("toast"), true);
    announcer.say(text);
    announcer.tone();
  }

  #hideToast() {
    show(byId("toast"), false);
    byId("promises-title").focus();
  }

  /** @param {string} name @param {Promised[]} some */
  #list(name, some) {
    keyed(
      byId(name),
      some,
      (one) => one.id,
      (one) => this.#create(one),
      (node, one) => this.#update(node, one),
    );
  }

  /** @param {Promised} one */
  #create(one) {
    const parts = { reference: h("span", { class: "code" }), whose: h("span", { class: "badge" }), when: h("span"), meta: h("span", { class: "meta" }) };
    const anchor = h(
      "a",
      { class: "card-link", attr: { href: `#g=${encodeURIComponent(one.id)}` }, click: () => this.#desk.again(one.id) },
      h("span", { class: "card-top" }, parts.reference, " ", parts.whose),
      parts.when,
      parts.meta,
    );
    return Object.assign(h("li", { class: "card promise" }, anchor), { parts: { ...parts, anchor } });
  }

  /** @param {any} node @param {Promised} one */
  #update(node, one) {
    const { clock, state, texts } = this.#desk;
    const { parts } = node;
    say(parts.reference, one.reference);
    say(parts.whose, texts.whose[one.whose]);
    parts.whose.dataset.whose = one.whose;
    node.classList.toggle("is-open", state.open === one.id);
    if (state.open === one.id) parts.anchor.setAttribute("aria-current", "true");
    else parts.anchor.removeAttribute("aria-current");
    const late = () => clock.until(one.due_at) < 0;
    clock.show(parts.when, () => {
      node.classList.toggle("is-late", late());
      return promiseWords(this.#desk, one) + (late() ? `. ${texts.promiseLate}` : "");
    });
    const opens = one.window_start;
    const later = opens !== null && clock.until(opens) > 0 && one.phase === "waiting";
    node.classList.toggle("is-later", later);
    const stands = later ? texts.notBefore(clock.due(/** @type {string} */ (opens))) : texts.phase[one.phase];
    const meta = [one.owner, one.agent ?? "", stands, one.tries > 0 ? texts.tries(one.tries) : ""];
    say(parts.meta, meta.filter(Boolean).join(" · "));
  }
}
