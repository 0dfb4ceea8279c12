"""What the hearing listens for, as data: Dutch and English, plain and direct wordings.

A pattern is matched against one clause: lower case, no accents, no punctuation but the apostrophe, one space between
words. "Stems" are parts of words; without one of them in the message no pattern of that signal is tried.
"""

from __future__ import annotations

from typing import Final

# ------------------------------------------------------------------------------------------------ words for a person

_STAFF: Final = r"m+e*d+e?r?w+[ei]?r?k+(?:e?r+s?|ster|e)"
_REAL: Final = r"(?:echte?|levende?|normale?|menselijke?|gewone?|real|live|actual|human)"
SURE: Final = rf"(?:{_STAFF}|mens|{_REAL} (?:{_STAFF}|mens|persoon|iemand|collega|person|agent)|echt iemand)"
_BOSS: Final = (
    r"manager|leidinggevende|teamleider|baas|chef|directeur|wijkbeheerder|opzichter|woordvoerder"
    r"|consulent|woonconsulent|adviseur|verhuurmedewerker|supervisor|klantenservice"
)
_PERSON: Final = rf"(?:{SURE}|iemand|iemant|collega|persoon|{_BOSS})"
_EN: Final = (
    r"(?:human(?: being)?|person|agent|advisor|adviser|operator|representative|rep|someone|somebody|anyone|staff member"
    rf"|member of staff|employee|colleague|customer service|support agent|{_BOSS})"
)
_DET: Final = rf"(?:(?:een|n|'n|ne|de|uw|je|jullie|a|an|the|your|{_REAL}|bevoegde?|andere?|another) )*"
_BOT: Final = r"(?:robot|robots|bot|chatbot|chatbots|computer|machine|ai|apparaat|automaat)"

# ---------------------------------------------------------------------------------------------------- wants a person

HUMAN_STEMS: Final = (
    "mens", "erk", "iemand", "iemant", "persoon", "collega", "bel ", "bellen", "gebeld", "verbind",
    "schakel", "verbonden", "bot", "computer", "machine", " ai", "apparaat", "human", "person", "agent", "advis",
    "operator", "represent", " rep", "someone", "somebody", "anyone", "staff", "employee", "colleague", "customer serv",
    "call", "ring me", "phone me", "connect me", "through", "transfer", "klantenservice", "manager", "leiding",
    "teamleider", "help", "baas", "chef", "direct", "beheerder", "opzichter", "woordvoerder", "consulent", "supervisor",
)  # fmt: skip

_G: Final = r"(?: (?!geen\b|niet\b|not\b|no\b)\S+)"
_TALK: Final = r"(?:spre?k+e?n|pra+te?n?|chatten|overleggen|aan de (?:lijn|telefoon|tel)|te (?:spreken|pakken))"
_WANT: Final = (
    r"(?:ik (?:wil|wou|zou|moet|eis|wens)|wil ik|wou ik|wil|graag|liever|mag ik|kan ik|ik kan|kunnen we|mogen we"
    r"|krijg ik|geef (?:me|mij)|laat (?:me|mij)|doe (?:me|mij)|ik zoek)"
)
_FILL: Final = (
    r"(?: (?:nu|gewoon|even|ook|hier|dan|graag|toch|echt|alleen|liever|meteen|direct|eindelijk|maar|met|nou"
    r"|eens|verdomme"
    r"|godverdomme|gvd|fucking|goddamn))"
)
_WANT_EN: Final = (
    r"(?:want|wanna|need|like|prefer|rather|can i|could i|may i|can we|let me|please|how (?:do|can) i|gotta|i must)"
)
_TO: Final = (
    r"(?:(?:speak|talk|chat)(?:ing)?(?: directly)? (?:to|with)|(?:connect|transfer|put)\w*(?: \w+){0,3} (?:to"
    r"|with))"
)
_LAST: Final = (
    r"(?=$| (?:spreken|praten|nodig|aan|die|nu|graag|aub|a u b|van|hier|om|voor|en|want|hebben|svp|alstublieft"
    r"|alsjeblieft|asjeblieft|meteen|direct|ipv|in plaats|now|please|who|on|here|instead|not|asap|right))"
)

