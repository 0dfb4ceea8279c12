/**
 * Server-sent events read with fetch, so that a bearer token can go along and no cookie is needed.
 *
 * `LiveStream` keeps one stream open for ever: it reconnects with growing pauses, and trusts no line that is silent
 * (client-watch.js).
 */

import { Pauses, Watch, askedToWait, pauseAfter } from "./client-watch.js";

/** @typedef {{ event: string, id: string, data: string }} ServerEvent */

/** Reads text/event-stream in pieces of any size, with any of the three line endings. */
export class EventParser {
  #rest = "";
  #afterCr = false;
  #event = "";
  #id = "";
  /** @type {string[]} */
  #data = [];

  /**
   * @param {string} chunk
   * @returns {ServerEvent[]}
   */
  push(chunk) {
    /** @type {ServerEvent[]} */
    const found = [];
    let text = this.#afterCr && chunk.startsWith("\n") ? chunk.slice(1) : chunk;
    if (chunk !== "") this.#afterCr = false;
    if (text.endsWith("\r")) this.#afterCr = true;
    text = this.#rest + text;
    const lines = text.split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line, found);
    return found;
  }

  /**
   * @param {string} line
   * @param {ServerEvent[]} found
   */
  #line(line, found) {
    if (line === "") {
      if (this.#data.length > 0) {
        found.push({ event: this.#event || "message", id: this.#id, data: this.#data.join("\n") });
      }
      this.#event = "";
      this.#id = "";
      this.#data = [];
      return;
    }
    if (line.startsWith(":")) return;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    else if (field === "id") this.#id = value;
    else if (field === "data") this.#data.push(value);
  }
}

/** Thrown by `open` when trying again has no use (the conversation is not there, or not ours). */
export class GoneError extends Error {}

/**
 * @typedef {object} LiveOptions
 * @property {(signal: AbortSignal) => Promise<Response>} open   makes the request, with the newest cursor
 * @property {(event: ServerEvent) => Promise<void> | void} onEvent   a throw ends this connection; a new one follows
 * @property {(live: boolean) => void} onChange
 * @property {(error: GoneError) => void} onGone
 */

/** A stream that lived so long was a good one; one that ends at once may be the sign of a server in need. */
const GOOD_MS = 5_000;

export class LiveStream {
  #options;
  #stopped = true;
  #failures = 0;
  #pauses = new Pauses();
  /** What the server asked to wait, in ms. */
  #asked = 0;
  /** @type {AbortController | null} */
  #request = null;
  /** @type {Watch | null} */
  #watch = null;

  /** @param {LiveOptions} options */
  constructor(options) {
    this.#options = options;
  }

  start() {
    if (!this.#stopped) return;
    this.#stopped = false;
    void this.#run();
  }

  stop() {
    this.#stopped = true;
    this.#request?.abort();
    this.#pauses.end();
  }

  /** Try now instead of after the pause; and do not trust a line that may have died in its sleep. */
  wake() {
    this.#pauses.cut();
    this.doubt();
  }

  /** Something else did not get through: is this line still there? */
  doubt() {
    this.#watch?.doubt();
  }

  /** The connection can not be trusted any more: end it, so that a new one is made. */
  drop() {
    this.#request?.abort();
  }

  async #run() {
    while (!this.#stopped) {
      this.#asked = 0;
      try {
        await this.#once();
      } catch (error) {
        if (error instanceof GoneError) {
          this.#stopped = true;
          this.#options.onGone(error);
          return;
        }
      }
      if (this.#stopped) return;
      this.#failures += 1;
      this.#options.onChange(false);
      await this.#pauses.wait(pauseAfter(this.#failures), this.#asked);
    }
  }

  async #once() {
    const request = new AbortController();
    const watch = new Watch(() => request.abort(), this.#failures);
    this.#request = request;
    this.#watch = watch;
    try {
      const response = await this.#options.open(request.signal);
      this.#asked = askedToWait(response);
      if (!streams(response) || response.body === null) throw new Error(`stream: ${response.status}`);
      watch.heard();
      await this.#read(response.body.getReader(), watch);
    } finally {
      watch.stop();
      request.abort();
    }
  }

  /**
   * @param {ReadableStreamDefaultReader<Uint8Array>} reader
   * @param {Watch} watch
   */
  async #read(reader, watch) {
    const began = performance.now();
    const parser = new EventParser();
    const decoder = new TextDecoder();
    this.#failures = Math.min(this.#failures, 1);
    this.#options.onChange(true);
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.#stopped) return;
      watch.heard();
      if (performance.now() - began > GOOD_MS) this.#failures = 0;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) await this.#options.onEvent(event);
    }
  }
}

/** Whether it is our server that answers, with a stream: a network that wants a login says 200 to everything. @param {Response} response */
export function streams(response) {
  return response.ok && (response.headers.get("Content-Type") ?? "").startsWith("text/event-stream");
}
