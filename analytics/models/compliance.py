"""People with and without a mask by the minute (MASK-9)."""

from django.db import models

from cameras.models import Camera


class ComplianceMinute(models.Model):
    """The people of one camera in one minute (UTC). Somebody is a face's track, and is counted once: in the minute in
    which it is certain that the track is over. seen = mask + no_mask + not_judged.

    frames: pictures looked at; nobody seen in some is a zero, a minute without a picture has no row.
    parts: each owner's part under its epoch, as `CountMinute` has them (CNT-3).
    """

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="compliance")
    minute = models.DateTimeField()
    seen = models.PositiveIntegerField()
    mask = models.PositiveIntegerField()
    no_mask = models.PositiveIntegerField()
    not_judged = models.PositiveIntegerField()
    frames = models.PositiveIntegerField(default=0)
    parts = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("camera", "minute"), name="one_compliance_per_minute")]
        indexes = [models.Index(fields=("minute",), name="compliance_minute")]

    def __str__(self) -> str:
        return f"{self.camera_id} {self.minute:%Y-%m-%d %H:%M}"