WANTS_HUMAN: Final = (
    rf"{_WANT}{_G}{{0,5}}? {_DET}{_PERSON}{_G}{{0,6}}? {_TALK}",
    rf"{_WANT}{_G}{{0,4}}? (?:spreken|praten|chatten|bellen|in gesprek) met {_DET}{_PERSON}",
    rf"^(?:spreken|praten|chatten) met {_DET}{_PERSON}",
    rf"{_WANT}{_FILL}{{0,4}} {_DET}{SURE}{_LAST}",
    rf"(?:heb|hebben|need){_FILL}{{0,2}} {_DET}{SURE} nodig",
    rf"{_WANT}{_G}{{0,6}}? (?:gesprek|contact){_G}{{0,2}}? met {_DET}{_PERSON}",
    rf"hoe krijg ik{_FILL}{{0,2}} {_DET}{_PERSON} {_TALK}",
    rf"(?:waarom|kan|krijg) (?:ik|je|we)(?: hier)? (?:geen|niet (?:met )?een) {_DET}{SURE} {_TALK}",
    (
        rf"(?:is|zijn) (?:er|daar)(?: hier| nu| ook| nog)* {_DET}{SURE}s?(?=$| (?:beschikbaar|aanwezig|vrij|online"
        r"|die (?:mij|me|ons)))"
    ),
    rf"(?:kan|wil) {_DET}{SURE} (?:mij|me|ons)(?: \w+)? (?:helpen|bellen)",
    # a colleague on the line, a call back
    r"(?:verbind|schakel) (?:me|mij|ons)(?: \w+){0,3} (?:door|met)",
    r"(?:iemand|collega) (?:mij |me )?(?:laten )?(?:terug ?)bellen|iemand (?:mij |me )?laten bellen",
    r"bellen jullie (?:mij|me|ons)(?: \w+){0,2} terug",
    r"ik wil(?: gewoon| graag| nu)? een persoon$",
    r"(?:kan|kun|kunt|kunnen|wil|wilt|mag)(?: \w+){1,5} (?:doorverbinden|doorverbonden worden|doorschakelen)",
    r"^(?:graag )?doorverbinden(?: graag| aub)?$",
    r"(?:^|en |dus |gewoon |graag )bel (?:me|mij|ons)(?: (?:even|ff|effen?|nu|terug|aub|graag|op|asap|zsm|meteen"
    r"|morgen"
    r"|vandaag|maar"
    r"|alstublieft|alsjeblieft|please))*(?=$| \d)",
    r"(?:kan|kunnen|kunt|kun|wil|willen|zou|zouden)(?: (?:er|u|je|jullie|iemand|iemant|een|collega|van|alstublieft|aub)"
    rf"| {_STAFF}){{1,5}} (?:mij|me|ons)(?: (?:even|nu|svp|aub|vandaag|morgen|misschien|een|keer"
    r"|zsm)){0,3} (?:terug ?)?bellen",
    r"(?:wil|zou|graag)(?: ik)?(?: graag)?(?: even| nu)? (?:terug ?)?gebeld(?: worden|$)",
    r"^(?:graag )?(?:terug ?bellen)(?: graag| aub| svp)$|^(?:graag )terug ?bellen$",
    # somebody of flesh and blood
    r"van vlees en bloed|flesh and blood",
    rf"(?:geef|gooi|stuur|haal|pak)(?: \w+){{0,3}} (?:een )?(?:echt|levend)e? {_PERSON}",
    # no robot
    (
        r"(?:wil|hoef|hoeven|willen)(?: \w+){0,3} (?:geen|niet (?:\w+ )?(?:met|tegen) (?:een|die|deze"
        rf"|zo'n)) (?:\w+ )?{_BOT}"
    ),
    rf"(?:waarom|moet|kan) (?:\w+ ){{0,3}}(?:met|tegen) (?:een|die|deze|zo'n) {_BOT} (?:praten|chatten)",
    # English
    rf"{_WANT_EN}{_G}{{0,5}}? {_TO} {_DET}{_EN}",
    rf"^{_TO} {_DET}{_EN}(?=$| (?:please|now))",
    r"(?:want|need|give me|get me|like|can i (?:get|have)"
    rf"|may i have){_G}{{0,2}}? {_DET}(?:human(?: being)?(?! r)|agent|operator"
    rf"|representative|real person|live person){_LAST}",
    r"(?:want|need|give me|get me) a person(?=$| (?:please|now))",
    r"^(?:please )?(?:put me through|transfer me|connect me)(?: please| now)?$",
    r"(?:^|please |and |just )(?:call|ring|phone) me(?: (?:back|please|now|asap|on|at|today|tomorrow))*(?=$| \d)",
    r"(?:can|could|will|would) (?:you|someone|somebody|anyone|anybody)(?: please)? (?:call|ring|phone) me",
    r"(?:want|like|need|request) (?:a )?call ?back(?=$| (?:please|from|now|today))",
    rf"(?:don't|dont|do not) (?:want|wanna)(?: \w+){{0,4}} {_BOT}$",
    rf"is there {_DET}(?:human(?: being)?|real person|agent)(?=$| (?:there|here|available|i can))",
)

