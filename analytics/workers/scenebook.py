"""The scene of one camera over its owners: what the writer is told of it, and what the next one begins with (CAM-8).

Advice that holds and the kept view come with the plan, out of the database. A new owner that does not know yet what the
last one told tells it again: the service that writes it begins nothing twice.
"""

from collections.abc import Iterable
from dataclasses import replace

import structlog

from analytics.engine.inference.detector import Detector
from analytics.engine.scene.advice import Change, Standing
from analytics.engine.scene.watch import SceneWatch, Seen
from analytics.news import AdviceNews, ViewNews
from analytics.workers.keyvalue import ALARMS
from analytics.workers.outbox import Entry
from analytics.workers.plan import CameraPlan
from cameras.capture.frame import Frame
from cameras.capture.source import is_sketch

log = structlog.get_logger(__name__)


class SceneBook:
    """One owner's. Used by its loop only."""

    def __init__(self, plan: CameraPlan) -> None:
        self._plan = plan
        self._watch = _watch(plan)
        self._looked = False

    @property
    def standing(self) -> tuple[Standing, ...]:
        """The advice that holds now."""
        return self._watch.standing

    def use(self, detector: Detector) -> None:
        """People are as small as this network's input makes them."""
        form = detector.network.manifest.input
        self._watch.use((form.width, form.height))

    def look(self, frame: Frame, result: Seen) -> list[Entry]:
        """What the writer is told of an analysed frame: mostly nothing; never of a camera that nobody draws."""
        if is_sketch(self._plan.spec.url):
            return []
        self._looked = True
        entries = self._told(self._watch.look(frame, result))
        return [*entries, self._view(frame.taken_at)] if self._watch.newly_learnt() else entries

    def follow(self, plan: CameraPlan) -> None:
        """Other settings. Who confirms the view or draws on the picture says that the camera looks where it should."""
        before, self._plan = self._plan, plan
        if _drawn(plan) != _drawn(before) or plan.view_confirmed_ms != before.view_confirmed_ms:
            self._watch.forget_view()

    def close(self, now: float, *, wanted: bool) -> list[Entry]:
        """The last words. wanted: somebody else goes on, and compares with the view as it is now.    now: POSIX s."""
        if wanted:
            return [self._view(now)] if self._looked else []
        return self._told(Change(one.advice, False, now, one.value) for one in self._watch.standing)

    def _told(self, changes: Iterable[Change]) -> list[Entry]:
        return [self._entry(change) for change in changes]

    def _entry(self, change: Change) -> Entry:
        facts = {"advice": str(change.advice), "began": change.began, "value": change.value}
        log.info("scene advice", camera=self._plan.camera_id, **facts)
        news = AdviceNews(str(change.advice), change.began, change.at, change.value)
        return Entry(ALARMS, news.key, news.to_json())

    def _view(self, at: float) -> Entry:
        news = ViewNews(self._plan.view_confirmed_ms, at)
        return Entry(ALARMS, news.key, news.to_json(), self._watch.views)


def _watch(plan: CameraPlan) -> SceneWatch:
    try:
        return SceneWatch(plan.scene)
    except ValueError as error:  # of another version of the portal: it is learnt anew
        log.warning("the kept view cannot be read", camera=plan.camera_id, error=str(error))
        return SceneWatch(replace(plan.scene, views={}))


def _drawn(plan: CameraPlan) -> tuple[object, ...]:
    """What is drawn on the picture, and how that lies."""
    where: list[object] = [plan.spec.url, plan.spec.rotation, plan.zones]
    if plan.occupancy:
        where += [area.polygon for area in plan.occupancy.settings.areas]
        where += [plan.occupancy.settings.ignore_zones]
    if plan.nonmask:
        where += [plan.nonmask.settings.area, plan.nonmask.settings.ignore_zones]
    return tuple(where)
