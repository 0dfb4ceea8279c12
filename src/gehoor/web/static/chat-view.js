/**
 * The conversation on the screen: shared by the widget and the full page.
 *
 * It draws what the client holds and keeps no truth of its own. Focus stays where the customer put it; when the thing
 * that had focus goes away, it goes to the nearest place that makes sense.
 *
 * Longer than most files here: it is the one place where facts, state, outbox and connection meet on the screen.
 */

import { Announcer } from "./chat-announce.js";
import { HelpBar } from "./chat-bar.js";
import { StandingCard, reachUs, standing } from "./chat-card.js";
import { Chooser } from "./chat-choose.js";
import { PlaceBox } from "./chat-code.js";
import { Composer } from "./chat-composer.js";
import { button, el, icon } from "./chat-dom.js";
import { authorInWords, isShown, messageElement, showSending, spokenText, waitingElement } from "./chat-message.js";
import { tailElement, tailOf } from "./chat-tail.js";
import { endWays, waysElement } from "./chat-ways.js";

/**
 * @typedef {object} Contact
 * @property {string} organisation
 * @property {string} phone
 * @property {string} [phone_link]
 * @property {string} emergency_phone
 * @property {string} [emergency_phone_link]
 * @property {string} hours
 * @property {string} email
 * @property {string} address
 * @property {string} [visit_hours]
 * @property {boolean} [open_now]
 * @property {string | null} [opens_at]
 * @property {string | null} [opens]      the same in words, in the organisation's time zone
 * @property {string} [notice]             what everybody must know first, such as that the policy cannot be used
 *
 * @typedef {object} Options
 * @property {import("./client.js").ConversationClient} client
 * @property {import("./widget-texts.js").Texts} texts
 * @property {Contact} contact
 * @property {string} base                     where article pages are
 * @property {Node | null} [opening]           what stands above the first message (the disclosure)
 * @property {() => Element | null} [scroller]   what scrolls when the log itself does not
 * @property {() => void} restart              begin a new conversation
 * @property {() => void} askAnew              this conversation is gone: ask for a person in a new one
 * @property {(language: string) => void} speak  the conversation goes on in another language
 * @property {() => void} reread               every word is open from now on: draw it again
 */

const NEAR_PX = 80;
const MANY = 4;
/** A break that heals sooner is not worth a word. */
const PATIENCE_MS = 2_000;

