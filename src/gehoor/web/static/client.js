/**
 * The customer's end of one conversation: no DOM, no texts.
 *
 * It holds the facts that this customer may see, sends what the customer wants (again and again until the server has
 * it), and keeps a live stream. Facts carry `seq` and `prev`: a fact whose `prev` is beyond what we hold means that we
 * missed one, so we read again; a fact that we hold already is dropped. So: no gap, no double.
 *
 * Longer than most files here because the wire's shapes are typed in it and its state (cursor, stream, outbox) is one.
 *
 * @typedef {{ article: string, version: string, title: string, url: string, date?: string }} Source   date: since when it is in force
 * @typedef {object} Fact
 * @property {number} seq
 * @property {number} prev
 * @property {string} at
 * @property {string} type
 * @property {{ kind: "customer" | "ai" | "human" | "notice", name: string }} [author]
 * @property {string} [text]
 * @property {string} [client_id]
 * @property {Source[]} [sources]
 * @property {Source[]} [suggestions]
 * @property {Source[]} [also]          the next best, should an answer not help
 * @property {boolean} [human_offer]
 * @property {boolean} [helped]
 * @property {{ kind: string, phone: string }} [safety]
 * @property {string} [due_at]
 * @property {string} [reference]
 * @property {{ kind: string, phone: string, yes: string }} [danger]   perhaps danger: whom to call, and what "yes" says
 * @property {Way[]} [offers]           easier ways
 * @property {string} [offer]           the one that was chosen
 * @property {string} [topic]           what a receipt is for
 *
 * @typedef {{ offer: string, language: string | null, label: string }} Way
 *
 * @typedef {object} State
 * @property {"ai" | "waiting" | "offered" | "human" | "parked" | "resolved"} phase
 * @property {number | null} position
 * @property {number | null} estimated_wait_s
 * @property {PromiseTold | null} promise
 * @property {string | null} agent
 * @property {boolean} ai_busy
 * @property {boolean} human_typing
 * @property {boolean} may_write
 * @property {boolean} may_ask_human
 * @property {"place" | "words"} [scope]     what a code opened; words when it is the device of the conversation
 * @property {boolean} [danger]
 * @property {boolean} [may_choose]          how and when a person gets in touch
 * @property {boolean} [mail]                letters can be sent: an answer by e-mail can be promised
 * @property {ReadBack | null} [phone_read_back]
 * @property {boolean} [verify]              a number can be sent that opens the words
 * @property {string} [position_reason]      why the place in the queue went up, in words
 *
 * @typedef {{ text: string, spoken: string }} ReadBack
 * @typedef {{ start: string, end: string, text: string }} WindowTold
 * @typedef {{ due_at: string, reference: string, kind?: "chat" | "callback" | "email", window?: WindowTold | null }} PromiseTold
 *
 * @typedef {object} Choices
 * @property {boolean} may_choose
 * @property {PromiseTold | null} promise
 * @property {WindowTold[]} windows
 * @property {{ left: boolean, read_back: ReadBack | null }} phone
 * @property {{ possible: boolean, left: boolean }} email
 * @property {{ position: number | null, estimated_wait_s: number | null }} wait
 * @property {{ phone: string, phone_link: string, opens: string | null }} call
 * @property {string} without_contact
 *
 * @typedef {"idle" | "connecting" | "live" | "reconnecting" | "down" | "offline" | "gone"} Connection
 * @typedef {import("./client-outbox.js").Item} Item
 */

import { Drawer } from "./client-drawer.js";
import { Caller, problemOf } from "./client-http.js";
import { Outbox, newId } from "./client-outbox.js";
import { GoneError, LiveStream } from "./client-stream.js";

export { newId };

/** A break that lasts longer is told as one; the first connection may take a little longer. */
const DOWN_AFTER_MS = 5_000;
const FIRST_MS = 8_000;
const TYPING_MS = 6_000;
const GONE_CODES = new Set(["unknown", "not_yours", "not_allowed", "erased"]);

/**
 * Events: "facts" (detail: { facts, first }), "outbox", "state", "connection", "refused" (detail: Item), "anew" (what
 * was shown is not what the server has: everything was read again).
 */
