"""The sockets of the pages: who is let in, what they hear, and when they are sent away."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from analytics.combined_live import CombinedState, combined_tell
from analytics.live import publish_alarm, publish_camera, publish_names
from analytics.services.combined_area import combined_area_create
from analytics.services.shelving import Area, area_shelve
from analytics.workers.combined_plan import combined_plans
from analytics.workers.combined_watch import CombinedWatch
from analytics.workers.keyvalue import client
from analytics.workers.moment import moment_now
from cameras.models import Camera, Membership, Site
from portal.accounts.models import User
from portal.dashboard import news_hub as news_module
from portal.dashboard.consumers.connection import NOT_ALLOWED, STUCK, TRY_AGAIN, WRONG, Connection
from portal.dashboard.consumers.live import LiveSocket
from portal.dashboard.hub import live_hub
from portal.dashboard.news_hub import MissedError, NewsViewer, news_hub
from tests.factories import AlarmFactory, CameraFactory
from tests.portal.dashboard.live import area_state, camera_state, say
from tests.portal.dashboard.sockets import LIMIT_S, Socket, session_of, socket
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
async def _end_hubs() -> AsyncIterator[None]:
    """Hubs live with the event loop; here each test has its own."""
    yield
    await live_hub().close()
    await news_hub().close()


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Crane")


@pytest.fixture
def asked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights are asked again at once instead of after half a minute."""
    monkeypatch.setattr(Connection, "recheck_s", 0.02)


def live_path(camera: Camera) -> str:
    return f"/ws/cameras/{camera.pk}/live/"


async def publish(valkey: Valkey, camera: Camera, message: bytes) -> None:
    """As a worker does, as soon as the hub listens."""
    with valkey.client() as worker:
        async with asyncio.timeout(LIMIT_S):
            while not worker.publish(f"n:{camera.pk}", message):
                await asyncio.sleep(0.01)


async def news(page: Socket) -> tuple[str, object]:
    message = json.loads(await page.heard())
    return message["event"], message["data"]


@pytest.mark.parametrize("path", ["live", "news"])
async def test_a_visitor_is_not_let_in(path: str, camera: Camera) -> None:
    """SEC-1."""
    assert not await socket(live_path(camera) if path == "live" else "/ws/news/").opened()


async def test_a_stranger_is_not_let_in_to_the_picture(camera: Camera, stranger: User) -> None:
    """SEC-1: nor is anybody to the picture of no camera."""
    session = await sync_to_async(session_of)(stranger)

    assert not await socket(live_path(camera), session).opened()
    assert not await socket("/ws/cameras/999999/live/", session).opened()


@pytest.mark.parametrize("origin", ["https://evil.example", ""], ids=["foreign", "none"])
async def test_a_page_of_another_host_is_not_let_in(origin: str, camera: Camera, owner: User) -> None:
    """SEC-3: the cookie alone is not enough."""
    session = await sync_to_async(session_of)(owner)

    assert not await socket(live_path(camera), session, origin).opened()


async def test_there_is_no_socket_elsewhere(owner: User) -> None:
    """SPEC 15: refused, without an error in the log."""
    assert not await socket("/ws/nowhere/", await sync_to_async(session_of)(owner)).opened()


async def test_a_member_sees_the_picture_as_the_worker_sent_it(camera: Camera, colleague: User, valkey: Valkey) -> None:
    """DEMO-1: byte for byte; watching is what asks for it (DEMO-6)."""
    viewer = socket(live_path(camera), await sync_to_async(session_of)(colleague))
    assert await viewer.opened()

    await publish(valkey, camera, b"\x00\x00\x00\x02{}\xff\xd8jpeg")

    assert await viewer.heard() == b"\x00\x00\x00\x02{}\xff\xd8jpeg"
    with valkey.client() as client:
        assert client.exists(f"demand:{camera.pk}")
    await viewer.leave()


