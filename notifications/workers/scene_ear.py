"""Asks the owners of cameras what is on their frames, and hears it, for all MQTT links of this process (OUT-4).

`scenedemand:<cam>` says how many frames a second are wanted, and lives for five seconds: an owner describes frames only
while somebody can publish them. What it describes comes over the channel `scene:<cam>`; nothing of it is stored.
"""

import threading
import time
from collections.abc import Sequence

import structlog
from redis import Redis
from redis.client import PubSub
from redis.exceptions import RedisError

from analytics.workers.keyvalue import key
from notifications.workers.link import MqttLink

log = structlog.get_logger(__name__)

DEMAND_S = 5
LOOK_EVERY_S = 1.0
AWAY_S = 1.0


class SceneEar(threading.Thread):
    """Listens until stopped."""

    def __init__(self, server: Redis) -> None:
        super().__init__(name="scenes", daemon=True)
        self._server, self._stopping = server, threading.Event()
        self._links: Sequence[MqttLink] = ()
        self._by_channel: dict[bytes, tuple[int, MqttLink]] = {}
        self._look_s = 0.0

    def follow(self, links: Sequence[MqttLink]) -> None:
        """These are held now."""
        self._links = links

    def stop(self) -> None:
        """Returns at once; `join` waits for the end."""
        self._stopping.set()

    def run(self) -> None:
        """See threading.Thread."""
        while not self._stopping.is_set():
            try:
                with self._server.pubsub(ignore_subscribe_messages=True) as channels:
                    self._by_channel, self._look_s = {}, 0.0
                    self._listen(channels)
            except RedisError as error:
                log.warning("scenes: key-value server away", error=str(error))
            except Exception:  # the outermost loop: the next frame may do
                log.exception("scenes: unexpected error")
            self._stopping.wait(AWAY_S)

    def _listen(self, channels: PubSub) -> None:
        while not self._stopping.is_set():
            now_s = time.monotonic()
            if now_s - self._look_s >= LOOK_EVERY_S:
                self._look_s = now_s
                self._ask(channels)
            if not self._by_channel:
                self._stopping.wait(LOOK_EVERY_S)
                continue
            message = channels.get_message(timeout=LOOK_EVERY_S)
            if message is not None:
                self._hand_on(message["channel"], message["data"])

    def _ask(self, channels: PubSub) -> None:
        """Renew what is wanted, and listen to that and nothing else. Raises RedisError."""
        wanted: dict[bytes, tuple[int, MqttLink]] = {}
        pipe = self._server.pipeline(transaction=False)
        for link in self._links:
            for camera_id, per_s in link.scenes_wanted().items():
                wanted[key("scene", camera_id).encode()] = camera_id, link
                pipe.set(key("scenedemand", camera_id), per_s, ex=DEMAND_S)
        pipe.execute()
        if gone := self._by_channel.keys() - wanted.keys():
            channels.unsubscribe(*gone)
        if new := wanted.keys() - self._by_channel.keys():
            channels.subscribe(*new)
        self._by_channel = wanted

    def _hand_on(self, channel: bytes, message: bytes) -> None:
        if channel in self._by_channel:  # else it was on its way when it was not wanted any more
            camera_id, link = self._by_channel[channel]
            link.see(camera_id, message)
