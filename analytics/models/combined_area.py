"""Combined areas: several areas of a site that are counted, and alarm, as one (DASH-6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.engine.combined.settings import CombinedSettings
from cameras.models import Camera, Site
from portal.common.keyed import Keyed


class CombinedArea(Keyed):
    """settings: the JSON of `CombinedSettings`; its name is kept as a column, too, to sort and search by."""

    key_parent = "site"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="combined_areas")
    name = models.CharField(_("name"), max_length=20)
    settings = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("site__name", "name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("site", "name"),
                name="one_combined_area_of_a_name_per_site",
                violation_error_message=_("The site has a combined area of this name already."),
            ),
            models.UniqueConstraint(
                fields=("site", "key"), condition=~models.Q(key=""), name="one_combined_area_of_a_key_per_site"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def whole(self) -> CombinedSettings:
        """Its settings in their own type."""
        return CombinedSettings.from_json(self.settings)

    @property
    def simulated(self) -> bool:
        """Whether simulated people are among those counted."""
        return any(part.camera is not None and part.camera.simulated for part in self.parts.all())


class CombinedPart(models.Model):
    """One of the areas. Without its camera nobody knows its count, and so not the figure either."""

    combined = models.ForeignKey(CombinedArea, on_delete=models.CASCADE, related_name="parts")
    camera = models.ForeignKey(Camera, on_delete=models.SET_NULL, null=True, related_name="+")
    area_number = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("camera", "area_number")
        constraints = [
            models.UniqueConstraint(fields=("combined", "camera", "area_number"), name="one_part_once_in_a_combined")
        ]

    def __str__(self) -> str:
        return f"{self.combined_id}: {self.camera_id}/{self.area_number}"

    @property
    def gone(self) -> bool:
        """Whether its camera is not of this site any more, removed or moved: whoever sees this site need not see that
        one (SEC-1)."""
        return self.camera is None or self.camera.site_id != self.combined.site_id


class CombinedTimer(models.Model):
    """The timer of a combined area as its owner last saved it, in one transaction with the alarms that it causes.

    epoch: of that owner; an older one writes nothing any more (DESIGN 2).    us: the key-value server's TIME of the
    save, POSIX microseconds: gaps between processes are measured with it (SPEC 4).
    """

    combined = models.OneToOneField(CombinedArea, on_delete=models.CASCADE, primary_key=True, related_name="timer")
    epoch = models.BigIntegerField()
    us = models.BigIntegerField()
    state = models.JSONField()

    def __str__(self) -> str:
        return f"{self.combined_id} #{self.epoch}"