async def test_a_browser_that_falls_silent_is_sent_away_in_the_end(
    camera: Camera, owner: User, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN 4: it acknowledged once, then takes frames without being done with one."""
    monkeypatch.setattr(LiveSocket, "stuck_s", 0.05)
    viewer = socket(live_path(camera), await sync_to_async(session_of)(owner))
    assert await viewer.opened()
    await viewer.say("ack")

    for number in range(3):
        await publish(valkey, camera, bytes([number]))
        if number < 2:
            assert await viewer.heard() == bytes([number])

    assert await viewer.closing() == STUCK


async def test_a_ping_is_answered(camera: Camera, owner: User) -> None:
    """OPR-5: how a browser notices that the other end is still there, also while a camera is silent."""
    viewer = socket(live_path(camera), await sync_to_async(session_of)(owner))
    assert await viewer.opened()

    await viewer.say("ping")

    assert await viewer.heard() == "pong"
    await viewer.leave()


@pytest.mark.parametrize("path", ["live", "news"])
async def test_what_is_not_understood_closes_the_socket(path: str, camera: Camera, owner: User) -> None:
    """SPEC 15: bad input in a WebSocket message is a clear end, and changes nothing."""
    session = await sync_to_async(session_of)(owner)
    wrong_text = socket(live_path(camera) if path == "live" else "/ws/news/", session)
    wrong_bytes = socket(live_path(camera) if path == "live" else "/ws/news/", session)
    assert await wrong_text.opened()
    assert await wrong_bytes.opened()

    await wrong_text.say('{"frame": "all of them"}')
    await wrong_bytes.say(b"\x00")

    assert await wrong_text.closing() == WRONG
    assert await wrong_bytes.closing() == WRONG


@pytest.mark.parametrize("ended", ["membership", "account", "session"])
async def test_who_may_no_longer_see_the_camera_is_sent_away(
    ended: str, camera: Camera, colleague: User, asked_often: None
) -> None:
    """SEC-1: a revoked right, a closed account, a sign-out elsewhere end open pictures too."""
    session = await sync_to_async(session_of)(colleague)
    viewer = socket(live_path(camera), session)
    assert await viewer.opened()

    if ended == "membership":
        await Membership.objects.filter(user=colleague).adelete()
    elif ended == "account":
        await User.objects.filter(pk=colleague.pk).aupdate(is_active=False)
    else:
        await sync_to_async(_sign_out)(session)

    assert await viewer.closing() == NOT_ALLOWED


def _sign_out(session: str) -> None:
    from django.contrib.sessions.models import Session

    Session.objects.filter(pk=session).delete()


def test_rights_are_asked_again_within_a_minute() -> None:
    """SEC-1: whatever a test has patched elsewhere, this is the rule."""
    assert Connection.recheck_s <= 30


async def test_a_page_is_told_everything_when_it_comes(
    camera: Camera, colleague: User, stranger: User, valkey: Valkey
) -> None:
    """OPR-5, DASH-1: states and open alarms of the visitor's sites, and of no other."""
    alarm = await sync_to_async(AlarmFactory)(camera=camera)
    await sync_to_async(AlarmFactory)(camera=camera, ended_at="2026-01-01T00:00:00Z")
    say(valkey, camera_state(camera, area_state(count=9)))
    member = socket("/ws/news/", await sync_to_async(session_of)(colleague))
    outsider = socket("/ws/news/", await sync_to_async(session_of)(stranger))
    assert await member.opened()
    assert await outsider.opened()

    event, told = await news(member)
    _, told_outsider = await news(outsider)

    assert event == "hello"
    assert [state["areas"][0]["count"] for state in told["cameras"]] == [9]
    facts = {"place": f"Lobby · {camera.name}", "told": False, "acknowledged": False, "shelvedUntil": None}
    assert told["open"] == [{"id": str(alarm.pk), "site": camera.site_id, "camera": camera.pk, **facts}]
    assert told["choice"] == {"sound": "none", "notify": False}
    assert told_outsider["cameras"] == told_outsider["open"] == []
    await member.leave()
    await outsider.leave()


async def test_news_reach_the_members_of_the_site_alone(camera: Camera, colleague: User, stranger: User) -> None:
    """SEC-1, DASH-1, DASH-5: cameras, alarms, names."""
    alarm = await sync_to_async(AlarmFactory)(camera=camera)
    own = await sync_to_async(CameraFactory)(site=await stranger.sites.aget(), name="Own")
    member = socket("/ws/news/", await sync_to_async(session_of)(colleague))
    outsider = socket("/ws/news/", await sync_to_async(session_of)(stranger))
    for one in (member, outsider):
        assert await one.opened()
        await news(one)  # hello

    await sync_to_async(publish_alarm)(alarm)
    assert (await news(member))[1]["id"] == str(alarm.pk)  # type: ignore[index]
    await sync_to_async(publish_names)(camera)
    assert (await news(member))[0] == "names"
    await sync_to_async(publish_camera)(camera_state(camera, count=17))
    event, states = await news(member)
    assert (event, states[0]["count"]) == ("cameras", 17)  # type: ignore[index]

    await sync_to_async(publish_camera)(camera_state(own))
    assert (await news(outsider))[1][0]["camera"] == own.pk  # type: ignore[index] # the first thing it hears
    await member.leave()
    await outsider.leave()


async def test_a_combined_area_reaches_the_members_of_its_site_alone(
    camera: Camera, colleague: User, stranger: User, owner: User
) -> None:
    """DASH-6, SEC-1: in `hello`, and whole with every change; the newest wins."""
    pair = [(camera.pk, 1), ((await sync_to_async(CameraFactory)(site=camera.site)).pk, 1)]
    facts = {"site": camera.site, "settings": {"name": "Both"}, "areas": pair}
    made = await sync_to_async(combined_area_create)(user=owner, **facts)
    said = await sync_to_async(combined_said)(made.pk)
    member = socket("/ws/news/", await sync_to_async(session_of)(colleague))
    outsider = socket("/ws/news/", await sync_to_async(session_of)(stranger))
    for one in (member, outsider):
        assert await one.opened()
    assert (await news(member))[1]["combined"] == [said]  # type: ignore[index]
    assert (await news(outsider))[1]["combined"] == []  # type: ignore[index]

    combined_tell(client(), {**said, "count": 9})
    event, states = await news(member)
    assert (event, [one["count"] for one in states]) == ("combined", [9])  # type: ignore[union-attr]
    own = await sync_to_async(CameraFactory)(site=await stranger.sites.aget(), name="Own")
    await sync_to_async(publish_camera)(camera_state(own))
    assert (await news(outsider))[1][0]["camera"] == own.pk  # type: ignore[index] # the first thing it hears
    await member.leave()
    await outsider.leave()


def combined_said(combined_id: int) -> CombinedState:
    """What an owner that has just come says of it."""
    said = CombinedWatch(combined_plans()[combined_id], moment_now()).state(time.time())
    combined_tell(client(), said)
    return said


async def test_a_shelved_area_and_its_alarms_reach_open_pages(camera: Camera, colleague: User, owner: User) -> None:
    """OPR-2: seen everywhere within a second, without asking: the area, and each alarm of it that goes on."""
    alarm = await sync_to_async(AlarmFactory)(camera=camera)
    page = socket("/ws/news/", await sync_to_async(session_of)(colleague))
    assert await page.opened()
    await news(page)  # hello
    until = timezone.now() + timedelta(hours=1)

    area = Area(camera.pk, "occupancy", 1)
    await sync_to_async(area_shelve)(user=owner, area=area, until=until, reason="Cleaning")
    told = dict([await news(page), await news(page)])

    assert told["alarm"]["id"] == str(alarm.pk)
    assert told["alarm"]["shelved"] is True
    assert (told["shelving"]["camera"], told["shelving"]["area_number"]) == (camera.pk, 1)
    await page.leave()


async def test_other_sites_than_before_make_the_page_start_anew(
    camera: Camera, colleague: User, asked_often: None
) -> None:
    """SEC-1: it comes back at once, and is told of the sites that it may see now."""
    page = socket("/ws/news/", await sync_to_async(session_of)(colleague))
    assert await page.opened()

    await Membership.objects.filter(user=colleague).adelete()

    assert await page.closing() == TRY_AGAIN


async def test_states_that_come_together_go_out_together_and_the_newest_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """DESIGN 4: whole states; nothing piles up for a slow page."""
    monkeypatch.setattr(news_module, "GATHER_S", 0.01)
    viewer = NewsViewer([1])
    for count in range(1000):
        viewer.state("cameras", 5, json.dumps({"camera": 5, "count": count}))
    viewer.state("cameras", 6, '{"camera":6}')

    [message] = await asyncio.wait_for(viewer.next(), LIMIT_S)

    assert json.loads(message) == {"event": "cameras", "data": [{"camera": 5, "count": 999}, {"camera": 6}]}


async def test_an_alarm_does_not_wait_for_states(monkeypatch: pytest.MonkeyPatch) -> None:
    """OPR-2: seen everywhere within a second."""
    monkeypatch.setattr(news_module, "GATHER_S", 3600)
    viewer = NewsViewer([1])
    viewer.state("cameras", 5, "{}")
    viewer.event('{"event":"alarm"}')

    assert (await asyncio.wait_for(viewer.next(), LIMIT_S))[0] == '{"event":"alarm"}'


async def test_a_page_that_cannot_take_its_news_starts_anew_instead_of_missing_some() -> None:
    """OPR-5: nothing missed, memory bounded."""
    viewer = NewsViewer([1])
    for number in range(news_module.MOST_EVENTS + 1):
        viewer.event(str(number))

    with pytest.raises(MissedError):
        await asyncio.wait_for(viewer.next(), LIMIT_S)


@pytest.mark.slow
async def test_pages_start_anew_after_the_key_value_server_was_away(
    camera: Camera, owner: User, tmp_path, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OPR-5, SPEC 15: what happened meanwhile is fetched, not missed."""
    monkeypatch.setattr(news_module, "PING_S", 0.05)
    session = await sync_to_async(session_of)(owner)
    valkey = Valkey(tmp_path / "valkey").start()
    settings.REDIS_URL = valkey.url
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [valkey.url], "prefix": "lookout"},
        }
    }
    page = socket("/ws/news/", session)
    assert await page.opened()
    await news(page)

    valkey.kill()
    await asyncio.sleep(0.3)
    valkey.start()

    assert await page.closing() == TRY_AGAIN
    await news_hub().close()
    valkey.stop()
