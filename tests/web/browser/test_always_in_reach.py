"""In every state that ``gehoor check`` finds and the widget can show, the way to a person is visible, unobstructed and
large enough to press: on a small phone too, on a page with hostile CSS, and when the server says nothing.

The states are those of the exploration itself, one for each that looks different to a customer; what the server would
say of each is computed by the server's own code, and the widget's files are served from the disk.
"""

import asyncio
import json
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from gehoor.core.conversation.model import Audience, Danger, Phase, State
from gehoor.core.conversation.transcript import lines
from gehoor.core.conversation.view import view
from gehoor.core.ids import ClientId
from gehoor.core.policy import Policy
from gehoor.flows.house import House
from gehoor.ports.people import Access, Scope
from gehoor.prove.check import Explorer, Node
from gehoor.prove.model import rough_key
from gehoor.web.app import HERE
from gehoor.web.context import Doors
from gehoor.web.errors import contact, problem
from gehoor.web.live import place_of
from gehoor.web.place import for_access
from gehoor.web.promises import Promises
from gehoor.web.wire import Teller
from tests.web.browser.conftest import Contexts, picture
from tests.web.browser.screens import WAIT_MS
from tests.world import organisation, parts

pytestmark = pytest.mark.browser

SITE = "http://gehoor.test"
SMALL, WIDE = {"width": 320, "height": 568}, {"width": 1280, "height": 800}
FOR_EVER = 2**62
WAYS = re.compile("Hoe wilt u geholpen worden|Teruggebeld worden|Verzetten")

HOSTILE = """
* { display: none !important; opacity: 0 !important; font-size: 3px !important; pointer-events: none !important; }
html, body { display: block !important; opacity: 1 !important; overflow: hidden; }
button, a { position: static !important; visibility: hidden !important; width: 1px !important; height: 1px !important; }
gehoor-widget { position: absolute !important; left: -9999px !important; transform: scale(0.01) !important; }
body::after { content: ""; position: fixed; inset: 0; z-index: 999999; background: rgb(255 0 0 / 10%); }
"""

REACHED = """
(what) => {
  const root = document.querySelector("gehoor-widget").shadowRoot;
  const node = root.querySelector(what);
  if (node === null) return `${what} is not there`;
  const box = node.getBoundingClientRect();
  if (box.width < 24 || box.height < 24) return `${what} is ${box.width} by ${box.height}`;
  if (box.left < 0 || box.top < 0 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1)
    return `${what} reaches out of the window: ${JSON.stringify(box)}`;
  const { opacity, visibility } = getComputedStyle(node);
  if (opacity !== "1" || visibility !== "visible") return `${what} cannot be seen`;
  for (const [x, y] of [[0.5, 0.5], [0.1, 0.3], [0.9, 0.3], [0.1, 0.7], [0.9, 0.7]]) {
    const [left, top] = [box.left + box.width * x, box.top + box.height * y];
    const host = document.elementFromPoint(left, top);
    if (host?.tagName !== "GEHOOR-WIDGET") return `${what} lies under ${host?.tagName}.${host?.className}`;
    const hit = root.elementFromPoint(left, top);
    if (hit !== node && !node.contains(hit)) return `${what} lies under ${hit?.tagName}.${hit?.className}`;
  }
  return "";
}
"""


@dataclass(frozen=True)
class Shown:
    """What the server says of one state: the events, what stands beside them, and what can be chosen."""

    name: str
    events: str
    choices: str


# -- the states ------------------------------------------------------------------------------------------------------


def looks(state: State) -> tuple[object, ...]:
    """What of a state a customer's screen can show."""
    control, record = state.control, state.record
    return (
        control.phase,
        control.requested,
        record.promise_kind if control.promised else None,
        control.promised and record.window_start is not None,
        control.danger is not Danger.NONE,
        control.link > 0,
        control.acknowledged,
        control.returned,
    )


