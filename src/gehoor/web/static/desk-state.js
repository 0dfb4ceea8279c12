/**
 * What the desk knows: my lists, the queue, and the conversations that are loaded. No DOM, no texts.
 *
 * A fact is taken when its `prev` is not beyond what we hold, and dropped when we hold it; otherwise we missed one and
 * read again. So: no gap, no double.
 *
 * @typedef {object} Card
 * @property {string} id
 * @property {string} code
 * @property {"ai" | "waiting" | "offered" | "human" | "parked" | "resolved"} phase
 * @property {"life" | "damage" | "discomfort" | "returned" | "window" | "normal"} class
 * @property {string} language
 * @property {string} [skill]
 * @property {string} channel
 * @property {string | null} requested_at
 * @property {number | null} [waiting_s]
 * @property {number | null} position
 * @property {string | null} last_text
 * @property {string} last_at
 * @property {number} last_seq
 * @property {boolean} offered_to_me
 * @property {string | null} offer_expires_at
 * @property {PromiseOf & { next_try_at: string, phone?: string, phone_shown?: string, phone_spoken?: string, email?: string, by_mail?: boolean } | null} promise
 * @property {string | null} agent
 * @property {boolean} customer_online
 * @property {"none" | "tried" | "reached"} reached
 * @property {string} [why]
 * @property {string} [chosen]   why this customer came to me
 * @property {string} [phone]   left without a promise
 * @property {string} [email]
 *
 * @typedef {{ due_at: string, reference: string, kind: "chat" | "callback" | "email", window_start: string | null, owner: string, tries: number }} PromiseOf
 * @typedef {PromiseOf & { id: string, code: string, phase: Card["phase"], agent: string | null, whose: "mine" | "team" | "other" }} Promised
 * @typedef {{ id: string, name: string, role?: string, presence: "available" | "away" }} Me
 * @typedef {{ id: string, name: string, presence: "available" | "away", chats: number, capacity: number }} Colleague
 * @typedef {{ article: string, version: string, language: string, title: string, text: string, url: string }} Article
 * @typedef {{ article: string, version: string, title: string, url: string, date?: string }} Source
 *
 * @typedef {object} Fact
 * @property {number} seq
 * @property {number} prev
 * @property {string} at
 * @property {string} type
 * @property {{ kind: "customer" | "ai" | "human" | "notice", name: string }} [author]
 * @property {string} [text]
 * @property {string} [client_id]
 * @property {boolean} [canned]
 * @property {Source[]} [sources]
 * @property {Source[]} [suggestions]
 * @property {boolean} [human_offer]
 * @property {{ kind: string, phone: string }} [safety]
 * @property {boolean} [helped]
 * @property {boolean} [answered]
 * @property {string} [why]          of a night partner who did not do it: silent, down or nothing_done
 * @property {number} [upto]
 * @property {string} [how]          of a request: what brought it
 * @property {{ article: string, version: string, of: number }} [correction]
 *
 * @typedef {object} Conversation
 * @property {string} id
 * @property {Card | null} card      as the server last gave it with the conversation
 * @property {Fact[]} facts
 * @property {number} last
 * @property {number} seenUpTo       the customer has our words up to this seq
 * @property {number} readUpTo       I have read the customer's words up to this seq
 * @property {string[]} summary
 * @property {Article[]} articles
 * @property {"new" | "loading" | "loaded" | "failed" | "unknown"} status
 * @property {boolean} again         read once more after this one
 * @property {Fact[]} held           facts that came while reading
 */

const CATCH_UP_MS = 1_500;

/** Events: "lists", "conversation" (detail: id), "facts" (detail: { id, fresh, first }). */
export class DeskState extends EventTarget {
  /** @type {Me} */
  me;
  /** @type {Card[]} */
  mine = [];
  /** @type {Card[]} */
  queue = [];
  /** How many more wait than the first hundred, which are in the list. */
  queueMore = 0;
  /** @type {Promised[]} */
  promises = [];
  /** How many there are; the list holds the first hundred. */
  promisesCount = 0;
  /** What is wrong now, in words; supervisors alone hear of it. @type {{ kind: string, about: string, what: string }[]} */
  alarms = [];
  /** @type {Colleague[]} */
  staff = [];
  /** The lists have come at least once. */
  ready = false;
  /** @type {Map<string, Conversation>} */
  conversations = new Map();
  /** @type {string | null} */
  open = null;

  #api;
  #drawer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;

  /**
   * @param {Me} me
   * @param {import("./desk-api.js").Api} api
   * @param {import("./desk-outbox.js").Drawer} drawer
   */
  constructor(me, api, drawer) {
    super();
    this.me = me;
    this.#api = api;
    this.#drawer = drawer;
  }

