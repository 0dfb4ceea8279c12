/**
 * The agent's desk: puts the parts together. What is known lives in desk-state.js; the parts draw it.
 */

import { Acts } from "./desk-acts.js";
import { Announcer } from "./desk-announce.js";
import { Api } from "./desk-api.js";
import { Composer } from "./desk-composer.js";
import { byId, say, show } from "./desk-dom.js";
import { author } from "./desk-lines.js";
import { Lists } from "./desk-lists.js";
import { Drawer, Outbox } from "./desk-outbox.js";
import { Promises } from "./desk-promises.js";
import { Side } from "./desk-side.js";
import { DeskState } from "./desk-state.js";
import { DeskStream } from "./desk-stream.js";
import { Talk } from "./desk-talk.js";
import { en } from "./desk-texts-en.js";
import { nl } from "./desk-texts-nl.js";
import { Clock } from "./desk-time.js";

/** @typedef {import("./desk-state.js").Fact} Fact */

const REFRESH_MS = 800;
const LAST_CALL_S = 10;
const LOST_MS = 2_500;

export class Desk {
  texts = document.documentElement.lang === "en" ? en : nl;
  organisation = document.body.dataset.organisation ?? "";
  clock = new Clock(this.texts);
  announcer = new Announcer();
  api = new Api(document.body.dataset.formToken ?? "");
  drawer = new Drawer(document.body.dataset.meId ?? "");
  outbox = new Outbox(this.api, this.drawer, this.texts);
  state = new DeskState(
    { id: document.body.dataset.meId ?? "", name: document.body.dataset.meName ?? "", role: document.body.dataset.meRole, presence: "away" },
    this.api,
    this.drawer,
  );
  stream = new DeskStream(this.api);
  lists = new Lists(this);
  promises = new Promises(this);
  talk = new Talk(this);
  composer = new Composer(this);
  acts = new Acts(this);
  side = new Side(this);

  /** Offers that were told of, and whether the last seconds were told of. @type {Map<string, boolean>} */
  #told = new Map();
  #toldDanger = false;
  /** Alarms that were told of. @type {Set<string>} */
  #toldAlarms = new Set();
  #drawing = false;
  #drawAgain = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #refresh;