MAYBE_HUMAN: Final = (
    r"kan iemand (?:van jullie )?(?:mij |me |ons |met (?:mij|me) )?(?:even )?(?:helpen|meekijken)",
    r"iemand van jullie|^help(?: me| mij)?$",
    r"is er (?:nog |hier |daar )?iemand(?=$| die (?:mij|me|ons))",
    r"persoonlijk contact|klantenservice|customer service|call ?back|terugbelverzoek|doorverbinden",
    rf"(?:geen|niet een|reach an?|contact an?) {_DET}(?:{SURE}|person|human|agent)",
    rf"(?:{SURE}|iemand|iemant|{_BOSS})(?: \w+){{0,6}} (?:{_TALK}|bereiken|die ik kan)",
    r"(?:can|could) (?:someone|somebody|anyone|anybody)(?: please)? help",
    r"(?:someone|somebody|anyone) (?:\w+ ){0,4}i can (?:call|talk|speak)",
    rf"bel{_G}{{0,2}} (?:me|mij) (?:voor|als|wanneer|van tevoren|vooraf)",
)

# A whole message (or a clause with one of the asking words) of nothing but these is a request.
_SMALL: Final = (
    "hallo hoi hey hi goedemorgen goedemiddag goedenavond een n 'n ne de a an the ik wil wou mag kan graag aub svp"
    " alsjeblieft alstublieft asjeblieft please nu now gewoon echt echte real live levend levende menselijk menselijke"
    " human nodig spreken praten chatten met to speak talk with i i'd like want need wil nou ja nee yes no help hier"
    " here even toch eerst me mij give geef get another ander andere"
    " geen not bot bots robot robots chatbot"
)
SMALL: Final = frozenset(_SMALL.split())
NEGATES: Final = frozenset(["no", "not", "geen"])
ROBOTS: Final = frozenset(["bot", "bots", "robot", "robots", "chatbot"])
_ASKING: Final = "spreken praten chatten graag nodig aub svp wil please speak talk want need geef give get nu now mag"
ASKING: Final = frozenset(_ASKING.split())
CORE: Final = rf"{_STAFF}|mens|mensen|human|agent|operator|representative"
CORE_WHEN_ASKED: Final = frozenset(["persoon", "iemand", "iemant", "person", "someone", "somebody", "collega"])
MAKES_REAL: Final = frozenset(
    ["echt", "echte", "real", "live", "levend", "levende", "menselijk", "spreken", "praten", "speak", "talk", "chatten"]
)

# Not a request, whatever else the clause says.
REFUSES: Final = (
    rf"(?:wil|hoef|hoeft|hoeven|willen|liever)(?: (?:ik|u|je|nu|echt|toch|helemaal|liever|dus|er|ook)){{0,3}}"
    rf" (?:geen|niet (?:meer )?(?:met )?(?:een|de|n)?) ?{_DET}(?:{SURE}|iemand|persoon|collega)",
    rf"(?:geen|zonder) {_DET}(?:{SURE}|persoon|collega) (?:meer )?(?:nodig|spreken|hoeven)",
    (
        r"(?:don't|dont|do not|no longer|didn't|not)(?: (?:really|want|need|wanna|have|to|speak|talk"
        rf"|with)){{1,5}} {_DET}{_EN}"
    ),
    r"(?:bel (?:me|mij|ons)|call me) (?:niet|nooit|not)|(?:don't|do not|never) (?:call|ring|phone) me|no need",
    r"(?:bedanken|compliment)",
)
# Asks when, where or on which number, rather than now and here; "ik wil" and the like stay a request.
ELSEWHERE: Final = (
    r"hoe laat|wanneer|(?:welke?|wat voor|what) (?:tijd\w*|uren|moment\w*|dag\w*|nummer|telefoonnummer|number"
    r"|hours?|times?)"
    r"|(?:op )?(?:maan|dins|woens|donder|vrij|zater|zon)dag\w*|weekend|'?s avonds|vanavond|na \w+ uur|loket"
    r"|balie|op kantoor"
    r"|zonder afspraak|feestdag\w*|opening\w*|voordat|voor de monteur|van tevoren|vooraf|saturday|sunday|front desk"
    r"|your office|best way|what time|when"
)
INSISTS: Final = (
    r"ik (?:wil|eis|moet|zou)|wil ik|nu|meteen|direct|geef|verbind|bel (?:me|mij) (?:nu|terug)|i want|i need"
    r"|now|let me|right away"
)

