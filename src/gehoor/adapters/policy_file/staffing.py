"""Teams, the rota, skills and the night chain of a document."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from gehoor.adapters.policy_file.fields import EMAIL, Fields, fault, line
from gehoor.adapters.policy_file.times import DAYS, span
from gehoor.core.conversation.evolve import MOST_LINKS
from gehoor.core.conversation.model import BY_A_PERSON
from gehoor.core.hours import OpeningHours
from gehoor.core.ids import StaffId, TeamId
from gehoor.core.policy import Link, Team
from gehoor.core.rota import Shift
from gehoor.core.time import SECOND

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
_WEBHOOK: Final = re.compile(r"https://[a-z0-9.-]+\.[a-z]+(:\d{1,5})?(/[^\s]*)?")
_HOW: Final = {"webhook": _WEBHOOK, "mail": EMAIL}
_BROUGHT_BY: Final = ("button", "words", "topic", "support", "no_ai", "fault", "recall", "danger", *sorted(BY_A_PERSON))
_LONGEST_S: Final = 24 * 3600


def read_teams(found: Fields) -> tuple[Team, ...]:
    """The teams; a name alone is a team without skills."""
    teams: list[Team] = []
    for place, value in found.items("teams"):
        team = Team(TeamId(line(place, value))) if isinstance(value, str) else _team(Fields(value, place))
        if any(team.id == other.id for other in teams):
            raise fault(place, "Another team has this name.", "twice")
        teams.append(team)
    return tuple(teams)


def _team(found: Fields) -> Team:
    team = Team(
        id=TeamId(found.text("name")),
        skills=frozenset(skill for _, skill in found.texts("skills", required=False)),
        languages=frozenset(line(*one, _LANGUAGE) for one in found.texts("languages", required=False)),
        restricted=found.yes("restricted", False),
    )
    found.refuse_the_rest()
    return team


def read_shifts(
    found: Fields, teams: Collection[TeamId], people: Collection[StaffId] | None, hours: OpeningHours
) -> tuple[Shift, ...]:
    """The rota.

    Args:
        people: who has an account; None when that is not known.
        hours: a shift does not begin on a closing day, unless it says so.
    """
    closed = frozenset(day for day in {*hours.closed, *hours.other} if not hours.blocks(day))
    return tuple(
        _shift(Fields(value, place), teams, people, closed) for place, value in found.items("shifts", required=False)
    )


def _shift(
    found: Fields, teams: Collection[TeamId], people: Collection[StaffId] | None, closed: frozenset[date]
) -> Shift:
    team = TeamId(found.text("team"))
    if team not in teams:
        mend = ("Name one of the teams.",)
        raise fault(found.at("team"), f"There is no team {team}.", "unknown_team", mend=mend)
    start, end = span(found.at("hours"), found.take("hours"))
    first, last = found.day("first"), found.day("last")
    if first is not None and last is not None and last < first:
        raise fault(found.at("last"), "This day must not be before the first.", "day_order")
    except_on = frozenset(day for _, day in found.days("except"))
    shift = Shift(
        team=team,
        people=_people(found, people),
        days=frozenset(_days(found)),
        start=start,
        end=end,
        first=first,
        last=last,
        except_on=except_on if found.yes("closing_days", False) else except_on | closed,
        on_call=found.yes("on_call", False),
    )
    found.refuse_the_rest()
    return shift


def _people(found: Fields, accounts: Collection[StaffId] | None) -> tuple[StaffId, ...]:
    mend = ("Name somebody who has an account.", "Take the shift away.")
    named = found.texts("people", required=False)
    if not named:
        raise fault(found.at("people"), "Nobody is named on this shift.", "empty_shift", mend=mend)
    for place, person in named:
        if accounts is not None and person not in accounts:
            raise fault(place, f"Nobody has the account {person}.", "unknown_person", mend=mend)
    return tuple(dict.fromkeys(StaffId(person) for _, person in named))


def _days(found: Fields) -> list[int]:
    days = found.texts("days")
    for place, day in days:
        if day not in DAYS:
            raise fault(place, f"This must be one of {', '.join(DAYS)}.", "weekday")
    return [DAYS.index(day) for _, day in days]


def read_night(found: Fields) -> tuple[Link, ...]:
    """The night chain, first link first."""
    links: list[Link] = []
    for place, value in found.items("night", required=False):
        link = _link(Fields(value, place))
        if any(link.id == other.id for other in links):
            raise fault(place, "Another link has this id.", "twice")
        links.append(link)
    if len(links) > MOST_LINKS:
        mend = ("Keep the links that answer first.",)
        raise fault(found.at("night"), f"A night chain has at most {MOST_LINKS} links.", "too_many_links", mend=mend)
    return tuple(links)


def _link(found: Fields) -> Link:
    how = found.text("how")
    if how not in _HOW:
        raise fault(found.at("how"), f"This must be one of {', '.join(_HOW)}.", "how")
    address = found.text("address")
    if not _HOW[how].fullmatch(address):
        wanted = "an https address" if how == "webhook" else "an e-mail address"
        raise fault(found.at("address"), f"This must be {wanted}.", "address")
    standard = Link("", "", how, address)
    link = Link(
        id=found.text("id"),
        name=found.text("name"),
        how=how,
        address=address,
        answer_within=SECOND * found.number("answer_within", 10, _LONGEST_S, standard.answer_within // SECOND),
        contact_within=SECOND * found.number("contact_within", 60, _LONGEST_S, standard.contact_within // SECOND),
    )
    found.refuse_the_rest()
    return link


def read_skills(found: Fields, teams: Collection[Team], sentences: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Which skill a request asks for, by what brought it or by the kind of danger."""
    texts = {id for spoken in sentences.values() for id in spoken}
    kinds = {id.removeprefix("safety_") for id in texts if id.startswith("safety_")}
    had = {skill for team in teams for skill in team.skills}
    skills: dict[str, str] = {}
    for key, place, value in found.rest():
        if key not in kinds and key not in _BROUGHT_BY:
            known = ", ".join((*_BROUGHT_BY, *sorted(kinds)))
            raise fault(place, f"A request is never about this. Known: {known}.", "unknown_field")
        skill = line(place, value)
        if skill not in had:
            mend = (f"Give {skill} to a team.", f"Take {place} away.")
            raise fault(place, f"Nobody has the skill {skill}.", "no_skill", mend=mend)
        skills[str(key)] = skill
    return skills
