"""What one reader of a camera's metadata is sent, as it happens: frames, counts, alarms (OUT-4; WIRE 3).

Three sources wake one loop: pictures (`hub.py`), news of alarms (`news_hub.py`) and the interval of the counts. Each
keeps what it has until it is asked, a picture only the newest: who reads slowly gets fewer frames, never old ones.
News only say that something happened; what it was is asked of the database, so nothing is lost where news are.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

from asgiref.sync import sync_to_async
from redis.exceptions import RedisError

from notifications.protocols import onvif_event_xml, onvif_xml
from notifications.protocols.onvif_event import count_events
from notifications.protocols.onvif_event_xml import Operation
from notifications.protocols.scene import Analytics, SceneFeed, SceneFrame
from notifications.record import CountRecord
from notifications.scene_frame import scene_frames
from notifications.services.counts import newest_counts
from portal.dashboard.hub import live_hub
from portal.dashboard.metadata_alarms import AlarmStates
from portal.dashboard.metadata_facts import Granted, alarms_told
from portal.dashboard.news_hub import NewsViewer, news_hub
from portal.dashboard.viewer import Viewer

RECHECK_S = 15.0
"""So often the reader's rights are asked for again, and a blank line keeps the connection of a quiet camera open."""


class NewestPicture(Viewer):
    """The picture that is told next."""

    __slots__ = ("_woken",)

    def __init__(self, camera_id: int, woken: asyncio.Event) -> None:
        super().__init__(camera_id)
        self._woken = woken

    def offer(self, message: bytes) -> None:
        """See Viewer."""
        super().offer(message)
        self._woken.set()

    def take(self) -> bytes | None:
        """It, once."""
        message, self._newest = self._newest, None
        return message


class AlarmNews(NewsViewer):
    """Which alarms of one camera have news. again: some may have been missed."""

    def __init__(self, camera_id: int, site_id: int, woken: asyncio.Event) -> None:
        super().__init__([site_id])
        self.again = True
        self._camera_id, self._woken = camera_id, woken
        self._ids: set[UUID] = set()

    def camera(self, camera_id: int, state: str) -> None:
        """Not asked for: counts are told at their interval."""

    def event(self, message: str) -> None:
        """See NewsViewer."""
        news = json.loads(message)
        if news["event"] == "alarm" and news["data"]["camera"] == self._camera_id:
            self._ids.add(UUID(news["data"]["id"]))
            self._woken.set()

    def missed(self, why: str) -> None:  # noqa: ARG002 - a socket would tell why
        """See NewsViewer."""
        self.again = True
        self._woken.set()

    def take(self) -> set[UUID]:
        """Their ids, once."""
        ids, self._ids = self._ids, set()
        return ids


class MetadataStream:
    """The documents of one camera, until `asked` says that its reader may have no more."""

    def __init__(self, reader: Granted, asked: Callable[[], Awaitable[Granted | None]]) -> None:
        camera_id, site_id = reader.counted.camera_id, reader.counted.site_id
        self._asked, self._site_id = asked, site_id
        self._woken = asyncio.Event()
        self._picture, self._watches = NewestPicture(camera_id, self._woken), False
        self._feeds = {str(source): SceneFeed(None) for source in Analytics}
        self._news, self._states = AlarmNews(camera_id, site_id, self._woken), AlarmStates(datetime.now(UTC))
        self._counted: set[str] = set()  # rules whose count was told
        self._counts_at = 0.0  # of the loop's clock

    async def documents(self) -> AsyncIterator[bytes]:
        """A camera that was moved to another site ends the stream: its reader comes back, and is asked for there."""
        try:
            while (reader := await self._asked()) is not None and reader.counted.site_id == self._site_id:
                async for document in self._turn(reader):
                    yield document
                yield b"\n"
        finally:
            live_hub().leave(self._picture)
            news_hub().leave(self._news)

    async def _turn(self, reader: Granted) -> AsyncIterator[bytes]:
        """Until the rights have to be asked for again."""
        await self._join(reader)
        clock = asyncio.get_running_loop().time
        until = clock() + RECHECK_S
        while clock() < until:
            for document in [*await self._alarms(reader), *await self._counts(reader, clock()), *self._frames()]:
                yield document
            await self._rest(min(until, self._counts_at))

    async def _join(self, reader: Granted) -> None:
        """Frames cost their worker something: they are asked for only where they are given away (OCC-29)."""
        if reader.boxes and not self._watches:
            live_hub().join(self._picture)
        elif self._watches and not reader.boxes:
            live_hub().leave(self._picture)
        self._watches = reader.boxes
        try:
            await news_hub().join(self._news)
        except RedisError:
            self._news.again = True  # the next turn joins, and reads what was missed

    async def _rest(self, until: float) -> None:
        """Until something has happened."""
        try:
            async with asyncio.timeout_at(until):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    async def _alarms(self, reader: Granted) -> list[bytes]:
        ids, again, self._news.again = self._news.take(), self._news.again, False
        told = []
        if ids or again:
            alarms = await alarms_told(reader, ids=ids | self._states.open_ids, open_ones=again)
            told += list(self._states.alarms(alarms))
        told += list(self._states.rules(reader, datetime.now(UTC)))
        return [onvif_event_xml.encode(event, operation) for event, operation in told]

    async def _counts(self, reader: Granted, now: float) -> list[bytes]:
        """Changed or not, as over MQTT; none while they are stale or the schedule is closed."""
        if now < self._counts_at:
            return []
        self._counts_at = now + reader.interval_s
        try:
            newest = await sync_to_async(newest_counts)([reader.counted], now_s=time.time())
        except RedisError:
            return []
        found = newest[reader.counted.camera_id]
        return list(self._count_documents(found)) if isinstance(found, CountRecord) else []

    def _count_documents(self, record: CountRecord) -> Iterator[bytes]:
        for event in count_events(record):
            rule = event.source["Rule"]
            yield onvif_event_xml.encode(event, Operation.CHANGED if rule in self._counted else Operation.INITIALIZED)
            self._counted.add(rule)

    def _frames(self) -> list[bytes]:
        message = self._picture.take()
        if message is None:
            return []
        found = scene_frames(message)
        return [onvif_xml.encode(one) for one in found if self._feeds[one.source].wants(one, _at_ms(one))]


def _at_ms(frame: SceneFrame) -> int:
    """When it was taken, ms since 1970."""
    return round(frame.at.timestamp() * 1000)
