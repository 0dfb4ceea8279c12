"""What is told: as JSON, as tables, as a picture and as a page."""

import json
from functools import cache
from xml.etree import ElementTree

from gehoor.prove.simulate.page import page
from gehoor.prove.simulate.picture import picture
from gehoor.prove.simulate.report import as_json, as_text, spoken
from gehoor.prove.simulate.run import Simulated, Wanted, simulate

SVG = "{http://www.w3.org/2000/svg}"


@cache
def two() -> tuple[Simulated, ...]:
    wanted = Wanted(days=1, agents=4, a_year=30_000, processes=1, faults=False)
    return simulate(wanted), simulate(Wanted(days=1, agents=4, a_year=30_000, processes=1, what_if="agent-1"))


def test_that_the_document_has_every_figure_that_is_promised() -> None:
    told = json.loads(as_json(two()))
    assert (told["lost"], told["violations"]) == (0, 0)
    assert [run["what_if"] for run in told["runs"]] == ["as it is", "agent-1"]
    assert [run["agents"] for run in told["runs"]] == [4, 3]
    for run in told["runs"]:
        for spans in run["time_to_a_person"].values():
            assert spans["p50"] <= spans["p95"] <= spans["p99"]
        assert run["promises"]["made"] >= run["promises"].get("kept", 0)
        assert (
            sum(hour["requests"] for hour in run["waits_by_hour"].values())
            == (run["time_to_a_person"]["without a promise"]["number"])
        )


def test_that_the_tables_say_the_same_in_words() -> None:
    told = as_text(two())
    for line in ("requests lost", "violations", "promises kept", "time to a person, danger to life", "p99"):
        assert line in told


def test_that_the_picture_can_be_read_without_seeing_it_and_has_no_script() -> None:
    root = ElementTree.fromstring(picture(two()))
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text
    assert desc is not None
    assert desc.text is not None
    assert "agent-1" in desc.text
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    assert not root.findall(f".//{SVG}script")
    words = [one.text for one in root.iter(f"{SVG}text")]
    assert "hour of the request" in words
    assert "minutes to a person" in words
    assert len(list(root.iter(f"{SVG}rect"))) > 10


def test_that_nothing_to_draw_is_drawn_as_nothing() -> None:
    ElementTree.fromstring(picture([Simulated(Wanted())]))


def test_that_the_page_stands_by_itself_and_holds_every_number() -> None:
    told = page(two())
    assert told.startswith("<!doctype html>")
    assert "<svg" in told
    assert '<th scope="row">danger to life</th>' in told
    assert "http://" not in told.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in told


def test_that_spans_are_said_as_people_say_them() -> None:
    assert [spoken(span) for span in (4.4, 99, 150, 7200)] == ["4 s", "99 s", "2.5 min", "2.0 h"]
