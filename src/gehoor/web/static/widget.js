/**
 * The widget: one script tag on any page.
 *
 *   <script type="module" src="https://.../widget.js" data-organisation="..." data-phone="..." ...></script>
 *
 * Everything that is needed when the server is down stands on the tag. Nothing is stored, and no cookie is set, before
 * the customer opens the chat; after that only sessionStorage is used. Any element with `data-gehoor-open` on the host
 * page opens the widget.
 *
 * This file is served as /widget.js, its modules from /static/.
 */

import { Announcer } from "./static/chat-announce.js";
import { button, el, icon } from "./static/chat-dom.js";
import { authorInWords, isShown, spokenText } from "./static/chat-message.js";
import { saveConversation } from "./static/chat-save.js";
import { disclosureElement } from "./static/chat-disclosure.js";
import { CodeForm } from "./static/chat-code.js";
import { ChatView } from "./static/chat-view.js";
import { ConversationClient } from "./static/client.js";
import { Pauses, pauseAfter } from "./static/client-watch.js";
import { STYLE } from "./static/widget-style.js";
import { LANGUAGES, textsFor } from "./static/widget-texts.js";
import { Welcome } from "./static/widget-welcome.js";

const BASE = new URL(".", import.meta.url).href.replace(/\/$/, "");
const SMALL = "(max-width: 540px), (max-height: 480px)";

