/**
 * The words on the screen, in plain Dutch (B1, "u") and English. What the organisation says itself (answers, promises,
 * the disclosure) comes from the server; these are labels, and the sentences for when the server can not be reached.
 */

/** @typedef {ReturnType<typeof dutch>} Texts */

function dutch() {
  return {
    language: "nl",
    languageName: "Nederlands",
    launcher: "Vraag of contact",
    launcherNew: (/** @type {number} */ count) => (count === 1 ? "1 nieuw bericht" : `${count} nieuwe berichten`),
    heading: "Vraag of contact",
    close: "Sluiten",
    options: "Opties",
    // The first screen.
    contactHeading: "Neem contact op",
    phone: "Bellen",
    hours: "Bereikbaar",
    openNow: "Nu open",
    closedNow: "Nu gesloten",
    opensAt: (/** @type {string} */ moment) => `Weer open: ${moment}`,
    email: "E-mailen",
    visit: "Langskomen",
    emergency: "Spoed of gevaar",
    emergencyLife: "Is er direct gevaar voor mensen?",
    emergencyCall: "Bel 112",
    emergencyPhone: "Spoednummer",
    chatHeading: "Chatten",
    disclosureFallback: "U praat met een AI-assistent, niet met een mens.",
    humanFallback: "Een medewerker spreken kan altijd, met één klik.",
    canHeading: "Wat kan de AI-assistent?",
    start: "Start de chat",
    starting: "De chat wordt gestart",
    startFailed: "De chat is nu niet bereikbaar. Bel of mail ons, of probeer het zo nog eens.",
    again: "Probeer opnieuw",
    // Always there.
    askHuman: "Praat met een medewerker",
    humanAsked: "Medewerker gevraagd",
    humanTalking: (/** @type {string} */ name) => (name ? `U praat met ${name}` : "U praat met een medewerker"),
    helpBar: "Hulp van een mens",
    call: (/** @type {string} */ phone) => `Bel ${phone}`,
    // Who says what.
    you: "U",
    ai: "AI-assistent",
    human: (/** @type {string} */ name) => (name ? `Medewerker ${name}` : "Medewerker"),
    notice: (/** @type {string} */ name) => (name ? `Bericht van ${name}` : "Bericht"),
    says: (/** @type {string} */ who, /** @type {string} */ text) => `${who} zegt: ${text}`,
    source: "Bron",
    validSince: "geldig vanaf",
    newTab: "opent in een nieuw tabblad",
    log: "Berichten in dit gesprek",
    noMessages: "Stel hieronder uw vraag.",
    loading: "Uw gesprek wordt opgehaald",
    newest: "Naar nieuw bericht",
    // Writing.
    composer: "Uw bericht",
    composerHint: "Enter verstuurt, Shift+Enter maakt een nieuwe regel.",
    send: "Versturen",
    empty: "Typ eerst uw bericht.",
    tooLong: (/** @type {number} */ over) => `Uw bericht is ${over} tekens te lang. Het mag 4.000 tekens lang zijn.`,
    left: (/** @type {number} */ left) => `Nog ${left} tekens`,
    sending: "Wordt verstuurd",
    sent: "Verstuurd",
    waiting: "Wacht op verbinding",
    busy: "Het is nu druk. Uw bericht wordt zo opnieuw verstuurd",
    waitingSaid: "Uw bericht wacht nog. Het wordt vanzelf verstuurd.",
    sentSaid: "Al uw berichten zijn verstuurd.",
    failed: (/** @type {string} */ reason) => `Niet verstuurd. ${reason}`,
    failedPlain: "Dit bericht kon niet worden verstuurd.",
    takeBack: "Zet terug in het tekstvak",
    remove: "Verwijderen",
    mayNotWrite: "In dit gesprek kunt u niet meer schrijven.",
    // What happens now.
    aiBusy: "De AI-assistent zoekt een antwoord",
    typing: (/** @type {string} */ name) => `${name || "De medewerker"} is aan het typen`,
    position: (/** @type {number} */ place) => `U staat op plaats ${place} in de rij`,
    inQueue: "U staat in de rij voor een medewerker",
    offered: "Een medewerker wordt nu gevraagd om uw gesprek over te nemen",
    /** The server says 120 for everything longer. */
    wait: (/** @type {number} */ minutes) => {
      if (minutes >= 120) return "Verwachte wachttijd: 2 uur of langer.";
      return minutes <= 1 ? "Verwachte wachttijd: ongeveer 1 minuut." : `Verwachte wachttijd: ongeveer ${minutes} minuten.`;
    },
    keepTyping: "U kunt intussen blijven typen. De medewerker leest alles wat u hier schreef.",
    promise: (/** @type {string} */ moment) => `Een medewerker antwoordt uiterlijk ${moment}.`,
    reference: (/** @type {string} */ reference) => `Uw nummer: ${reference}`,
    parked: "De medewerker heeft geantwoord. Hebt u nog een vraag? Schrijf die hieronder.",
    askPending: "Uw vraag om een medewerker wordt verstuurd.",
    askWaiting: "Uw vraag om een medewerker is nog niet aangekomen. Wij blijven het proberen. Bellen of mailen kan ook:",
    askRefused: "Dit lukte niet.",
    withdraw: "Toch geen medewerker nodig",
    reach: "Liever gebeld of gemaild worden?",
    reachDanger: "Laat uw telefoonnummer achter, dan bellen wij u",
    reachHint: "Dit hoeft niet. Laat een nummer of e-mailadres achter, dan bereiken wij u ook als u dit venster sluit.",
    reachPhone: "Telefoonnummer",
    reachEmail: "E-mailadres",
    reachSend: "Doorgeven",
    reachEmpty: "Vul een telefoonnummer of een e-mailadres in.",
    reachPhoneBad: "Dit telefoonnummer klopt niet. Voorbeeld: 06 12 34 56 78.",
    reachEmailBad: "Dit e-mailadres klopt niet. Voorbeeld: naam@voorbeeld.nl.",
    reachDone: "Dank u. Wij hebben uw gegevens bij dit gesprek gezet.",
    // How and when.
    waitUnknown: "Hoe lang het duurt, weten wij nu niet.",
    chooseHeading: "Hoe wilt u geholpen worden?",
    chooseBack: "Terug naar het gesprek",
    chooseWait: "Wachten in de chat",
    chooseCallback: "Teruggebeld worden",
    chooseEmail: "Antwoord per e-mail",
    chooseWindow: "Wanneer kunnen wij u bellen?",
    chooseCall: "Liever nu zelf bellen?",
    chooseSend: "Bevestigen",
    chooseUnreachable: "De chat is nu niet bereikbaar. Probeer het zo nog eens, of bel ons.",
    noWindows: "Er zijn nu geen vaste tijden vrij. Wij bellen u zo snel als het kan.",
    move: "Verzetten of anders kiezen",
    waitKept: "U houdt uw plek. Met uw code komt u hier terug.",
    isItRight: "Klopt dit nummer?",
    itIs: "Ja, dit klopt",
    itIsNot: "Nee, aanpassen",
    phoneKept: "Uw nummer is bij ons bekend:",
    phoneNeeded: "Vul het nummer in waarop wij u kunnen bellen.",
    emailKept: "Wij hebben uw e-mailadres. Vul alleen iets in als u een ander adres wilt.",
    emailNeeded: "Vul het e-mailadres in waarop u antwoord wilt.",
    numberKept: (/** @type {string} */ phone) => `Uw telefoonnummer: ${phone}`,
    promiseWindow: (/** @type {string} */ window) => `Een medewerker belt u ${window}.`,
    promiseCallback: (/** @type {string} */ moment) => `Een medewerker belt u, uiterlijk ${moment}.`,
    promiseEmail: (/** @type {string} */ moment) => `Een medewerker mailt u, uiterlijk ${moment}.`,
    kept: "Wij hebben onze afspraak met u gehouden.",
    dangerNow: (/** @type {string} */ phone) => `Is er gevaar? Wacht niet op ons. Bel nu ${phone}.`,
    // Coming back.
    code: "Uw code",
    codeReady: "Met deze code gaat u later verder, of samen met iemand die u helpt",
    codeKeep: "Bewaar deze code. U kunt dit venster sluiten. Met de code komt u terug, ook op een ander apparaat.",
    copy: "Kopieer de code",
    copied: "Gekopieerd",
    copyByHand: "De code is gemarkeerd. Kopieer hem zelf.",
    codeHave: "Ik heb een code om terug te komen",
    codeHint: "Voorbeeld: 7KQ2-9XMB-4TR8W. Hoofdletters en streepjes hoeven niet.",
    codeSend: "Verder met mijn code",
    codeEmpty: "Vul eerst uw code in.",
    placeOnly: "U bent terug met uw code. Eerdere berichten laten wij nog niet zien.",
    verifyHint: "Wilt u eerdere berichten zien? Wij sturen een controlecode naar uw e-mailadres.",
    verifySend: "Stuur mij een controlecode",
    verifySent: "De controlecode is verstuurd. Kijk in uw e-mail.",
    verifyCode: "Controlecode (6 cijfers)",
    verifyCheck: "Laat eerdere berichten zien",
    resolved: "Dit gesprek is afgerond",
    resolvedHint: "Nog een vraag? Schrijf gerust verder.",
    // After an answer.
    helped: "Heeft dit geholpen?",
    yes: "Ja",
    no: "Nee",
    thanks: "Fijn. Bedankt voor uw reactie.",
    sorry: "Jammer. Een medewerker kan u verder helpen.",
    sorryNext: "Jammer. Misschien helpt een ander antwoord. Een medewerker vragen kan ook.",
    perhapsYouMean: "Misschien bedoelt u:",
    offer: "Wilt u een medewerker spreken?",
    didYouMean: "Bedoelt u:",
    readArticle: (/** @type {string} */ title) => `Lees het artikel: ${title}`,
    noneOfThese: "Geen van deze",
    noneAnswer: "Stel uw vraag met andere woorden, of praat met een medewerker.",
    easierWays: "Andere manieren",
    dangerHeading: "Gevaar? Bel nu.",
    callNow: (/** @type {string} */ phone) => `Bel nu ${phone}`,
    // Keeping it, or beginning again.
    saveHtml: "Gesprek bewaren als webpagina",
    saveText: "Gesprek bewaren als tekst",
    saved: "Het gesprek is opgeslagen.",
    saveFailed: "Bewaren lukt nu niet. Probeer het later nog eens.",
    fileName: "gesprek",
    restart: "Nieuw gesprek",
    // The connection.
    connecting: "Verbinden",
    reconnecting: "Opnieuw verbinden",
    down: "Geen verbinding met de chat",
    downHint: "Wij proberen het steeds opnieuw. Uw berichten blijven staan. Bellen of mailen kan ook:",
    offline: "U bent niet verbonden met internet",
    offlineHint: "Zodra u weer internet hebt, gaat het gesprek verder. Uw berichten blijven staan. Bellen kan ook:",
    back: "De verbinding is terug.",
    gone: "Dit gesprek is hier niet meer te openen",
    goneHint: "Begin een nieuw gesprek, of bel of mail ons:",
    news: (/** @type {number} */ count) => `${count} nieuwe berichten.`,
  };
}

