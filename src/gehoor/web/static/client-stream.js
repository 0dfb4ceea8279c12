/**
 * Server-sent events read with fetch, so that a bearer token can go along and no cookie is needed.
 *
 * `LiveStream` keeps one stream open for ever: it reconnects with growing pauses (0.5 to 10 s), and it treats 25 s
 * without a single byte as a lost connection, because the server beats every 10 s.
 */

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
 * @property {(live: boolean, failures: number) => void} onChange
 * @property {(error: GoneError) => void} onGone
 */

const SILENCE_MS = 25_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Pause before try number `failures` + 1, with a quarter of chance in it, so that a thousand browsers do not come
 * back at the same instant.
 * @param {number} failures
 */
export function pauseAfter(failures) {
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1));
  return pause * (0.75 + Math.random() * 0.25);
}

export class LiveStream {
  #options;
  #stopped = true;
  #failures = 0;
  /** @type {AbortController | null} */
  #request = null;
  /** @type {(() => void) | null} */
  #skipPause = null;

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
    this.#skipPause?.();
  }

  /** Try now instead of after the pause. */
  wake() {
    this.#skipPause?.();
  }

  /** The connection can not be trusted any more: end it, so that a new one is made. */
  drop() {
    this.#request?.abort();
  }

  async #run() {
    while (!this.#stopped) {
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
      this.#options.onChange(false, this.#failures);
      await this.#pause(pauseAfter(this.#failures));
    }
  }

  async #once() {
    const request = new AbortController();
    this.#request = request;
    let timer = setTimeout(() => request.abort(), SILENCE_MS);
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), SILENCE_MS);
    };
    try {
      const response = await this.#options.open(request.signal);
      if (!response.ok || response.body === null) throw new Error(`stream: ${response.status}`);
      heard();
      this.#failures = 0;
      this.#options.onChange(true, 0);
      const parser = new EventParser();
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.#stopped) return;
        heard();
        for (const event of parser.push(decoder.decode(value, { stream: true }))) await this.#options.onEvent(event);
      }
    } finally {
      clearTimeout(timer);
      request.abort();
    }
  }

  /** @param {number} ms */
  #pause(ms) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#skipPause = null;
        resolve(undefined);
      };
      const timer = setTimeout(done, ms);
      this.#skipPause = done;
    });
  }
}
