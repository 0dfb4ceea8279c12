/**
 * The live stream of the desk: server-sent events read with fetch, for ever.
 *
 * The `id:` of the newest fact goes back as Last-Event-ID, so the server goes on where we were. 25 s without a byte
 * counts as a lost connection (the server beats every 10 s). Pauses grow from 1 to 10 s and are counted down in words.
 */

import { EventParser } from "./client-stream.js";
import { BASE } from "./desk-api.js";

/** @typedef {"connecting" | "live" | "lost" | "offline"} Connection */

const SILENCE_MS = 25_000;
/** How often we say that we are there. The server counts an agent as gone after 30 s without a word. */
const ALIVE_MS = 8_000;
const LONGEST_PAUSE_S = 10;

/** Events: "connection" (see `state`, `retryIn`), "event" (detail: { event, data }), "date" (detail: the Date header). */
export class DeskStream extends EventTarget {
  /** @type {Connection} */
  state = "connecting";
  /** Seconds until the next try; 0 while trying. */
  retryIn = 0;

  #api;
  #cursor = "";
  #failures = 0;
  #aliveAt = 0;
  #stopped = false;
  /** @type {AbortController | null} */
  #request = null;
  /** @type {(() => void) | null} */
  #skip = null;

  /** @param {import("./desk-api.js").Api} api */
  constructor(api) {
    super();
    this.#api = api;
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => {
      this.#request?.abort();
      this.#tell("offline", 0);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.state !== "live") this.wake();
    });
  }

  async run() {
    while (!this.#stopped) {
      try {
        await this.#once();
      } catch {
        // Whatever went wrong, the answer is the same: connect again.
      }
      if (this.#stopped) return;
      this.#failures += 1;
      await this.#pause(Math.min(LONGEST_PAUSE_S, 2 ** (this.#failures - 1)));
    }
  }

  /** Try now. */
  wake() {
    this.#skip?.();
  }

  stop() {
    this.#stopped = true;
    this.#request?.abort();
    this.#skip?.();
  }

  async #once() {
    const request = new AbortController();
    this.#request = request;
    let timer = setTimeout(() => request.abort(), SILENCE_MS);
    try {
      /** @type {Record<string, string>} */
      const asked = { Accept: "text/event-stream" };
      if (this.#cursor !== "") asked["Last-Event-ID"] = this.#cursor;
      const response = await fetch(`${BASE}/desk/stream`, {
        headers: this.#api.headers(asked),
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: request.signal,
      });
      if (response.status === 401) {
        this.stop();
        this.#api.signIn();
      }
      // A cursor that the server no longer knows: begin again with a snapshot.
      if (response.status >= 400 && response.status < 500) this.#cursor = "";
      if (!response.ok || response.body === null) throw new Error(`stream: ${response.status}`);
      this.dispatchEvent(new CustomEvent("date", { detail: response.headers.get("Date") }));
      const parser = new EventParser();
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.#stopped) return;
        clearTimeout(timer);
        timer = setTimeout(() => request.abort(), SILENCE_MS);
        this.#alive();
        if (this.state !== "live") {
          this.#failures = 0;
          this.#tell("live", 0);
        }
        for (const event of parser.push(decoder.decode(value, { stream: true }))) this.#heard(event);
      }
    } finally {
      clearTimeout(timer);
      request.abort();
    }
  }

  /** Answers what was heard, and needs no timer: the timers of a tab in the background may sleep for a minute. */
  #alive() {
    if (performance.now() - this.#aliveAt < ALIVE_MS) return;
    this.#aliveAt = performance.now();
    void this.#api.post("/alive");
  }

  /** @param {import("./client-stream.js").ServerEvent} event */
  #heard(event) {
    const data = JSON.parse(event.data);
    this.dispatchEvent(new CustomEvent("event", { detail: { event: event.event, data } }));
    if (event.id !== "") this.#cursor = event.id;
  }

  /** @param {number} seconds */
  #pause(seconds) {
    return new Promise((resolve) => {
      let left = seconds;
      const state = () => (navigator.onLine ? "lost" : "offline");
      const done = () => {
        clearInterval(timer);
        this.#skip = null;
        this.#tell(state(), 0);
        resolve(undefined);
      };
      const timer = setInterval(() => {
        left -= 1;
        if (left <= 0) done();
        else this.#tell(state(), left);
      }, 1000);
      this.#skip = done;
      this.#tell(state(), left);
    });
  }

  /** @param {Connection} state @param {number} retryIn */
  #tell(state, retryIn) {
    if (this.state === state && this.retryIn === retryIn) return;
    this.state = state;
    this.retryIn = retryIn;
    this.dispatchEvent(new Event("connection"));
  }
}
