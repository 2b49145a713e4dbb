"""The stream of events, by server-sent events and by WebSocket: who is told what, where it goes on, when it ends."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from django.utils import timezone

from analytics.live import publish_camera
from analytics.models import Event, EventHead
from analytics.news import END, START
from analytics.services.acknowledge import alarm_acknowledge
from analytics.services.event import event_write, events_prune
from cameras.models import Camera, Membership, Site
from portal.accounts.models import ApiToken, User
from portal.accounts.services import token_create
from portal.dashboard import event_hub as hub_module
from portal.dashboard import event_stream as stream_module
from portal.dashboard.consumers.connection import TRY_AGAIN, WRONG
from portal.dashboard.consumers.events import GONE
from portal.dashboard.event_hub import event_hub
from portal.dashboard.news_hub import news_hub
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory, SiteFactory
from tests.notifications.outbox import write
from tests.portal.dashboard.live import area_state, camera_state, say
from tests.portal.dashboard.sockets import Socket, session_of, socket
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT_S = 20  # only ends a hang
URL = "/api/v1/events/"


@pytest.fixture(autouse=True)
async def _end_hubs() -> AsyncIterator[None]:
    """Hubs live with the event loop; here each test has its own."""
    yield
    await event_hub().close()
    await news_hub().close()


@pytest.fixture
def asked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights are asked for again at once instead of after three seconds."""
    monkeypatch.setattr(hub_module, "RECHECK_S", 0.02)


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay")


@pytest.fixture
def text(owner: User) -> str:
    """A token of the owner."""
    return token_create(user=owner, name="vms", scope="operate")[1]


class Follower:
    """A program that follows the server-sent events. headers: beside its token."""

    def __init__(self, text: str, query: str = "", **headers: str) -> None:
        self._url, self._headers = URL + query, {"Authorization": f"Bearer {text}", **headers}
        self.last_id = ""
        self._frames: list[str] = []

    async def __aenter__(self) -> "Follower":
        self.answer = await AsyncClient().get(self._url, headers=self._headers)
        assert self.answer.status_code == 200, self.answer.content
        self._pieces = aiter(self.answer.streaming_content)
        return self

    async def __aexit__(self, *_error: object) -> None:
        """As the web server ends it: while it waits for more."""
        waiting = asyncio.ensure_future(anext(self._pieces, b""))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        await self._pieces.aclose()

    async def next(self) -> dict[str, Any]:
        """The next message; frames without data only move `last_id`."""
        while True:
            found = self._data(await self._frame())
            if found is not None:
                return found

    async def _frame(self) -> str:
        async with asyncio.timeout(LIMIT_S):
            piece = (await anext(self._pieces)).decode()
        assert piece.endswith("\n\n"), piece
        return piece

    def _data(self, frame: str) -> dict[str, Any] | None:
        for line in frame.splitlines():
            name, _, value = line.partition(": ")
            if name == "id":
                self.last_id = value
            if name == "data":
                return json.loads(value)
        return None

    async def heartbeat(self) -> None:
        """The next frame is one."""
        frame = await self._frame()
        assert frame.startswith("id: "), frame
        assert frame.endswith("\n:\n\n"), frame
        self._data(frame)


@sync_to_async
def tell(camera: Camera, *numbers: int) -> None:
    """Events of a camera, each in a transaction of its own."""
    for number in numbers:
        event_write(kind="camera.status", site_id=camera.site_id, camera_id=camera.pk, data={"n": number})


async def numbers(follower: Follower, count: int) -> list[int]:
    return [(await follower.next())["data"]["n"] for _ in range(count)]


async def left(most: int) -> None:
    """When fewer than so many streams are open in this process: the server ends what was left as soon as it can."""
    async with asyncio.timeout(LIMIT_S):
        while len(event_hub()._listeners) >= most:
            await asyncio.sleep(0.01)


def by_token(text: str, query: str = "") -> Socket:
    """As a program opens it: no Origin, no cookie."""
    opened = socket("/ws/events/", origin="")
    opened.scope["headers"].append((b"authorization", f"Bearer {text}".encode()))
    opened.scope["query_string"] = query.encode()
    return opened


async def heard(page: Socket) -> dict[str, Any]:
    return json.loads(await page.heard())