  start() {
    this.state.addEventListener("lists", () => this.draw());
    this.state.addEventListener("conversation", () => this.draw());
    this.state.addEventListener("anew", (event) => this.talk.anew(/** @type {CustomEvent} */ (event).detail));
    this.state.addEventListener("facts", (event) => this.#facts(/** @type {CustomEvent} */ (event).detail));
    this.outbox.addEventListener("change", () => this.talk.drawUnsent());
    this.outbox.addEventListener("unanswered", () => this.stream.doubt());
    this.stream.addEventListener("event", (event) => this.#heard(/** @type {CustomEvent} */ (event).detail));
    this.stream.addEventListener("date", (event) => this.clock.learn(/** @type {CustomEvent} */ (event).detail));
    this.stream.addEventListener("connection", () => this.#connection());
    this.clock.each(() => this.#countDown());
    addEventListener("hashchange", () => this.#fromAddress());
    addEventListener("beforeunload", (event) => {
      if (this.outbox.unsent > 0) event.preventDefault();
    });
    document.addEventListener("keydown", (event) => this.#key(event));
    this.#buttons();
    document.body.dataset.ready = "";
    this.#connection();
    this.#fromAddress();
    void this.stream.run();
    this.outbox.wake();
  }

  /** Open a conversation. @param {string} id */
  go(id) {
    const hash = `#g=${encodeURIComponent(id)}`;
    if (location.hash !== hash) history.pushState(null, "", hash);
    this.#open(id);
    this.#toTop();
  }

  /** Chosen in a list while it is open already: then the address does not change. @param {string} id */
  again(id) {
    if (this.state.open === id && location.hash === `#g=${encodeURIComponent(id)}`) this.#fromAddress();
  }

  /** Draw everything from what is known now. */
  draw() {
    this.#drawAgain = true;
    if (this.#drawing) return;
    this.#drawing = true;
    while (this.#drawAgain) {
      this.#drawAgain = false;
      this.#tellOffers();
      this.#tellAlarms();
      this.lists.draw();
      this.promises.draw();
      this.talk.draw();
      this.acts.draw();
      this.composer.draw();
      this.side.draw();
    }
    this.#drawing = false;
    const unread = this.state.mine.reduce((sum, card) => sum + this.state.unread(card.id), 0);
    this.announcer.title(this.state.offers.length + unread);
  }

  /** @param {string | null} id */
  #open(id) {
    this.state.open = id;
    document.body.dataset.view = id === null ? "lists" : "talk";
    if (id !== null) this.state.load(id);
    this.draw();
  }

  #fromAddress() {
    const id = /^#g=(.+)$/.exec(location.hash)?.[1];
    const before = this.state.open;
    this.#open(id === undefined ? null : decodeURIComponent(id));
    if (id !== undefined) {
      if (this.state.isMine(decodeURIComponent(id))) this.composer.focus();
      else byId("talk-title").focus();
      this.#toTop();
    } else if (before !== null) {
      const card = document.querySelector(`a[href="#g=${CSS.escape(encodeURIComponent(before))}"]`);
      (/** @type {HTMLElement | null} */ (card) ?? byId("mine-title")).focus();
    }
  }

  /** In one column the conversation comes below the bar; in three there is nothing to scroll. */
  #toTop() {
    if (document.documentElement.scrollHeight > innerHeight) byId("middle").scrollIntoView({ block: "start" });
  }

  /** @param {{ event: string, data: any }} detail */
  #heard({ event, data }) {
    if (event === "snapshot" && data.me && data.me.id !== document.body.dataset.meId) {
      // Somebody else signed in with this browser: this page is no longer ours.
      location.reload();
      return;
    }
    const wasHere = event === "snapshot" && this.state.ready && this.state.me.presence === "available";
    if (event === "typing") this.talk.typing(data.conversation);
    else this.state.take(event, data);
    if (event === "fact" && data.type === "promise_reminded") this.promises.remind(data.conversation);
    if (event === "snapshot") this.outbox.wake();
    if (wasHere && this.state.me.presence === "away") this.acts.stillHere();
  }

  /** @param {{ id: string, fresh: Fact[], first: boolean }} detail */
  #facts({ id, fresh, first }) {
    const one = this.state.conversations.get(id);
    if (one !== undefined && !this.outbox.forget(one)) this.state.load(id);
    this.draw();
    if (first) return;
    const customer = fresh.filter((fact) => fact.type === "message" && fact.author?.kind === "customer");
    if (customer.length > 0) this.talk.quiet(id);
    if (id === this.state.open) {
      for (const fact of fresh.filter((each) => each.type === "message")) {
        const self = fact.author?.kind === "human" && fact.author.name === this.state.me.name;
        if (!self) this.announcer.say(this.texts.said(author(this, fact), fact.text ?? ""));
      }
      // Its state, its summary and the articles may be others now.
      if (fresh.some((fact) => fact.type !== "delivered" && fact.type !== "note")) this.#refreshSoon(id);
    } else if (customer.length > 0) {
      this.announcer.say(this.texts.newIn(this.state.card(id)?.code ?? ""));
    }
    if (customer.length > 0 && (id !== this.state.open || !document.hasFocus())) this.announcer.tone();
  }

  /** @param {string} id */
  #refreshSoon(id) {
    clearTimeout(this.#refresh);
    this.#refresh = setTimeout(() => this.state.open === id && this.state.load(id), REFRESH_MS);
  }

  #tellOffers() {
    const { announcer, clock, state, texts } = this;
    const offers = state.offers;
    for (const card of offers) {
      if (this.#told.has(card.id)) continue;
      this.#told.set(card.id, false);
      announcer.say(texts.newOffer(texts.class[card.class], card.offer_expires_at ? Math.max(0, clock.until(card.offer_expires_at)) : 0), true);
      announcer.tone();
    }
    for (const id of [...this.#told.keys()]) {
      if (offers.some((card) => card.id === id)) continue;
      this.#told.delete(id);
      if (!state.isMine(id)) announcer.say(texts.offerGone);
    }
    const danger = state.queue.some((card) => card.class === "life" && !card.offered_to_me && card.phase === "waiting");
    if (danger && !this.#toldDanger) announcer.say(texts.dangerInQueue, true);
    this.#toldDanger = danger;
  }

  /** A new alarm is said once; all of them stand above the page until they are over. */
  #tellAlarms() {
    const { alarms } = this.state;
    for (const one of alarms) {
      const key = `${one.kind} ${one.about}`;
      if (!this.#toldAlarms.has(key)) this.announcer.say(this.texts.alarm(one.what), true);
      this.#toldAlarms.add(key);
    }
    const standing = new Set(alarms.map((one) => `${one.kind} ${one.about}`));
    for (const key of this.#toldAlarms) if (!standing.has(key)) this.#toldAlarms.delete(key);
    show(byId("alarms"), alarms.length > 0);
    say(byId("alarms-text"), alarms.length > 0 ? this.texts.alarms(alarms.length, alarms[alarms.length - 1].what) : "");
  }

  #countDown() {
    for (const card of this.state.offers) {
      if (!card.offer_expires_at || this.#told.get(card.id) !== false) continue;
      const left = this.clock.until(card.offer_expires_at);
      if (left > LAST_CALL_S || left <= 0) continue;
      this.#told.set(card.id, true);
      this.announcer.say(this.texts.offerLast);
    }
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #losing;

  /** The bar says it at once; the notice and the announcement wait a moment, because most breaks heal by themselves. */
  #connection() {
    const { state, retryIn } = this.stream;
    const { texts } = this;
    const words = { connecting: texts.connecting, live: texts.connected, offline: texts.offline, lost: texts.lost(retryIn) };
    byId("connection").dataset.state = state;
    say(byId("connection-text"), state === "offline" ? texts.offlineShort : words[state]);
    say(byId("lost-text"), `${words[state].replace(/\.$/, "")}.`);
    say(byId("lost-long"), texts.lostLong);
    if (state === "live") {
      clearTimeout(this.#losing);
      this.#losing = undefined;
      if (byId("lost").hidden) return;
      const inside = byId("lost").contains(document.activeElement);
      show(byId("lost"), false);
      this.announcer.say(texts.backSaid);
      if (inside) byId("middle").focus();
    } else if (this.#losing === undefined) {
      this.#losing = setTimeout(() => {
        show(byId("lost"), true);
        this.announcer.say(texts.lostSaid);
      }, LOST_MS);
    }
  }

  #buttons() {
    byId("help-open").addEventListener("click", () => byId("help").showModal());
    byId("lost-now").addEventListener("click", () => this.stream.wake());
    byId("sign-out").addEventListener("click", () => this.#leave(false));
    byId("leave-dialog").addEventListener("close", () => byId("leave-dialog").returnValue === "yes" && this.#leave(true));
    for (const button of document.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => button.closest("dialog")?.close(""));
    }
    const sound = byId("sound");
    sound.checked = this.announcer.sound;
    sound.addEventListener("change", () => {
      this.announcer.sound = sound.checked;
      this.announcer.tone();
      this.announcer.say(sound.checked ? this.texts.soundOn : this.texts.soundOff);
    });
  }

  /** @param {boolean} sure */
  async #leave(sure) {
    if (this.outbox.unsent > 0 && !sure) {
      say(byId("leave-text"), this.texts.unsent(this.outbox.unsent));
      byId("leave-dialog").returnValue = "";
      byId("leave-dialog").showModal();
      return;
    }
    const reply = await this.api.delete("/session");
    if (!reply.ok && reply.status !== 401) {
      say(byId("top-refusal"), this.texts.unreachable);
      return;
    }
    this.stream.stop();
    this.outbox.items = [];
    Drawer.clear();
    location.assign("/desk/login");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.getModifierState("AltGraph")) return;
    if (document.querySelector("dialog[open]") !== null) return;
    const shortcut = event.key === "?" || (event.code === "Slash" && event.shiftKey) ? "help" : event.code;
    /** @type {Record<string, () => void>} */
    const acts = {
      Digit1: () => this.#toList("queue"),
      Digit2: () => this.#toList("mine"),
      Digit4: () => this.#toList("promises"),
      Digit3: () => (this.state.open === null ? this.#toList("mine") : this.composer.focus()),
      KeyA: () => this.acts.acceptFirst(),
      help: () => byId("help").showModal(),
    };
    if (acts[shortcut] === undefined) return;
    event.preventDefault();
    acts[shortcut]();
  }

  /** @param {"queue" | "mine" | "promises"} name */
  #toList(name) {
    document.body.dataset.view = "lists";
    const first = byId(name).hidden ? null : byId(name).querySelector("a");
    (first ?? byId(`${name}-title`)).focus();
  }
}

new Desk().start();
