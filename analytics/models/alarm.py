"""Alarms: one row per breach (OPR-2), whoever wrote it and however often."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.desk import State, Step, allowed, state_of
from analytics.models.clip import CLIP_INDEXES, ClipMixin
from analytics.models.combined_area import CombinedArea
from analytics.models.shelving import Shelving
from cameras.models import Camera, Extension, Site

LONGEST_ORIGIN, LONGEST_REFERENCE = 40, 80


class Alarm(ClipMixin):
    """The state of an area, or of a non-wearer, whose conditions are met: start, end, notifications, acknowledgement.

    The id is the UUID that the timer gave it at its start: a second write of the same cause finds the same row. One
    that the camera itself told of first has an id of its own, and the one of the timer in timer_id once both tell of it
    (OUT-10).

    Non-mask: one row per non-wearer, area 0 without a name; `face` is the number of their track on the camera (MASK-7).
    Of a combined area: no camera, area 0 under its name; camera_name names the cameras of its parts (DASH-6).

    received_at: of the camera's last word about it, by that word's own time.    count, threshold: None where nobody
    said.    media_removed_at: when its picture and clip were removed, by age or erasure (SEC-7); none come after that.
    test: somebody asked for it; in no statistics (OUT-9).    shelving: the last one that its area had while it went on;
    it stays when that is over, `shelved` says how it is now (OPR-2).    origin: the system through which it was
    acknowledged, as that calls itself; external_ref: what the alarm is called there (API-8).
    """

    class Cause(models.TextChoices):
        """As `analytics.engine.alarm.events.Cause`. A minimum has no vendor message id: it is never sent as 98-101."""

        THRESHOLD = "threshold", _("Count threshold reached")
        MINIMUM = "minimum", _("Fewer than the minimum")
        NO_MASK = "no_mask", _("No mask worn")

    class Source(models.TextChoices):
        """Who told of it."""

        PORTAL = "portal", _("The portal")
        CAMERA = "camera", _("The camera")
        BOTH = "both", _("The portal and the camera")

    class Verdict(models.TextChoices):
        """What it turned out to be, when it was closed."""

        TRUE = "true", _("True alarm")
        FALSE = "false", _("False alarm")
        TEST = "test", _("Test")

    id = models.UUIDField(primary_key=True)
    timer_id = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="alarms", db_index=False)  # `alarm_page`
    camera = models.ForeignKey(Camera, on_delete=models.SET_NULL, null=True, related_name="alarms")
    combined = models.ForeignKey(CombinedArea, on_delete=models.SET_NULL, null=True, blank=True, related_name="alarms")
    camera_name = models.CharField(max_length=80)  # stays when the camera goes
    extension = models.CharField(max_length=10, choices=Extension.Kind.choices, default=Extension.Kind.OCCUPANCY)
    area_number = models.PositiveSmallIntegerField()
    area_name = models.CharField(max_length=20)
    count = models.PositiveSmallIntegerField(_("count"), null=True, blank=True)
    threshold = models.PositiveSmallIntegerField(_("threshold"), null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices, default=Cause.THRESHOLD)
    face = models.PositiveIntegerField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=20, blank=True, default="")
    notified_count = models.PositiveIntegerField(default=0)
    last_notified_at = models.DateTimeField(null=True, blank=True)
    withheld = models.BooleanField(default=False)  # ended before its deactivation time was over (SPEC 4.6)
    snapshot = models.FileField(upload_to="alarms/%Y/%m/%d/", blank=True)
    overlay = models.JSONField(default=dict, blank=True)  # boxes, areas, faces at the start, as in the live picture
    media_removed_at = models.DateTimeField(null=True, blank=True)
    simulated = models.BooleanField(default=False)
    test = models.BooleanField(_("test"), default=False)
    source = models.CharField(_("source"), max_length=8, choices=Source.choices, default=Source.PORTAL)
    received_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    origin = models.CharField(max_length=LONGEST_ORIGIN, blank=True, default="")
    external_ref = models.CharField(max_length=LONGEST_REFERENCE, blank=True, default="")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField(_("verdict"), max_length=5, choices=Verdict.choices, blank=True, default="")
    shelving = models.ForeignKey(Shelving, on_delete=models.SET_NULL, null=True, blank=True, related_name="alarms")

    class Meta:
        ordering = ("-started_at", "-id")
        indexes = [
            models.Index(fields=("site", "-started_at", "-id"), name="alarm_page"),  # a page out of the index alone
            models.Index(fields=("camera", "area_number"), condition=models.Q(ended_at=None), name="alarm_open"),
            models.Index(
                fields=("site", "started_at"), condition=models.Q(media_removed_at=None), name="alarm_media_by_age"
            ),
            models.Index(fields=("snapshot",), condition=models.Q(media_removed_at=None), name="alarm_media_by_name"),
            *CLIP_INDEXES,
        ]
        constraints = [
            models.UniqueConstraint(
                fields=("site", "origin", "external_ref"),
                condition=~models.Q(external_ref=""),
                name="one_alarm_of_a_reference",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(ended_at__isnull=False, acknowledged_at__isnull=False),
                name="alarm_closed_after_its_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.camera_name} · {self.area_name or self.extension} · {self.started_at:%Y-%m-%d %H:%M:%S}"

    @property
    def desk_state(self) -> State:
        """Where it is in the table of `analytics.desk`."""
        return state_of(
            ended=self.ended_at is not None,
            acknowledged=self.acknowledged_at is not None,
            closed=self.closed_at is not None,
        )

    @property
    def allowed_steps(self) -> tuple[Step, ...]:
        """What an operator can do with it now."""
        return allowed(self.desk_state, assigned=self.assigned_to_id is not None)

    @property
    def shelved(self) -> bool:
        """Whether its area is shelved now; of one that is over: was at its end."""
        return self.shelved_until is not None

    @property
    def shelved_until(self) -> datetime | None:
        """When its area is told of again; None while it is told of."""
        if self.shelving is None or (self.ended_at or timezone.now()) >= self.shelving.ends_at:
            return None
        return self.shelving.ends_at
