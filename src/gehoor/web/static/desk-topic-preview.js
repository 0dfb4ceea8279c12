/** A text as the customer sees it: the answer in the chat with its source, and the whole article behind the link. */

import { h, link } from "./desk-dom.js";
import { day } from "./desk-knowledge-words.js";

/**
 * @typedef {{ title: string, text: string, from: string, language: string, ai: string, url: string }} Shown
 */

const LINK = /\[([^\]]+)\]\((https:\/\/[^)\s]+|mailto:[^)\s]+|tel:[^)\s]+|\/[^)\s]*)\)/g;

/** @param {Shown} one */
export function preview(one) {
  const [answer, ...sections] = parts(one.text);
  const source = h("p", { class: "source" }, "Bron: ", h("span", { text: one.title || "(geen titel)" }), one.from ? `, geldt sinds ${day(one.from)}` : "");
  const bubble = h("div", { class: "as-customer", attr: { lang: one.language } }, h("p", { class: "tag", text: "AI-assistent" }), h("p", { class: "words", text: answer.text.replace(LINK, "$1 ($2)") || "(nog geen antwoord)", attr: { dir: "auto" } }), source);
  if (sections.length === 0) return [bubble];
  const rest = h("details", {}, h("summary", { text: `Achter de link: ${sections.length} ${sections.length === 1 ? "kop" : "koppen"} met uitleg` }), ...sections.flatMap((each) => [h("h4", { text: each.heading }), ...paragraphs(each.text)]));
  rest.lang = one.language;
  return [bubble, rest];
}

/** The answer and the pieces under a heading. @param {string} text */
function parts(text) {
  const found = [{ heading: "", lines: /** @type {string[]} */ ([]) }];
  for (const line of text.split("\n")) {
    const heading = /^##\s+(\S.*?)\s*#*\s*$/.exec(line);
    if (heading) found.push({ heading: heading[1], lines: [] });
    else found[found.length - 1].lines.push(line);
  }
  return found.map((one) => ({ heading: one.heading, text: one.lines.join("\n").trim() }));
}

/** @param {string} text */
function paragraphs(text) {
  return text.split(/\n\s*\n/).map((one) => h("p", { class: "words", attr: { dir: "auto" } }, ...withLinks(one)));
}

/** @param {string} text */
function withLinks(text) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    nodes.push(text.slice(from, found.index), link(found[2], found[1], "(nieuw tabblad)"));
    from = found.index + found[0].length;
  }
  return [...nodes, text.slice(from)];
}
