/** The disclosure: shown before the first message can be sent, and above the conversation ever after. */

import { el, icon, uniqueId } from "./chat-dom.js";

/**
 * What the customer must know before the first message: that it is an AI, what it can do, how to reach a person.
 * @param {{ ai?: boolean, text?: string, can?: string[], human?: string } | null} disclosure
 * @param {import("./widget-texts.js").Texts} texts
 * @param {boolean} [folded]   in the conversation, what it can do is folded away
 */
export function disclosureElement(disclosure, texts, folded = false) {
  const can = disclosure?.can ?? [];
  const list = can.length > 0 && el("ul", {}, can.map((line) => el("li", { text: line })));
  const heading = el("p", { class: "disclosure__can", id: uniqueId("can"), text: texts.canHeading });
  return el("div", { class: "disclosure" }, [
    el("p", { class: "disclosure__text" }, [
      disclosure?.ai !== false && el("span", { class: "badge badge--ai", "aria-hidden": "true", text: "AI" }),
      el("span", { text: disclosure?.text ?? texts.disclosureFallback }),
    ]),
    list && (folded ? el("details", { class: "fold" }, [el("summary", { text: texts.canHeading }), list]) : el("div", {}, [heading, list])),
    el("p", { class: "disclosure__human" }, [icon("person"), el("span", { text: disclosure?.human ?? texts.humanFallback })]),
  ]);
}
