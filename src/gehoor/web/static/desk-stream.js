/**
 * The live stream of the desk: server-sent events read with fetch, for ever.
 *
 * Every stream begins with a snapshot, whose cards say what we missed; desk-state.js reads that again. No line that is
 * silent is trusted (client-watch.js). Pauses grow to 10 s and are counted down in words.
 */

import { EventParser, streams } from "./client-stream.js";
import { Watch, askedToWait, pauseAfter } from "./client-watch.js";
import { BASE } from "./desk-api.js";

/** @typedef {"connecting" | "live" | "lost" | "offline"} Connection */

/** How often we say that we are there. The server counts an agent as gone after 30 s without a word. */
const ALIVE_MS = 8_000;
/** A stream that lived so long was a good one. */
const GOOD_MS = 5_000;

/** Events: "connection" (see `state`, `retryIn`), "event" (detail: { event, data }), "date" (detail: the Date header). */
export class DeskStream extends EventTarget {
  /** @type {Connection} */
  state = "connecting";
  /** Seconds until the next try; 0 while trying. */
  retryIn = 0;

  #api;
  #cursor = "";
  #failures = 0;
  /** What the server asked to wait, in ms. */
  #asked = 0;
  /** @type {Watch | null} */
  #watch = null;
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
    // The page was frozen, or comes from another tab: timers may have stood still.
    document.addEventListener("resume", () => this.wake());
    addEventListener("offline", () => {
      this.#request?.abort();
      this.#tell("offline", 0);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.wake();
    });
  }

  async run() {
    while (!this.#stopped) {
      this.#asked = 0;
      try {
        await this.#once();
      } catch {
        // Whatever went wrong, the answer is the same: connect again.
      }
      if (this.#stopped) return;
      this.#failures += 1;
      await this.#pause(Math.max(pauseAfter(this.#failures), this.#asked));
    }
  }

  /** Try now; and do not trust a line that may have died in its sleep. */
  wake() {
    this.#skip?.();
    this.doubt();
  }

  /** Something else did not get through: is this line still there? */
  doubt() {
    this.#watch?.doubt();
  }

  stop() {
    this.#stopped = true;
    this.#request?.abort();
    this.#skip?.();
  }

  async #once() {
    const request = new AbortController();
    const watch = new Watch(() => request.abort(), this.#failures);
    this.#request = request;
    this.#watch = watch;
    try {
      const response = await this.#ask(request.signal);
      this.#asked = askedToWait(response);
      if (!streams(response) || response.body === null) throw new Error(`stream: ${response.status}`);
      this.dispatchEvent(new CustomEvent("date", { detail: response.headers.get("Date") }));
      await this.#read(response.body.getReader(), watch);
    } finally {
      watch.stop();
      request.abort();
    }
  }

  /** @param {AbortSignal} signal */
  async #ask(signal) {
    /** @type {Record<string, string>} */
    const asked = { Accept: "text/event-stream" };
    if (this.#cursor !== "") asked["Last-Event-ID"] = this.#cursor;
    const headers = this.#api.headers(asked);
    const response = await fetch(`${BASE}/desk/stream`, { headers, credentials: "same-origin", cache: "no-store", redirect: "error", signal });
    if (response.status === 401) {
      this.stop();
      this.#api.signIn();
    }
    // A cursor that the server no longer knows: begin again with a snapshot.
    if (response.status >= 400 && response.status < 500) this.#cursor = "";
    return response;
  }

  /** @param {ReadableStreamDefaultReader<Uint8Array>} reader @param {Watch} watch */
  async #read(reader, watch) {
    const began = performance.now();
    const parser = new EventParser();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.#stopped) return;
      watch.heard();
      this.#alive();
      this.#failures = performance.now() - began > GOOD_MS ? 0 : Math.min(this.#failures, 1);
      this.#tell("live", 0);
      for (const event of parser.push(decoder.decode(value, { stream: true }))) this.#heard(event);
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

  /** @param {number} ms */
  #pause(ms) {
    return new Promise((resolve) => {
      const ends = performance.now() + ms;
      const state = () => (navigator.onLine ? "lost" : "offline");
      const done = () => {
        clearInterval(timer);
        this.#skip = null;
        this.#tell(state(), 0);
        resolve(undefined);
      };
      const look = () => {
        const left = ends - performance.now();
        if (left <= 0) done();
        else this.#tell(state(), Math.ceil(left / 1000));
      };
      const timer = setInterval(look, 200);
      this.#skip = done;
      look();
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
