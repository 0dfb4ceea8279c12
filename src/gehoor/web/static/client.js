/**
 * The customer's end of one conversation: no DOM, no texts.
 *
 * It holds the facts that this customer may see, sends what the customer wants (again and again until the server has
 * it), and keeps a live stream. Facts carry `seq` and `prev`: a fact whose `prev` is beyond what we hold means that we
 * missed one, so we read again; a fact that we hold already is dropped. So: no gap, no double.
 *
 * Longer than most files here because the wire's shapes are typed in it and its state (cursor, stream, outbox) is one.
 *
 * @typedef {{ article: string, version: string, title: string, url: string }} Source
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
 * @property {boolean} [human_offer]
 * @property {boolean} [helped]
 * @property {{ kind: string, phone: string }} [safety]
 * @property {string} [due_at]
 * @property {string} [reference]
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
import { Outbox, newId } from "./client-outbox.js";
import { GoneError, LiveStream } from "./client-stream.js";

export { newId };

const POST_LIMIT_MS = 15_000;
const DOWN_AFTER_FAILURES = 3;
const TYPING_MS = 6_000;
const GONE_CODES = new Set(["unknown", "not_yours", "not_allowed", "erased"]);

/**
 * Events: "facts" (detail: { facts, first }), "outbox", "state", "connection", "refused" (detail: Item).
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

  #base;
  #auth;
  #token = "";
  #drawer;
  /** @type {Outbox | null} */
  #outbox = null;
  /** @type {LiveStream | null} */
  #stream = null;
  /** @type {Promise<boolean> | null} */
  #starting = null;
  #loaded = false;
  #askedCode = false;
  /** Requests that are on their way: each may bring a code. */
  #requests = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typing;

  /**
   * @param {object} options
   * @param {string} options.base            origin and path before /api/v1
   * @param {"bearer" | "cookie"} options.auth
   * @param {string} [options.language]
   */
  constructor({ base, auth, language = "nl" }) {
    super();
    this.#base = base.replace(/\/$/, "");
    this.#auth = auth;
    this.language = language;
    this.#drawer = new Drawer(`gehoor:${this.#base}:`);
    globalThis.addEventListener?.("online", this.#online);
    globalThis.addEventListener?.("offline", this.#offline);
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
    this.#token = kept.token;
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
   * @returns {Promise<boolean>} false when the server can not be reached
   */
  start() {
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  async #start() {
    const reply = await this.#call("POST", "/conversations", { language: this.language, channel: "web" });
    if (reply.status !== 201) return false;
    this.#token = reply.body.token;
    this.disclosure = reply.body.disclosure;
    this.contact = reply.body.contact;
    this.#drawer.write("conversation", { id: reply.body.id, token: reply.body.token, language: this.language });
    this.#take(reply.body.events ?? [], true);
    this.#loaded = true;
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
    const reply = await this.#call("GET", `/conversations/${this.id}/choices`);
    return reply.status === 200 ? reply.body : null;
  }

  /**
   * A number as it is read back; null when the server can not be reached.
   * @param {string} phone
   * @returns {Promise<{ phone_read_back: ReadBack | null, phone_problem: string | null } | null>}
   */
  async readBack(phone) {
    const reply = await this.#call("POST", `/conversations/${this.id}/phone`, { phone });
    return reply.status === 200 ? reply.body : null;
  }

  /**
   * Come back with a code.
   * @param {string} code
   * @returns {Promise<string | null>} null when it opened, else why not ("" when the server can not be reached)
   */
  async comeBack(code) {
    const reply = await this.#call("POST", "/return", { code });
    if (reply.status !== 201) return reply.body?.detail || reply.body?.title || "";
    this.#token = reply.body.token;
    this.language = reply.body.language;
    this.#drawer.write("conversation", { id: reply.body.id, token: this.#token, language: this.language });
    this.#keepCode(asGiven(code));
    this.#adopt(reply.body.id);
    return null;
  }

  /** Send the number that opens the words; null when it was sent, else why not. @returns {Promise<string | null>} */
  async sendProof() {
    const reply = await this.#call("POST", `/conversations/${this.id}/verify/send`, {});
    return reply.status === 202 ? null : (reply.body?.detail ?? reply.body?.title ?? "");
  }

  /**
   * Open the words; null when they are open (everything is read again), else why not.
   * @param {string} code
   * @returns {Promise<string | null>}
   */
  async prove(code) {
    const reply = await this.#call("POST", `/conversations/${this.id}/verify`, { code });
    if (reply.status !== 200) return reply.body?.detail ?? reply.body?.title ?? "";
    this.facts = [];
    this.last = 0;
    this.#loaded = false;
    await this.#readAgain();
    this.#loaded = true;
    // The stream that is open was opened without the words.
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
    if (this.#requests > 0 || this.outbox.some((item) => item.path === "human" || item.path === "promise")) return;
    this.#askedCode = true;
    const reply = await this.#call("POST", `/conversations/${this.id}/return-code`, {});
    if (reply.status === 201) this.#keepCode(reply.body.return_code);
  }

  withdraw() {
    return this.#must().add("withdraw", {});
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
    this.#token = "";
    this.code = "";
    this.#askedCode = false;
    this.#outbox = null;
    this.#stream = null;
    this.#loaded = false;
    this.connection = "idle";
  }

  /** @param {string} language */
  async readContact(language) {
    const reply = await this.#call("GET", `/contact?language=${encodeURIComponent(language)}`);
    if (reply.status !== 200) return null;
    this.contact = reply.body;
    this.disclosure = reply.body.disclosure ?? this.disclosure;
    return reply.body;
  }

  /** @param {"html" | "text" | "json"} format */
  exportUrl(format) {
    return `${this.#base}/api/v1/conversations/${this.id}/export?format=${format}`;
  }

  /**
   * @param {"html" | "text" | "json"} format
   * @returns {Promise<Blob | null>}
   */
  async download(format) {
    try {
      const response = await fetch(this.exportUrl(format), this.#request("GET"));
      return response.ok ? await response.blob() : null;
    } catch {
      return null;
    }
  }

  /** Stop listening: the page goes away. */
  close() {
    this.#stream?.stop();
    this.#outbox?.stop();
    globalThis.removeEventListener?.("online", this.#online);
    globalThis.removeEventListener?.("offline", this.#offline);
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
      save: (items) => {
        const left = items.filter((item) => item.status !== "sent");
        this.#drawer.write("outbox", left.length > 0 ? { id, items: left } : null);
      },
    });
    this.#forgetDelivered();
    this.#stream = new LiveStream({
      open: (signal) => this.#open(signal),
      onEvent: (event) => this.#heard(event.event, event.data),
      onChange: (live, failures) => this.#connected(live, failures),
      onGone: () => this.#connect("gone"),
    });
    this.#connect("connecting");
    this.#stream.start();
    this.#outbox.wake();
  }

  /** @param {AbortSignal} signal */
  async #open(signal) {
    if (!this.#loaded) {
      await this.#readAgain(signal);
      this.#loaded = true;
    }
    const url = `${this.#base}/api/v1/conversations/${this.id}/stream?after=${this.last}`;
    const response = await fetch(url, { ...this.#request("GET"), signal });
    if (!response.ok) await this.#refuseIfGone(response);
    return response;
  }

  /** @param {AbortSignal} [signal] */
  async #readAgain(signal) {
    const url = `${this.#base}/api/v1/conversations/${this.id}/events?after=${this.last}`;
    const response = await fetch(url, { ...this.#request("GET"), signal });
    if (!response.ok) {
      await this.#refuseIfGone(response);
      throw new Error(`events: ${response.status}`);
    }
    const body = await response.json();
    this.#take(body.events, !this.#loaded);
    if (body.state) this.#setState(body.state);
  }

  /** @param {Response} response */
  async #refuseIfGone(response) {
    const problem = await readProblem(response);
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
    if (event !== "fact" || body.seq <= this.last) return;
    if (body.prev > this.last) await this.#readAgain();
    if (body.seq > this.last) this.#take([body], false);
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
    this.#tell("facts", { facts: fresh, first });
  }

  /** What came back as a fact no longer has to be sent. */
  #forgetDelivered() {
    const known = new Set(this.facts.map((fact) => fact.client_id).filter(Boolean));
    for (const item of [...this.outbox]) {
      const here = known.has(item.client_id) || (item.seq !== undefined && item.seq <= this.last);
      if (here) this.#outbox?.remove(item.client_id);
    }
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
    const asks = item.path === "human" || item.path === "promise" ? 1 : 0;
    this.#requests += asks;
    const reply = await this.#call("POST", path, { client_id: item.client_id, ...item.body });
    this.#requests -= asks;
    if (reply.status >= 200 && reply.status < 300) {
      item.seq = reply.body?.seq;
      if (reply.body?.return_code) this.#keepCode(reply.body.return_code);
      else if (asks) void this.#mayNeedCode();
      if (this.connection !== "live") this.#stream?.wake();
      queueMicrotask(() => this.#forgetDelivered());
    } else if (reply.status >= 400 && reply.status < 500) {
      this.#tell("refused", { ...item, code: reply.body?.code, reason: reply.body?.detail });
    }
    return reply;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<import("./client-outbox.js").Reply>}
   */
  async #call(method, path, body) {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), POST_LIMIT_MS);
    try {
      const request = { ...this.#request(method, body), signal: limit.signal };
      const response = await fetch(`${this.#base}/api/v1${path}`, request);
      const retry = Number(response.headers.get("Retry-After"));
      const answer = response.ok ? await response.json() : await readProblem(response);
      return { status: response.status, body: answer, retryAfterMs: retry > 0 ? retry * 1000 : undefined };
    } catch {
      return { status: 0, body: null };
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * @param {string} method
   * @param {unknown} [body]
   * @returns {RequestInit}
   */
  #request(method, body) {
    // A refusal is read in the language of this screen, which need not be the browser's.
    /** @type {Record<string, string>} */
    const headers = { "Accept-Language": this.language };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.#auth === "bearer" && this.#token) headers.Authorization = `Bearer ${this.#token}`;
    return {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: this.#auth === "cookie" ? "same-origin" : "omit",
      cache: "no-store",
      redirect: "error",
    };
  }

  /**
   * @param {boolean} live
   * @param {number} failures
   */
  #connected(live, failures) {
    if (live) {
      this.#connect("live");
      this.#outbox?.wake();
    } else if (globalThis.navigator?.onLine === false) {
      this.#connect("offline");
    } else {
      this.#connect(failures >= DOWN_AFTER_FAILURES ? "down" : "reconnecting");
    }
  }

  /** @param {Connection} connection */
  #connect(connection) {
    if (this.connection === connection) return;
    this.connection = connection;
    if (connection === "gone") this.#outbox?.stop();
    this.#tell("connection");
  }

  #online = () => this.wake();

  #offline = () => {
    if (this.id === null || this.connection === "gone") return;
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

/** A code as it was given, from what was typed: "7kq2 9xmb4tr8w" is "7KQ2-9XMB-4TR8W". @param {string} typed */
function asGiven(typed) {
  const letters = typed.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return [letters.slice(0, 4), letters.slice(4, 8), letters.slice(8)].join("-");
}

/** @param {Response} response */
async function readProblem(response) {
  try {
    return await response.json();
  } catch {
    return null;
  }
}
