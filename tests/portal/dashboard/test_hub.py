"""The hub of live pictures, on a real key-value server."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from portal.dashboard.hub import Hub
from portal.dashboard.viewer import Viewer
from tests.servers.valkey import Valkey

LIMIT_S = 20  # only ends a hang


@pytest.fixture
async def server(valkey: Valkey) -> AsyncIterator[Redis]:
    async with Redis.from_url(valkey.url, max_connections=10) as client:
        yield client


@pytest.fixture
async def hub(server: Redis) -> AsyncIterator[Hub]:
    hub = Hub(server, renew_s=0.1, demand_s=1)
    yield hub
    await hub.close()


async def subscribers(server: Redis, camera_id: int) -> int:
    [(_, count)] = await server.pubsub_numsub(f"n:{camera_id}")
    return count


async def listening(server: Redis, camera_id: int, wanted: int = 1) -> None:
    async with asyncio.timeout(LIMIT_S):
        while await subscribers(server, camera_id) != wanted:
            await asyncio.sleep(0.01)


async def newest(viewer: Viewer) -> bytes:
    return await asyncio.wait_for(viewer.next(), LIMIT_S)


async def test_all_viewers_of_a_camera_get_its_pictures_over_one_subscription(hub: Hub, server: Redis) -> None:
    """DESIGN 4: however many watch, a picture comes into the process once."""
    viewers = [Viewer(7) for _ in range(200)]
    for viewer in viewers:
        hub.join(viewer)
    await listening(server, 7)

    await server.publish("n:7", b"\x00\x00\x00\x02{}jpeg")

    assert {await newest(viewer) for viewer in viewers} == {b"\x00\x00\x00\x02{}jpeg"}
    assert await subscribers(server, 7) == 1


async def test_pictures_go_to_the_viewers_of_their_camera_alone(hub: Hub, server: Redis) -> None:
    """SEC-1."""
    seven, eight = Viewer(7), Viewer(8)
    hub.join(seven)
    hub.join(eight)
    await listening(server, 7)
    await listening(server, 8)

    await server.publish("n:8", b"of eight")
    await server.publish("n:7", b"of seven")

    assert await newest(seven) == b"of seven"
    assert await newest(eight) == b"of eight"


async def test_demand_lasts_as_long_as_somebody_watches(hub: Hub, server: Redis) -> None:
    """DEMO-6: renewed again and again; gone by itself after the last one."""
    viewer, other = Viewer(7), Viewer(8)
    hub.join(viewer)
    hub.join(other)
    await listening(server, 7)
    await asyncio.sleep(1.3)  # longer than the key lives unless it is renewed

    assert await server.exists("demand:7") == 1

    hub.leave(viewer)
    async with asyncio.timeout(LIMIT_S):
        while await server.exists("demand:7"):
            await asyncio.sleep(0.02)
    assert await server.exists("demand:8") == 1


async def test_nobody_watching_leaves_nothing_running(hub: Hub, server: Redis) -> None:
    """DEMO-6: no demand, no subscription; somebody who comes later is served again."""
    first, second = Viewer(7), Viewer(7)
    hub.join(first)
    await listening(server, 7)
    hub.leave(first)
    hub.leave(first)
    await listening(server, 7, wanted=0)

    hub.join(second)
    await listening(server, 7)
    await server.publish("n:7", b"again")

    assert await newest(second) == b"again"


async def test_leaving_one_camera_ends_its_subscription_only(hub: Hub, server: Redis) -> None:
    """DESIGN 4."""
    seven, eight = Viewer(7), Viewer(8)
    hub.join(seven)
    hub.join(eight)
    await listening(server, 7)
    await listening(server, 8)

    hub.leave(seven)

    await listening(server, 7, wanted=0)
    assert await subscribers(server, 8) == 1


async def test_a_camera_that_nobody_watched_is_demanded_at_once(server: Redis) -> None:
    """DEMO-1: the first picture does not wait for the hub's next turn."""
    hub = Hub(server, renew_s=60, demand_s=60)
    hub.join(Viewer(7))
    await listening(server, 7)

    hub.join(Viewer(8))

    await listening(server, 8)
    assert await server.exists("demand:8") == 1
    await hub.close()


async def test_a_newcomer_sees_the_newest_picture_without_waiting(hub: Hub, server: Redis) -> None:
    """DEMO-1: cameras may send one picture in two seconds."""
    first, second = Viewer(7), Viewer(7)
    hub.join(first)
    await listening(server, 7)
    await server.publish("n:7", b"the newest")
    await newest(first)

    hub.join(second)

    assert await newest(second) == b"the newest"


async def test_a_stuck_viewer_slows_nobody(hub: Hub, server: Redis) -> None:
    """DEMO-5: it never takes a frame; the others get every one."""
    stuck, lively = Viewer(7), Viewer(7)
    hub.join(stuck)
    hub.join(lively)
    await listening(server, 7)

    for number in range(50):
        await server.publish("n:7", bytes([number]))
        assert await newest(lively) == bytes([number])

    assert await newest(stuck) == bytes([49])


@pytest.mark.slow
async def test_the_hub_outlives_the_key_value_server(tmp_path) -> None:
    """SPEC 15: away and back empty: pictures go on without anybody reloading a page."""
    valkey = Valkey(tmp_path / "valkey").start()
    async with Redis.from_url(valkey.url, socket_timeout=2, max_connections=10) as client:
        hub, viewer = Hub(client, renew_s=0.1, demand_s=2), Viewer(7)
        hub.join(viewer)
        await listening(client, 7)
        valkey.kill()
        valkey.start()
        with valkey.client() as worker:
            async with asyncio.timeout(LIMIT_S):
                while not (worker.exists("demand:7") and worker.publish("n:7", b"back")):
                    await asyncio.sleep(0.05)

        assert await newest(viewer) == b"back"
        await hub.close()
    valkey.stop()


async def test_who_joins_while_the_hub_subscribes_is_not_forgotten(hub: Hub, server: Redis) -> None:
    """DEMO-5: a wall of cameras opens all its sockets at once."""
    viewers = [Viewer(camera_id) for camera_id in range(1, 7)]

    for viewer in viewers:
        hub.join(viewer)
        await asyncio.sleep(0)

    for viewer in viewers:
        await listening(server, viewer.camera_id)
