from collections.abc import Iterator
from dataclasses import replace

from gehoor.core.conversation.model import Danger
from gehoor.core.ids import ConversationId, StaffId
from gehoor.core.routing.assign import Hands, Match, assign
from gehoor.core.routing.queue import Need, NeedKind, Waiting, in_order
from gehoor.core.time import MINUTE, Instant, later
from tests.core.situations import ANNA, BRAM

CARL = StaffId("carl")
NOW = Instant(600 * MINUTE)
ENGLISH, LIFT = frozenset({"en", "nl"}), frozenset({"lift"})
NOTHING: frozenset[str] = frozenset()


def customer(
    id: str,
    minute: int = 0,
    danger: Danger = Danger.NONE,
    wanted: StaffId | None = None,
    declined: tuple[StaffId, ...] = (),
    offered_to: StaffId | None = None,
) -> Waiting:
    at = Instant(minute * MINUTE)
    return Waiting(ConversationId(id), at, danger, wanted=wanted, declined=declined, offered_to=offered_to)


def hands(agent: StaffId, busy: int = 0, capacity: int = 3, free_since: int = 0) -> Hands:
    return Hands(agent, busy, capacity, free_since)


def matches(queue: list[Waiting], present: list[Hands]) -> list[Match]:
    return assign(in_order(queue), present, NOW)


def offers(queue: list[Waiting], present: list[Hands]) -> list[tuple[str, str]]:
    return [(match.conversation, match.agent) for match in matches(queue, present)]


def why(waiting: Waiting, *present: Hands) -> str:
    return matches([waiting], list(present))[0].why


def needy(id: str, *needs: Need, minute: int = 0, danger: Danger = Danger.NONE) -> Waiting:
    return replace(customer(id, minute, danger), needs=needs)


def language(name: str, minutes_left: int) -> Need:
    return Need(NeedKind.LANGUAGE, name, later(NOW, minutes_left * MINUTE))


def skill(name: str, minutes_left: int) -> Need:
    return Need(NeedKind.SKILL, name, later(NOW, minutes_left * MINUTE))


def speaks(agent: StaffId, *languages: str, busy: int = 0, restricted: bool = False) -> Hands:
    return Hands(agent, busy, 3, 0, LIFT, frozenset(languages), restricted)


def test_that_nobody_is_offered_to_nobody() -> None:
    assert offers([], [hands(ANNA)]) == []
    assert offers([customer("a")], []) == []
    assert offers([customer("a")], [hands(ANNA, 3)]) == []


def test_that_the_longest_waiting_is_offered_first() -> None:
    assert offers([customer("b", 1), customer("a", 2)], [hands(ANNA, 2)]) == [("b", "anna")]


def test_that_danger_is_offered_before_who_waits_longer() -> None:
    assert offers([customer("a", 0), customer("b", 9, Danger.LIFE)], [hands(ANNA, 2)]) == [("b", "anna")]


def test_that_the_agent_with_the_fewest_conversations_is_asked() -> None:
    assert offers([customer("a")], [hands(ANNA, 2), hands(BRAM, 1)]) == [("a", "bram")]


def test_that_of_equals_who_has_been_free_longest_is_asked() -> None:
    assert offers([customer("a")], [hands(ANNA, free_since=9), hands(BRAM, free_since=3)]) == [("a", "bram")]
    assert offers([customer("a")], [hands(BRAM), hands(ANNA)]) == [("a", "anna")]


def test_that_offers_are_spread_and_stay_within_capacity() -> None:
    queue = [customer(name, minute) for minute, name in enumerate("abcdef")]
    assert offers(queue, [hands(ANNA, 1, 3), hands(BRAM, 0, 1)]) == [("a", "bram"), ("b", "anna"), ("c", "anna")]


def test_that_who_was_offered_is_not_offered_again() -> None:
    assert offers([customer("a", offered_to=ANNA), customer("b", 1)], [hands(BRAM)]) == [("b", "bram")]


def test_that_a_transferred_customer_goes_to_the_agent_they_were_meant_for() -> None:
    assert offers([customer("a", wanted=BRAM)], [hands(ANNA), hands(BRAM, 2)]) == [("a", "bram")]