@cache
def explored() -> tuple[tuple[str, Node], ...]:
    """One state for each that looks different."""
    explorer = Explorer(organisation().policy, rough_key)
    explorer.run()
    found: dict[tuple[object, ...], Node] = {}
    for node in explorer.nodes.values():
        if node.state.control.phase is not Phase.NEW:
            found.setdefault(looks(node.state), node)
    return tuple((" ".join(str(part) for part in key), node) for key, node in found.items())


def shown(name: str, node: Node, scope: Scope) -> Shown:
    """What the server's own code says of the state."""
    with ThreadPoolExecutor(1) as beside:  # the browser's driver has the event loop of this thread
        return beside.submit(asyncio.run, _shown(name, node, scope)).result()


async def _shown(name: str, node: Node, scope: Scope) -> Shown:
    policy, (world, clock, _) = organisation().policy, parts()
    clock.set(node.state.record.at)
    house = House(world, policy, lambda _: None)
    seen = view(node.state)
    access = Access(b"", seen.id, scope, seen.seq, FOR_EVER)  # type: ignore[arg-type]
    place = await place_of(house, seen, {}, access)
    teller = Teller(policy, {}, "nl")
    facts = (replace(fact, event=as_sent(fact.event)) for fact in node.facts)
    told = for_access(((line, words(policy, line.fact.event)) for line in lines(facts, Audience.CUSTOMER)), access)
    events = [teller.event(line, text, Audience.CUSTOMER) for line, text in told]
    body = {"events": events, "last_seq": seen.seq, "state": place}
    doors = Doors(house, None, None, lambda: None, None)  # type: ignore[arg-type,return-value]
    choices = await Promises(doors).offered(seen, access)
    return Shown(f"{name} {scope}", json.dumps(body), json.dumps(choices))


def as_sent(event: Any) -> Any:
    """The event with an id as a client makes it; the exploration has shorter ones."""
    return replace(event, client_id=ClientId(uuid.uuid4().hex)) if getattr(event, "client_id", None) else event


def words(policy: Policy, event: Any) -> str:
    """The words of a fact: the sentence of its template, or something that somebody wrote."""
    template = getattr(event, "template", None)
    if template is None:
        return "Er lekt water langs mijn raam." if type(event).__name__ in ("MessageReceived", "AgentWrote") else ""
    return policy.wording.say(template.id, template.language, "Noor", **dict(template.params)).text


# -- the page --------------------------------------------------------------------------------------------------------


class Stage:
    """A page of somebody else's with the widget on it, and a server that says what the test wants."""

    def __init__(self, context: BrowserContext, css: str) -> None:
        self.now: Shown | None = None
        self.answer = "well"
        self.page: Page = context.new_page()
        self._css = css
        self.small = css != ""
        context.route(f"{SITE}/**", self._serve)

    def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE).partition("?")[0]
        if path == "/host":
            route.fulfill(content_type="text/html", body=self._host())
        elif path == "/widget.js" or path.startswith("/static/"):
            route.fulfill(path=HERE / "static" / path.rpartition("/")[2])
        elif self.answer == "silent":
            route.abort()
        elif self.answer in ("busy", "gone"):
            status, code = (503, "busy") if self.answer == "busy" else (404, "unknown")
            made = problem(organisation().policy, "nl", status, code)
            route.fulfill(status=status, content_type="application/problem+json", body=bytes(made.body))
        else:
            self._say(route, path)

    def _say(self, route: Route, path: str) -> None:
        if path.endswith("/contact"):
            policy = organisation().policy
            route.fulfill(json=contact(policy, "nl") | {"open_now": False, "disclosure": {"ai": True, "text": "AI"}})
        elif self.now is None:
            route.abort()
        elif path.endswith("/choices"):
            route.fulfill(content_type="application/json", body=self.now.choices)
        elif path.endswith("/events"):
            route.fulfill(content_type="application/json", body=self.now.events)
        elif path.endswith("/return-code"):
            route.fulfill(status=201, json={"return_code": "7KQ2-9XMB-4TR8W"})
        # A stream stays open and says nothing; everything else is not asked for here.

    def _host(self) -> str:
        kept = json.dumps(json.dumps({"id": "conversation", "token": "t", "language": "nl"}))
        begun = (
            ""
            if self.now is None
            else (
                f"sessionStorage.setItem('gehoor:{SITE}:conversation', {kept});"
                f"sessionStorage.setItem('gehoor:{SITE}:open', 'true');"
            )
        )
        return (
            f'<!doctype html><html lang="nl"><title>Elders</title><style>{self._css}</style><h1>Elders</h1>'
            f"<script>sessionStorage.clear();{begun}</script>"
            f'<script type="module" src="/widget.js" data-phone="088 000 01 00" data-language="nl" '
            f'data-emergency-phone="088 000 01 12"></script>'
        )

    def shows(self, now: Shown | None) -> None:
        """Loads the page in this state."""
        self.now = now
        self.page.goto(f"{SITE}/host")
        expect(self.page.locator("gehoor-widget[data-dressed]")).to_be_attached()
        if now is not None:
            expect(self.page.locator("gehoor-widget .chat")).to_be_visible()

    def reach(self, what: str = "[data-action=human]", *, also: str = ".bar .button--call") -> None:
        """The way to a person can be seen and pressed."""
        for one in (what, also):
            if one:
                self.page.wait_for_function(f"(what) => ({REACHED})(what) === ''", arg=one, timeout=WAIT_MS)
                assert self.page.evaluate(REACHED, one) == "", self.now and self.now.name


