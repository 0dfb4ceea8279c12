/**
 * Times in words, by the clock of the server, and the one timer that keeps them up to date on the screen.
 */

/** @typedef {import("./desk-texts-nl.js").Texts} Texts */

const DAY_MS = 86_400_000;
const SMALL_SKEW_MS = 2_000;

export class Clock {
  /** @type {Map<Node, () => string>} */
  #shown = new Map();
  #skew = 0;
  /** @type {Set<() => void>} */
  #each = new Set();

  /** @param {Texts} texts */
  constructor(texts) {
    this.texts = texts;
    // A promise is made in the organisation's time; a desk elsewhere must not read another hour than the customer does.
    const timeZone = "Europe/Amsterdam";
    this.time = new Intl.DateTimeFormat(texts.locale, { timeStyle: /** @type {const} */ ("short"), timeZone });
    this.day = new Intl.DateTimeFormat(texts.locale, { weekday: "long", day: "numeric", month: "long", timeZone });
    setInterval(() => this.#tick(), 1000);
  }

  /** The Date header of a response: what the server's clock says. @param {string | null} date */
  learn(date) {
    const skew = date === null ? NaN : Date.parse(date) - Date.now();
    if (!Number.isNaN(skew)) this.#skew = Math.abs(skew) > SMALL_SKEW_MS ? skew : 0;
  }

  now() {
    return Date.now() + this.#skew;
  }

  /** Seconds from now until an instant; negative when it has passed. @param {string} iso */
  until(iso) {
    return Math.ceil((Date.parse(iso) - this.now()) / 1000);
  }

  /** "12 min": how long ago, in words. @param {string} iso */
  since(iso) {
    return this.span((this.now() - Date.parse(iso)) / 1000);
  }

  /** The same for a narrow place. @param {string} iso */
  brief(iso) {
    return this.now() - Date.parse(iso) < 60_000 ? this.texts.briefly : this.since(iso);
  }

  /** @param {number} seconds */
  span(seconds) {
    const t = this.texts;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 1) return t.lessThanMinute;
    if (minutes < 60) return t.minutes(minutes);
    if (minutes < 48 * 60) return t.hours(Math.floor(minutes / 60), minutes % 60);
    return t.days(Math.floor(minutes / 1440));
  }

  /** "9.14" today, "gisteren 9.14", "dinsdag 24 november 17.00" otherwise. @param {string} iso */
  moment(iso) {
    const at = new Date(iso);
    const days = Math.round((midnight(at) - midnight(new Date(this.now()))) / DAY_MS);
    const time = this.time.format(at);
    if (days === 0) return time;
    if (days === -1) return `${this.texts.yesterday} ${time}`;
    if (days === 1) return `${this.texts.tomorrow} ${time}`;
    return `${this.day.format(at)} ${time}`;
  }

  /** The time of day alone. @param {string} iso */
  clock(iso) {
    return this.time.format(new Date(iso));
  }

  /** The same with "vandaag" said, for something that is due. @param {string} iso */
  due(iso) {
    const today = midnight(new Date(iso)) === midnight(new Date(this.now()));
    return today ? `${this.texts.today} ${this.moment(iso)}` : this.moment(iso);
  }

  /**
   * Keep a text on the screen up to date for as long as its node is there.
   * @template {Node} N
   * @param {N} node
   * @param {() => string} say
   * @returns {N}
   */
  show(node, say) {
    node.textContent = say();
    this.#shown.set(node, say);
    return node;
  }

  /** Stop keeping it, and say this instead. @param {Node} node @param {string} text */
  still(node, text) {
    this.#shown.delete(node);
    if (node.textContent !== text) node.textContent = text;
  }

  /** @param {() => void} act  every second */
  each(act) {
    this.#each.add(act);
  }

  #tick() {
    for (const [node, say] of this.#shown) {
      if (!node.isConnected) {
        this.#shown.delete(node);
        continue;
      }
      const text = say();
      if (node.textContent !== text) node.textContent = text;
    }
    for (const act of this.#each) act();
  }
}

/** @param {Date} at */
function midnight(at) {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