def test_that_a_transferred_customer_does_not_wait_for_who_is_not_there() -> None:
    assert offers([customer("a", wanted=BRAM)], [hands(ANNA)]) == [("a", "anna")]
    assert offers([customer("a", wanted=BRAM)], [hands(ANNA, 2), hands(BRAM, 3)]) == [("a", "anna")]


def test_that_an_agent_who_declined_is_not_asked_while_another_is_willing() -> None:
    assert offers([customer("a", declined=(ANNA,))], [hands(ANNA), hands(BRAM, 2)]) == [("a", "bram")]


def test_that_an_agent_who_declined_is_not_asked_while_another_is_only_busy() -> None:
    queue = [customer("a", declined=(ANNA,)), customer("b", 1)]
    assert offers(queue, [hands(ANNA), hands(BRAM, 3)]) == [("b", "anna")]


def test_that_in_danger_nobody_is_spared() -> None:
    queue = [customer("a", danger=Danger.DISCOMFORT, declined=(ANNA,))]
    assert offers(queue, [hands(ANNA), hands(BRAM, 3)]) == [("a", "anna")]


def test_that_when_everybody_declined_who_was_asked_longest_ago_is_asked() -> None:
    queue = [customer("a", declined=(BRAM, ANNA))]
    assert offers(queue, [hands(ANNA), hands(BRAM, 2)]) == [("a", "bram")]
    assert offers(queue, [hands(ANNA), hands(BRAM, 3)]) == [("a", "anna")]


def test_that_who_declined_and_went_home_does_not_count() -> None:
    assert offers([customer("a", declined=(CARL, ANNA))], [hands(ANNA)]) == [("a", "anna")]


# -- needs -----------------------------------------------------------------------------------------------------------


def test_that_who_has_a_need_is_offered_to_who_meets_it_however_busy() -> None:
    english = needy("a", language("en", 5))
    assert offers([english], [speaks(ANNA, "nl"), speaks(BRAM, "en", busy=2)]) == [("a", "bram")]


def test_that_a_need_that_nobody_with_room_meets_keeps_the_place_and_lets_the_next_go() -> None:
    queue = [needy("a", language("en", 5)), customer("b", 1)]
    assert offers(queue, [speaks(ANNA, "nl"), speaks(BRAM, "en", busy=3)]) == [("b", "anna")]
    assert in_order(queue)[0].id == "a"


def test_that_a_need_widens_at_its_moment_and_not_before() -> None:
    assert offers([needy("a", language("en", 0))], [speaks(ANNA, "nl")]) == [("a", "anna")]
    assert offers([replace(customer("a"), needs=(Need(NeedKind.LANGUAGE, "en", later(NOW, 1)),))], [speaks(ANNA)]) == []


def test_that_a_need_that_widened_is_still_a_wish() -> None:
    queue = [needy("a", language("en", 0))]
    assert offers(queue, [speaks(ANNA, "nl"), speaks(BRAM, "en", busy=2)]) == [("a", "bram")]


def test_that_both_needs_must_have_widened() -> None:
    both = needy("a", language("en", 0), skill("cv", 5))
    assert offers([both], [speaks(ANNA, "nl")]) == []
    assert offers([both], [Hands(BRAM, 0, 3, 0, frozenset({"cv"}), frozenset({"nl"}))]) == [("a", "bram")]


def test_that_who_meets_more_of_the_needs_is_asked() -> None:
    both = needy("a", language("en", 0), skill("lift", 0))
    assert offers([both], [speaks(ANNA, "nl"), speaks(BRAM, "en", busy=2)]) == [("a", "bram")]


def test_that_in_danger_a_need_keeps_nobody_waiting() -> None:
    for danger in (Danger.DISCOMFORT, Danger.DAMAGE, Danger.LIFE):
        urgent = needy("a", language("en", 5), danger=danger)
        assert offers([urgent], [speaks(ANNA, "nl")]) == [("a", "anna")]
        assert offers([urgent], [speaks(ANNA, "nl", restricted=True)]) == [("a", "anna")]


