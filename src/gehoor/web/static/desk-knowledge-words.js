/** The words of the pages about knowledge: how a text stands, how far the AI may go, and what was done. */

/** @type {Record<string, string>} */
export const STANDING = {
  draft: "concept",
  review: "om na te kijken",
  waiting: "begint later",
  in_force: "geldt",
  stale: "verlopen",
  ended: "afgelopen",
  replaced: "vervangen",
  withdrawn: "ingetrokken",
};

/** @type {Record<string, string>} */
export const RUNG = {
  off: "uit",
  shadow: "schaduw",
  helps_agents: "helpt medewerkers",
  suggests: "stelt voor",
  answers: "antwoordt zelf",
};

/** @type {Record<string, string>} */
export const RUNG_TOLD = {
  off: "De AI doet niets met dit onderwerp.",
  shadow: "De AI bedenkt een antwoord dat niemand ziet. Mensen vergelijken het met wat er werd gezegd.",
  helps_agents: "Medewerkers zien wat de AI vond. De klant ziet niets.",
  suggests: "De AI stelt het onderwerp voor. De klant kiest.",
  answers: "De AI antwoordt de klant zelf.",
};

/** @type {Record<string, string>} */
export const POLICY = {
  may_answer: "zelf antwoorden",
  fixed_text: "alleen de hele tekst geven",
  may_suggest: "voorstellen",
  people_only: "niets: alleen mensen",
};

/** @type {Record<string, string>} */
export const LANGUAGE = { nl: "Nederlands", en: "Engels", de: "Duits", fr: "Frans", tr: "Turks", pl: "Pools", ar: "Arabisch", uk: "Oekraïens" };

/** @type {Record<string, string>} */
export const MISSED = {
  abstained: "De AI wist het niet.",
  suggested: "De AI twijfelde en stelde iets voor.",
  not_helped: "De AI antwoordde, maar het hielp niet.",
};

/** @type {Record<string, string>} */
const HARM = { ordinary: "kost tijd", serious: "kost geld of een recht", grave: "blijvende schade" };

/** @param {string} code */
export function language(code) {
  return LANGUAGE[code] ?? code;
}

/** "1 maart 2027". @param {string} day  2027-03-01 */
export function day(day) {
  return new Date(`${day}T12:00:00Z`).toLocaleDateString("nl-NL", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** "97%", rounded down: what is sure is never more than is told. @param {number} share */
export function percent(share) {
  return `${Math.floor(share * 100 + 1e-9)}%`;
}

/** What was done, in words. @param {any} one  a line of the history */
export function done(one) {
  const text = one.language ? ` (${language(one.language)})` : "";
  switch (one.what) {
    case "file":
      return `Tekst uit de map van de organisatie${text}`;
    case "draft":
      return `Concept bewaard${text}`;
    case "submit":
      return `Aangeboden om na te kijken${text}`;
    case "send_back":
      return `Teruggestuurd${text}`;
    case "approve":
      return `Goedgekeurd${text}${one.worse ? ", terwijl de meting slechter werd" : ""}`;
    case "withdraw":
      return `Versie ${one.number} ingetrokken${text}${one.wrong ? `, omdat hij fout was: ${HARM[one.harm] ?? ""}` : ""}`;
    case "switch":
      return one.silenced ? "Stilgezet" : "Weer aangezet";
    case "rung":
      return `Naar de trede: ${RUNG[one.rung] ?? one.rung}`;
    case "severity":
      return `Als een antwoord fout is: ${HARM[one.severity] ?? one.severity}`;
    default:
      return one.what;
  }
}
