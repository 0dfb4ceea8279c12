/**
 * What the customer sent and the server has not acknowledged yet.
 *
 * Every item carries a client_id, so sending it again is harmless; it stays here, and in sessionStorage, until the
 * server says which fact it became. Two lanes: a request for a person never waits behind a message that does not get
 * through. What is refused (4xx) stops nothing that comes after it.
 */

import { Pauses, pauseAfter } from "./client-watch.js";

/**
 * @typedef {object} Item
 * @property {string} client_id
 * @property {"messages" | "human" | "promise" | "withdraw" | "support" | "feedback"} path
 * @property {Record<string, unknown>} body
 * @property {string} at          when the customer sent it (ISO)
 * @property {"sending" | "waiting" | "sent" | "failed"} status
 * @property {boolean} [busy]     it waits because the server said that it is too busy
 * @property {number} [seq]       known once the server stored it
 * @property {string} [reason]    why it failed, a sentence for the customer
 * @property {string} [field]     which field the server refused
 * @property {string} [code]      the code of the refusal
 */

/**
 * @typedef {object} Reply
 * @property {number} status            0 when there was no answer
 * @property {any} body
 * @property {number} [askedMs]         what the server asked to wait
 */

const AGAIN = new Set([0, 408, 425, 429]);

/**
 * Not stored, and not refused: to be sent again. A 2xx that names no fact is not an answer of our server, but of
 * something in between.
 * @param {Reply} reply
 */
export function unsettled({ status, body }) {
  return AGAIN.has(status) || status >= 500 || (status < 400 && !Number.isInteger(body?.seq));
}

/** A UUID, also where crypto.randomUUID is missing (a page without https). */
export function newId() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export class Outbox {
  /** @type {Item[]} */
  #items = [];
  #post;
  #changed;
  #save;
  #stopped = false;
  /** @type {Map<string, boolean>} */
  #busy = new Map();
  #pauses = new Pauses();
  /** @type {Map<string, (item: Item, body: any) => void>} */
  #waiting = new Map();

  /**
   * @param {object} options
   * @param {(item: Item) => Promise<Reply>} options.post
   * @param {() => void} options.changed
   * @param {(items: Item[]) => void} options.save
   * @param {Item[]} [options.kept]   what an earlier page left behind
   */
  constructor({ post, changed, save, kept = [] }) {
    this.#post = post;
    this.#changed = changed;
    this.#save = save;
    this.#items = kept.map((item) => (item.status === "failed" ? item : { ...item, status: "waiting" }));
  }

  /** @returns {readonly Item[]} */
  get items() {
    return this.#items;
  }

  /**
   * @param {Item["path"]} path
   * @param {Record<string, unknown>} body
   * @returns {Promise<{ item: Item, body: any }>}  settles when the server stored or refused it
   */
  add(path, body) {
    /** @type {Item} */
    const item = { client_id: newId(), path, body, at: new Date().toISOString(), status: "sending" };
    this.#items.push(item);
    const settled = new Promise((resolve) => {
      this.#waiting.set(item.client_id, (done, answer) => resolve({ item: done, body: answer }));
    });
    this.#tell();
    this.#drain(laneOf(item));
    return /** @type {Promise<{ item: Item, body: any }>} */ (settled);
  }

  /** Everything that still waits is tried now. */
  wake() {
    this.#pauses.cut();
    this.#drain("person");
    this.#drain("words");
  }

  /** @param {string} clientId */
  remove(clientId) {
    const before = this.#items.length;
    this.#items = this.#items.filter((item) => item.client_id !== clientId);
    if (this.#items.length !== before) this.#tell();
  }

  stop() {
    this.#stopped = true;
    this.#pauses.end();
  }

  #tell() {
    this.#save(this.#items);
    this.#changed();
  }

  /** @param {string} lane */
  async #drain(lane) {
    if (this.#busy.get(lane) || this.#stopped) return;
    this.#busy.set(lane, true);
    try {
      let failures = 0;
      for (;;) {
        const item = this.#items.find((one) => laneOf(one) === lane && one.status !== "failed" && one.status !== "sent");
        if (item === undefined || this.#stopped) return;
        const reply = await this.#post(item);
        if (this.#stopped) return;
        if (unsettled(reply)) {
          failures += 1;
          item.status = "waiting";
          item.busy = reply.status === 503 || reply.status === 429;
          this.#tell();
          await this.#pauses.wait(pauseAfter(failures), reply.askedMs);
        } else {
          failures = 0;
          this.#settle(item, reply);
        }
      }
    } finally {
      this.#busy.set(lane, false);
    }
  }

  /**
   * @param {Item} item
   * @param {Reply} reply
   */
  #settle(item, reply) {
    if (reply.status >= 200 && reply.status < 300) {
      item.status = "sent";
      item.seq = reply.body?.seq;
      if (item.path !== "messages") this.#items = this.#items.filter((one) => one !== item);
    } else {
      item.status = "failed";
      item.reason = reply.body?.detail || reply.body?.title || "";
      item.field = reply.body?.field;
      item.code = reply.body?.code;
      // What was refused and is not a message has no place of its own on the screen: whoever asked gets the answer.
      if (item.path !== "messages") this.#items = this.#items.filter((one) => one !== item);
    }
    this.#tell();
    this.#waiting.get(item.client_id)?.(item, reply.body);
    this.#waiting.delete(item.client_id);
  }
}

/** @param {Item} item */
function laneOf(item) {
  return item.path === "messages" || item.path === "feedback" ? "words" : "person";
}