export class ChatView {
  #options;
  #client;
  #texts;
  #listeners = new AbortController();
  /** @type {Map<string, HTMLElement>} */
  #waiting = new Map();
  /** @type {Map<number, boolean>} */
  #judged = new Map();
  #tailKey = "";
  /** @type {HTMLElement | null} */
  #tail = null;
  #wasDown = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #slowly;
  /** Own words wait; says so in a moment. @type {ReturnType<typeof setTimeout> | undefined} */
  #waits;
  #atEnd = true;
  /** Where we scrolled to, to show a long message from its beginning; null once the reader scrolls. @type {number | null} */
  #pin = null;
  #toldPhase = "ai";
  #height = 0;
  #resized = new ResizeObserver(() => {
    this.#height = this.log.clientHeight;
    if (this.#atEnd && this.#pin === null && this.#scroller() === this.log) this.toEnd();
  });

  announcer = new Announcer();
  #banner = el("div", { class: "banner", hidden: true });
  #opening = el("div", { class: "log__opening" });
  #list = el("ol", { class: "log__list" });
  #note = el("p", { class: "log__note quiet" });
  #now = el("p", { class: "now" });
  #problem = el("p", { class: "error problem", role: "alert" });
  #sent = el("div", { class: "msg__state" });
  #end = el("div", { class: "ended", hidden: true });

  /** @param {Options} options */
  constructor(options) {
    this.#options = options;
    this.#client = options.client;
    this.#texts = options.texts;
    const texts = options.texts;
    this.#sent.textContent = texts.sent;
    this.setOpening(options.opening ?? null);
    this.log = el("div", { class: "log", role: "log", "aria-live": "off", "aria-label": texts.log, tabindex: "0" }, [
      this.#opening,
      this.#list,
      this.#note,
    ]);
    this.#newest = el("button", { type: "button", class: "button newest", hidden: true, on: { click: () => this.toEnd() } }, [
      icon("down"),
      texts.newest,
    ]);
    this.card = new StandingCard(texts, {
      withdraw: () => void this.#withdraw(),
      choose: (way) => this.#choose(way),
      ask: (wish) => this.#client.askHuman(wish),
      told: (sentence) => this.announcer.tell(sentence, true),
    });
    this.place = new PlaceBox(this.#client, texts, () => options.reread());
    this.chooser = new Chooser(this.#client, texts, () => this.#chosen(), (sentence) => this.announcer.tell(sentence, true));
    this.composer = new Composer(texts, (text) => void this.#client.send(text), (draft) => this.#keepDraft(draft));
    this.bar = new HelpBar(texts, options.contact, () => void this.ask());
    this.#end.append(button(texts.restart, () => options.restart(), "button"));
    this.element = el("div", { class: "chat" }, [
      this.#banner,
      el("div", { class: "chat__log" }, [this.log, this.#newest]),
      this.#now,
      this.chooser.element,
      el("div", { class: "chat__foot" }, [
        el("div", { class: "chat__cards" }, [this.card.element, this.place.element, this.#end, this.#problem]),
        this.composer.element,
      ]),
      this.announcer.messages,
      this.announcer.status,
    ]);
    this.#listen();
    this.#draw();
  }

  /** @type {HTMLElement} */
  #newest;

  #listen() {
    const { signal } = this.#listeners;
    const on = (/** @type {string} */ type, /** @type {(event: any) => void} */ handler) =>
      this.#client.addEventListener(type, handler, { signal });
    on("facts", (event) => this.#facts(event.detail.facts, event.detail.first));
    on("outbox", () => this.#outbox());
    on("state", () => this.#state());
    on("connection", () => this.#connection());
    on("anew", () => this.#options.reread());
    this.log.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    // When the card or the keyboard takes room, what was last in sight stays in sight.
    this.#resized.observe(this.log);
  }

  #draw() {
    this.composer.draft = this.#client.drawer.read("draft") ?? "";
    this.#facts(this.#client.facts, true);
    this.#outbox();
    this.#connection();
  }

  /** What stands above the first message. @param {Node | null} node */
  setOpening(node) {
    this.#opening.replaceChildren(...(node ? [node] : []));
  }

  /** Stop following the client (another language, another conversation). */
  remove() {
    this.#listeners.abort();
    clearTimeout(this.#slowly);
    clearTimeout(this.#waits);
    this.#resized.disconnect();
    this.element.remove();
    this.bar.element.remove();
  }

  /** One press: a person. */
  async ask() {
    if (this.#client.connection === "gone") return this.#options.askAnew();
    const phase = this.#client.state?.phase;
    const asked = this.#pending("human") || this.bar.button.getAttribute("aria-disabled") === "true";
    if (asked) {
      this.#client.wake();
      if (!this.card.element.hidden) this.card.element.focus();
      else this.announcer.tell(phase === "human" ? this.#texts.humanTalking(this.#client.state?.agent ?? "") : this.#texts.inQueue, true);
      return;
    }
    const fromTail = this.#tail?.contains(this.#focused());
    const asking = this.#client.askHuman();
    if (fromTail) this.bar.button.focus({ preventScroll: true });
    const { item } = await asking;
    this.#problem.textContent = item.status === "failed" ? item.reason || this.#texts.askRefused : "";
  }

  /** @param {"live" | "callback" | "email"} way */
  #choose(way) {
    this.element.classList.add("chat--choosing");
    void this.chooser.open(way);
  }

  #chosen() {
    this.element.classList.remove("chat--choosing");
    this.#state();
    if (this.card.element.hidden) this.composer.focus();
    else this.card.element.focus({ preventScroll: true });
    this.toEnd();
  }

  /** @param {string} words */
  #say(words) {
    this.composer.focus();
    void this.#client.send(words);
  }

  /** @param {import("./client.js").Way} way */
  async #takeWay(way) {
    this.composer.focus();
    const { item } = await this.#client.chooseSupport(way);
    this.#problem.textContent = item.status === "failed" ? item.reason || this.#texts.askRefused : "";
    if (item.status !== "failed" && way.language !== null) this.#options.speak(way.language);
  }

  async #withdraw() {
    this.composer.focus();
    const { item } = await this.#client.withdraw();
    this.#problem.textContent = item.status === "failed" ? item.reason || this.#texts.askRefused : "";
  }

  /**
   * @param {import("./client.js").Fact[]} facts
   * @param {boolean} first
   */
  #facts(facts, first) {
    const stick = first || this.#sticks() || this.#pin !== null;
    const before = this.#list.querySelector("[data-client-id]");
    const shown = facts.filter(isShown);
    /** @type {HTMLElement[]} */
    const added = [];
    for (const fact of shown) {
      const node = messageElement(fact, { texts: this.#texts, base: this.#options.base });
      const ways = waysElement(fact, this.#texts, {
        say: (words) => this.#say(words),
        choose: (way) => void this.#takeWay(way),
      });
      if (ways) node.append(ways);
      this.#list.insertBefore(node, before);
      added.push(node);
    }
    this.#refresh();
    if (!first) this.#announce(shown.filter((fact) => fact.author?.kind !== "customer"));
    if (added.length > 0) this.#follow(stick, first ? null : (this.#dangerShown() ?? added[0]), shown.some((fact) => fact.author?.kind === "customer"));
  }

  /** What to do in danger stays in sight, whatever comes after it: the first such text since the customer wrote. */
  #dangerShown() {
    const mine = [...this.#list.querySelectorAll(".msg--customer")].at(-1);
    const dangers = /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll(".msg--danger")]);
    return dangers.find((node) => !mine || mine.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) ?? null;
  }

  /** @param {import("./client.js").Fact[]} facts */
  #announce(facts) {
    if (facts.length > MANY) this.announcer.say(this.#texts.news(facts.length));
    for (const fact of facts.slice(-MANY)) {
      const choices = (fact.suggestions ?? []).slice(0, 3).map((one) => one.title);
      const text = choices.length > 0 ? `${fact.text} ${this.#texts.didYouMean} ${choices.join(" / ")}` : (fact.text ?? "");
      this.announcer.say(this.#texts.says(authorInWords(fact, this.#texts), spokenText(text)));
    }
  }

  #outbox() {
    const items = this.#client.outbox.filter((item) => item.path === "messages");
    const here = new Set(items.map((item) => item.client_id));
    for (const [clientId, node] of this.#waiting) {
      if (here.has(clientId)) continue;
      if (node.contains(this.#focused())) this.composer.focus();
      node.remove();
      this.#waiting.delete(clientId);
    }
    let stuck = this.#broken() ? "waiting" : "";
    for (const item of items) {
      if (item.status === "waiting") stuck = item.busy ? "busy" : "waiting";
      let node = this.#waiting.get(item.client_id);
      if (node === undefined) {
        node = waitingElement(item, { texts: this.#texts, base: this.#options.base });
        this.#waiting.set(item.client_id, node);
        this.#list.append(node);
        this.#follow(true, null, true);
      }
      const failedBefore = node.dataset.status === "failed";
      const unsent = item.status === "sending" || item.status === "waiting";
      showSending(node, item, unsent ? stuck || "sending" : item.status, this.#texts, {
        takeBack: () => this.#takeBack(item),
        remove: () => this.#client.discard(item.client_id),
      });
      if (item.status === "failed" && !failedBefore) this.announcer.tell(this.#texts.failed(item.reason ?? ""), true);
    }
    this.#tellWaiting(items);
    this.#refresh();
  }

  /** Said once when words have to wait, and once when the last of them is there. @param {import("./client-outbox.js").Item[]} items */
  #tellWaiting(items) {
    const waits = items.some((item) => item.status === "waiting");
    if (waits) {
      this.#waits ??= setTimeout(() => this.announcer.tell(this.#texts.waitingSaid), PATIENCE_MS);
      return;
    }
    clearTimeout(this.#waits);
    const told = this.announcer.said(this.#texts.waitingSaid);
    if (this.#waits !== undefined && told && items.every((item) => item.status !== "failed")) this.announcer.tell(this.#texts.sentSaid);
    this.#waits = undefined;
  }

  /** @param {import("./client-outbox.js").Item} item */
  #takeBack(item) {
    const draft = this.composer.draft.trim();
    this.composer.draft = draft ? `${item.body.text}\n${draft}` : String(item.body.text);
    this.#client.discard(item.client_id);
    this.composer.focus();
  }

  /** Everything that follows from facts, state and outbox together. */
  #refresh() {
    const { facts, state, outbox, connection } = this.#client;
    const loading = facts.length === 0 && connection !== "live" && connection !== "idle";
    const silent = (state?.phase ?? "ai") === "ai" && !this.#list.querySelector(".msg--customer");
    this.#note.textContent = loading ? this.#texts.loading : silent ? this.#texts.noMessages : "";
    this.log.setAttribute("aria-busy", String(loading));
    this.#showSent(facts, outbox);
    endWays(this.#list, facts, state?.phase === "human");
    this.#showTail();
    this.#state();
  }

  /**
   * "Sent" under the newest message of the customer, until somebody answers.
   * @param {import("./client.js").Fact[]} facts
   * @param {readonly import("./client.js").Item[]} outbox
   */
  #showSent(facts, outbox) {
    const last = facts.findLast(isShown);
    const waits = outbox.some((item) => item.path === "messages");
    if (last?.type === "message" && last.author?.kind === "customer" && !waits) {
      this.#list.querySelector(`[data-seq="${last.seq}"]`)?.append(this.#sent);
    } else this.#sent.remove();
  }

  #showTail() {
    const busy = this.#pending("messages") || this.#pending("human");
    const tail = busy ? null : tailOf(this.#client.facts, this.#client.state, this.#judged);
    const key = JSON.stringify(tail);
    if (key === this.#tailKey) return;
    const stick = this.#sticks();
    const focused = this.#focused();
    const hadFocus = this.#tail?.contains(focused) ?? false;
    this.#tailKey = key;
    this.#tail?.remove();
    this.#tail = null;
    if (tail !== null) {
      this.#tail = tailElement(tail, this.#texts, {
        choose: (title) => void this.#client.send(title),
        judge: (helped) => this.#judge(helped),
        ask: () => void this.ask(),
        base: this.#options.base,
      });
      this.#list.querySelector(`[data-seq="${tail.seq}"]`)?.append(this.#tail);
    }
    if (hadFocus) {
      // The same button in its new place, so that the next key does what was meant.
      const buttons = [...(this.#tail?.querySelectorAll("button") ?? [])];
      const same = buttons.find((one) => one.textContent === focused?.textContent);
      (same ?? this.#tail ?? this.log).focus({ preventScroll: true });
    }
    if (stick && this.#tail) this.toEnd();
  }

  /** @param {boolean} helped */
  #judge(helped) {
    const turn = this.#client.facts.findLast((fact) => fact.type === "message");
    if (turn) this.#judged.set(turn.seq, helped);
    void this.#client.feedback({ helped });
    this.#showTail();
  }

  #state() {
    const { state } = this.#client;
    const texts = this.#texts;
    const phase = state?.phase ?? "ai";
    const pending = this.#client.outbox.find((item) => item.path === "human");
    const asked = phase === "waiting" || phase === "offered" || (Boolean(state?.promise) && state?.may_ask_human === false);
    let sentence = standing(state, texts, this.#kept());
    if (pending && !asked && phase !== "human") {
      sentence = pending.status === "waiting" ? { title: texts.askWaiting, more: [this.#options.contact.phone, this.#options.contact.email].filter(Boolean) } : { title: texts.askPending, more: [] };
    }
    const keeps = !asked && sentence.title === "" && this.#client.code !== "" && this.#wantsCode();
    if (keeps) sentence = { title: texts.codeReady, more: [] };
    if (this.#danger()) sentence = { title: sentence.title, more: [] };
    else if (state?.danger && asked) sentence = { title: texts.dangerNow(this.#options.contact.emergency_phone), more: [sentence.title] };
    this.place.show(state);
    if (sentence.title === "" && this.card.element.contains(this.#focused())) this.composer.focus();
    const gone = this.#client.connection === "gone";
    // Without a connection the card says how things stood; what it offers would have to wait.
    const open = asked && !this.#broken();
    this.card.show(sentence, open, state, (open || keeps) && !this.#danger() ? this.#client.code : "");
    if (this.chooser.isOpen && state?.may_choose === false) this.chooser.close(false);
    this.#end.hidden = !(phase === "resolved" || gone);
    this.bar.show(gone ? "free" : phase === "human" ? "talking" : asked ? "asked" : "free", state?.agent ?? "");
    this.composer.allow(state?.may_write !== false && !gone);
    const now = state?.human_typing ? texts.typing(state.agent ?? "") : state?.ai_busy ? texts.aiBusy : "";
    if (this.#now.textContent !== now) this.#now.textContent = now;
    const spoken = state?.ai_busy ? texts.aiBusy : [sentence.title, ...sentence.more].join(" ").trim();
    // Who has the floor is said at once; a place in the queue that moves is said now and then.
    if (spoken && state && !this.#broken()) this.announcer.tell(spoken, phase !== this.#toldPhase);
    this.#toldPhase = phase;
    this.#showTail();
  }

  /** Whether the last that became of a promise is that it was kept. */
  #kept() {
    const of = ["promise_made", "promise_moved", "promise_broken", "promise_kept"];
    return this.#client.facts.findLast((fact) => of.includes(fact.type))?.type === "promise_kept";
  }

  /** More time, or somebody who helps: both come back with the code. */
  #wantsCode() {
    return this.#client.facts.some((fact) => fact.type === "support_chosen" && ["more_time", "helper"].includes(fact.offer ?? ""));
  }

  /** Danger was heard since the customer last asked anything else: the number to call has the room. */
  #danger() {
    return this.#client.facts.slice(-MANY).some((fact) => fact.safety);
  }

  #broken() {
    return ["down", "offline", "gone"].includes(this.#client.connection);
  }

  #connection() {
    const { connection } = this.#client;
    const texts = this.#texts;
    const words = {
      down: [texts.down, texts.downHint],
      offline: [texts.offline, texts.offlineHint],
      gone: [texts.gone, texts.goneHint],
    }[/** @type {"down"} */ (connection)];
    this.element.dataset.connection = connection;
    if (words) {
      this.#banner.replaceChildren(el("p", { class: "banner__head" }, [icon("alert"), words[0]]), el("p", { text: words[1] }), reachUs(this.#options.contact, texts));
      this.announcer.tell(`${words[0]}. ${words[1]} ${this.#options.contact.phone}`, true);
    } else if (connection === "live" && this.#wasDown) {
      this.announcer.tell(texts.back, true);
    }
    const stick = this.#sticks();
    const slow = this.#wasDown && ["reconnecting", "connecting"].includes(connection);
    this.#banner.hidden = !(words || slow);
    clearTimeout(this.#slowly);
    if (connection === "reconnecting" && !this.#wasDown) this.#slowly = setTimeout(() => this.#stillReconnecting(), PATIENCE_MS);
    this.#banner.classList.toggle("banner--strong", Boolean(words));
    if (words) this.#wasDown = true;
    if (connection === "live") this.#wasDown = false;
    if (stick) this.toEnd();
    this.#outbox();
  }

  #stillReconnecting() {
    const stick = this.#sticks();
    this.#banner.replaceChildren(el("p", { class: "banner__small", text: this.#texts.reconnecting }));
    this.#banner.hidden = false;
    if (stick) this.toEnd();
  }

  /** @param {import("./client-outbox.js").Item["path"]} path */
  #pending(path) {
    return this.#client.outbox.some((item) => item.path === path && item.status !== "failed");
  }

  /** @param {string} draft */
  #keepDraft(draft) {
    if (this.#client.id !== null) this.#client.drawer.write("draft", draft === "" ? null : draft);
  }

  /** @returns {Element | null} */
  #focused() {
    const root = /** @type {Document | ShadowRoot} */ (this.element.getRootNode());
    return root.activeElement ?? null;
  }

  // -- scrolling: follow the newest message, unless the customer reads something above it.

  /** @returns {Element} */
  #scroller() {
    if (getComputedStyle(this.log).overflowY !== "visible") return this.log;
    return this.#options.scroller?.() ?? this.log;
  }

  #scrolled() {
    // A log that just became lower scrolls by itself; that is not the customer reading back.
    if (this.log.clientHeight !== this.#height) return;
    if (this.#pin !== null && Math.abs(this.#scroller().scrollTop - this.#pin) < 2) return;
    this.#pin = null;
    this.#atEnd = this.#nearEnd();
    if (this.#atEnd) this.#newest.hidden = true;
  }

  #sticks() {
    return this.#nearEnd() || (this.#atEnd && this.#pin === null && this.#scroller() === this.log);
  }

  #nearEnd() {
    const box = this.#scroller();
    return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
  }

  toEnd() {
    const box = this.#scroller();
    box.scrollTop = box.scrollHeight;
    this.#atEnd = true;
    this.#pin = null;
    this.#newest.hidden = true;
  }

  /**
   * @param {boolean} stick
   * @param {HTMLElement | null} node   the first new message: a long answer is shown from its beginning
   * @param {boolean} own
   */
  #follow(stick, node, own) {
    if (!stick && !own) {
      this.#newest.hidden = this.#dangerShown() !== null; // it would stand over what to do now
      return;
    }
    this.toEnd();
    const box = this.#scroller();
    if (node === null || own || box !== this.log) return;
    const above = box.getBoundingClientRect().top - node.getBoundingClientRect().top;
    if (above <= 0) return;
    box.scrollTop -= above + 8;
    this.#pin = box.scrollTop;
  }
}
