/**
 * The full page, made live. The server sent a page that works by itself; this replaces the conversation on it by the
 * same conversation that follows along, with the cookie that the page already has.
 */

import { disclosureElement } from "./chat-disclosure.js";
import { ChatView } from "./chat-view.js";
import { ConversationClient } from "./client.js";
import { textsFor } from "./widget-texts.js";

const data = document.getElementById("gehoor-data");
const place = document.getElementById("gehoor-chat");
const foot = document.getElementById("gehoor-bar");

if (data && place && foot) {
  const given = JSON.parse(data.textContent ?? "{}");
  const texts = textsFor(given.language);
  const client = new ConversationClient({ base: "", auth: "cookie", language: given.language });
  client.disclosure = given.disclosure;
  client.enter({ id: given.conversation, events: given.events, state: given.state, code: given.return_code });

  const written = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("text"));
  const draft = written?.value ?? "";
  const wasWriting = document.activeElement === written && written !== null;

  const view = new ChatView({
    client,
    texts,
    contact: given.contact,
    base: `${location.origin}/`,
    opening: disclosureElement(given.disclosure, texts, true),
    scroller: () => document.scrollingElement,
    restart: () => submit("gehoor-restart"),
    askAnew: () => submit("gehoor-human"),
    speak: () => location.assign("/chat"),
    reread: () => location.reload(),
  });
  place.replaceChildren(view.element);
  foot.replaceChildren(view.bar.element);
  document.body.classList.replace("plain", "live");
  document.querySelector(".chatpage__head a")?.remove();
  if (draft) view.composer.draft = draft;
  if (wasWriting) view.composer.focus();
  const measure = () => document.body.style.setProperty("--top", `${document.querySelector(".top")?.clientHeight ?? 64}px`);
  addEventListener("resize", measure);
  measure();
  view.toEnd();

  addEventListener("pageshow", (event) => event.persisted && client.wake());
}

/**
 * What begins a new conversation is a form, so that it works the same with and without this script.
 * @param {string} id
 */
function submit(id) {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById(id));
  if (form) form.requestSubmit();
  else location.assign("/chat");
}
