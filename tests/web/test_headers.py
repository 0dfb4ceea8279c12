"""What every answer carries, which other sites may call us, and how cookies are kept."""

import pytest
from starlette.routing import Route

from tests.world import Agent, Browser, Built, Customer, new_id, open_house, policy_with

pytestmark = pytest.mark.anyio

FRIEND = "https://www.voorbeeldstad.example"
STRANGERS = [
    "https://elders.example",
    "http://www.voorbeeldstad.example",  # another scheme is another origin
    "https://www.voorbeeldstad.example:8443",
    "https://www.voorbeeldstad.example.elders.example",
    "null",
]


async def test_that_every_answer_may_run_and_load_only_what_is_ours(built: Built) -> None:
    client = built.client()
    for route in built.app.routes:
        if not isinstance(route, Route) or route.path.endswith("/stream"):
            continue
        path = route.path.replace("{id}", "0000").replace("{slug}", "borg")
        for method in route.methods or ():
            answer = await client.request(method, path)
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "script-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"


async def test_that_pages_keep_to_the_policy_that_they_are_sent_with(built: Built, agent: Agent) -> None:
    browser = Browser(built.client())
    await browser.opens()
    await browser.sends("/chat/start")
    await browser.sends("/chat/message", text="Hoe zeg ik mijn huur op?")
    pages = [browser.page] + [(await agent.client.get(path)).text for path in ("/", "/desk", "/desk/login", "/nope")]
    for page in pages:
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        for script in page.split("<script")[1:]:
            opening = script.partition(">")[0]
            assert 'src="/static/' in opening or 'type="application/json"' in opening


async def test_that_what_is_personal_is_kept_by_no_cache(customer: Customer) -> None:
    for path in (f"{customer.path}/events", f"{customer.path}/export", "/chat"):
        answer = await customer.client.get(path, headers=customer.headers)
        assert answer.headers["cache-control"] == "no-store"


# -- other sites -----------------------------------------------------------------------------------------------------


async def test_that_a_registered_site_may_make_the_customers_calls() -> None:
    async with open_house(policy=policy_with(origins=(FRIEND,))) as built:
        client = built.client(headers={"origin": FRIEND})
        for path in ("/api/v1/conversations", "/api/v1/return"):
            asked = await client.options(
                path,
                headers={"access-control-request-method": "POST", "access-control-request-headers": "content-type"},
            )
            assert asked.status_code == 204
            assert asked.headers["access-control-allow-origin"] == FRIEND
            assert "POST" in asked.headers["access-control-allow-methods"]
            allowed = asked.headers["access-control-allow-headers"].lower()
            assert {"authorization", "content-type"} <= {one.strip() for one in allowed.split(",")}
        opened = await client.post("/api/v1/conversations", json={})
        assert opened.headers["access-control-allow-origin"] == FRIEND
        assert "origin" in opened.headers["vary"].lower()
        refused = await client.get("/api/v1/conversations/0000/events")
        assert refused.headers["access-control-allow-origin"] == FRIEND, "an error can be read as well"
        assert "access-control-allow-credentials" not in opened.headers, "never with a cookie"
        assert opened.headers["access-control-expose-headers"] == "Retry-After", (
            "the widget waits as long as it is asked to"
        )
        back = await client.post("/api/v1/return", json={"code": "0000-0000-000"})
        assert back.headers["access-control-allow-origin"] == FRIEND, "with a code one comes back to the widget too"


@pytest.mark.parametrize("origin", STRANGERS)
async def test_that_other_sites_may_not(origin: str) -> None:
    async with open_house(policy=policy_with(origins=(FRIEND,))) as built:
        client = built.client(headers={"origin": origin})
        for method, path in (
            ("OPTIONS", "/api/v1/conversations"),
            ("POST", "/api/v1/conversations"),
            ("GET", "/api/v1/contact"),
        ):
            answer = await client.request(method, path)
            assert "access-control-allow-origin" not in answer.headers