/** @returns {Texts} */
function english() {
  return {
    language: "en",
    languageName: "English",
    launcher: "Question or contact",
    launcherNew: (count) => (count === 1 ? "1 new message" : `${count} new messages`),
    heading: "Question or contact",
    close: "Close",
    options: "Options",
    contactHeading: "Contact us",
    phone: "Phone",
    hours: "Hours",
    openNow: "Open now",
    closedNow: "Closed now",
    opensAt: (moment) => `Open again: ${moment}`,
    email: "E-mail",
    visit: "Visit us",
    emergency: "Urgent or dangerous",
    emergencyLife: "Are people in danger right now?",
    emergencyCall: "Call 112",
    emergencyPhone: "Emergency number",
    chatHeading: "Chat",
    disclosureFallback: "You are talking to an AI assistant, not to a person.",
    humanFallback: "You can always talk to a member of staff, with one click.",
    canHeading: "What can the AI assistant do?",
    start: "Start the chat",
    starting: "Starting the chat",
    startFailed: "The chat can not be reached now. Call or e-mail us, or try again in a moment.",
    again: "Try again",
    askHuman: "Talk to a person",
    humanAsked: "Person asked for",
    humanTalking: (name) => (name ? `You are talking to ${name}` : "You are talking to a person"),
    helpBar: "Help from a person",
    call: (phone) => `Call ${phone}`,
    you: "You",
    ai: "AI assistant",
    human: (name) => (name ? `Staff member ${name}` : "Staff member"),
    notice: (name) => (name ? `Message from ${name}` : "Message"),
    says: (who, text) => `${who} says: ${text}`,
    source: "Source",
    validSince: "valid since",
    newTab: "opens in a new tab",
    log: "Messages in this conversation",
    noMessages: "Ask your question below.",
    loading: "Fetching your conversation",
    newest: "Go to new message",
    composer: "Your message",
    composerHint: "Enter sends, Shift+Enter makes a new line.",
    send: "Send",
    empty: "Type your message first.",
    tooLong: (over) => `Your message is ${over} characters too long. It may be 4,000 characters long.`,
    left: (left) => `${left} characters left`,
    sending: "Sending",
    sent: "Sent",
    waiting: "Waiting for a connection",
    busy: "It is busy now. Your message will be sent again shortly",
    waitingSaid: "Your message is still waiting. It will be sent by itself.",
    sentSaid: "All your messages were sent.",
    failed: (reason) => `Not sent. ${reason}`,
    failedPlain: "This message could not be sent.",
    takeBack: "Put back in the text box",
    remove: "Remove",
    mayNotWrite: "You can not write in this conversation any more.",
    aiBusy: "The AI assistant is looking for an answer",
    typing: (name) => `${name || "The member of staff"} is typing`,
    position: (place) => `You are number ${place} in the queue`,
    inQueue: "You are in the queue for a member of staff",
    offered: "A member of staff is being asked to take over your conversation",
    wait: (minutes) => {
      if (minutes >= 120) return "Expected waiting time: 2 hours or longer.";
      return minutes <= 1 ? "Expected waiting time: about 1 minute." : `Expected waiting time: about ${minutes} minutes.`;
    },
    keepTyping: "You can go on typing. The member of staff reads everything that you wrote here.",
    promise: (moment) => `A member of staff answers by ${moment}.`,
    reference: (reference) => `Your number: ${reference}`,
    parked: "The member of staff has answered. Another question? Write it below.",
    askPending: "Your request for a person is being sent.",
    askWaiting: "Your request for a person has not arrived yet. We keep trying. You can also call or e-mail:",
    askRefused: "That did not work.",
    withdraw: "No person needed any more",
    reach: "Would you rather be called or e-mailed?",
    reachDanger: "Leave your telephone number, and we call you",
    reachHint: "You do not have to. Leave a number or an address, and we can reach you also when you close this window.",
    reachPhone: "Telephone number",
    reachEmail: "E-mail address",
    reachSend: "Save",
    reachEmpty: "Fill in a telephone number or an e-mail address.",
    reachPhoneBad: "This telephone number is not right. Example: 06 12 34 56 78.",
    reachEmailBad: "This e-mail address is not right. Example: name@example.com.",
    reachDone: "Thank you. We have added your details to this conversation.",
    waitUnknown: "We do not know how long it will take.",
    chooseHeading: "How would you like to be helped?",
    chooseBack: "Back to the conversation",
    chooseWait: "Wait in the chat",
    chooseCallback: "Be called back",
    chooseEmail: "An answer by e-mail",
    chooseWindow: "When can we call you?",
    chooseCall: "Rather call yourself now?",
    chooseSend: "Confirm",
    chooseUnreachable: "The chat can not be reached now. Try again in a moment, or call us.",
    noWindows: "There are no set times free now. We will call you as soon as we can.",
    move: "Move it or choose another way",
    waitKept: "You keep your place. With your code you come back here.",
    isItRight: "Is this number right?",
    itIs: "Yes, it is right",
    itIsNot: "No, change it",
    phoneKept: "We have your number:",
    phoneNeeded: "Fill in the number on which we can call you.",
    emailKept: "We have your e-mail address. Only fill something in if you want another address.",
    emailNeeded: "Fill in the e-mail address on which you want an answer.",
    numberKept: (phone) => `Your telephone number: ${phone}`,
    promiseWindow: (window) => `A member of staff calls you on ${window}.`,
    promiseCallback: (moment) => `A member of staff calls you by ${moment}.`,
    promiseEmail: (moment) => `A member of staff e-mails you by ${moment}.`,
    kept: "We kept our appointment with you.",
    dangerNow: (phone) => `Is there danger? Do not wait for us. Call ${phone} now.`,
    code: "Your code",
    codeReady: "With this code you go on later, or together with somebody who helps you",
    codeKeep: "Keep this code. You can close this window. With the code you come back, also on another device.",
    copy: "Copy the code",
    copied: "Copied",
    copyByHand: "The code is marked. Copy it yourself.",
    codeHave: "I have a code to come back with",
    codeHint: "Example: 7KQ2-9XMB-4TR8W. Capitals and dashes are not needed.",
    codeSend: "Go on with my code",
    codeEmpty: "Fill in your code first.",
    placeOnly: "You are back with your code. We do not show earlier messages yet.",
    verifyHint: "Would you like to see earlier messages? We send a check code to your e-mail address.",
    verifySend: "Send me a check code",
    verifySent: "The check code was sent. Look in your e-mail.",
    verifyCode: "Check code (6 digits)",
    verifyCheck: "Show earlier messages",
    resolved: "This conversation is finished",
    resolvedHint: "Another question? Just go on writing.",
    helped: "Did this help?",
    yes: "Yes",
    no: "No",
    thanks: "Good. Thank you for telling us.",
    sorry: "Sorry about that. A member of staff can help you further.",
    sorryNext: "We are sorry. Perhaps another answer helps. You can also ask for a person.",
    perhapsYouMean: "Perhaps you mean:",
    offer: "Would you like to talk to a person?",
    didYouMean: "Do you mean:",
    readArticle: (title) => `Read the article: ${title}`,
    noneOfThese: "None of these",
    noneAnswer: "Ask your question in other words, or talk to a person.",
    easierWays: "Other ways",
    dangerHeading: "Danger? Call now.",
    callNow: (phone) => `Call ${phone} now`,
    saveHtml: "Save the conversation as a web page",
    saveText: "Save the conversation as text",
    saved: "The conversation was saved.",
    saveFailed: "Saving does not work now. Try again later.",
    fileName: "conversation",
    restart: "New conversation",
    connecting: "Connecting",
    reconnecting: "Connecting again",
    down: "No connection to the chat",
    downHint: "We keep trying. Your messages stay here. You can also call or e-mail:",
    offline: "You are not connected to the internet",
    offlineHint: "Once you are back on line, the conversation goes on. Your messages stay here. You can also call:",
    back: "The connection is back.",
    gone: "This conversation can not be opened here any more",
    goneHint: "Start a new conversation, or call or e-mail us:",
    news: (count) => `${count} new messages.`,
  };
}

