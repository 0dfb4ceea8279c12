"""Which danger the hearing listens for, as data: Dutch and English, plain and direct wordings.

A pattern is matched against one clause, as in ``tables``. An ordinary question about the same thing stays calm.

Why this file is long: every kind of danger has its own wordings, each on a line of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gehoor.core.conversation.model import Danger


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of danger. ``report``: it happens now. ``name``: it is only named. ``maybe``: it could be.

    ``across``: a report may be spread over several clauses.
    """

    id: str
    danger: Danger
    stems: tuple[str, ...]
    report: tuple[str, ...]
    name: str = ""
    maybe: str = ""
    across: bool = False


_IN: Final = r"(?:in|uit|bij|op|onder|achter|from|of)"
_HOME: Final = (
    r"(?:huis|woning|flat|appartement|gang|trappenhuis|portiek|keuken|kelder|berging|kamer|slaapkamer|woonkamer"
    r"|badkamer|meterkast"
    r"|gebouw|zolder|hal|galerij|balkon|stopcontact|lamp|plafond|house|home|kitchen|building|hallway|stairwell"
    r"|basement|room|bedroom"
    r"|apartment|corridor|meter cupboard|socket)"
)
_MINE: Final = r"(?:de|het|mijn|m'n|me|ons|onze|een|the|my|our|a)"
_NOT_NO: Final = r"(?: (?!geen\b|niet\b|nooit\b|nog niet\b|not\b|no\b)\S+)"
_KIN: Final = (
    r"(?:man|vrouw|vriend|vriendin|ex|partner|vader|moeder|zoon|dochter|broer|zus|stiefvader|husband|wife"
    r"|boyfriend|girlfriend|father"
    r"|mother|son|brother)"
)
_SOMEONE: Final = (
    r"(?:ik|hij|zij|ze|iemand|man|vrouw|kind|baby|zoon|dochter|vader|moeder|opa|oma|buurman|buurvrouw|vriend"
    r"|vriendin|partner)"
)