def test_that_of_whose_team_nothing_is_said_can_do_everything() -> None:
    assert offers([needy("a", language("en", 5), skill("cv", 5))], [hands(ANNA)]) == [("a", "anna")]


def test_that_for_the_people_of_a_partner_a_need_never_widens() -> None:
    partner = speaks(ANNA, "nl", restricted=True)
    assert offers([needy("a", language("en", -99)), customer("b", 1)], [partner]) == [("b", "anna")]
    assert partner.may_ever(needy("a", language("nl", 5)))
    assert not partner.may_ever(needy("a", language("en", -99)))
    assert partner.may_ever(needy("a", language("en", 5), danger=Danger.LIFE))


def test_that_a_colleague_chooses_over_a_need_but_not_for_the_people_of_a_partner() -> None:
    english = replace(needy("a", language("en", 5)), wanted=ANNA)
    assert offers([english], [speaks(ANNA, "nl"), speaks(BRAM, "en")]) == [("a", "anna")]
    assert offers([english], [speaks(ANNA, "nl", restricted=True), speaks(BRAM, "en")]) == [("a", "bram")]


def test_that_who_declined_is_not_asked_again_while_another_may_have_the_customer_soon() -> None:
    declined = replace(needy("a", language("en", 5)), declined=(BRAM,))
    assert offers([declined], [speaks(ANNA, "nl"), speaks(BRAM, "en")]) == []
    assert offers([declined], [speaks(ANNA, "nl", restricted=True), speaks(BRAM, "en")]) == [("a", "bram")]


# -- who does not stand in the line ----------------------------------------------------------------------------------


def test_that_a_window_is_not_offered_before_it_opens() -> None:
    assert offers([replace(customer("a"), not_before=later(NOW, 1)), customer("b", 1)], [hands(ANNA, 2)]) == [
        ("b", "anna")
    ]
    assert offers([replace(customer("a"), not_before=NOW), customer("b", 1)], [hands(ANNA, 2)]) == [("a", "anna")]


def test_that_danger_does_not_wait_for_its_window() -> None:
    later_on = replace(customer("a", danger=Danger.DAMAGE), not_before=later(NOW, 60 * MINUTE))
    assert offers([later_on], [hands(ANNA)]) == [("a", "anna")]


def test_that_nobody_is_called_out_for_a_probe() -> None:
    assert offers([replace(customer("a", danger=Danger.LIFE), probe=True)], [hands(ANNA)]) == []


# -- why -------------------------------------------------------------------------------------------------------------


def test_that_an_offer_says_why() -> None:
    assert why(customer("a", danger=Danger.LIFE), hands(ANNA)) == "life; nobody else has room"
    assert why(customer("a"), hands(ANNA, 1), hands(BRAM)) == "normal; fewest conversations"
    assert why(customer("a"), hands(ANNA), hands(BRAM)) == "normal; free longest"
    assert why(customer("a", wanted=ANNA), hands(ANNA)) == "normal; transferred to this agent"
    assert why(customer("a", declined=(ANNA,)), hands(ANNA)) == "normal; everybody declined, asked longest ago"


def test_that_an_offer_says_how_each_need_stands() -> None:
    both = needy("a", language("nl", 5), skill("cv", 0))
    assert "; language nl: met; skill cv: waited long enough; " in why(both, speaks(ANNA, "nl"))
    urgent = needy("a", language("en", 5), danger=Danger.LIFE)
    assert "; language en: danger does not wait for it; " in why(urgent, speaks(ANNA, "nl"))
    meant = replace(needy("a", language("en", 5)), wanted=ANNA)
    assert "; language en: a colleague chose; " in why(meant, speaks(ANNA, "nl"))


def test_that_a_long_line_costs_no_more_than_what_is_offered() -> None:
    looked_at = 0

    def line() -> Iterator[Waiting]:
        nonlocal looked_at
        for minute in range(10_000):
            looked_at += 1
            yield customer(f"{minute:05}", minute)

    assert len(assign(line(), [hands(ANNA), hands(BRAM, 1)], NOW)) == 5
    assert looked_at <= 6