export class ConversationClient extends EventTarget {
  /** @type {Fact[]} */
  facts = [];
  last = 0;
  /** @type {State | null} */
  state = null;
  /** @type {Connection} */
  connection = "idle";
  /** @type {string | null} */
  id = null;
  language = "nl";
  /** @type {any} */
  disclosure = null;
  /** @type {any} */
  contact = null;
  /** The code to come back with, once there is one. */
  code = "";

  #http;
  #auth;
  #drawer;
  /** @type {Outbox | null} */
  #outbox = null;
  /** @type {LiveStream | null} */
  #stream = null;
  /** @type {Promise<boolean> | null} */
  #starting = null;
  #loaded = false;
  /** What stands on the screen is no longer what the server has. */
  #stale = false;
  #askedCode = false;
  /** Requests that are on their way: each may bring a code. */
  #requests = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typing;
  /** Since when there is no stream; 0 while there is one. */
  #lostAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #losing;
  /** Leaving the page would lose words: they wait, and this browser would not keep them. */
  #atRisk = false;

  /**
   * @param {object} options
   * @param {string} options.base            origin and path before /api/v1
   * @param {"bearer" | "cookie"} options.auth
   * @param {string} [options.language]
   */
  constructor({ base, auth, language = "nl" }) {
    super();
    const root = base.replace(/\/$/, "");
    this.#http = new Caller(root, auth, () => this.language);
    this.#auth = auth;
    this.language = language;
    this.#drawer = new Drawer(`gehoor:${root}:`);
    addEventListener("online", this.#awake);
    addEventListener("offline", this.#offline);
    // Back from another tab, from sleep, or from where the browser froze the page: timers may have stood still.
    document.addEventListener("visibilitychange", this.#awake);
    document.addEventListener("resume", this.#awake);
  }

  /** @returns {readonly Item[]} */
  get outbox() {
    return this.#outbox?.items ?? [];
  }

  get drawer() {
    return this.#drawer;
  }

  /** The conversation that an earlier page of this tab left behind, if any. */
  resume() {
    const kept = this.#drawer.read("conversation");
    if (typeof kept?.id !== "string" || typeof kept?.token !== "string") return false;
    this.#http.token = kept.token;
    this.language = kept.language ?? this.language;
    this.code = this.drawer.read("code") ?? "";
    this.#adopt(kept.id);
    return true;
  }

  /**
   * The full page: the cookie says who we are, the page brought the facts.
   * @param {{ id: string, events: Fact[], state: State | null, code: string }} given
   */
  enter({ id, events, state, code }) {
    this.code = code;
    this.#take(events, true);
    this.#loaded = true;
    this.state = state;
    this.#adopt(id);
  }

  /**
   * Begin a conversation.
   * @param {boolean} [asks]   to ask for a person, which goes along: no limit of the server refuses that
   * @returns {Promise<boolean>} false when the server can not be reached
   */
  start(asks = false) {
    this.#starting ??= this.#start(asks).finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  /** @param {boolean} asks */
  async #start(asks) {
    if (this.id !== null) return true;
    const wanted = { language: this.language, channel: "web", ...(asks ? { human: { client_id: newId() } } : {}) };
    const reply = await this.#http.call("POST", "/conversations", wanted);
    if (reply.status !== 201) return false;
    this.#http.token = reply.body.token;
    this.disclosure = reply.body.disclosure;
    this.contact = reply.body.contact;
    this.#drawer.write("conversation", { id: reply.body.id, token: reply.body.token, language: this.language });
    this.#take(reply.body.events ?? [], true);
    this.#loaded = true;
    if (reply.body.return_code) this.#keepCode(reply.body.return_code);
    this.#adopt(reply.body.id);
    return true;
  }

  /** @param {string} text */
  send(text) {
    return this.#must().add("messages", { text });
  }

  /** @param {{ preference?: "live" | "callback" | "email", phone?: string, email?: string }} [wish] */
  askHuman(wish = {}) {
    return this.#must().add("human", wish);
  }

  /** How and when, chosen or moved. @param {Record<string, string>} wish */
  choose(wish) {
    return this.#must().add("promise", wish);
  }

  /** What can be chosen now; null when the server can not be reached. @returns {Promise<Choices | null>} */
  async choices() {
    const reply = await this.#http.call("GET", `/conversations/${this.id}/choices`);
    return reply.status === 200 ? reply.body : null;
  }

  /**
   * A number as it is read back; null when the server can not be reached.
   * @param {string} phone
   * @returns {Promise<{ phone_read_back: ReadBack | null, phone_problem: string | null } | null>}
   */
  async readBack(phone) {
    const reply = await this.#http.call("POST", `/conversations/${this.id}/phone`, { phone });
    return reply.status === 200 ? reply.body : null;
  }

  /**
   * Come back with a code.
   * @param {string} code
   * @returns {Promise<string | null>} null when it opened, else why not ("" when the server can not be reached)
   */
  async comeBack(code) {
    const reply = await this.#http.call("POST", "/return", { code });
    if (reply.status !== 201) return reply.body?.detail || reply.body?.title || "";
    this.#http.token = reply.body.token;
    this.language = reply.body.language;
    this.#drawer.write("conversation", { id: reply.body.id, token: this.#http.token, language: this.language });
    this.#keepCode(asGiven(code));
    this.#adopt(reply.body.id);
    return null;
  }

  /** Send the number that opens the words; null when it was sent, else why not. @returns {Promise<string | null>} */
  async sendProof() {
    const reply = await this.#http.call("POST", `/conversations/${this.id}/verify/send`, {});
    return reply.status === 202 ? null : (reply.body?.detail ?? reply.body?.title ?? "");
  }

  /**
   * Open the words; null when they are open (everything is read again), else why not.
   * @param {string} code
   * @returns {Promise<string | null>}
   */
  async prove(code) {
    const reply = await this.#http.call("POST", `/conversations/${this.id}/verify`, { code });
    if (reply.status !== 200) return reply.body?.detail ?? reply.body?.title ?? "";
    // What cannot be read now is read when the stream is made again; the one that is open was opened without the words.
    await this.#anew().catch(() => undefined);
    this.#stream?.drop();
    this.#stream?.wake();
    return null;
  }

  /** @param {string} code */
  #keepCode(code) {
    this.code = code;
    if (this.#auth === "bearer") this.#drawer.write("code", code === "" ? null : code);
    this.#tell("state");
  }

  /** Whoever asked for a person in words gets a code to come back with as well. */
  async #mayNeedCode() {
    const { state } = this;
    const stands = state !== null && (["waiting", "offered"].includes(state.phase) || state.promise !== null);
    if (!stands || this.code !== "" || this.#askedCode || state?.scope === "place") return;
    // The answer to the request itself brings one; a second one would end it.
    if (this.#requests > 0 || this.outbox.some((item) => ["human", "promise", "support"].includes(item.path))) return;
    this.#askedCode = true;
    const reply = await this.#http.call("POST", `/conversations/${this.id}/return-code`, {});
    if (reply.status === 201) this.#keepCode(reply.body.return_code);
    else this.#askedCode = reply.status >= 400 && reply.status < 500;
  }

  withdraw() {
    return this.#must().add("withdraw", {});
  }

  /** An easier way, chosen. @param {Way} way */
  chooseSupport({ offer, language }) {
    return this.#must().add("support", { offer, ...(language === null ? {} : { language }) });
  }

  /** @param {{ helped: boolean, score?: number, text?: string }} judgement */
  feedback(judgement) {
    return this.#must().add("feedback", judgement);
  }

  /** @param {string} clientId */
  discard(clientId) {
    this.#outbox?.remove(clientId);
  }

  /** Try everything that waits, now. */
  wake() {
    this.#stream?.wake();
    this.#outbox?.wake();
  }

  /** Leave this conversation (it stays on the server) and forget it here. */
  forget() {
    this.#stream?.stop();
    this.#outbox?.stop();
    for (const name of ["conversation", "outbox", "draft", "code"]) this.#drawer.write(name, null);
    this.facts = [];
    this.last = 0;
    this.state = null;
    this.id = null;
    this.#http.token = "";
    this.code = "";
    this.#askedCode = false;
    this.#outbox = null;
    this.#stream = null;
    this.#loaded = false;
    this.connection = "idle";
    this.#lostAt = 0;
    clearTimeout(this.#losing);
  }

  /** @param {string} language */
  async readContact(language) {
    const reply = await this.#http.call("GET", `/contact?language=${encodeURIComponent(language)}`);
    if (reply.status !== 200) return null;
    this.contact = reply.body;
    this.disclosure = reply.body.disclosure ?? this.disclosure;
    return reply.body;
  }

  /** @param {"html" | "text" | "json"} format */
  exportUrl(format) {
    return this.#http.url(`/conversations/${this.id}/export?format=${format}`);
  }

  /**
   * @param {"html" | "text" | "json"} format
   * @returns {Promise<Blob | null>}
   */
  async download(format) {
    try {
      const response = await fetch(this.exportUrl(format), this.#http.request("GET"));
      return response.ok ? await response.blob() : null;
    } catch {
      return null;
    }
  }

  /** Stop listening: the page goes away. */
  close() {
    this.#stream?.stop();
    this.#outbox?.stop();
    clearTimeout(this.#losing);
    removeEventListener("online", this.#awake);
    removeEventListener("offline", this.#offline);
    document.removeEventListener("visibilitychange", this.#awake);
    document.removeEventListener("resume", this.#awake);
  }

  #must() {
    if (this.#outbox === null) throw new Error("the conversation has not started");
    return this.#outbox;
  }

  /** @param {string} id */
  #adopt(id) {
    this.id = id;
    const kept = this.#drawer.read("outbox");
    this.#outbox = new Outbox({
      kept: kept?.id === id && Array.isArray(kept.items) ? kept.items : [],
      post: (item) => this.#post(item),
      changed: () => this.#tell("outbox"),
      save: (items) => this.#keepOutbox(id, items),
    });
    this.#forgetDelivered();
    this.#stream = new LiveStream({
      open: (signal) => this.#open(signal),
      onEvent: (event) => this.#heard(event.event, event.data),
      onChange: (live) => this.#connected(live),
      onGone: () => this.#connect("gone"),
    });
    this.#connect("connecting");
    this.#downAfter(FIRST_MS);
    this.#stream.start();
    this.#outbox.wake();
  }

  /**
   * @param {string} id
   * @param {Item[]} items
   */
  #keepOutbox(id, items) {
    const left = items.filter((item) => item.status !== "sent");
    const kept = this.#drawer.write("outbox", left.length > 0 ? { id, items: left } : null);
    const atRisk = !kept && left.some((item) => item.status !== "failed");
    if (atRisk === this.#atRisk) return;
    this.#atRisk = atRisk;
    if (atRisk) addEventListener("beforeunload", refuseToLeave);
    else removeEventListener("beforeunload", refuseToLeave);
  }

  /** @param {AbortSignal} signal */
  async #open(signal) {
    if (!this.#loaded) {
      await this.#readAgain(signal);
      this.#loaded = true;
    }
    const response = await this.#http.get(`/conversations/${this.id}/stream?after=${this.last}`, signal);
    if (!response.ok) await this.#refuseIfGone(response);
    return response;
  }

  /** @param {AbortSignal} [signal] */
  async #readAgain(signal) {
    const response = await this.#http.get(`/conversations/${this.id}/events?after=${this.last}`, signal);
    if (!response.ok) {
      await this.#refuseIfGone(response);
      throw new Error(`events: ${response.status}`);
    }
    const body = await response.json();
    this.#take(body.events, !this.#loaded);
    if (body.state) this.#setState(body.state);
  }

  /** Forget what was read, and read everything. */
  async #anew() {
    this.facts = [];
    this.last = 0;
    this.#loaded = false;
    await this.#readAgain();
    this.#loaded = true;
  }

  /** @param {Response} response */
  async #refuseIfGone(response) {
    const problem = await problemOf(response);
    if (response.status < 500 && GONE_CODES.has(problem?.code)) throw new GoneError(problem.code);
  }

  /**
   * @param {string} event
   * @param {string} data
   */
  async #heard(event, data) {
    const body = JSON.parse(data);
    if (event === "state") this.#setState(body);
    if (event === "typing") this.#typed();
    if (event === "queue_position" && this.state) this.#setState({ ...this.state, position_reason: "", ...body });
    if (event !== "fact") return;
    if (body.seq <= this.last) return this.#heldAlready(body);
    if (body.prev > this.last) await this.#readAgain();
    if (body.seq > this.last) this.#take([body], false);
  }

  /**
   * A fact that we hold is dropped, unless it only bears the number of one that we hold.
   * @param {Fact} fact
   */
  #heldAlready(fact) {
    const held = this.facts.find((one) => one.seq === fact.seq);
    if (held?.at !== fact.at || held.type !== fact.type) this.#wentBack();
  }

  /**
   * @param {Fact[]} facts
   * @param {boolean} first   what was there already: not news
   */
  #take(facts, first) {
    const fresh = facts.filter((fact) => fact.seq > this.last).sort((one, other) => one.seq - other.seq);
    if (fresh.length === 0 && !first) return;
    this.facts.push(...fresh);
    this.last = fresh.at(-1)?.seq ?? this.last;
    this.#forgetDelivered();
    if (this.state?.human_typing && fresh.some((fact) => fact.author?.kind === "human")) {
      this.#setState({ ...this.state, human_typing: false });
    }
    if (this.#stale) this.#tell("anew");
    else this.#tell("facts", { facts: fresh, first });
    this.#stale = false;
  }

  /** What came back as a fact no longer has to be sent. */
  #forgetDelivered() {
    const known = new Set(this.facts.map((fact) => fact.client_id).filter(Boolean));
    for (const item of [...this.outbox]) {
      const here = known.has(item.client_id);
      const other = !here && item.seq !== undefined && item.seq <= this.last;
      if (here || other) this.#outbox?.remove(item.client_id);
      if (other && item.path === "messages") this.#wentBack();
    }
  }

