"""Shelving: an area that is silent for a while, on purpose (OPR-2)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models import Camera, Extension


class Shelving(models.Model):
    """From `started_at` until `ends_at` the alarms of one area are listed, but nobody is told of them.

    Area 0 of non-mask is the camera's whole picture. It ends by the clock alone: nobody has to write that down, so it
    ends also where nothing runs. until: as it was asked for.    ends_at: earlier when somebody ended it by hand.
    """

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="shelvings")
    extension = models.CharField(max_length=10, choices=Extension.Kind.choices, default=Extension.Kind.OCCUPANCY)
    area_number = models.PositiveSmallIntegerField()
    reason = models.CharField(_("reason"), max_length=200)
    started_at = models.DateTimeField(_("started"))
    until = models.DateTimeField(_("until"))
    ends_at = models.DateTimeField(_("ends"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-started_at", "-id")
        indexes = [models.Index(fields=("camera", "extension", "area_number", "-ends_at"), name="shelving_area")]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gte=models.F("started_at")), name="shelving_ends_later")
        ]

    def __str__(self) -> str:
        return f"{self.camera_id}/{self.extension}/{self.area_number} until {self.ends_at:%Y-%m-%d %H:%M:%S}"
