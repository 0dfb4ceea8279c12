/** What is wrong with a policy, in plain Dutch. The server names a stable rule; what is not known here is shown as it came. */

/**
 * @typedef {object} Fault
 * @property {string} [rule]
 * @property {string} [field]
 * @property {string} [problem]    the server's own sentence
 * @property {string} [detail]     the same, in a refusal
 * @property {string} [moment]     the first moment at which it goes wrong
 * @property {string} [ceiling]
 * @property {string} [source]
 * @property {boolean} [law]
 * @property {string | string[]} [mend]
 *
 * @typedef {{ what: string, mend: string[], ceiling?: string, source?: string }} Words
 */

const REACH = "eigen norm: wie om een mens vraagt, krijgt altijd een mens, een eerlijke plaats of een belofte met een tijd";
const HANDS = "eigen norm: wat wordt beloofd, past bij de mensen op het rooster";
const CLOCKS = "eigen norm: geen stap duurt zo lang dat een klant voor niets wacht";
const PROFILE = "eigen norm van het gekozen profiel, naar ACM/AP 2025 en BW 6:230m (rechtstreeks en snel contact)";
const NUMBER = "de wet: een klant belt niet duurder dan het gewone tarief (BW 6:230k).";

/** @type {Record<string, Words>} */
const RULES = {
  yaml: { what: "Het document kan niet worden gelezen.", mend: ["Kijk naar de regel die genoemd wordt: een dubbele punt, een streepje of de inspringing klopt niet."] },
  form: { what: "Hier staat iets anders dan hier hoort.", mend: ["Kijk in een eerdere versie hoe dit eruitziet."] },
  missing: { what: "Dit moet worden ingevuld.", mend: ["Vul dit veld in."] },
  number: { what: "Hier hoort een heel getal, niet te klein en niet te groot.", mend: ["Vul een ander getal in."] },
  yes_or_no: { what: "Hier hoort true of false.", mend: ["Vul true in voor ja, of false voor nee."] },
  unknown_field: { what: "Dit veld bestaat niet.", mend: ["Kijk of er een typefout in staat.", "Haal de regel weg."] },
  text: { what: "Hier hoort één regel tekst.", mend: ["Zet de tekst tussen aanhalingstekens, ook als het een getal is."] },
  day: { what: "Dit is geen datum die bestaat.", mend: ["Schrijf de datum als 2027-06-18."] },
  day_order: { what: "De laatste dag ligt voor de eerste dag.", mend: ["Wissel de dagen om."] },
  day_over: { what: "Deze dag is voorbij.", mend: ["Haal de dag weg."] },
  weekday: { what: "Dit is geen dag van de week.", mend: ["Schrijf de dagen als monday tot en met sunday."] },
  span: { what: "Dit is geen tijd van begin tot eind.", mend: ['Schrijf de tijd tussen aanhalingstekens, als "08:00-17:00".'] },
  no_zone: { what: "Deze tijdzone bestaat niet.", mend: ["Schrijf bijvoorbeeld Europe/Amsterdam."] },
  no_country: { what: "Van dit land zijn de feestdagen niet bekend.", mend: ["Schrijf NL, of haal de regel weg."] },
  block_order: { what: "Dit blok eindigt voor het begint.", mend: ["Wissel de tijden om."] },
  block_overlap: { what: "Twee blokken op deze dag overlappen.", mend: ["Laat het tweede blok later beginnen.", "Maak er één blok van."] },
  no_number: { what: "Dit nummer kan niet worden gebeld.", mend: ["Schrijf het hele nummer, bijvoorbeeld 088 000 01 00."] },
  premium_rate: { what: "Dit nummer is duurder dan een gewoon telefoontje.", mend: ["Gebruik een nummer met het gewone tarief, zoals 088 of 085.", "Gebruik een gratis 0800-nummer."], ceiling: "het gewone tarief", source: NUMBER },
  contact_missing: { what: "Dit moet zijn ingevuld: het is de weg naar een mens als al het andere niet werkt.", mend: ["Vul dit veld in."], ceiling: "altijd", source: "de wet: BW 6:230m lid 1 onder c (telefoon, e-mail en adres)" },
  no_sentences: { what: "In deze taal zijn er geen zinnen voor klanten.", mend: ["Haal de taal weg."] },
  repeated: { what: "Dit veld staat er twee keer.", mend: ["Haal een van de twee regels weg."] },
  twice: { what: "Deze naam staat er twee keer.", mend: ["Geef een van de twee een andere naam."] },
  unknown_team: { what: "Dit team bestaat niet.", mend: ["Noem een van de teams.", "Voeg het team toe bij teams."] },
  unknown_person: { what: "Deze persoon heeft geen account.", mend: ["Noem iemand met een account.", "Maak eerst het account."], source: HANDS },
  empty_shift: { what: "Op deze dienst staat niemand.", mend: ["Zet er iemand met een account op.", "Haal de dienst weg."], source: HANDS },
  no_skill: { what: "Niemand op het rooster heeft deze kennis.", mend: ["Geef deze kennis aan een team met diensten.", "Haal deze regel weg."], source: HANDS },
  no_language: { what: "Geen team spreekt deze taal. Wie de taal spreekt, wacht langer.", mend: ["Geef een team deze taal.", "Haal de taal weg."] },
  how: { what: "Deze manier van oproepen bestaat niet.", mend: ["Schrijf webhook of mail."] },
  too_many_links: { what: "De nachtdienst heeft te veel schakels.", mend: ["Houd de drie over die het eerst opnemen."] },
  address: { what: "Dit adres kan niet.", mend: ["Schrijf een https-adres bij webhook, of een e-mailadres bij mail."] },
  above_ceiling: { what: "Dit is meer dan de grens toestaat.", mend: ["Maak het getal kleiner."], source: PROFILE },
  above_law: { what: "Deze termijn is langer dan de wet toestaat.", mend: ["Maak het getal kleiner."] },
  too_slow: { what: "Dit duurt te lang. Een klant wacht dan zonder dat er iets gebeurt.", mend: ["Maak het getal kleiner."], source: CLOCKS },
  no_chats: { what: "Een medewerker moet minstens één gesprek kunnen hebben.", mend: ["Maak dit 1 of meer."], ceiling: "minstens 1", source: REACH },
  no_window: { what: "De tijd voor terugbellen en het deel van de mensen daarvoor moeten meer dan niets zijn.", mend: ["Maak window en handling 1 of meer, en share 1 tot en met 100."], source: HANDS },
  never_open: { what: "Er is de komende 53 weken niemand.", mend: ["Geef minstens één dag een blok."], ceiling: "53 weken vooruit", source: PROFILE },
  too_late: { what: "Wie op dit moment om een mens vraagt, krijgt te laat antwoord.", mend: ["Wees eerder weer open.", "Haal een eigen sluitingsdag weg."], source: PROFILE },
  no_shift: { what: "U bent dan open, en er staat niemand op het rooster.", mend: ["Zet iemand op een dienst op dat moment.", "Maak de openingstijden korter."], ceiling: "14 dagen vooruit", source: HANDS },
  no_night: { what: "Wie op dit moment in gevaar is, bereikt niemand.", mend: ["Noem een nachtdienst of een dienstdoende medewerker bij night.", "Zet op elk uur iemand op het rooster."], ceiling: "elk uur", source: "eigen norm: bij gevaar is er op elk uur een mens" },
};

/** @param {Fault} fault @returns {{ what: string, ceiling: string, source: string, mend: string[] }} */
export function words(fault) {
  const told = fault.problem ?? fault.detail ?? "";
  const known = RULES[fault.rule ?? ""];
  const own = typeof fault.mend === "string" ? [fault.mend] : (fault.mend ?? []);
  const at = /line (\d+)/.exec(fault.rule === "yaml" ? told : "")?.[1];
  return {
    what: (known?.what ?? told) + (at === undefined ? "" : ` Kijk bij regel ${at}.`),
    ceiling: known?.ceiling ?? spoken(fault.ceiling ?? ""),
    source: known?.source ?? fault.source ?? "",
    mend: known?.mend ?? own,
  };
}

/** "1 working day", as the server says it. @param {string} ceiling */
function spoken(ceiling) {
  const found = /^(\d+) (working days?|days of the calendar|seconds)$/.exec(ceiling);
  if (found === null) return ceiling;
  if (found[2] === "seconds") return `${found[1]} seconden`;
  const kind = found[2].startsWith("working") ? "werkdag" : "dag";
  return found[1] === "1" ? `1 ${kind}` : `${found[1]} ${kind}en`;
}