async def test_events_are_told_as_they_happen(camera: Camera, text: str) -> None:
    """API-3, API-6: `hello` first, then each with its id; the response says that nothing may keep it back."""
    async with Follower(text) as follower:
        hello = await follower.next()
        alarm = await sync_to_async(AlarmFactory.build)(camera=camera)
        await sync_to_async(write)(alarm, START)
        started = await follower.next()
        await sync_to_async(write)(alarm, END)
        ended = await follower.next()

    assert follower.answer.headers["Content-Type"] == "text/event-stream"
    assert follower.answer.headers["Cache-Control"] == "no-store"
    assert hello == {"type": "hello", "id": 0}
    assert [(one["id"], one["type"], one["data"]["state"]) for one in (started, ended)] == [
        (1, "alarm.started", "active"),
        (2, "alarm.ended", "ended"),
    ]
    assert (started["site"], started["camera"], started["alarm"]) == (camera.site_id, camera.pk, str(alarm.pk))
    assert follower.last_id == "2"


@pytest.mark.parametrize("way", ["header", "query"])
async def test_who_comes_back_goes_on_where_it_was(camera: Camera, text: str, way: str) -> None:
    """API-6: from the last seen id; the header knows better than the address that is opened again."""
    await tell(camera, 1, 2, 3, 4)
    back = Follower(text, "?after=1", **{"Last-Event-ID": "2"}) if way == "header" else Follower(text, "?after=2")
    async with back as follower:
        hello = await follower.next()
        missed = await numbers(follower, 2)
        await tell(camera, 5)
        live = await numbers(follower, 1)

    assert (hello["id"], missed, live) == (2, [3, 4], [5])


async def test_what_the_memory_of_the_process_does_not_hold_is_read_from_the_log(
    camera: Camera, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """API-6: far behind or near, the order is the same and nothing is told twice."""
    monkeypatch.setattr(hub_module, "RING", 5)
    await tell(camera, *range(1, 13))
    async with Follower(text, "?after=0") as far, Follower(text, "?after=9") as near:
        assert ((await far.next())["id"], (await near.next())["id"]) == (0, 9)
        await tell(camera, 13)

        assert await numbers(far, 13) == list(range(1, 14))
        assert await numbers(near, 4) == [10, 11, 12, 13]


async def test_a_socket_is_told_the_same(camera: Camera, text: str, owner: User) -> None:
    """API-3: by token without an Origin, or by the session of one of our pages."""
    await tell(camera, 1)
    program = by_token(text, "after=0")
    page = socket("/ws/events/", await sync_to_async(session_of)(owner))
    assert await program.opened()
    assert await page.opened()
    hellos = [await heard(program), await heard(page)]
    missed = await heard(program)
    await tell(camera, 2)
    live = [await heard(program), await heard(page)]
    for one in (program, page):
        await one.leave()

    assert [one["id"] for one in hellos] == [0, 1]
    assert missed["data"] == {"n": 1}
    assert [one["data"] for one in live] == [{"n": 2}, {"n": 2}]


async def test_a_socket_without_a_right_is_not_opened(owner: User, text: str) -> None:
    """SEC-1, SEC-3: nobody, a page of another host, a token that is none; nor does a token open our pages' sockets."""
    session = await sync_to_async(session_of)(owner)
    elsewhere = by_token(text)
    elsewhere.scope["path"] = "/ws/news/"

    assert not await socket("/ws/events/").opened()
    assert not await socket("/ws/events/", session, origin="https://evil.example").opened()
    assert not await by_token("lk_00000000_nothing").opened()
    assert not await elsewhere.opened()


async def test_nobody_hears_of_another_site(camera: Camera, stranger: User, text: str) -> None:
    """SEC-1: not by asking for it either; their ids go on all the same."""
    elsewhere = await sync_to_async(lambda: CameraFactory(site=Site.objects.get(name="Elsewhere")))()
    other = (await sync_to_async(token_create)(user=stranger, name="vms"))[1]
    async with Follower(other, f"?after=0&site={camera.site_id}&site={elsewhere.site_id}") as follower:
        await tell(camera, 1)
        await tell(elsewhere, 2)
        await follower.next()
        event = await follower.next()

    assert (event["id"], event["site"]) == (2, elsewhere.site_id)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=alarm", {"alarm.started"}),
        ("type=camera.status", {"camera.status"}),
        ("type=camera&type=alarm.started", {"camera.status", "alarm.started"}),
        ("camera={camera}", {"camera.status", "alarm.started"}),
        ("camera=0", set()),
        ("site={site}&type=alarm", {"alarm.started"}),
    ],
)
async def test_a_follower_is_told_what_it_asked_for(camera: Camera, text: str, query: str, expected: set[str]) -> None:
    """API-3: by type or group, camera, site."""
    await tell(camera, 1)
    await sync_to_async(write)(await sync_to_async(AlarmFactory.build)(camera=camera), START)
    async with Follower(text, f"?after=0&{query.format(camera=camera.pk, site=camera.site_id)}") as follower:
        await follower.next()
        found = {(await follower.next())["type"] for _ in expected}

    assert found == expected