async def test_that_no_other_site_ever_makes_the_desks_calls() -> None:
    async with open_house(policy=policy_with(origins=(FRIEND,))) as built:
        client = built.client(headers={"origin": FRIEND})
        for method, path in (
            ("POST", "/api/v1/staff/session"),
            ("OPTIONS", "/api/v1/staff/presence"),
            ("GET", "/desk"),
        ):
            answer = await client.request(method, path)
            assert "access-control-allow-origin" not in answer.headers


async def test_that_the_widgets_files_may_be_loaded_anywhere(built: Built) -> None:
    for path in ("/widget.js", "/static/base.css"):
        answer = await built.client().get(path, headers={"origin": "https://elders.example"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


# -- cookies ---------------------------------------------------------------------------------------------------------


async def test_that_there_is_no_cookie_before_a_chat_is_opened(built: Built) -> None:
    client = built.client()
    for path in ("/", "/chat", "/kennis/borg", "/api/docs", "/desk/login", "/api/v1/contact", "/widget.js", "/nope"):
        assert "set-cookie" not in (await client.get(path)).headers, path
    opened = await client.post("/api/v1/conversations", json={})
    assert "set-cookie" not in opened.headers, "the widget has its token"


@pytest.mark.parametrize(("scheme", "prefix"), [("http", ""), ("https", "__Host-")])
async def test_that_cookies_are_for_this_host_only_and_for_no_script(built: Built, scheme: str, prefix: str) -> None:
    client = built.client()
    chat = await client.post(f"{scheme}://gehoor.test/chat/start", data={"form_token": "start"})
    desk = await client.post(
        f"{scheme}://gehoor.test/api/v1/staff/session", json={"login": "agent1", "password": "demo-agent1"}
    )
    for answer, name in ((chat, "gehoor"), (desk, "gehoor-desk")):
        cookie = answer.headers["set-cookie"]
        flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
        assert cookie.startswith(f"{prefix}{name}=")
        assert {"httponly", "samesite=lax", "path=/"} <= flags
        assert ("secure" in flags) == (scheme == "https")
        assert not any(flag.startswith(("domain", "max-age", "expires")) for flag in flags)


FOREIGN = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},  # another host of the same domain is not us
    {"origin": "https://elders.example"},
    {"origin": "null"},
    {"origin": "http://gehoor.test:8080"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_that_another_sites_page_cannot_act_with_a_customers_cookie(
    built: Built, headers: dict[str, str]
) -> None:
    browser = Browser(built.client())
    await browser.opens()
    await browser.sends("/chat/start")
    id = (await built.store.all_ids())[0]
    fields = {"form_token": browser.hidden("form_token"), "client_id": new_id(), "text": "Van elders"}
    for path in ("/chat/message", "/chat/human", "/chat/start", "/chat/new"):
        assert (await browser.client.post(path, data=fields, headers=headers)).status_code == 403
    body = {"client_id": new_id(), "text": "Van elders"}
    answer = await browser.client.post(f"/api/v1/conversations/{id}/messages", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert await built.kinds(id) == ["ConversationStarted", "DisclosureShown"]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_that_another_sites_page_cannot_act_with_an_agents_cookie(
    built: Built, agent: Agent, helped: Customer, headers: dict[str, str]
) -> None:
    before = len(await built.facts(helped.id))
    for path, body in (
        (f"conversations/{helped.id}/messages", {"client_id": new_id(), "text": "Van elders"}),
        (f"conversations/{helped.id}/resolve", {}),
        ("presence", {"status": "away"}),
        ("session", {"login": "agent2", "password": "demo-agent2"}),  # nor sign somebody in as somebody else
    ):
        answer = await agent.client.post(f"/api/v1/staff/{path}", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed"), path
    assert (await agent.client.delete("/api/v1/staff/session", headers=headers)).status_code == 403
    assert len(await built.facts(helped.id)) == before
    await agent.writes(helped.id, "Ik ben er nog.")


async def test_that_our_own_pages_can_act_with_the_cookie(built: Built) -> None:
    browser = Browser(built.client(headers={"sec-fetch-site": "same-origin", "origin": "http://gehoor.test"}))
    await browser.opens()
    await browser.sends("/chat/start")
    await browser.sends("/chat/message", text="Van hier")
    assert "Van hier" in browser.page