# ----------------------------------------------------------------------------------- is it a person; no person any more

_WHO: Final = (
    rf"(?:{SURE}|persoon|person|human|{_BOT}|ai assistent|digitale? \w+|automatisch\w*|chatgpt|echt|real|agent)"
)
IDENTITY_STEMS: Final = (
    "ben",
    "praat",
    "spreek",
    "is dit",
    "is this",
    "you",
    "zit er",
    "chat ik",
    "talking",
    "zijn jullie",
)
ASKS_IDENTITY: Final = (
    r"(?:ben|bent|zijn) (?:je|jij|u|jullie)(?: (?:nu|nou|eigenlijk|wel|dan|zelf|soms|ook|misschien|echt"
    r"|gewoon)){0,2}"
    rf" {_DET}{_WHO}(?=$| (?:of|en|ofzo|ja|nou|die|dan|aan|echt|nee|hier)\b)",
    (
        r"(?:praat|spreek|chat|ben) ik(?: (?:nu|hier|eigenlijk|wel|echt|wel echt|gewoon)){0,3} (?:met"
        rf"|tegen) {_DET}{_WHO}"
    ),
    rf"(?:^|weten )of ik(?: (?:nu|hier|wel))* (?:met|tegen) {_DET}{_WHO}(?: aan het)? (?:praat|spreek|chat|praten)",
    r"(?:met|tegen) wie (?:praat|spreek|chat) ik",
    rf"(?:is|ben) (?:dit|dat|ik)(?: (?:nu|hier|een|wel|eigenlijk|nou|gewoon|echt)){{0,3}} {_DET}(?:{_BOT}|mens"
    r"|automatisch\w*)"
    r"(?=$| (?:of|aan het|ja|nou)\b)",
    rf"zit er(?: hier| wel| ook)* {_DET}(?:mens|persoon|iemand) achter",
    rf"are you(?: (?:really|actually|even|just))? {_DET}{_WHO}(?=$| (?:or|or not|being)\b)",
    rf"am i(?: (?:really|actually))? (?:talking|speaking|chatting) (?:to|with) {_DET}{_WHO}",
    r"who am i (?:talking|speaking|chatting) (?:to|with)",
    rf"is this {_DET}{_WHO}(?=$| (?:or)\b)",
)  # fmt: skip

WITHDRAW_STEMS: Final = (
    *("meer", "toch", "laat maar", "longer", "any more", "anymore", "need for", "never mind", "nevermind"),
    *("annuleer", "cancel", "hoef", "trek", "wil geen"),
)
_ANY: Final = rf"(?:{SURE}|iemand|persoon|collega)"
WITHDRAWS: Final = (
    rf"geen {_DET}{_ANY} meer (?:nodig|(?:te )?spreken|hoeven|wil)",
    rf"(?:hoef|wil)(?: ik)?(?: (?:nu|toch|dus|echt))* geen {_DET}{_ANY} meer(?=$| (?:te|aan|hoor|dank\w*|spreken))",
    rf"(?:hoef|wil)(?: ik)?(?: nu| dus)* toch geen {_DET}{_ANY}(?! aan)",
    (
        rf"(?:hoef|wil)(?: ik)?(?: nu| toch| dus)* (?:niemand|niet) meer (?:met )?{_DET}(?:{_ANY} )?te? ?(?:spreken"
        r"|praten)$"
    ),
    rf"(?:annuleer|trek)(?: \w+){{0,4}} (?:verzoek|aanvraag)(?: \w+){{0,3}} {_DET}{_ANY}",
    r"(?:je|u|jullie) (?:hoeft?|hoeven) (?:mij |me )?niet meer (?:te (?:terug ?)?bellen|terug te bellen)(?: hoor)?$",
    rf"(?:no longer|don't|dont|do not)(?: (?:need|want|to|speak|talk|with)){{1,5}} {_DET}{_EN}(?: any ?more)$",
    rf"no longer (?:need|want)(?: to)?(?: (?:speak|talk) (?:to|with))? {_DET}{_EN}",
    rf"no need for {_DET}{_EN}|cancel my request(?: for)? {_DET}{_EN}",
)
MAYBE_WITHDRAWS: Final = (
    r"laat maar|never ?mind|hoeft niet meer|niet meer nodig|no longer needed|not needed any ?more",
    rf"wil geen {_DET}{_ANY}",
)
# Said of a case that is thought of, or told of another time: never more than maybe.
SUPPOSES: Final = r"als|indien|stel|mocht|wanneer|if|when|in case|what if|suppose"