@pytest.fixture(params=[(SMALL, HOSTILE), (WIDE, "")], ids=["small-hostile", "wide"])
def stage(request: pytest.FixtureRequest, contexts: Contexts) -> Iterator[Stage]:
    size, css = request.param
    made = Stage(contexts(viewport=size), css)
    yield made
    made.page.context.unroute_all(behavior="ignoreErrors")


def test_that_a_person_is_in_reach_in_every_state(stage: Stage) -> None:
    states = explored()
    phases = {node.state.control.phase for _, node in states}
    assert phases == set(Phase) - {Phase.NEW}, "every phase that a customer can see"
    assert len(states) > 30
    for name, node in states:
        for scope in Scope if stage.small else (Scope.WORDS,):
            stage.shows(shown(name, node, scope))
            stage.reach()


def test_that_a_person_is_in_reach_before_the_conversation(stage: Stage) -> None:
    stage.shows(None)
    stage.reach(".launcher", also="")
    stage.page.locator("gehoor-widget").evaluate("(host) => host.open()")
    stage.reach()
    stage.answer = "silent"
    stage.shows(None)
    stage.reach(".launcher", also="")
    stage.page.locator("gehoor-widget").evaluate("(host) => host.open()")
    stage.reach()


@pytest.mark.parametrize("answer", ["silent", "busy", "gone"])
def test_that_a_person_is_in_reach_when_the_server_says_nothing(stage: Stage, answer: str) -> None:
    name, node = next((one for one in explored() if one[1].state.control.promised), explored()[0])
    stage.answer = answer
    stage.shows(shown(name, node, Scope.WORDS))
    wanted = "gone" if answer == "gone" else "down"
    expect(stage.page.locator("gehoor-widget .chat")).to_have_attribute("data-connection", wanted)
    stage.reach()


def test_that_a_person_is_in_reach_without_a_network(stage: Stage) -> None:
    name, node = next(one for one in explored() if one[1].state.control.promised)
    stage.shows(shown(name, node, Scope.WORDS))
    stage.page.context.set_offline(True)
    expect(stage.page.locator("gehoor-widget .chat")).to_have_attribute("data-connection", "offline")
    stage.reach()


def test_that_a_person_is_in_reach_while_choosing(stage: Stage) -> None:
    for name, node in explored():
        if node.state.control.danger is Danger.NONE and node.state.control.phase is Phase.WAITING:
            stage.shows(shown(name, node, Scope.WORDS))
            ways = stage.page.locator("gehoor-widget .card").get_by_role("button", name=WAYS)
            ways.first.click()
            expect(stage.page.locator("gehoor-widget .choose form")).to_be_visible()
            stage.reach()
            break
    picture(stage.page, f"reach-choosing-{stage.page.evaluate('innerWidth')}")
