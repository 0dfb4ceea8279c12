/** One fact of the conversation as an element: who said it, in words, and what was said. */

import { button, el, icon, outLink, safeUrl, telephone } from "./chat-dom.js";
import { clock, dayOf } from "./widget-texts.js";

/**
 * @typedef {import("./client.js").Fact} Fact
 * @typedef {import("./widget-texts.js").Texts} Texts
 * @typedef {{ texts: Texts, base: string }} Setting   base: where the article pages are
 */

/** Facts that only say that the conversation began; the disclosure above the log says it better. */
const SILENT = new Set(["started", "conversation_started", "disclosure", "disclosed", "disclosure_shown"]);

/**
 * @param {Fact} fact
 * @param {Texts} texts
 */
export function authorInWords(fact, texts) {
  const { kind, name } = fact.author ?? { kind: "notice", name: "" };
  if (kind === "customer") return texts.you;
  if (kind === "ai") return texts.ai;
  if (kind === "human") return texts.human(name);
  return texts.notice(name);
}

/** Facts that are shown at all. @param {Fact} fact */
export function isShown(fact) {
  return Boolean(fact.text) && !SILENT.has(fact.type);
}

/**
 * @param {Fact} fact
 * @param {Setting} setting
 * @returns {HTMLLIElement}
 */
export function messageElement(fact, setting) {
  const kind = fact.type === "message" ? (fact.author?.kind ?? "notice") : "notice";
  const item = el("li", { class: `msg msg--${kind}`, "data-seq": fact.seq, "data-type": fact.type });
  item.append(who(kind, authorInWords(fact, setting.texts), fact.at, setting.texts));
  if (fact.safety) item.classList.add("msg--danger");
  item.append(
    el("div", { class: "msg__body" }, [
      fact.safety && danger(fact, setting.texts),
      body(fact.text ?? "", kind, setting),
      ...(fact.sources ?? []).map((source) => sourceLine(source, setting)),
    ]),
  );
  return item;
}

/**
 * @param {import("./client-outbox.js").Item} item
 * @param {Setting} setting
 */
export function waitingElement(item, setting) {
  const node = el("li", { class: "msg msg--customer msg--mine", "data-client-id": item.client_id });
  node.append(who("customer", setting.texts.you, item.at, setting.texts));
  node.append(el("div", { class: "msg__body" }, [body(String(item.body.text ?? ""), "customer", setting)]));
  node.append(el("div", { class: "msg__state" }));
  return node;
}

/**
 * The state of an own message, in words.
 * @param {HTMLElement} node
 * @param {import("./client-outbox.js").Item} item
 * @param {import("./client-outbox.js").Item["status"] | "busy"} status   as the customer should read it
 * @param {Texts} texts
 * @param {{ takeBack: () => void, remove: () => void }} actions
 */
export function showSending(node, item, status, texts, actions) {
  const line = /** @type {HTMLElement} */ (node.querySelector(".msg__state"));
  if (line.dataset.status === status) return;
  line.dataset.status = status;
  node.dataset.status = status;
  if (status !== "failed") {
    line.textContent = { sending: texts.sending, waiting: texts.waiting, busy: texts.busy, sent: texts.sent }[status];
    return;
  }
  line.replaceChildren(
    el("p", { text: item.reason ? texts.failed(item.reason) : texts.failedPlain }),
    el("div", { class: "row" }, [
      button(texts.takeBack, actions.takeBack, "button button--small"),
      button(texts.remove, actions.remove, "button button--small button--quiet"),
    ]),
  );
}

/**
 * @param {string} kind
 * @param {string} name
 * @param {string} at
 * @param {Texts} texts
 */
function who(kind, name, at, texts) {
  const badge = { ai: el("span", { class: "badge badge--ai", "aria-hidden": "true", text: "AI" }) };
  const human = el("span", { class: "badge badge--human", "aria-hidden": "true" }, [icon("person")]);
  return el("p", { class: "msg__who" }, [
    kind === "ai" ? badge.ai : kind === "human" ? human : null,
    el("bdi", { class: "msg__name", text: name }),
    " ",
    el("time", { class: "msg__time", datetime: at, text: clock(at, texts.language) }),
  ]);
}

/**
 * @param {string} text
 * @param {string} kind
 * @param {Setting} setting
 */
function body(text, kind, setting) {
  const box = el("div", { class: "msg__text" });
  if (kind === "customer") {
    box.append(el("p", { dir: "auto", class: "msg__raw", text }));
    return box;
  }
  /** @type {HTMLUListElement | null} */
  let list = null;
  for (const line of text.split(/\r?\n/)) {
    const point = /^\s*[-*•]\s+(.*)$/.exec(line);
    if (point) {
      list ??= box.appendChild(el("ul"));
      /** @type {HTMLUListElement} */ (list).append(el("li", { dir: "auto" }, withLinks(point[1], setting)));
    } else {
      list = null;
      if (line.trim() !== "") box.append(el("p", { dir: "auto" }, withLinks(line, setting)));
    }
  }
  return box;
}

/** [words](https://...) as articles write it, or a bare address. No bidi controls inside. */
const LINK = /\[([^\[\]\n]{1,200})\]\((https?:\/\/[^\s()<>"'\u202a-\u202e\u2066-\u2069]+)\)|https?:\/\/[^\s<>"'\u202a-\u202e\u2066-\u2069]+/g;

/** What is spoken: the words of a link, not its address. @param {string} text */
export function spokenText(text) {
  return text.replace(LINK, (whole, words) => words ?? whole);
}

/**
 * Web addresses in what the organisation says become links; everything else stays text.
 * @param {string} line
 * @param {Setting} setting
 * @returns {(Node | string)[]}
 */
function withLinks(line, { texts }) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let from = 0;
  for (const match of line.matchAll(LINK)) {
    const words = match[1];
    const url = words === undefined ? match[0].replace(/[.,;:!?)\]]+$/, "") : match[2];
    const href = safeUrl(url, "");
    if (href === null) continue;
    parts.push(line.slice(from, match.index), outLink(href, words ?? url, texts.newTab));
    from = match.index + (words === undefined ? url.length : match[0].length);
  }
  parts.push(line.slice(from));
  return parts;
}

/**
 * @param {import("./client.js").Source} source
 * @param {Setting} setting
 */
function sourceLine(source, { texts, base }) {
  const href = safeUrl(source.url, base);
  return el("p", { class: "msg__source" }, [
    `${texts.source}: `,
    href === null ? el("bdi", { text: source.title }) : outLink(href, source.title, texts.newTab),
    source.date && el("span", { class: "msg__since" }, [
      ` (${texts.validSince} `,
      el("time", { datetime: source.date, text: dayOf(source.date, texts.language) }),
      ")",
    ]),
  ]);
}

/**
 * @param {Fact} fact
 * @param {Texts} texts
 */
function danger(fact, texts) {
  const phone = fact.safety?.phone ?? "112";
  return el("div", { class: "danger" }, [
    el("p", { class: "danger__head" }, [icon("alert"), texts.dangerHeading]),
    el("a", { class: "button button--danger", href: telephone(phone) }, [icon("phone"), texts.callNow(phone)]),
  ]);
}
