/** What the page tells without being looked at: the polite announcer, the title of the tab, and a sound if wanted. */

import { byId } from "./desk-dom.js";

const CLEAR_MS = 2_500;
const SOUND_KEY = "gehoor.desk-sound";

export class Announcer {
  #node = byId("announcer");
  /** @type {string[]} */
  #waiting = [];
  #busy = false;
  /** @type {AudioContext | null} */
  #audio = null;

  /** Said once, after what is being said. @param {string} text @param {boolean} [first]  before what waits */
  say(text, first = false) {
    if (this.#waiting.length > 3) this.#waiting.shift();
    if (first) this.#waiting.unshift(text);
    else this.#waiting.push(text);
    if (!this.#busy) this.#next();
  }

  #next() {
    const text = this.#waiting.shift();
    this.#busy = text !== undefined;
    this.#node.textContent = text ?? "";
    if (this.#busy) setTimeout(() => this.#next(), this.#waiting.length > 0 ? 1_200 : CLEAR_MS);
  }

  /** @param {number} news  offers and unread messages */
  title(news) {
    const title = news > 0 ? `(${news}) Gehoor` : "Gehoor";
    if (document.title !== title) document.title = title;
  }

  get sound() {
    try {
      return localStorage.getItem(SOUND_KEY) === "on";
    } catch {
      return this.#audio !== null;
    }
  }

  set sound(on) {
    this.#audio = on ? (this.#audio ?? new AudioContext()) : null;
    try {
      if (on) localStorage.setItem(SOUND_KEY, "on");
      else localStorage.removeItem(SOUND_KEY);
    } catch {
      // The choice holds for this page only.
    }
  }

  /** A short, soft tone; nothing when sound is off. */
  tone() {
    if (!this.sound) return;
    const audio = (this.#audio ??= new AudioContext());
    const gain = audio.createGain();
    gain.gain.setValueAtTime(0.08, audio.currentTime);
    gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.3);
    const wave = audio.createOscillator();
    wave.frequency.value = 660;
    wave.connect(gain).connect(audio.destination);
    wave.start();
    wave.stop(audio.currentTime + 0.3);
  }
}
