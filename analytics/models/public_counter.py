"""A count for a screen at a door: whoever has the address sees it, and nothing else (DASH-4)."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.models.combined_area import CombinedArea
from cameras.models import Camera, Site
from portal.common.keyed import Keyed


class PublicCounter(Keyed):
    """One number of some areas of a site. Only the hash of its token is kept: the address is shown once.

    busy_at, full_at: from these counts on its light is amber, then red.
    """

    key_parent = "site"

    class How(models.TextChoices):
        """As `analytics.engine.areas.together.Together`."""

        SUM = "sum", _("Sum of the areas")
        MOST = "max", _("Fullest of the areas")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="public_counters")
    name = models.CharField(_("name"), max_length=40)
    how = models.CharField(_("figure"), max_length=3, choices=How.choices, default=How.SUM)
    busy_at = models.PositiveSmallIntegerField(_("amber from"))
    full_at = models.PositiveSmallIntegerField(_("red from"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        ordering = ("site__name", "name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("site", "key"),
                condition=models.Q(revoked_at=None) & ~models.Q(key=""),
                name="one_counter_of_a_key_per_site",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def open(self) -> bool:
        """Whether its address still shows something."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())


class PublicCounterArea(models.Model):
    """One area of a counter, or one combined area (area 0). Without its camera, or without that, nobody knows its
    count, and the counter says so: nor may a screen of this site show what another site counts (SEC-1)."""

    counter = models.ForeignKey(PublicCounter, on_delete=models.CASCADE, related_name="areas")
    camera = models.ForeignKey(Camera, on_delete=models.SET_NULL, null=True, related_name="+")
    combined = models.ForeignKey(CombinedArea, on_delete=models.SET_NULL, null=True, related_name="+")
    area_number = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("camera", "area_number")
        constraints = [
            models.UniqueConstraint(fields=("counter", "camera", "area_number"), name="one_area_once_in_a_counter")
        ]

    def __str__(self) -> str:
        return f"{self.counter_id}: {self.camera_id}/{self.area_number}"

    @property
    def gone(self) -> bool:
        """Whether what it counted is not of the counter's site any more: removed, or a camera that was moved."""
        if self.camera is not None:
            return self.camera.site_id != self.counter.site_id
        return self.combined_id is None