const BOOKS = { nl: dutch(), en: english() };

/**
 * @param {string} language
 * @returns {Texts}
 */
export function textsFor(language) {
  return language.toLowerCase().startsWith("en") ? BOOKS.en : BOOKS.nl;
}

/** Languages that the screens speak, with their own names. */
export const LANGUAGES = Object.values(BOOKS).map((book) => ({ code: book.language, name: book.languageName }));

/**
 * "9.14" or "9:14": the reader's own clock, unless a time zone is given.
 * @param {string} at
 * @param {string} language
 * @param {string} [timeZone]
 */
export function clock(at, language, timeZone) {
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime())) return "";
  const text = new Intl.DateTimeFormat(localeOf(language), { hour: "numeric", minute: "2-digit", hourCycle: "h23", timeZone }).format(instant);
  return language === "nl" ? text.replace(":", ".").replace(/^0(?=\d\.)/, "") : text.replace(/^0(?=\d:)/, "");
}

/**
 * "dinsdag 24 november 17.00 uur": what the organisation opens at or promises, in its own time zone, as its messages
 * say it.
 * @param {string} at
 * @param {string} language
 * @param {string} [timeZone]
 */
export function moment(at, language, timeZone = "Europe/Amsterdam") {
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime())) return "";
  const parts = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long", timeZone });
  const day = new Intl.DateTimeFormat(localeOf(language), parts).format(instant);
  return language === "nl" ? `${day} ${clock(at, language, timeZone)} uur` : `${day} ${clock(at, language, timeZone)}`;
}

/**
 * "1 januari 2026", of a day without a time.
 * @param {string} day   as 2026-01-01
 * @param {string} language
 */
export function dayOf(day, language) {
  const noon = new Date(`${day}T12:00:00Z`);
  if (Number.isNaN(noon.getTime())) return day;
  return new Intl.DateTimeFormat(localeOf(language), { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(noon);
}

/** @param {string} language */
function localeOf(language) {
  return language === "nl" ? "nl-NL" : "en-GB";
}
