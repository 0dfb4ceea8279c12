"""What customers of a housing corporation come about: how often, in which words, and how long a person takes for it.

The shares are our own estimate, in the proportions that housing corporations publish about their contacts (repairs
about a third, rent and payment a fifth); they are not measured at one. Dutch, because the hearing listens to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause.

    ``share``: of all contacts, in parts of 1000; ``minutes``: mean hands-on time of a person; ``helped``: the chance
    that the AI's answer is enough; ``article``: what the AI answers with, empty for what only people answer;
    ``cold``: comes more often in frost; ``life``: somebody's life is in danger.
    """

    id: str
    share: int
    words: str
    minutes: float
    helped: float = 0.0
    article: str = ""
    cold: bool = False
    life: bool = False


CAUSES: Final = (
    Cause("repair", 240, "Ik wil een reparatie melden aan mijn keuken.", 4.0, 0.5, "reparatie-melden"),
    Cause("repair_when", 110, "Wanneer komt de monteur voor mijn reparatie?", 3.0, 0.3, "reparatie-status"),
    Cause("drain", 45, "De gootsteen is verstopt.", 3.5, 0.4, "verstopping"),
    Cause("heating", 60, "De verwarming doet het niet.", 4.0, 0.3, "verwarming-storing", cold=True),
    Cause("frost", 6, "De verwarming doet het niet en het vriest.", 4.5, cold=True),
    Cause("rent", 120, "Hoe kan ik mijn huur betalen?", 3.5, 0.6, "huur-betalen"),
    Cause("raise", 60, "Waarom gaat mijn huur omhoog?", 5.0, 0.4, "huurverhoging"),
    Cause("charges", 45, "Hoe is de afrekening van de servicekosten gemaakt?", 5.0, 0.4, "servicekosten-afrekening"),
    Cause("leave", 70, "Hoe zeg ik mijn huur op?", 4.5, 0.6, "huur-opzeggen"),
    Cause("search", 80, "Hoe vind ik een woning?", 3.5, 0.6, "woning-zoeken"),
    Cause("place", 40, "Hoe lang is de wachttijd?", 3.0, 0.6, "wachttijd"),
    Cause("nuisance", 40, "Mijn buren maken elke nacht herrie.", 7.0, 0.1, "geluidsoverlast"),
    Cause("arrears", 35, "Ik kan de huur deze maand niet betalen.", 8.0),
    Cause("robot", 10, "Bent u een robot?", 4.0),
    Cause("complaint", 8, "Ik wil een klacht indienen over de monteur.", 7.0),
    Cause("words", 7, "Ik vind lezen en schrijven moeilijk.", 6.0),
    Cause("person", 15, "Ik wil een medewerker spreken.", 5.0),
    Cause("leak", 5, "Mijn huis staat blank, er komt water uit het plafond.", 4.5),
    Cause("lift", 2, "Ik zit vast in de lift.", 4.0, life=True),
    Cause("gas", 2, "Ik ruik gas in de keuken.", 3.0, life=True),
)

STORM: Final = (
    Cause("storm_leak", 180, "Het dak lekt door de storm.", 3.0),
    Cause("storm_roof", 150, "Er zijn dakpannen van het dak gewaaid.", 2.5),
    Cause("storm_fence", 110, "De schutting is omgewaaid.", 2.5),
    Cause("storm_tree", 90, "Er is een boom op de berging gevallen.", 3.0),
    Cause("storm_power", 70, "De stroom in het trappenhuis doet het niet.", 2.5),
)
"""The five causes of a storm: 60% of what comes in while it blows."""