class GehoorWidget extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });
  #client = new ConversationClient({ base: BASE, auth: "bearer" });
  /** @type {import("./static/chat-view.js").Contact} */
  #contact = { organisation: "", phone: "", emergency_phone: "", hours: "", email: "", address: "" };
  #texts = textsFor("nl");
  #open = false;
  #unread = 0;
  #outside = new Announcer();
  #small = matchMedia(SMALL);
  /** @type {ChatView | null} */
  #view = null;
  /** @type {Welcome | null} */
  #welcome = null;
  /** @type {CodeForm | null} */
  #codeForm = null;
  /** A person was asked for on the first screen, and there is no conversation yet. */
  #asks = false;
  #pauses = new Pauses();

  /** @param {DOMStringMap} given   the data- attributes of the script tag */
  begin(given) {
    this.#contact = {
      organisation: given.organisation ?? "",
      phone: given.phone ?? "",
      emergency_phone: given.emergencyPhone ?? "",
      hours: given.hours ?? "",
      email: given.email ?? "",
      address: given.address ?? "",
    };
    const language = given.language || document.documentElement.lang || "nl";
    if (given.theme) this.dataset.theme = given.theme;
    const resumed = this.#client.resume();
    this.#texts = textsFor(resumed ? (this.#client.drawer.read("language") ?? this.#client.language) : language);
    this.#client.language = this.#texts.language;
    this.#build();
    this.#follow();
    void this.#dress();
    if (resumed && this.#client.drawer.read("open") === true) this.open(false);
  }

  open(focus = true) {
    if (this.#open) return;
    this.#open = true;
    this.#unread = 0;
    this.#show();
    if (this.#small.matches) this.panel.showModal();
    else this.panel.setAttribute("open", "");
    this.#remember();
    this.#badge();
    if (focus || this.#small.matches) this.heading.focus({ preventScroll: true });
    this.#view?.toEnd();
    this.#client.wake();
    void this.#readContact();
  }

  close() {
    if (!this.#open) return;
    this.#open = false;
    if (this.panel.open) this.panel.close();
    this.#remember();
    this.#badge();
    this.launcher.focus({ preventScroll: true });
  }

  #build() {
    const texts = this.#texts;
    this.launcher = el("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", on: { click: () => (this.#open ? this.close() : this.open()) } }, [
      icon("chat"),
      (this.launcherLabel = el("span", { text: texts.launcher })),
      " ",
      (this.count = el("span", { class: "launcher__count", hidden: true })),
    ]);
    this.heading = el("h2", { class: "panel__title", id: "gehoor-title", tabindex: "-1", text: texts.heading });
    this.tools = el("div", { class: "panel__tools" });
    this.body = el("div", { class: "panel__body" });
    this.foot = el("div", { class: "panel__foot" });
    this.organisation = el("p", { class: "panel__org", text: this.#contact.organisation });
    this.panel = el("dialog", { class: "panel", id: "gehoor-panel", "aria-labelledby": "gehoor-title", lang: texts.language }, [
      el("div", { class: "panel__head" }, [el("div", { class: "panel__names" }, [this.heading, this.organisation]), this.tools]),
      this.body,
      this.foot,
    ]);
    this.launcher.setAttribute("aria-controls", "gehoor-panel");
    this.panel.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#escape(event));
    this.panel.addEventListener("cancel", (/** @type {Event} */ event) => {
      event.preventDefault();
      if (!this.#foldOptions()) this.close();
    });
    this.panel.addEventListener("close", () => !this.panel.open && this.close());
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
    this.#root.append(this.launcher, this.panel, this.#outside.messages);
    this.#badge();
  }

  #follow() {
    this.#client.addEventListener("facts", (event) => this.#news(/** @type {CustomEvent} */ (event).detail));
    this.#client.addEventListener("state", () => this.#tools());
    this.#client.addEventListener("connection", () => this.#tools());
    this.#small.addEventListener("change", () => this.#fit());
    document.addEventListener("click", (event) => {
      const opener = event.composedPath().find((node) => node instanceof Element && node.hasAttribute("data-gehoor-open"));
      if (opener === undefined || event.defaultPrevented) return;
      event.preventDefault();
      this.open();
    });
    addEventListener("pageshow", (event) => event.persisted && this.#client.wake());
    addEventListener("online", () => this.#pauses.cut());
    const seen = window.visualViewport;
    const measure = () => {
      this.style.setProperty("--gehoor-height", `${seen?.height ?? innerHeight}px`);
      this.style.setProperty("--gehoor-top", `${seen?.offsetTop ?? 0}px`);
    };
    seen?.addEventListener("resize", measure);
    seen?.addEventListener("scroll", measure);
    measure();
  }

  /** The looks of the conversation, shared with the full page. Fetched: a host page's policy need not allow styles. */
  async #dress() {
    const own = this.#root.adoptedStyleSheets;
    const sheets = await Promise.all(
      ["base.css", "chat.css"].map(async (name) => {
        const response = await fetch(`${BASE}/static/${name}`, { credentials: "omit" });
        if (!response.ok) throw new Error(`${name}: ${response.status}`);
        return new CSSStyleSheet().replace(await response.text());
      }),
    ).catch(() => []);
    this.#root.adoptedStyleSheets = [...sheets, ...own];
    if (sheets.length > 0) this.dataset.dressed = "";
    this.#view?.toEnd();
  }

  async #readContact() {
    const contact = await this.#client.readContact(this.#texts.language);
    if (contact === null) return;
    this.#contact = { ...this.#contact, ...contact };
    this.organisation.textContent = this.#contact.organisation;
    if (this.#client.id === null) this.#show(true);
    else this.#view?.setOpening(disclosureElement(this.#client.disclosure, this.#texts, true));
  }

  /** Draw the screen that belongs to this moment. @param {boolean} [anew] */
  #show(anew = false) {
    const inChat = this.#client.id !== null;
    if (!anew && (inChat ? this.#view : this.#welcome) !== null) return;
    const focused = this.#root.activeElement;
    const wasStart = focused !== null && focused === this.#welcome?.startButton;
    const wasAsk = focused !== null && [this.#welcome?.bar.button, this.#view?.bar.button].includes(focused);
    this.#view?.remove();
    this.#view = null;
    this.#welcome = null;
    if (inChat) this.#showChat();
    else this.#showWelcome();
    this.panel.classList.toggle("panel--chat", inChat);
    this.#tools();
    const screen = this.#view ?? this.#welcome;
    if (wasAsk) /** @type {any} */ (screen).bar.button.focus({ preventScroll: true });
    else if (wasStart) /** @type {any} */ (this.#welcome?.startButton ?? this.#view?.composer).focus({ preventScroll: true });
  }

  #showWelcome() {
    const start = async (/** @type {boolean} */ asks = false) => {
      const started = await this.#client.start(asks);
      if (started) this.#begun();
      return started;
    };
    const ask = () => {
      if (this.#asks) this.#pauses.cut();
      else void this.#askUntilBegun(start);
    };
    // The first screen is drawn again when its contact data come in: what is being typed stays.
    const focused = this.#root.activeElement;
    if (this.#codeForm?.texts !== this.#texts) this.#codeForm = new CodeForm(this.#texts, (code) => this.#comeBack(code));
    this.#welcome = new Welcome({ contact: this.#contact, texts: this.#texts, disclosure: this.#client.disclosure, start, ask, code: this.#codeForm });
    this.body.replaceChildren(this.#welcome.element);
    this.foot.replaceChildren(this.#welcome.bar.element);
    if (focused !== null && this.#codeForm.element.contains(focused)) /** @type {HTMLElement} */ (focused).focus({ preventScroll: true });
  }

  /** One press: a person. It goes on until the server has it. @param {(asks: boolean) => Promise<boolean>} start */
  async #askUntilBegun(start) {
    this.#asks = true;
    for (let failures = 1; this.#client.id === null && !(await start(true)); failures += 1) {
      this.#welcome?.waits();
      await this.#pauses.wait(pauseAfter(failures));
    }
    this.#asks = false;
    void this.#view?.ask();
  }

  /** @param {string} code */
  async #comeBack(code) {
    const refused = await this.#client.comeBack(code);
    if (refused === null) this.#begun();
    return refused === "" ? this.#texts.chooseUnreachable : refused;
  }

  #begun() {
    this.#contact = { ...this.#contact, ...this.#client.contact };
    this.#client.drawer.write("language", this.#texts.language);
    this.#remember();
    this.#show();
  }

  #showChat() {
    this.#view = new ChatView({
      client: this.#client,
      texts: this.#texts,
      contact: this.#contact,
      base: `${BASE}/`,
      opening: disclosureElement(this.#client.disclosure, this.#texts, true),
      scroller: () => this.panel,
      restart: () => this.#restart(),
      askAnew: () => this.#askAnew(),
      speak: (language) => this.#speak(language),
      reread: () => this.#show(true),
    });
    this.body.replaceChildren(this.#view.element);
    this.foot.replaceChildren(this.#view.bar.element);
    this.#view.toEnd();
  }

  #restart() {
    this.#client.forget();
    this.#client.drawer.write("open", null);
    this.#client.drawer.write("language", null);
    this.#client.language = this.#texts.language;
    this.#show(true);
    this.heading.focus({ preventScroll: true });
    void this.#readContact();
  }

  #askAnew() {
    this.#restart();
    this.#welcome?.bar.button.click();
  }

  /** Language, saving, a new conversation, close. */
  #tools() {
    const texts = this.#texts;
    const { state, connection, id } = this.#client;
    const ended = state?.phase === "resolved" || connection === "gone" || (state?.phase === "ai" && state.promise === null);
    const key = `${texts.language}|${id !== null}|${ended}`;
    if (this.tools.dataset.key === key) return;
    const hadFocus = this.tools.contains(this.#root.activeElement);
    this.tools.dataset.key = key;
    const others = LANGUAGES.filter((one) => one.code !== texts.language);
    const languages = others.map((one) => {
      const node = button(one.name, () => this.#speak(one.code), "button button--small button--quiet");
      node.lang = one.code;
      return node;
    });
    this.saved = el("p", { class: "quiet", role: "status" });
    const items = [
      button(texts.saveHtml, () => void this.#save("html"), "button button--quiet"),
      button(texts.saveText, () => void this.#save("text"), "button button--quiet"),
      ended && button(texts.restart, () => this.#restart(), "button button--quiet"),
      this.saved,
    ];
    this.options = id === null ? null : el("details", { class: "menu" }, [el("summary", { class: "button button--icon", "aria-label": texts.options, title: texts.options }, [icon("more")]), el("div", { class: "menu__list" }, items)]);
    const close = el("button", { type: "button", class: "button button--icon", "aria-label": texts.close, title: texts.close, on: { click: () => this.close() } }, [icon("close")]);
    this.tools.replaceChildren(...languages, ...(this.options ? [this.options] : []), close);
    if (hadFocus) this.tools.querySelector("button, summary")?.focus();
  }

  /** @param {"html" | "text"} format */
  async #save(format) {
    const done = await saveConversation(this.#client, format, this.#texts.fileName);
    this.saved.textContent = done ? this.#texts.saved : this.#texts.saveFailed;
  }

  /** @param {string} language */
  #speak(language) {
    this.#texts = textsFor(language);
    if (this.#client.id !== null) this.#client.drawer.write("language", language);
    else this.#client.language = language;
    this.panel.lang = language;
    this.heading.textContent = this.#texts.heading;
    this.launcherLabel.textContent = this.#texts.launcher;
    this.#client.disclosure = null;
    this.#show(true);
    this.#badge();
    void this.#readContact();
  }

  /** @param {{ facts: import("./static/client.js").Fact[], first: boolean }} news */
  #news({ facts, first }) {
    if (this.#open || first) return;
    const shown = facts.filter((fact) => isShown(fact) && fact.author?.kind !== "customer");
    this.#unread += shown.length;
    for (const fact of shown.slice(-3)) this.#outside.say(this.#texts.says(authorInWords(fact, this.#texts), spokenText(fact.text ?? "")));
    this.#badge();
  }

  #badge() {
    this.launcher.setAttribute("aria-expanded", String(this.#open));
    this.launcher.hidden = this.#open;
    this.count.hidden = this.#unread === 0;
    this.count.textContent = this.#unread === 0 ? "" : this.#texts.launcherNew(this.#unread);
  }

  /** Phone: the panel covers the page, so the page behind it is out of reach. Wide: it stands beside the page. */
  #fit() {
    if (!this.#open) return;
    const focused = /** @type {HTMLElement | null} */ (this.#root.activeElement);
    this.#open = false;
    this.panel.close();
    this.#open = true;
    if (this.#small.matches) this.panel.showModal();
    else this.panel.setAttribute("open", "");
    focused?.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  #escape(event) {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented || this.#small.matches) return;
    event.preventDefault();
    event.stopPropagation();
    if (!this.#foldOptions()) this.close();
  }

  /** Escape closes the options first. */
  #foldOptions() {
    if (!this.options?.open) return false;
    this.options.open = false;
    this.options.querySelector("summary").focus();
    return true;
  }

  #remember() {
    if (this.#client.id !== null) this.#client.drawer.write("open", this.#open ? true : null);
  }
}

/** document.currentScript is null in a module: the tag is found by the address of this file. */
function ownTag() {
  return [...document.querySelectorAll("script[src]")].find((tag) => /** @type {HTMLScriptElement} */ (tag).src === import.meta.url);
}

if (customElements.get("gehoor-widget") === undefined) {
  customElements.define("gehoor-widget", GehoorWidget);
  const widget = /** @type {GehoorWidget} */ (document.createElement("gehoor-widget"));
  document.body.append(widget);
  const tag = /** @type {HTMLElement | undefined} */ (ownTag());
  widget.begin(tag?.dataset ?? {});
}
