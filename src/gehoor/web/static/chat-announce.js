/**
 * What a screen reader says without being asked: each finished message once, and the state of things now and then.
 *
 * The log itself is silent (aria-live="off"): a log that announces and an announcer beside it say everything twice.
 */

import { el } from "./chat-dom.js";

const KEEP_MS = 4000;
const STATUS_EVERY_MS = 8000;

export class Announcer {
  /** Polite: messages, one child each, so that nothing overwrites what was not spoken yet. */
  messages = el("div", {
    class: "hidden-text",
    "aria-live": "polite",
    "aria-atomic": "false",
    "aria-relevant": "additions",
    "data-announcer": "messages",
  });
  /** Polite: place in the queue, connection. */
  status = el("div", { class: "hidden-text", role: "status", "data-announcer": "status" });

  #spoken = "";
  #pending = "";
  #lastAt = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {string} sentence */
  say(sentence) {
    const line = el("p", { text: sentence });
    this.messages.append(line);
    setTimeout(() => line.remove(), KEEP_MS);
  }

  /** Whether this sentence was spoken, or is about to be. @param {string} sentence */
  said(sentence) {
    return this.#spoken === sentence || this.#pending === sentence;
  }

  /**
   * Throttled: in between, only the newest sentence is kept.
   * @param {string} sentence
   * @param {boolean} [now]   a change that may not wait (the connection is gone)
   */
  tell(sentence, now = false) {
    this.#pending = sentence;
    clearTimeout(this.#timer);
    const wait = now ? 0 : Math.max(0, this.#lastAt + STATUS_EVERY_MS - performance.now());
    this.#timer = setTimeout(() => {
      if (this.#pending === this.#spoken) return;
      this.#spoken = this.#pending;
      this.#lastAt = performance.now();
      this.status.textContent = this.#pending;
    }, wait);
  }
}