  /** The server has other facts than we hold (a restored backup): what it has now is the truth. */
  #wentBack() {
    this.#stale = true;
    // When it fails, the next stream begins with reading everything.
    void this.#anew().catch(() => this.#stream?.drop());
  }

  /** A person is typing: shown while it is told again and again. */
  #typed() {
    if (this.state?.phase !== "human") return;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.state && this.#setState({ ...this.state, human_typing: false }), TYPING_MS);
    if (!this.state.human_typing) this.#setState({ ...this.state, human_typing: true });
  }

  /** @param {State} state */
  #setState(state) {
    this.state = state;
    this.#tell("state");
    void this.#mayNeedCode();
  }

  /**
   * @param {Item} item
   * @returns {Promise<import("./client-outbox.js").Reply>}
   */
  async #post(item) {
    const path = `/conversations/${this.id}/${item.path}`;
    const asks = ["human", "promise", "support"].includes(item.path) ? 1 : 0;
    this.#requests += asks;
    const reply = await this.#http.call("POST", path, { client_id: item.client_id, ...item.body });
    this.#requests -= asks;
    if (reply.status >= 200 && reply.status < 300) {
      item.seq = reply.body?.seq;
      if (reply.body?.return_code) this.#keepCode(reply.body.return_code);
      else if (asks) void this.#mayNeedCode();
      if (this.connection !== "live") this.#stream?.wake();
      queueMicrotask(() => this.#forgetDelivered());
    } else if (reply.status >= 400 && reply.status < 500) {
      this.#tell("refused", { ...item, code: reply.body?.code, reason: reply.body?.detail });
    } else if (reply.status === 0) {
      this.#stream?.doubt();
    }
    return reply;
  }

  /** @param {boolean} live */
  #connected(live) {
    clearTimeout(this.#losing);
    if (live) {
      this.#lostAt = 0;
      this.#connect("live");
      this.#outbox?.wake();
      return;
    }
    this.#lostAt ||= performance.now();
    if (navigator.onLine === false) {
      this.#connect("offline");
      return;
    }
    const left = this.#lostAt + DOWN_AFTER_MS - performance.now();
    this.#connect(left <= 0 ? "down" : "reconnecting");
    this.#downAfter(left);
  }

  /** @param {number} ms */
  #downAfter(ms) {
    clearTimeout(this.#losing);
    this.#losing = setTimeout(() => {
      if (this.connection === "reconnecting" || this.connection === "connecting") this.#connect("down");
    }, ms);
  }

  /** @param {Connection} connection */
  #connect(connection) {
    if (this.connection === connection) return;
    this.connection = connection;
    if (connection === "gone") this.#outbox?.stop();
    this.#tell("connection");
  }

  #awake = () => this.wake();

  #offline = () => {
    if (this.id === null || this.connection === "gone") return;
    clearTimeout(this.#losing);
    this.#connect("offline");
    this.#stream?.drop();
  };

  /**
   * @param {string} type
   * @param {unknown} [detail]
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {Event} event */
function refuseToLeave(event) {
  event.preventDefault();
}

/** A code as it was given, from what was typed: "7kq2 9xmb4tr8w" is "7KQ2-9XMB-4TR8W". @param {string} typed */
function asGiven(typed) {
  const letters = typed.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return [letters.slice(0, 4), letters.slice(4, 8), letters.slice(8)].join("-");
}