async def test_one_who_acknowledges_does_not_hear_it_back(camera: Camera, site: Site, owner: User, text: str) -> None:
    """API-8: by its token, or as its system calls itself; others hear it, and so does the same name of another user."""
    operator = await sync_to_async(lambda: MembershipFactory(site=site, role="operator").user)()
    other = (await sync_to_async(token_create)(user=operator, name="other"))[1]
    alarms = [await sync_to_async(AlarmFactory)(camera=camera) for _ in range(2)]
    own = (await sync_to_async(ApiToken.objects.get)(user=owner)).prefix
    async with (
        Follower(text) as vms,
        Follower(text, "?origin=recorder") as recorder,
        Follower(other, "?origin=recorder") as another,
    ):
        for follower in (vms, recorder, another):
            await follower.next()
        for alarm, origin in zip(alarms, (own, "recorder"), strict=True):
            await sync_to_async(alarm_acknowledge)(user=owner, alarm_id=alarm.pk, origin=origin)
        found = [await vms.next(), await recorder.next(), await another.next(), await another.next()]

    assert [one["origin"] for one in found] == ["recorder", own, own, "recorder"]
    assert {one["by"] for one in found} == {"owner"}


async def test_a_quiet_stream_keeps_its_place(camera: Camera, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """API-6: a heartbeat moves the id on past what was not asked for, so that the cursor does not grow old."""
    monkeypatch.setattr(stream_module, "HEARTBEAT_S", 0.05)
    async with Follower(text, "?type=alarm") as follower:
        await follower.next()
        await tell(camera, 1, 2, 3)
        while follower.last_id != "3":
            await follower.heartbeat()
    quiet = by_token(text, "type=alarm")
    assert await quiet.opened()
    told = [await heard(quiet), await heard(quiet)]
    await quiet.leave()

    assert [(one["type"], one["id"]) for one in told] == [("hello", 3), ("heartbeat", 3)]


async def test_an_old_cursor_is_told_the_way_out(camera: Camera, text: str, settings: Any) -> None:
    """API-6: 410 with what is kept; the socket closes with 4410."""
    await tell(camera, *range(6))
    settings.EVENTS_MOST = 2
    await sync_to_async(events_prune)(now=timezone.now())
    answer = await AsyncClient().get(f"{URL}?after=3", headers={"Authorization": f"Bearer {text}"})
    program = by_token(text, "after=3")
    assert await program.opened()

    assert answer.status_code == 410
    assert answer.json().items() >= {"code": "cursor_gone", "oldest": 4, "newest": 6}.items()
    assert await program.closing() == GONE


@pytest.mark.parametrize("query", ["after=x", "after=-1", "type=alarms", "site=a", "camera=1.5", "origin=%20"])
async def test_what_does_not_fit_is_refused(text: str, query: str) -> None:
    """API-1: 400 names the parameter; the socket closes with 4400."""
    answer = await AsyncClient().get(f"{URL}?{query}", headers={"Authorization": f"Bearer {text}"})
    program = by_token(text, query)
    assert await program.opened()

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == query.partition("=")[0]
    assert await program.closing() == WRONG


def take_away(what: str) -> None:
    if what == "membership":
        Membership.objects.filter(user__username="owner").delete()
    elif what == "account":
        User.objects.filter(username="owner").update(is_active=False)
    elif what == "more":
        MembershipFactory(user=User.objects.get(username="owner"), site=SiteFactory())
    else:
        ApiToken.objects.update(**{what: timezone.now()})


@pytest.mark.parametrize("ended", ["membership", "account", "revoked_at", "expires_at", "more"])
async def test_a_stream_ends_with_the_right_to_it(camera: Camera, text: str, asked_often: None, ended: str) -> None:
    """SEC-1, API-4: within seconds; with other sites than before it begins anew."""
    program = by_token(text)
    async with Follower(text) as follower:
        assert await program.opened()
        await follower.next()
        await sync_to_async(take_away)(ended)
        bye = await follower.next()
        with pytest.raises(StopAsyncIteration):
            await follower.next()

        assert bye["type"] == "bye"
        assert await program.closing() == TRY_AGAIN
        back = await AsyncClient().get(URL, headers={"Authorization": f"Bearer {text}"})
        assert back.status_code == (200 if ended in ("membership", "more") else 401)


async def test_after_the_right_has_ended_nothing_more_is_told(camera: Camera, text: str) -> None:
    """SEC-1: also not what lay ready before."""
    async with Follower(text, "?after=0") as follower:
        await follower.next()
        await tell(camera, 1, 2)
        first = await follower.next()
        for listener in list(event_hub()._listeners):
            listener.end("the right to this has ended")
        then = await follower.next()

    assert (first["id"], then["type"]) == (1, "bye")


async def test_a_token_has_so_many_streams_and_no_more(text: str, owner: User, settings: Any) -> None:
    """API-4: 429 says when to come back; a place that was left is free again, and another token has its own."""
    settings.EVENTS_STREAMS = 1
    other = (await sync_to_async(token_create)(user=owner, name="other"))[1]
    headers = {"Authorization": f"Bearer {text}"}
    async with Follower(text) as follower, Follower(other) as second:
        await follower.next()
        await second.next()
        refused = await AsyncClient().get(URL, headers=headers)
        program = by_token(text)
        assert await program.opened()
        assert await program.closing() == TRY_AGAIN

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
    await left(1)
    async with Follower(text) as again:
        assert (await again.next())["type"] == "hello"


async def test_counts_are_told_as_they_are_now(
    camera: Camera, site: Site, text: str, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """API-3, CNT-6: first of all cameras, then as they change, without an id; unknown is null, never an old number."""
    silent = await sync_to_async(CameraFactory)(site=site)
    state = camera_state(camera, area_state(count=3))
    old = camera_state(silent, area_state(count=9), last_frame_at=None)
    for one in (state, old):
        say(valkey, one)
    async with Follower(text, "?type=counts") as follower:
        await follower.next()
        first = {one["camera"]: one for one in (await follower.next(), await follower.next())}
        await sync_to_async(publish_camera)(camera_state(camera, area_state(count=4), count=4))
        then = await follower.next()

    area = {"number": 1, "name": "Area 1", "count": 3, "threshold": 10}
    assert first[camera.pk]["data"] == {"quality": "live", "count": 3, "areas": [area]}
    assert first[silent.pk]["data"] == {"quality": "unknown", "count": None, "areas": [area | {"count": None}]}
    assert "id" not in then
    assert then["data"]["areas"][0]["count"] == 4


async def test_a_word_that_is_lost_costs_a_moment(camera: Camera, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """API-6: the key-value server may be away; what is in the log is told."""
    monkeypatch.setattr("analytics.services.event._wake", lambda: None)
    monkeypatch.setattr(hub_module, "POLL_S", 0.05)
    async with Follower(text) as follower:
        await follower.next()
        await tell(camera, 1)

        assert await numbers(follower, 1) == [1]


async def test_another_database_begins_the_stream_anew(
    camera: Camera, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """API-6: a restored back-up knows less: nobody waits for ids that it gives out a second time."""
    monkeypatch.setattr(hub_module, "POLL_S", 0.05)
    async with Follower(text) as follower:
        await follower.next()
        await tell(camera, 1, 2)
        await numbers(follower, 2)
        await sync_to_async(lambda: (Event.objects.all().delete(), EventHead.objects.update(number=0)))()
        bye = await follower.next()

    assert bye == {"type": "bye", "reason": "start anew"}


def test_a_visitor_is_asked_who_they_are(db: None, api: Any) -> None:
    """SEC-1."""
    assert api().get(URL).status_code == 401
