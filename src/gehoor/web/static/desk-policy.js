/** The policy as a document: check it, save it, and see what was refused, where, and how to mend it. */

import { sentence } from "./desk-api.js";
import { byId, h, say, show } from "./desk-dom.js";
import { api, clock, failed, fill, tell, texts } from "./desk-page.js";
import { words } from "./desk-policy-words.js";

/**
 * @typedef {import("./desk-policy-words.js").Fault} Fault
 * @typedef {{ version: number, at: string, who: string, source: string, diff: string[] }} Version
 */

/** Where a version came from, when no supervisor saved it. @type {Record<string, string>} */
const SOURCES = { file: "uit het bestand", start: "bij het starten", reduced: "beperkte stand" };

const field = byId("document");
let version = 0;
let saved = "";
let busy = false;

/** @param {boolean} keepText  what was typed stays, under the newest version */
async function fetchPolicy(keepText = false) {
  const reply = await api.get("/policy");
  if (!reply.ok) {
    tell(failed(reply), true);
    if (reply.status === 0 || reply.status >= 500) setTimeout(() => void fetchPolicy(keepText), 3_000);
    return;
  }
  version = reply.body.version;
  saved = reply.body.document;
  if (!keepText) field.value = saved;
  show(byId("policy-form"), true);
  tell(`Versie ${version} geldt nu.`);
  const { faults, refused, reduced } = reply.body;
  if (reduced) tell("Er is geen bruikbaar beleid. De chat werkt in een beperkte stand.", true);
  if (refused) verdict("Het nieuwste beleid kan niet worden gebruikt. Daarom geldt een ouder beleid.", "bad", [refused]);
  else if (faults.length > 0) verdict("Met het beleid dat nu geldt, is vandaag iets mis.", "bad", faults);
  await fetchHistory();
}

async function fetchHistory() {
  const reply = await api.get("/policy/history");
  if (reply.ok) fill("history", reply.body.versions.map(past));
}

/** @param {Version} one */
function past(one) {
  const lines = one.diff;
  const head = h("strong", { text: `Versie ${one.version}` });
  const item = h("li", {}, head, ` ${clock.due(one.at)}, ${one.who || SOURCES[one.source] || one.source}`);
  if (lines.length === 0) return item;
  const kinds = /** @type {Record<string, "ins" | "del">} */ ({ "+": "ins", "-": "del" });
  const shown = lines.filter((line) => !/^(\+\+\+|---)/.test(line)).map((line) => h(kinds[line[0]] ?? "span", { text: `${line}\n` }));
  item.append(h("details", {}, h("summary", { text: "Wat er veranderde" }), h("div", { class: "diff" }, ...shown)));
  return item;
}

/** @param {string} title @param {"good" | "bad"} kind @param {Fault[]} faults */
function verdict(title, kind, faults) {
  show(byId("verdict"), true);
  byId("verdict").dataset.kind = kind;
  say(byId("verdict-title"), title);
  byId("faults").replaceChildren(...faults.map((one) => fault(one, kind === "bad")));
  show(byId("faults"), faults.length > 0);
  field.setAttribute("aria-invalid", String(kind === "bad"));
  byId("verdict-title").focus();
}

/** @param {Fault} one @param {boolean} bad */
function fault(one, bad) {
  const item = h("li", { class: bad ? "is-bad" : "" });
  if (one.field) item.append(h("h3", { text: one.field }));
  const { what, ceiling, source, mend } = words(one);
  item.append(h("p", { text: what }));
  const rows = /** @type {[string, string | undefined][]} */ ([["Eerste moment", one.moment && moment(one.moment)], ["Grens", ceiling], ["Waar de grens vandaan komt", source]]);
  for (const [name, value] of rows) if (value) item.append(h("p", {}, h("strong", { text: `${name}: ` }), String(value)));
  if (mend.length > 0) item.append(h("p", {}, h("strong", { text: "Zo lost u het op:" })), h("ul", { class: "mend" }, ...mend.map((way) => h("li", { text: way }))));
  if (one.field && line(one.field) >= 0) item.append(h("button", { text: "Naar deze regel", attr: { type: "button" }, click: () => goTo(/** @type {string} */ (one.field)) }));
  return item;
}

/** @param {string} told  an instant, or words already */
function moment(told) {
  return Number.isNaN(Date.parse(told)) ? told : clock.due(told);
}

/** The line of the document that a field is about: of its last name that stands there. @param {string} path */
function line(path) {
  const names = path.split(/[.[\]]/).filter((name) => name !== "" && !/^\d+$/.test(name));
  const lines = field.value.split("\n");
  let found = -1;
  for (const name of names) {
    const at = lines.findIndex((/** @type {string} */ text, /** @type {number} */ n) => n > found && new RegExp(`^\\s*(- )?${RegExp.escape?.(name) ?? name.replace(/\W/g, ".")}\\s*:`).test(text));
    if (at >= 0) found = at;
  }
  return found;
}

/** @param {string} path */
function goTo(path) {
  const lines = field.value.split("\n");
  const at = line(path);
  const from = lines.slice(0, at).join("\n").length + (at > 0 ? 1 : 0);
  field.focus();
  field.setSelectionRange(from, from + lines[at].length);
  field.scrollTop = (field.scrollHeight / lines.length) * Math.max(0, at - 3);
}

/** @param {"check" | "save"} what */
async function send(what) {
  if (busy) return;
  busy = true;
  show(byId("fetch-newest"), false);
  tell(what === "save" ? "Wordt gecontroleerd en opgeslagen." : "Wordt gecontroleerd.");
  const body = { document: field.value, version };
  const reply = what === "save" ? await api.put("/policy", body) : await api.post("/policy/check", body);
  busy = false;
  tell(`Versie ${version} geldt nu.`);
  const faults = reply.body?.faults ?? [];
  if (reply.ok && faults.length === 0) {
    const warnings = reply.body?.warnings ?? [];
    const good = what === "save" ? `Opgeslagen. Versie ${reply.body.version} geldt vanaf nu.` : "Dit beleid kan. Er is nog niets opgeslagen.";
    if (what === "save") await fetchPolicy();
    verdict(warnings.length > 0 ? `${good} Let wel op:` : good, "good", warnings);
  } else if (reply.problem?.code === "conflict") {
    verdict("Een collega heeft intussen een nieuwere versie opgeslagen. Uw tekst staat hier nog en is niet opgeslagen.", "bad", []);
    show(byId("fetch-newest"), true);
  } else if (reply.status === 0) {
    tell(texts.unreachable, true);
  } else {
    const found = reply.ok ? faults : (reply.problem?.faults ?? [{ ...reply.problem, detail: sentence(reply, texts) }]);
    verdict(what === "save" ? `Niet opgeslagen. Versie ${version} blijft gelden.` : "Dit beleid kan niet.", "bad", found);
  }
}

byId("policy-form").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  void send("save");
});
byId("check").addEventListener("click", () => void send("check"));
byId("fetch-newest").addEventListener("click", async () => {
  await fetchPolicy(true);
  show(byId("fetch-newest"), false);
  field.focus();
});
addEventListener("beforeunload", (event) => {
  if (field.value !== saved) event.preventDefault();
});
void fetchPolicy();
