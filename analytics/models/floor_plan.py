"""Floor plans: a picture of a site, and where its areas lie on it (DASH-3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models import Camera, Site
from portal.common.keyed import Keyed


class FloorPlan(Keyed):
    """picture: written anew by us, no side over 2,400 pixels.    version: rises with every change."""

    key_parent = "site"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="floor_plans")
    name = models.CharField(_("name"), max_length=40)
    picture = models.FileField(upload_to="plans/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("site__name", "name", "pk")
        constraints = [
            models.UniqueConstraint(fields=("site", "name"), name="one_plan_of_a_name_per_site"),
            models.UniqueConstraint(
                fields=("site", "key"), condition=~models.Q(key=""), name="one_plan_of_a_key_per_site"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlanMark(models.Model):
    """One area on a plan. x, y: fractions of the picture, origin top left."""

    plan = models.ForeignKey(FloorPlan, on_delete=models.CASCADE, related_name="marks")
    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="+")
    area_number = models.PositiveSmallIntegerField()
    x = models.FloatField()
    y = models.FloatField()

    class Meta:
        ordering = ("camera", "area_number")
        constraints = [
            models.UniqueConstraint(fields=("plan", "camera", "area_number"), name="one_mark_of_an_area_per_plan")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.camera_id}/{self.area_number}"