KINDS: Final = (
    Kind(
        "zelfbeschadiging",
        Danger.LIFE,
        (
            "dood",
            "leven",
            "zelfmoord",
            "mezelf",
            "suic",
            "kill",
            "my life",
            "myself",
            "to live",
            "to die",
            "spring",
            "einde aan",
        ),
        (
            r"(?:ik )?wil (?:ik )?(?:echt |gewoon |alleen maar |nu |liever )?dood(?=$| (?:zijn|gaan|want|en|ik)\b)",
            r"(?:ik wil|wil ik) (?:echt |gewoon |zo )?niet meer leven(?! (?:zo|in|met|op|onder|naast|tussen|hier)\b)",
            (
                r"(?:ik|me|mezelf)(?: \w+){0,5} (?:einde? )(?:aan )?(?:mijn|m'n|me) leven|(?:einde? maken"
                r"|einde) aan (?:mijn|m'n) leven"
            ),
            r"ik (?:ga|wil|denk aan|overweeg)(?: \w+){0,3} zelfmoord",
            (
                r"(?:ik )?(?:ga|wil)(?: ik)?(?: \w+){0,3} (?:mezelf|mijzelf|me zelf) (?:iets aan(?:doen)?|van kant"
                r"|ophangen|doden|verwonden|snijden|pijn)"
            ),
            (
                r"ik spring (?:zo |nu |straks |dadelijk )?(?:van|uit) (?:het|de|mijn) (?:balkon|dak|flat|raam"
                r"|gebouw|galerij)"
            ),
            r"(?:ik ben|voel me) (?:erg |heel )?suicidaal",
            (
                r"(?:want|wanna|going|gonna|thinking of|thinking about)(?: to)? (?:kill(?:ing)?|hurt(?:ing)?"
                r"|harm(?:ing)?|cut(?:ting)?) myself"
            ),
            (
                r"(?:i want|i wanna|want) to die|(?:end|ending|take|taking) my (?:own )?life|don'?t want to (?:live"
                r"|be alive)(?: any ?more)?$"
            ),
            r"i(?: am|'m)? (?:feeling |feel )?suicidal",
        ),
        r"zelfmoord|suicide|self ?harm",
        r"zo (?:kan|wil) ik niet (?:meer )?(?:verder )?leven|ik zie het niet meer zitten|er (?:een )?einde? aan maken"
        r"|kill myself|mezelf iets aan",
    ),
    Kind(
        "brand",
        Danger.LIFE,
        ("brand", "vuur", "vlam", "rook", "fik", "fire", "smoke", "burning", "flames", "verschroeid"),
        (
            r"er is (?:een |ergens )?brand(?! (?:geweest|geblust))|brand uitgebroken|(?:buren|we|wij) hebben brand",
            r"(?:zie|zien|there is|there's|theres)(?: \w+){0,2} (?:vlammen|flames|smoke (?:in|coming|from))",
            rf"(?:^|help |nu |grote |er woedt |het is )brand {_IN} {_MINE} (?:\w+ )?{_HOME}",
            (
                r"^(?:help )?(?:brand|fire)(?: brand| fire| help)*$|het brandt (?:hier|bij|in)|er brandt iets"
                r"|iets in brand"
            ),
            r"(?:staat|staan|vliegt|stond net|is)(?: \w+){0,4} in (?:brand|de fik|lichterlaaie|de hens)",
            (
                r"(?:er is|er komt|ik zie|we zien|zie)(?: \w+){0,2} (?:rook|vlammen"
                rf"|vuur) {_IN} {_MINE} (?:\w+ )?{_HOME}"
            ),
            r"(?:ruik|ruikt|ruiken)(?: \w+){0,4} (?:brandlucht|verschroeid\w*)",
            (
                r"(?:there is|there's|theres)(?: \w+){0,2} fire(?! (?:alarm|door|escape|extinguisher|drill|safety"
                rf"|hazard))|\bon fire\b|fire in {_MINE} {_HOME}"
            ),
            rf"smoke (?:is )?(?:coming|pouring) (?:from|out)|(?:{_HOME}|something) is burning",
        ),
        r"brandlucht",
        r"brandalarm (?:gaat|loeit)|rookmelders? (?:gaan? (?:al |nu |steeds )?(?:\w+ )?af|loei)"
        r"|fire alarm (?:is going|went|goes) off"
        r"|smoke alarm (?:is going|went) off|smeulen|vonken|vonkt|brandgevaar|is er brand|kortsluiting en rook",
    ),
    Kind(
        "gas",
        Danger.LIFE,
        ("gas",),
        (
            rf"(?:ruik|ruiken|ruikt|geur van|lucht van|stinkt|riekt){_NOT_NO}{{0,4}}? (?:naar )?gas(?:lucht|geur)?$",
            (rf"(?:ruik|ruiken|ruikt|stinkt|riekt){_NOT_NO}{{0,4}}? gas ?(?:lucht|geur)?"),
            r"(?:ik|we|ze) (?:\w+ )?(?:een |sterke? )*gas(?:lucht)? (?:ruik|ruiken)",
            rf"(?:er is|er zit|we hebben|ik heb|is er){_NOT_NO}{{0,3}}? (?:een )?(?:gaslek|gaslucht|gaslekkage)",
            (
                r"(?:het )?gas lekt|lekt (?:er )?gas|gasleiding (?:is )?(?:lek|kapot|geraakt|gesprongen"
                r"|doorgezaagd)|gas ontsnapt"
            ),
            (
                r"(?:i|we)(?: can| strongly)? smell(?:ing)?(?: a| of| some| strong| strongly)* gas\b"
                r"|smells? (?:like|of) gas"
            ),
            r"(?:there is|there's|theres|we have|i have|have) (?:a )?gas (?:leak|smell)|gas is leaking|leaking gas",
        ),
        r"gas ?lucht|gas ?lek|gaslekkage|gas leak|smell of gas",
    ),
    Kind(
        "koolmonoxide",
        Danger.LIFE,
        ("koolmonox", "monox", "co ", "co2", "hoofdpijn", "misselijk", "comelder", "headache"),
        (
            r"(?:\bco ?2? ?(?:melder|alarm|meter)|koolmonoxide ?(?:melder|alarm|meter)|carbon monoxide (?:alarm"
            r"|detector)|co (?:detector|alarm))"
            r"(?: \w+){0,2}? (?:gaat (?:nu |al |ineens |weer |hard )*af|loeit|slaat alarm|afgegaan|went off"
            r"|is going off|goes off|keeps going off|is sounding)",
            (
                r"koolmonoxide ?vergiftiging$|(?:er is|er hangt|hebben|met)(?: \w+){0,2} koolmonoxide"
                r"|koolmonoxide (?:in|gemeten|ontsnapt|vrijgekomen)|kolendamp in"
            ),
            r"(?:hoofdpijn|misselijk|duizelig)(?: \w+){0,6} (?:ketel|geiser|kachel|cv)",
            r"(?:there is|there's) (?:a )?carbon monoxide|carbon monoxide leak",
        ),
        "",
        r"co ?melder piept|koolmonoxide ?melder piept|kans op koolmonoxide|koolmonoxidevergiftiging|carbon monoxide",
    ),
    Kind(
        "lift_opgesloten",
        Danger.LIFE,
        ("lift", "elevator", "opgesloten tussen", "noodknop", "alarmknop"),
        (
            (
                r"(?:vast|opgesloten|gevangen|stuck|trapped)(?: \w+){0,3} (?:in|inside) (?:de |een |onze |the |an? "
                r"|our )?(?:lift|elevator)"
            ),
            r"in (?:de|een|onze) lift(?: \w+){0,5} (?:vast|opgesloten)(?! (?:te|maken|zetten))",
            (
                r"opgesloten tussen|(?:lift|elevator)(?: \w+){0,4} tussen (?:twee )?(?:verdieping\w*|etage\w*"
                r"|vloer\w*)(?: \w+){0,2} (?:mens|vast|met)"
            ),
            (
                r"in (?:de|the) (?:lift|elevator)(?: \w+){0,4} (?:gaat niet open|kom er niet uit|kan er niet uit"
                r"|can't get out|cant get out)"
            ),
            r"(?:noodknop|alarmknop)(?: \w+){0,3} (?:ingedrukt|gedrukt)(?: \w+){0,4} (?:niemand|geen)",
        ),
        "",
        (
            r"lift (?:zit|hangt|blijft) vast|vast ?zit\w* in de lift|in de lift (?:vastzit\w*|vast zit\w*)"
            r"|in de lift vast|stuck in (?:the|a) (?:lift|elevator)"
        ),
    ),
    Kind(
        "instorting",
        Danger.LIFE,
        ("stort", "hang", "naar beneden", "collaps", "fell down", "came down", "caved"),
        (
            (
                r"(?:plafond|dak|balkon|muur|gevel|trap|vloer|schoorsteen|gebouw|huis"
                r"|galerij)(?: \w+){0,6} (?:ingestort|stort in|aan het instorten|naar beneden (?:gekomen|gevallen"
                r"|gestort))"
            ),
            r"(?:plafond|dak|balkon|gevel|schoorsteen|gebouw|huis) (?:komt|stort|valt) (?:naar beneden|in$)",
            (
                r"(?:balkon\w*|gevel\w*|stuk gevel|schoorsteen) (?:hangt|hangen)(?: \w+){0,3} los"
                r"|hangt(?: \w+){0,3} (?:gevel|balkon) los"
            ),
            (
                r"(?:ceiling|roof|wall|balcony|building|floor|stairs)(?: \w+){0,3} (?:collapsed|collapsing|caved in"
                r"|fell down|came down|is coming down)"
            ),
        ),
        "",
        r"(?:op|van) instorten|instortingsgevaar|gaat instorten|might collapse",
    ),
    Kind(
        "geweld_huiselijk",
        Danger.LIFE,
        (
            "slaat",
            "slaan",
            "geslagen",
            "mishandel",
            "geweld",
            "schopt",
            "hits me",
            "hitting",
            "beats",
            "beating",
            "abus",
            "violence",
            "hurting",
        ),
        (
            (
                rf"(?:mijn|m'n|me|haar|zijn) {_KIN}(?: \w+){{0,3}} (?:slaat|mishandelt|schopt) (?:mij|me|ons|haar"
                r"|hem|de kinderen|mijn)"
            ),
            rf"(?:slaat|mishandelt) (?:mijn|m'n|haar) {_KIN} (?:mij|me|ons|haar)",
            rf"(?:buurman|hij|ze|zij) (?:slaat|mishandelt|schopt) (?:mij|me|haar|ons|zijn {_KIN}|de kinderen)",
            rf"{_KIN} heeft (?:mij|me|ons)(?: \w+){{0,3}} (?:geslagen|mishandeld|geschopt)",
            r"ik (?:word|wordt)(?: \w+){0,5} (?:geslagen|mishandeld)|(?:word|wordt) (?:ik )?(?:thuis )?mishandeld",
            r"(?:slachtoffer van|hier is|er is(?: hier)?) huiselijk geweld",
            rf"{_KIN} (?:is |keeps )?(?:hits|hitting|beats|beating|abuses|abusing|hurting|attacking) (?:me|us|her|my)",
            (
                r"(?:he|she) (?:is |keeps )?(?:hits|hitting|beats|beating|attacking|abusing) (?:me|us|her)|i(?: am"
                r"|'m) being (?:abused|beaten)"
            ),
        ),
        "",
        r"huiselijk geweld|domestic violence|mishandeling|mishandeld",
    ),
    Kind(
        "bedreiging",
        Danger.LIFE,
        ("bedreig", "dreigt", "een mes", "pistool", "wapen", "threat", "knife", " gun"),
        (
            (
                r"(?:hij|zij|ze|man|buurman|buurvrouw|ex|iemand|vriend|buren|bezoek)(?: \w+){0,8}? bedreigt? (?:mij"
                r"|me|ons)(?! (?:met )?(?:een )?(?:boete|deurwaarder|ontruiming))"
            ),
            (
                r"ik (?:word|wordt)(?: \w+){0,5} bedreigd(?! met (?:ontruiming|uitzetting|een boete))"
                r"|bedreigt (?:mij|me|ons) met (?:een )?(?:mes|pistool|wapen|dood)"
            ),
            (
                r"(?:staat|staan|loopt|zwaait|dreigt|heeft)(?: \w+){0,5} met een (?:mes|pistool|wapen)"
                r"|heeft een (?:mes|pistool|wapen)"
            ),
            (
                r"(?:he|she|man|neighbou?r|ex|someone)(?: \w+){0,3} (?:threatening|threatens) (?:me|us|to kill"
                r"|to hurt)|(?:has|with) a (?:knife|gun)"
            ),
            r"i(?: am|'m) being threatened",
        ),
        "",
        r"bedreigd|bedreiging|threatened",
    ),
    Kind(
        "medisch",
        Danger.LIFE,
        (
            "hart",
            "adem",
            "bewusteloos",
            "bloed",
            "ambulance",
            "overdosis",
            "reanim",
            "flauw",
            "gewond",
            "lucht",
            "heart attack",
            "breath",
            "unconscious",
            "overdose",
            "bleeding",
            "injured",
        ),
        (
            (
                rf"(?:{_SOMEONE})(?: (?:heeft|heb|krijgt|krijg))(?: \w+){{0,2}} (?:een )?(?:hartaanval"
                r"|hartstilstand)(?! gehad)|^hartaanval$|hartstilstand$"
            ),
            (
                rf"(?:{_SOMEONE}) (?:ademt|reageert) niet|(?:ik|hij|zij|ze|baby"
                r"|kind) krijgt? (?:bijna )?geen (?:lucht|adem)(?! (?:door|van) (?:de )?schimmel)"
            ),
            (
                rf"(?:{_SOMEONE})(?: \w+){{0,4}} (?:is bewusteloos|bewusteloos|bloedt (?:erg|hevig|heel)"
                r"|flauwgevallen|zwaar ?gewond)"
            ),
            (
                r"(?:stuur|bel|we hebben|ik heb)(?: \w+){0,3} (?:een )?ambulance(?: nodig|$)|gereanimeerd"
                r"|overdosis genomen"
            ),
            (
                r"having a heart attack|heart attack$|(?:not breathing|isn't breathing|can't breathe|cant breathe)"
                r"|is unconscious"
            ),
            r"(?:need|call|send) an ambulance|bleeding (?:badly|heavily)|(?:took|taken) an overdose",
        ),
        "",
        r"bewusteloos|niet goed geworden|gewond|injured|overdosis",
    ),
    Kind(
        "waterlekkage_ernstig",
        Danger.DAMAGE,
        ("water", "stroomt", "stromen", "overstro", "blank", "gesprongen", "gebarsten", "flood", "burst", "leak"),
        (
            (
                r"water(?: \w+){0,3} (?:spuit|gutst|stroomt|klettert|komt met bakken|golft) (?:\w+ ){0,2}(?:uit"
                r"|door|naar binnen|van|langs)(?! de (?:kraan|douche|gevel))"
            ),
            (
                r"(?:spuit|gutst|stroomt)(?: (?!geen\b|niet\b)\w+){0,2} water(?: \w+){0,2} (?:uit|door|naar binnen"
                r"|van het|langs de muur)(?! de (?:kraan|douche))"
            ),
            r"(?:stroomt|loopt)(?: \w+){0,2} naar binnen$|overstroming (?:in|thuis|van)|(?:is|zijn) overstroomd$",
            (
                r"(?:huis|woning|kelder|keuken|badkamer|kamer|woonkamer|gang|alles|vloer) (?:staat"
                r"|staan)(?: \w+){0,3} (?:blank|onder water)|staat(?: \w+){0,4} (?:blank|onder water)$"
            ),
            r"(?:water)?leiding(?: \w+){0,3} (?:gesprongen|gebarsten)|(?:gesprongen|gebarsten) (?:water)?leiding",
            (
                r"water(?: \w+){0,3} (?:uit|door|via) (?:de |een |mijn |het )?(?:lamp|plafondlamp|lampen"
                r"|stopcontact|stopcontacten|meterkast|groepenkast)"
            ),
            (
                r"(?:flat|house|home|apartment|kitchen|bathroom|basement|room|floor|place)(?: is| has)?(?: been"
                r"| being)? (?:flooded|flooding)|water is (?:pouring|gushing|spraying|streaming|rushing)"
            ),
            (
                r"(?:burst|bursted) (?:water )?pipe|pipe (?:has |just |is )*burst|water(?: is)? (?:coming|leaking"
                r"|dripping)(?: \w+){0,2} (?:my |the |our )?(?:ceiling light|light|lamp|socket|fuse box)"
            ),
        ),
        "",
        r"overstroming|overstroomd|water door het plafond|staat vol(?: \w+)? water|kelder staat vol|flood"
        r"|groot lek|grote lekkage|ernstige? lek\w*"
        r"|water(?: \w+){0,3} (?:door|uit) (?:het |mijn |de )?(?:plafond|muur)|water (?:is )?(?:coming"
        r"|leaking) through",
    ),
    Kind(
        "inbraak_deur",
        Danger.DAMAGE,
        (
            "ingebroken",
            "inbraak",
            "inbreker",
            "ingetrapt",
            "opengebroken",
            "geforceerd",
            "broke in",
            "broken in",
            "break in",
            "burgl",
            "kicked in",
            "breken in",
            "door dief",
            "op slot",
            "niet dicht",
            "niet meer dicht",
            "lock",
        ),
        (
            (
                r"(?:er is|er wordt|ze hebben|is er|net|nu|vannacht|zojuist)(?: (?:bij|mij|ons|hier|net|vannacht"
                r"|zojuist|nu|vandaag|thuis|in|mijn|huis)){0,5} (?:ingebroken|aan het inbreken)(?! in (?:de|mijn"
                r"|een|onze) (?:kelder|box|berging|schuur|auto|garage|fiets)\w*)"
            ),
            (
                r"(?:voordeur|deur|achterdeur|raam|slot)(?: \w+){0,4} (?:ingetrapt|opengebroken|geforceerd"
                r"|opengetrapt)|inbreker (?:in|binnen|is)"
            ),
            r"ze breken in|(?:deur|slot) kapot door (?:een )?(?:dief|inbreker|inbraak)",
            (
                r"(?:someone|somebody|they|burglars?)(?: has| have| just)* (?:broken|broke|breaking) in(?:to)?"
                r"|(?:door|window)(?: \w+){0,3} (?:kicked|broken|forced) (?:in|open)"
            ),
            r"(?:have|been|got|just) (?:been )?burgl\w+|burglar in",
        ),
        "",
        r"ingebroken|(?:voordeur|buitendeur|huisdeur)(?: \w+){0,7} (?:op slot|dicht)$|(?:kan"
        r"|krijg)(?: \w+){0,5} (?:voordeur|buitendeur)(?: \w+){0,4} (?:op slot|dicht)"
        r"|burglary|break in|(?:front door)(?: \w+){0,4} lock",
    ),
    Kind(
        "stroom_uitval",
        Danger.DISCOMFORT,
        ("stroom", "elektr", "electr", "elektra", "licht", "donker", "power", "blackout"),
        (
            (
                r"(?:stroom|elektriciteit|electriciteit|elektra)(?: (?:is|zijn|in|het|hele|huis|flat|ineens"
                r"|plotseling|net|hier|weer|al)){0,5} (?:uitgevallen|weg|is weg|valt uit|eruit)$"
            ),
            (
                r"(?<!huis heeft )(?:geen|zonder) (?:stroom|elektriciteit|electriciteit|elektra)(?: meer)?(?: (?:in"
                r"|het|hele|heel|huis|de|onze|mijn|woning|flat|al|sinds|meer|hier|nu)){0,8}$"
            ),
            (
                r"(?:hele|heel de|het hele) (?:huis|flat|woning|gebouw|straat)(?: \w+){0,3} (?:geen"
                r"|zonder) (?:stroom|elektra|elektriciteit)"
            ),
            (
                r"alle stroom (?:is )?(?:weg|uit\w*)|(?:power|electricity)(?: \w+){0,3} (?:is out|went out|has gone"
                r"|is gone|out|is off|went off)$|(?:no|without) (?:power|electricity)(?: in (?:my|the"
                r"|our) (?:whole )?(?:house|flat|home|apartment|building))?$"
            ),
        ),
        "",
        r"stroomstoring|stroomuitval|geen (?:stroom|elektra|elektriciteit|licht)|power (?:outage|cut)|blackout"
        r"|no power|no electricity"
        r"|(?:flat|huis|gebouw) (?:is )?(?:pikke)?donker|alle lichten zijn uit",
    ),
    Kind(
        "buitengesloten",
        Danger.DISCOMFORT,
        (
            "buitengesl",
            "buiten gesl",
            "buitensl",
            "dichtgevallen",
            "dicht gevallen",
            "locked",
            "lock myself",
            "niet in",
            "niet naar binnen",
        ),
        (
            (
                r"(?:ik ben|ben ik|ben|ik heb mezelf|heb mezelf|heb me|sta|we zijn"
                r"|zijn)(?: \w+){0,3} buiten ?gesloten(?! (?:van|voor|bij|van het|door|op)\b)(?! worden)"
            ),
            r"^(?:help )?buiten ?gesloten(?: (?:midden|nu|in|de|nacht|help))*$",
            r"deur(?: \w+){0,4} (?:achter (?:me|mij|ons) )?dicht ?gevallen",
            (
                r"(?:i am|i'm|im|we are|we're|got|i've been|myself|i) locked(?: myself)? out(?! of my (?:account"
                r"|profile|portal|email))"
            ),
        ),
        "",
        r"buiten ?gesloten (?:midden|wie|wat|hoe|in de nacht)|(?:kom|kan|kunnen)(?: \w+){0,4} (?:huis"
        r"|woning) niet (?:meer )?in|niet naar binnen"
        r"|locked out(?! of my (?:account|profile|portal|email))",
    ),
    Kind(
        "geen_verwarming_vorst",
        Danger.DISCOMFORT,
        ("verwarm", "ketel", "kachel", "radiator", "in de kou", "heating", "boiler", "ijskoud"),
        (
            r"(?:geen verwarming|verwarming(?: \w+){0,4} (?:niet|kapot|uit|uitgevallen|stuk)"
            r"|ketel(?: \w+){0,3} (?:kapot|stuk|uitgevallen|niet)|kachel(?: \w+){0,2} (?:kapot|niet|stuk|uit))"
            r"(?: \w+){0,6} (?:vriest|vorst|vrieskou|min \w+ graden|onder nul|baby)",
            (
                r"(?:vriest|vorst|vrieskou|onder nul|baby)(?: \w+){0,8} (?:geen verwarming"
                r"|verwarming(?: \w+){0,4} (?:niet|kapot|uit|stuk)|ketel(?: \w+){0,3} (?:kapot|stuk|niet))"
            ),
            (
                r"(?:no heating|heating(?: \w+){0,3} (?:broken|off|not working|stopped"
                r"|isn't working))(?: \w+){0,6} (?:freezing|frost|below zero|baby)"
            ),
            (
                r"(?:freezing|frost|below zero|baby)(?: \w+){0,6} (?:no heating|heating(?: \w+){0,3} (?:broken|off"
                r"|not working))"
            ),
        ),
        "",
        (
            r"ijskoud in huis|in de kou met|kachel kapot koud|(?:geen verwarming|no heating)(?: \w+){0,6} (?:koud"
            r"|kou|cold|ziek)|koud(?: \w+){0,4} geen verwarming"
        ),
        across=True,
    ),
    Kind(
        "overig",
        Danger.LIFE,
        (
            "levensgevaar",
            "noodgeval",
            "dringend",
            "spoed",
            "help",
            "niet wachten",
            "life danger",
            "emergency",
            "in gevaar",
            "in danger",
        ),
        (
            r"(?:ik ben|we zijn|wij zijn|er is iemand|iemand is|kind is)(?: \w+){0,2} in (?:levens)?gevaar",
            r"(?:i am|i'm|we are) in danger",
        ),
        "",
        r"levensgevaar\w*|noodgeval|^(?:spoed|emergency)(?: (?:help|spoed|aub))*$|dit kan niet wachten|^(?:het"
        r"|t|dit) is (?:dringend|spoed|een noodgeval)$"
        r"|this is an emergency|life threatening",
    ),
)

# Danger that is only named is not there now when the message asks about it.
ASKS: Final = (
    r"hoe|waar|wie|wat|wanneer|welke?|mag|moet|kunnen|kan|is er|zijn er|heb je|hebben jullie|als|bij|voor|tegen"
    r"|how|where|who|what"
    r"|when|which|can|should|do|does|is there|if|in case|for|geen|niet|not|no"
)
# Danger that was reported is over, or insured, unless the message says that it is now.
OVER: Final = (
    r"verzeker\w*|oefening|nieuwsbrief|vorige?|eergisteren|geleden|destijds|ooit|(?<!sinds )gisteren|opgelost|verholpen"
    r"|gerepareerd|insurance|last (?:week|month|year)|ago|(?<!since )yesterday|drill"
)
NOW: Final = r"nu|nog steeds|weer|zojuist|net|help|now|still|again|meteen|direct|vannacht"
