"""The clip of an alarm (OPR-3): a file that alarms at the same time share, and what is drawn on it."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

AWAITED = timedelta(seconds=60)  # after an alarm's start: its worker is gone, and no more of the clip comes


class ClipState(models.TextChoices):
    """What there is to be seen."""

    NONE = "none", _("not kept")
    RECORDING = "recording", _("being recorded")
    KEPT = "kept", _("kept")
    REMOVED = "removed", _("removed")


class ClipMixin(models.Model):
    """recording: id of the clip that shows the alarm, as its worker named it; None where none was promised.

    clip, clip_scenes: MP4, and JSON as `analytics.workers.clipfilm` writes it; both or neither.
    clip_whole: nothing follows; before that the files are the beginning, kept in case that its worker is lost.
    """

    recording = models.UUIDField(null=True, blank=True, editable=False)
    clip = models.FileField(upload_to="alarms/%Y/%m/%d/", blank=True)
    clip_scenes = models.FileField(upload_to="alarms/%Y/%m/%d/", blank=True)
    clip_whole = models.BooleanField(default=False)

    class Meta:
        abstract = True

    @property
    def clip_state(self) -> ClipState:
        """How it is now."""
        over = self.clip_whole or timezone.now() - self.started_at > AWAITED  # type: ignore[attr-defined]  # Alarm's
        if self.recording and self.media_removed_at:  # type: ignore[attr-defined]  # Alarm's
            return ClipState.REMOVED
        if self.clip and over:
            return ClipState.KEPT
        return ClipState.RECORDING if self.recording and not over else ClipState.NONE


_KEPT = models.Q(media_removed_at=None)
CLIP_INDEXES = (
    models.Index(fields=("recording",), condition=models.Q(recording__isnull=False), name="alarm_recording"),
    models.Index(fields=("clip",), condition=_KEPT & ~models.Q(clip=""), name="alarm_clip_by_name"),
    models.Index(fields=("clip_scenes",), condition=_KEPT & ~models.Q(clip_scenes=""), name="alarm_scenes_by_name"),
)
"""By its recording when a clip comes; by the names of its files when those are looked for that belong to no alarm."""
