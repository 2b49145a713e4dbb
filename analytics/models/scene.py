"""What stands in the way of a camera's sight (CAM-8): when it came and went, and the view to compare with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models import Camera


class SceneEvent(models.Model):
    """One piece of advice about one camera, from when it turned out until it was taken back.

    value: what was measured at its beginning; `analytics.engine.scene.advice.Change` says in which unit.
    """

    class Advice(models.TextChoices):
        """As `analytics.engine.scene.advice.Advice`."""

        DARK = "dark", _("Too dark")
        WASHED_OUT = "washed_out", _("Washed out")
        BLURRED = "blurred", _("Out of focus")
        MOVED = "moved", _("Moved")
        SHAKING = "shaking", _("Shaking")
        SMALL = "small", _("People too small")
        CLOSE = "close", _("Too close")
        CROWDED = "crowded", _("Too many objects")
        TILTED = "tilted", _("Tilted")

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="scene_events")
    advice = models.CharField(_("advice"), max_length=12, choices=Advice.choices)
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    value = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ("-began_at", "-id")
        indexes = [models.Index(fields=("camera", "-began_at"), name="scene_event_began")]
        constraints = [
            models.UniqueConstraint(
                fields=("camera", "advice"), condition=models.Q(ended_at=None), name="one_open_advice_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.camera_id} {self.advice} {self.began_at:%Y-%m-%d %H:%M:%S}"


class CameraView(models.Model):
    """Where a camera looked when it was last put right: its edges, 80×48, in which nobody can be known again.

    confirmed_at: when somebody said that the view of then is right; what was learnt before holds no more.
    """

    camera = models.OneToOneField(Camera, on_delete=models.CASCADE, primary_key=True, related_name="view")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    colour = models.BinaryField(default=bytes)
    monochrome = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return f"view of {self.camera_id}"