  /** @returns {Card[]} offers to me, the most urgent time first */
  get offers() {
    const all = [...this.queue, ...this.mine].filter((card) => card.offered_to_me);
    const once = all.filter((card, at) => all.findIndex((other) => other.id === card.id) === at);
    return once.sort((one, other) => (one.offer_expires_at ?? "").localeCompare(other.offer_expires_at ?? ""));
  }

  /** @param {string} id @returns {Card | null} */
  card(id) {
    const listed = this.mine.find((card) => card.id === id) ?? this.queue.find((card) => card.id === id);
    return listed ?? this.conversations.get(id)?.card ?? null;
  }

  /** May I write to this customer? @param {string} id */
  isMine(id) {
    return this.mine.some((card) => card.id === id && card.phase === "human" && !card.offered_to_me);
  }

  /** Who may be picked up: the first in the queue that nobody was offered. @param {string} id */
  mayPickUp(id) {
    return this.queue.find((card) => card.phase === "waiting" && !card.offered_to_me)?.id === id;
  }

  /** @param {string} id */
  unread(id) {
    const one = this.conversations.get(id);
    if (one === undefined) return 0;
    return one.facts.filter((fact) => fact.type === "message" && fact.author?.kind === "customer" && fact.seq > one.readUpTo).length;
  }

  /** @param {string} event @param {any} data  one event of the stream */
  take(event, data) {
    if (event === "snapshot") this.#lists(data, true);
    else if (["queue", "mine", "promises", "staff", "alarms"].includes(event)) this.#lists(data, false);
    else if (event === "offer") this.#offer(data);
    else if (event === "fact") this.#fact(data.conversation, data);
  }

