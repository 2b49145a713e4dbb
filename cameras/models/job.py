"""Work on many cameras at once, and what became of each of them (EXT-1)."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.models.camera import Camera
from cameras.models.site import Site
from portal.accounts.models import User


class Job(models.Model):
    """One order for many cameras. Its rows are the truth: a task is only a wake-up, and whoever holds `owner` works.

    order: as `services/job_order.py` keeps it, plain JSON.    about: the profile or camera that it names, as it was
    called then.    ended_at: None while an item waits or runs.
    """

    class Kind(models.TextChoices):
        INSTALL = "install", _("Install")
        UNINSTALL = "uninstall", _("Uninstall")
        NETWORK = "network", _("Change network")
        PROFILE = "profile", _("Put profile on cameras")
        COPY = "copy", _("Copy settings")
        SCHEDULE = "schedule", _("Copy schedule")
        SETTINGS = "settings", _("Settings from a table")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    order = models.JSONField()
    about = models.CharField(max_length=80, blank=True, default="")
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(_("ordered"), default=timezone.now)
    started_at = models.DateTimeField(_("begun"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    owner = models.CharField(max_length=32, blank=True, default="", editable=False)  # of the task that works on it
    owner_until = models.DateTimeField(null=True, blank=True, editable=False)  # then it is taken for dead

    class Meta:
        ordering = ("-made_at", "-id")
        indexes = [
            models.Index(fields=("-made_at", "-id"), name="job_made"),
            models.Index(fields=("owner_until",), condition=models.Q(ended_at=None), name="job_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.made_at:%Y-%m-%d %H:%M:%S}"


class JobItem(models.Model):
    """One camera of a job. Its names stay when the camera goes.

    made_by: in whose name it is done, with their rights of that moment; a retry is done in the name of who retries.
    reason: why it failed or was skipped; empty otherwise.    attempts: how often it was begun.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Nothing to do")
        CANCELLED = "cancelled", _("Cancelled")

    OPEN: ClassVar = (State.WAITING, State.RUNNING)

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    camera = models.ForeignKey(Camera, null=True, on_delete=models.SET_NULL, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    camera_name = models.CharField(max_length=80)
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.TextField(_("reason"), blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(_("begun"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("job", "position"), name="one_item_per_job_and_position")]
        indexes = [
            models.Index(fields=("job", "state"), name="job_item_state"),
            models.Index(fields=("site", "job"), name="job_item_site"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} · {self.camera_name} · {self.state}"
