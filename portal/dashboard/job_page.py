"""What the pages show of a job: a title for people, how far it is, and what holds it up (EXT-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from cameras.models import Extension, Job, JobItem
from cameras.selectors import Visitor, job_counts
from portal.dashboard.templatetags.fleet import extension_name

SLOW_START = timedelta(seconds=10)
_BAR = (JobItem.State.DONE, JobItem.State.SKIPPED, JobItem.State.FAILED, JobItem.State.CANCELLED)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the progress bar, in percent."""

    state: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job as its reader sees it: `counts` are of the cameras on sites that they administer."""

    job: Job
    counts: dict[str, int]
    now: datetime

    @property
    def id(self) -> UUID:
        return self.job.pk

    @property
    def title(self) -> str:
        return job_title(self.job)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def over(self) -> int:
        """How many cameras are finished, however."""
        return sum(self.counts[state] for state in _BAR)

    @property
    def is_open(self) -> bool:
        """Whether something of it waits or runs; the page asks again then."""
        return self.over < self.total

    @property
    def state(self) -> str:
        """waiting, running, failed, cancelled or done: what stands before its name."""
        if self.is_open:
            return "running" if self.job.started_at else "waiting"
        worst = (state for state in ("failed", "cancelled") if self.counts[state])
        return next(worst, "done")

    @property
    def bar(self) -> list[Piece]:
        pieces, start = [], 0.0
        for state in _BAR:
            width = round(100 * self.counts[state] / self.total, 2)
            pieces.append(Piece(state, start, width))
            start = round(start + width, 2)
        return pieces

    @property
    def hold_up(self) -> str:
        """Why nothing moves, when nothing does; empty otherwise."""
        if not self.is_open:
            return ""
        if self.job.started_at is None and self.now - self.job.made_at > SLOW_START:
            return _("No worker has taken it up yet; it begins as soon as one runs.")
        if self.job.owner_until is not None and self.job.owner_until < self.now:
            return _("The worker that was at it is gone; another one goes on within a minute.")
        return ""


def job_lines(user: Visitor, jobs: Iterable[Job]) -> list[JobLine]:
    """One query for all of them."""
    listed, now = list(jobs), timezone.now()
    counts = job_counts(user=user, jobs=listed)
    return [JobLine(job, counts[job.pk], now) for job in listed]


def job_title(job: Job) -> str:
    """What was ordered, as a heading."""
    if job.kind in (Job.Kind.INSTALL, Job.Kind.UNINSTALL):
        extension = Extension.Kind(job.order["extension"]).label
        text = _("Install %(extension)s") if job.kind == Job.Kind.INSTALL else _("Uninstall %(extension)s")
        return text % {"extension": extension}
    extension = job.order.get("extension")  # a profile knows its own
    return f"{_words(job)} · {extension_name(extension)}" if extension else _words(job)


def _words(job: Job) -> str:
    if job.kind == Job.Kind.NETWORK:
        return _("Use the network “%(name)s”") % {"name": job.about} if job.about else _("Use the best network")
    if job.kind == Job.Kind.SETTINGS:
        return _("Settings from a table")
    texts = {
        Job.Kind.PROFILE: _("Put the profile “%(name)s” on cameras"),
        Job.Kind.COPY: _("Copy settings of “%(name)s”"),
        Job.Kind.SCHEDULE: _("Copy the schedule of “%(name)s”"),
    }
    return texts[Job.Kind(job.kind)] % {"name": job.about}