  /** Somebody is offered to me; the lists follow. @param {Card} card */
  #offer(card) {
    this.queue = this.queue.some((one) => one.id === card.id)
      ? this.queue.map((one) => (one.id === card.id ? card : one))
      : [...this.queue, card];
    this.#tell("lists");
  }

  /** What an action just changed, before the stream says so. @param {Card} card */
  adopt(card) {
    this.queue = this.queue.filter((one) => one.id !== card.id);
    this.mine = [...this.mine.filter((one) => one.id !== card.id), card];
    this.#tell("lists");
  }

  /** An act took it out of my hands: what is left on the screen says so. @param {string} id @param {Card["phase"]} [phase] */
  moved(id, phase) {
    const one = this.conversations.get(id);
    const card = this.card(id);
    if (phase === undefined || one === undefined || card === null) return;
    one.card = { ...card, phase, agent: null, offered_to_me: false };
    this.mine = this.mine.filter((other) => other.id !== id);
    this.#tell("lists");
  }

  /** @param {string} id */
  load(id) {
    const one = this.#conversation(id);
    // What is with the AI again, or done, is no longer read over its shoulder.
    if (one.status === "loaded" && this.me.role !== "supervisor" && ["ai", "resolved"].includes(one.card?.phase ?? "") && !this.#listed(id)) return one;
    if (one.status === "loading") one.again = true;
    else void this.#read(one);
    return one;
  }

  /** @param {string} id  I have seen everything in it */
  markRead(id) {
    const one = this.conversations.get(id);
    if (one === undefined || one.readUpTo >= one.last) return;
    one.readUpTo = one.last;
    this.#drawer.write("read", Object.fromEntries([...this.conversations.values()].map((c) => [c.id, c.readUpTo])));
    this.#tell("lists");
  }

  /** @param {{ me?: Me, mine?: Card[], queue?: Card[], queue_count?: number, promises?: Promised[], promises_count?: number, alarms?: DeskState["alarms"], staff?: Colleague[] }} data @param {boolean} fresh  after (re)connecting */
  #lists(data, fresh) {
    if (data.me) this.me = { ...this.me, ...data.me };
    if (data.mine) this.mine = data.mine;
    if (data.queue) this.queue = data.queue;
    if (data.queue) this.queueMore = Math.max(0, (data.queue_count ?? 0) - data.queue.length);
    if (data.alarms) this.alarms = data.alarms;
    if (data.promises) this.promises = data.promises;
    this.promisesCount = data.promises_count ?? this.promisesCount;
    if (data.staff) this.staff = data.staff;
    const self = this.staff.find((one) => one.id === this.me.id);
    if (self && !data.me) this.me = { ...this.me, presence: self.presence };
    this.ready ||= fresh;
    for (const [id] of this.conversations) if (id !== this.open && !this.#listed(id)) this.conversations.delete(id);
    for (const card of this.mine) if (!this.conversations.has(card.id)) this.load(card.id);
    if (fresh) this.#catchUp(true);
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#catchUp(false), CATCH_UP_MS);
    this.#tell("lists");
  }

  /** Read again what moved on without us. @param {boolean} openToo  also when we can not tell */
  #catchUp(openToo) {
    for (const one of this.conversations.values()) {
      if (one.status === "new" || one.status === "unknown") continue;
      const listed = this.mine.find((card) => card.id === one.id) ?? this.queue.find((card) => card.id === one.id);
      const other = listed && (openToo ? listed.last_seq !== one.last : listed.last_seq > one.last);
      const behind = listed ? other : one.id === this.open && (openToo || this.#wasListed(one));
      if (behind) this.load(one.id);
      if (listed) one.card = listed;
    }
  }

  /** It was in a list and is gone: ask how it stands now. @param {Conversation} one */
  #wasListed(one) {
    const before = one.card;
    if (before === null || before.phase === "resolved" || before.phase === "ai") return false;
    return true;
  }

  /** @param {string} id */
  #listed(id) {
    return this.mine.some((card) => card.id === id) || this.queue.some((card) => card.id === id);
  }

  /** @param {string} id */
  #conversation(id) {
    const known = this.conversations.get(id);
    if (known !== undefined) return known;
    const readUpTo = this.#drawer.read("read")?.[id] ?? 0;
    /** @type {Conversation} */
    const one = { id, card: null, facts: [], last: 0, seenUpTo: 0, readUpTo, summary: [], articles: [], status: "new", again: false, held: [] };
    this.conversations.set(id, one);
    return one;
  }

  /** @param {string} id @param {Fact} fact */
  #fact(id, fact) {
    const one = this.conversations.get(id);
    if (one === undefined) return;
    if (one.status === "loading") one.held.push(fact);
    else if (one.status === "loaded" && fact.prev <= one.last) this.#add(one, [fact], fact.seq, false);
    else if (fact.seq > one.last) this.load(id);
  }

  /** @param {Conversation} one */
  async #read(one) {
    let first = one.facts.length === 0;
    one.status = "loading";
    if (first) this.#tell("conversation", one.id);
    do {
      one.again = false;
      const reply = await this.#api.get(`/conversations/${encodeURIComponent(one.id)}`);
      if (reply.ok && Array.isArray(reply.body?.events)) {
        one.card = reply.body.card;
        this.mine = this.mine.map((card) => (card.id === one.id ? reply.body.card : card));
        one.summary = reply.body.summary ?? [];
        one.articles = reply.body.articles ?? [];
        one.status = "loaded";
        if (wentBack(one.facts, reply.body.events)) {
          Object.assign(one, { facts: [], last: 0, seenUpTo: 0 });
          first = true;
          this.#tell("anew", one.id);
        }
        this.#add(one, reply.body.events, reply.body.last_seq, first);
        const held = one.held.splice(0).filter((fact) => fact.seq > one.last);
        for (const fact of held) {
          if (fact.prev <= one.last) this.#add(one, [fact], fact.seq, false);
          else one.again = true;
        }
        if (one.again) one.status = "loading";
      } else {
        one.status = [403, 404].includes(reply.status) ? "unknown" : "failed";
        one.again = false;
      }
    } while (one.again);
    this.#tell("conversation", one.id);
    if (one.status === "failed") setTimeout(() => one.status === "failed" && this.conversations.has(one.id) && this.load(one.id), 3_000);
  }

  /** @param {Conversation} one @param {Fact[]} facts @param {number} last @param {boolean} first */
  #add(one, facts, last, first) {
    const fresh = facts.filter((fact) => fact.seq > one.last).sort((a, b) => a.seq - b.seq);
    one.facts.push(...fresh);
    one.last = Math.max(one.last, last, fresh.at(-1)?.seq ?? 0);
    for (const fact of fresh) {
      if (fact.type === "delivered") one.seenUpTo = Math.max(one.seenUpTo, fact.upto ?? fact.prev);
      const spoke = fact.type === "message" && fact.author?.kind === "human" && fact.author.name === this.me.name;
      if (spoke) one.readUpTo = Math.max(one.readUpTo, fact.seq);
    }
    if (fresh.length > 0 || first) this.#tell("facts", { id: one.id, fresh, first });
  }

  /** @param {string} type @param {unknown} [detail] */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * Whether the server went back in time (a restored backup): we hold a fact that it does not have.
 * @param {Fact[]} held
 * @param {Fact[]} told
 */
function wentBack(held, told) {
  const at = new Map(told.map((fact) => [fact.seq, fact.at]));
  return held.some((fact) => at.get(fact.seq) !== fact.at);
}
