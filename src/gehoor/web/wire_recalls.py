"""The shapes of the calls about recalls."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from gehoor.core.knowledge.recall import LONGEST

Said = Annotated[str, Meta(max_length=2 * LONGEST)]


class WordedIn(Struct):
    """A correction in one language: what was wrong, and what is right"""

    language: Annotated[str, Meta(min_length=2, max_length=3)]
    wrong: Said
    right: Said


class WordRecall(Struct):
    """POST /staff/recalls/{recall}/wording"""

    wordings: Annotated[list[WordedIn], Meta(max_length=2)]


class ApproveRecall(Struct):
    """POST /staff/recalls/{recall}/approve: the wording that was read, by its number"""

    wording: int


class LookedRecall(Struct):
    """POST /staff/recalls/{recall}/looked: a person looked who a recipient was, and told them or could not"""

    conversation: Annotated[str, Meta(min_length=1, max_length=64)]
    reached: bool
