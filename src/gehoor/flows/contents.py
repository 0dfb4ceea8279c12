"""The knowledge that a house begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gehoor.core.knowledge.article import Article, Library
from gehoor.ports.rewriting import Rewrites
from gehoor.ports.writing import Writing


@dataclass(frozen=True, slots=True)
class Contents:
    """What a house begins with.

    ``folder``: what the organisation's folder says, approved by the organisation. ``take``: is told of every library
    that comes in force, at once. ``writing``: reads what is written at the desk; None: nothing can be written here.
    ``rewriter``: a language model that writers may ask; None: there is none. ``drafts``: what was imported and waits
    for a person.
    """

    folder: Library
    take: Callable[[Library], None] = lambda _library: None
    writing: Writing | None = None
    rewriter: Rewrites | None = None
    drafts: tuple[Article, ...] = ()


NO_CONTENTS: Final = Contents(Library(()))
