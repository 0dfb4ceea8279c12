/** Under what the AI said: this was not right, that topic was meant. It becomes a question to measure with. */

import { sentence } from "./desk-api.js";
import { h, say } from "./desk-dom.js";

/**
 * @typedef {import("./desk.js").Desk} Desk
 * @typedef {import("./desk-state.js").Fact} Fact
 * @typedef {{ slug: string, title: string }} Topic
 */

/** Fetched once, when somebody first wants to choose. @type {Promise<Topic[]> | null} */
let topics = null;

/** @param {Desk} desk @returns {Promise<Topic[]>} */
function all(desk) {
  topics ??= desk.api.get("/quality/topics").then((reply) => {
    if (!reply.ok) topics = null;
    return reply.ok ? reply.body.topics : [];
  });
  return topics;
}

/** @param {Desk} desk @param {Fact} fact @param {string} conversation @returns {HTMLElement} */
export function correction(desk, fact, conversation) {
  const { texts } = desk;
  const choice = h("select", {}, h("option", { text: texts.correctChoose, attr: { value: "" } }), h("option", { text: texts.correctNone, attr: { value: "-" } }));
  const told = h("p", { class: "correct-told", attr: { role: "status" } });
  const send = h("button", { text: texts.correctSend, attr: { type: "button" }, click: () => void keep() });
  const part = h("details", { class: "correct" }, h("summary", { text: texts.correct }), h("label", {}, `${texts.correctWhich} `, choice), send, told);
  part.addEventListener("toggle", async () => {
    if (!part.open || choice.options.length > 2) return;
    const found = await all(desk);
    if (found.length === 0) say(told, texts.correctNoTopics);
    else if (choice.options.length === 2) choice.append(...found.map((one) => h("option", { text: one.title, attr: { value: one.slug } })));
  });

  async function keep() {
    if (choice.value === "") {
      say(told, texts.correctChoose);
      choice.focus();
      return;
    }
    send.disabled = true;
    const topic = choice.value === "-" ? null : choice.value;
    const reply = await desk.api.act(conversation, "corrections", { seq: fact.seq, topic });
    send.disabled = false;
    say(told, reply.ok ? texts.correctKept : sentence(reply, texts));
  }

  return part;
}
