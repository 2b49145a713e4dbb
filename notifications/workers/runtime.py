"""What one worker process holds for the outputs: connections to MQTT brokers, and the clock of the HTTP counts.

Every process that takes deliveries looks every two seconds at what has to be held, and takes the leases that are free:
there is no other reconcile. A process that ends gives its leases back; those of a killed one are taken by another.
"""

import threading
import time
from dataclasses import replace
from functools import lru_cache

import structlog
from django.db import Error, close_old_connections, connection
from redis.exceptions import RedisError

from analytics.workers.keyvalue import client, key
from analytics.workers.lease import Lease, bury
from notifications.senders.link_mail import lease_name
from notifications.services.link_state import link_states_write, links_plan_write
from notifications.services.mqtt_alarms import mqtt_alarms_follow_all
from notifications.services.mqtt_plan import LinkPlan, links_plan
from notifications.services.mqtt_retained import retained_forget, retained_give_up, retained_known, retained_note
from notifications.services.outputs_stamp import outputs_stamp
from notifications.workers.http_counts import HTTP_COUNTS, HttpCounts
from notifications.workers.link import MqttLink
from notifications.workers.scene_ear import SceneEar

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 2.0
READ_EVERY_S = 30.0
"""Settings are read then though no change was seen: names of sites, a change that passed unseen."""
CLOSE_LIMIT_S = 10.0


class OutputsRuntime(threading.Thread):
    """Looks until stopped."""

    def __init__(self) -> None:
        super().__init__(name="outputs", daemon=True)
        self._stopping = threading.Event()
        self._links: dict[str, MqttLink] = {}
        self._http: HttpCounts | None = None
        self._ear: SceneEar | None = None
        self._plans: dict[str, LinkPlan] = {}
        self._stamp: object = None
        self._read_s = 0.0

    def stop(self) -> None:
        """Ask everything to end; returns at once, as a signal handler must."""
        self._stopping.set()

    def close(self) -> None:
        """Returns when everything has ended, or is taking too long."""
        self._stopping.set()
        if self.is_alive():
            self.join(CLOSE_LIMIT_S)
        else:
            self._end()

    def run(self) -> None:
        """See threading.Thread."""
        while not self._stopping.is_set():
            try:
                close_old_connections()
                self.look()
            except (Error, RedisError) as error:
                log.warning("outputs: a server is away", error=str(error))
            except Exception:  # the outermost loop: whatever it is, the next look may do
                log.exception("outputs: unexpected error")
            finally:
                connection.close()
            self._stopping.wait(LOOK_EVERY_S)
        self._end()

    def look(self) -> None:
        """One look. Raises RedisError, django.db.Error."""
        self._links = {link: one for link, one in self._links.items() if one.is_alive()}
        link_states_write(client(), [one.state() for one in self._links.values()])
        for link in self._links:
            self._forget(link)
        changed = self._read()
        links_plan_write(client(), self._plans)
        for link, plan in self._plans.items():
            self._hold(link, plan)
        for link in set(self._links) - set(self._plans):
            self._links[link].stop()
        self._hear_scenes()
        self._hold_http(changed)

    def _read(self) -> bool:
        """Read the settings again, if anything was changed. Whether they were read."""
        stamp, now_s = outputs_stamp(), time.monotonic()
        if stamp == self._stamp and now_s - self._read_s < READ_EVERY_S:
            return False
        mqtt_alarms_follow_all()
        self._plans = {link: _with_retained(plan) for link, plan in links_plan().items()}
        retained_give_up(links=self._plans)
        self._stamp, self._read_s = stamp, now_s
        return True

    def _hold(self, link: str, plan: LinkPlan) -> None:
        """Follow, or take when it is free."""
        if link in self._links:
            self._links[link].follow(plan)
        elif lease := _taken(lease_name(link)):
            self._links[link] = MqttLink(plan, lease, client())
            self._links[link].start()

    def _forget(self, link: str) -> None:
        for place, noted_at in self._links[link].cleared():
            retained_forget(link=link, place=place, noted_at=noted_at)

    def _hear_scenes(self) -> None:
        """Only where one of the links has cameras whose frames are published."""
        links = tuple(self._links.values())
        if self._ear is None and any(one.plan.scenes for one in links):
            self._ear = SceneEar(client())
            self._ear.start()
        if self._ear is not None:
            self._ear.follow(links)

    def _hold_http(self, changed: bool) -> None:
        if self._http is not None and self._http.is_alive():
            if changed:
                self._http.look()
        elif lease := _taken(HTTP_COUNTS):
            self._http = HttpCounts(lease, client())
            self._http.look()
            self._http.start()

    def _end(self) -> None:
        held: list[MqttLink | HttpCounts | SceneEar] = [*self._links.values()]
        held += [one for one in (self._http, self._ear) if one]
        for one in held:
            one.stop()
        for one in held:
            one.join()


def _taken(name: str) -> Lease | None:
    """The lease, if nobody has it; a holder that was killed on this machine is not waited for."""
    server, lease = client(), Lease(name)
    token = server.get(key("lease", name))
    if isinstance(token, bytes) and not bury(server, name, token):
        return None
    return lease if lease.take(server) else None


def _with_retained(plan: LinkPlan) -> LinkPlan:
    """Note what may be sent from now on, before it is; and name what is gone."""
    known, wanted = retained_known(link=plan.link), plan.retained
    if new := wanted - set(known):
        retained_note(link=plan.link, places=new)
    gone = {place: noted_at for place, noted_at in known.items() if place not in wanted}
    return replace(plan, clear=gone)


@lru_cache(maxsize=1)
def runtime() -> OutputsRuntime:
    """The one of this process."""
    return OutputsRuntime()
