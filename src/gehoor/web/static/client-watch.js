/**
 * Is the line still there, and when to try again. For the customer's pages and the desk alike.
 *
 * The server beats every 10 s (web/live.py). A line can be dead without being closed: after sleep, behind a network
 * that drops what it should carry. So silence counts, on two clocks: one stands still while a laptop sleeps, the other
 * may be set back.
 */

/** For the first try; twice as long for each one that failed, because a slow network must get through as well. */
const OPENING_MS = 4_000;
const LONGEST_OPENING_MS = 16_000;
const SILENCE_MS = 25_000;
/** With a reason to doubt, one beat and a bit is enough. */
const DOUBT_MS = 12_000;
const LOOK_EVERY_MS = 1_000;
/** A timer that comes so late means that the page, or the machine, stood still. */
const STOOD_STILL_MS = 5_000;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const LONGEST_ASKED_MS = 120_000;

/** Both clocks now. @returns {[number, number]} */
const now = () => [Date.now(), performance.now()];

/** Milliseconds since then, by the clock that says most. @param {[number, number]} then */
function since(then) {
  return Math.max(Date.now() - then[0], performance.now() - then[1]);
}

/** Watches one request whose answer should never fall silent. */
export class Watch {
  #lost;
  #limit;
  #heardAt = now();
  #lookedAt = now();
  #timer = setInterval(() => this.#look(), LOOK_EVERY_MS);

  /**
   * @param {() => void} lost   told when nothing was heard for too long; perhaps more than once
   * @param {number} failures   tries that failed before this one
   */
  constructor(lost, failures) {
    this.#lost = lost;
    this.#limit = Math.min(LONGEST_OPENING_MS, OPENING_MS * 2 ** failures);
  }

  /** Something came in. */
  heard() {
    this.#heardAt = now();
    this.#limit = SILENCE_MS;
  }

  /** Something suggests that the line is dead: it is, unless there was a beat just now. */
  doubt() {
    if (since(this.#heardAt) > DOUBT_MS) this.#lost();
  }

  stop() {
    clearInterval(this.#timer);
  }

  #look() {
    const late = since(this.#lookedAt) > STOOD_STILL_MS;
    this.#lookedAt = now();
    if (since(this.#heardAt) > (late ? DOUBT_MS : this.#limit)) this.#lost();
  }
}

/**
 * How long to wait after so many failures in a row: half a second, doubled up to ten, times a half to one and a half,
 * so that a thousand browsers that lost the same server do not come back at the same instant.
 * @param {number} failures
 */
export function pauseAfter(failures) {
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1));
  return pause * (0.5 + Math.random());
}

/** What the server asks to wait (Retry-After, seconds or a date), in ms; 0 for nothing. @param {Response} response */
export function askedToWait(response) {
  const asked = response.headers.get("Retry-After") ?? "";
  const ms = /^\d+$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - Date.now();
  return ms > 0 ? Math.min(ms, LONGEST_ASKED_MS) : 0;
}

/** Pauses that can be cut short, though never shorter than the server asked for. */
export class Pauses {
  /** @type {Set<(always: boolean) => void>} */
  #cuts = new Set();

  /**
   * @param {number} ms
   * @param {number} [asked]   what the server asked for, in ms
   * @returns {Promise<void>}
   */
  wait(ms, asked = 0) {
    const began = performance.now();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#cuts.delete(cut);
        resolve();
      };
      const cut = (/** @type {boolean} */ always) => {
        const left = asked - (performance.now() - began);
        clearTimeout(timer);
        if (always || left <= 0) done();
        else timer = setTimeout(done, left);
      };
      let timer = setTimeout(done, Math.max(ms, asked));
      this.#cuts.add(cut);
    });
  }

  /** Go on now, or as soon as the server will have it. */
  cut() {
    for (const one of [...this.#cuts]) one(false);
  }

  /** Nobody waits any more. */
  end() {
    for (const one of [...this.#cuts]) one(true);
  }
}
