/**
 * What the agent wrote and the server has not acknowledged yet.
 *
 * Each item has a client_id, so sending it again is harmless. Items of one conversation go one after the other; another
 * conversation never waits for them. They live in sessionStorage under the id of the person who wrote them: whoever
 * signs in next in this tab never sends them (a message carries the name of the person who wrote it).
 */

import { newId, unsettled } from "./client-outbox.js";
import { Pauses, pauseAfter } from "./client-watch.js";
import { sentence } from "./desk-api.js";

/**
 * @typedef {object} Item
 * @property {string} client_id
 * @property {string} conversation
 * @property {"messages" | "notes"} kind
 * @property {string} text
 * @property {boolean} canned
 * @property {import("./desk-state.js").Article[]} [sources]  the articles whose text it holds
 * @property {string} at
 * @property {"sending" | "waiting" | "sent" | "failed"} status
 * @property {boolean} [busy]    it waits because the server said that it is too busy
 * @property {number} [seq]
 * @property {string} [reason]   why it was refused, a sentence
 */

const PREFIX = "gehoor.desk.";

/** sessionStorage of this person in this tab, or nothing where the browser forbids it. */
export class Drawer {
  #prefix;

  /** @param {string} person */
  constructor(person) {
    this.#prefix = `${PREFIX}${person}.`;
    Drawer.clear((key) => !key.startsWith(this.#prefix));
  }

  /** @param {string} name */
  read(name) {
    try {
      return JSON.parse(sessionStorage.getItem(this.#prefix + name) ?? "null");
    } catch {
      return null;
    }
  }

  /** @param {string} name @param {unknown} value */
  write(name, value) {
    try {
      sessionStorage.setItem(this.#prefix + name, JSON.stringify(value));
    } catch {
      // Full or forbidden: the desk works, a reload loses what was not sent.
    }
  }

  /** @param {(key: string) => boolean} [which] */
  static clear(which = () => true) {
    try {
      for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX) && which(key)) sessionStorage.removeItem(key);
    } catch {
      // Nothing was kept.
    }
  }
}

/** Events: "change" (detail: conversation), "unanswered" (the line may be dead). */
export class Outbox extends EventTarget {
  /** @type {Item[]} */
  items;
  #api;
  #drawer;
  #texts;
  /** @type {Set<string>} */
  #busy = new Set();
  #pauses = new Pauses();

  /**
   * @param {import("./desk-api.js").Api} api
   * @param {Drawer} drawer
   * @param {import("./desk-texts-nl.js").Texts} texts
   */
  constructor(api, drawer, texts) {
    super();
    this.#api = api;
    this.#drawer = drawer;
    this.#texts = texts;
    const kept = drawer.read("outbox");
    this.items = (Array.isArray(kept) ? kept : []).map((item) => (item.status === "failed" ? item : { ...item, status: "waiting" }));
  }

  /** @param {string} conversation */
  of(conversation) {
    return this.items.filter((item) => item.conversation === conversation);
  }

  /** How many would be lost. */
  get unsent() {
    return this.items.filter((item) => item.status !== "sent").length;
  }

  /**
   * @param {string} conversation
   * @param {Item["kind"]} kind
   * @param {string} text
   * @param {boolean} canned
   * @param {import("./desk-state.js").Article[]} [sources]
   */
  add(conversation, kind, text, canned, sources = []) {
    const at = new Date().toISOString();
    this.items.push({ client_id: newId(), conversation, kind, text, canned, sources, at, status: "sending" });
    this.#tell(conversation);
    void this.#drain(conversation);
  }

  /** @param {string} clientId */
  remove(clientId) {
    const item = this.items.find((one) => one.client_id === clientId);
    if (item === undefined) return;
    this.items = this.items.filter((one) => one !== item);
    this.#tell(item.conversation);
  }

  /**
   * Facts that arrived no longer have to be sent.
   * @param {import("./desk-state.js").Conversation} one
   * @returns {boolean} false when the server has another fact by the number that we were given: it went back in time
   */
  forget({ id, facts, last }) {
    const known = new Set(facts.map((fact) => fact.client_id).filter(Boolean));
    let same = true;
    for (const item of this.of(id)) {
      const here = known.has(item.client_id);
      const passed = item.seq !== undefined && item.seq <= last;
      if (here || passed) this.remove(item.client_id);
      same &&= here || !passed;
    }
    return same;
  }

  /** Try everything that waits, now. */
  wake() {
    this.#pauses.cut();
    for (const item of this.items) void this.#drain(item.conversation);
  }

  /** @param {string} conversation */
  async #drain(conversation) {
    if (this.#busy.has(conversation)) return;
    this.#busy.add(conversation);
    let failures = 0;
    for (;;) {
      const item = this.of(conversation).find((one) => one.status === "sending" || one.status === "waiting");
      if (item === undefined) break;
      const named = (item.sources ?? []).map(({ article, version, title, language }) => ({ article, version, title, language }));
      const sources = named.length > 0 ? { sources: named } : {};
      const body = { client_id: item.client_id, text: item.text, ...(item.canned ? { canned: true } : {}), ...sources };
      const reply = await this.#api.act(conversation, item.kind, body);
      if (unsettled(reply) || reply.status === 401) {
        failures += 1;
        item.status = "waiting";
        item.busy = reply.status === 503 || reply.status === 429;
      } else if (reply.ok) {
        failures = 0;
        item.status = "sent";
        item.seq = reply.body.seq;
      } else {
        item.status = "failed";
        item.reason = sentence(reply, this.#texts);
      }
      this.#tell(conversation);
      if (reply.status === 0) this.dispatchEvent(new Event("unanswered"));
      if (item.status === "waiting") await this.#pauses.wait(pauseAfter(failures), reply.askedMs);
    }
    this.#busy.delete(conversation);
  }

  /** @param {string} conversation */
  #tell(conversation) {
    this.#drawer.write("outbox", this.items.filter((item) => item.status !== "sent"));
    this.dispatchEvent(new CustomEvent("change", { detail: conversation }));
  }
}
