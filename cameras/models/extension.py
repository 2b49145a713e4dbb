"""An extension installed on a camera, and its settings (EXT-1; DESIGN 7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.extensions.occupancy import OccupancySettings
from cameras.models.camera import Camera


class Extension(models.Model):
    """One analytics application on one camera. `settings` is the JSON that `OccupancySettings.to_json` gives."""

    class Kind(models.TextChoices):
        OCCUPANCY = "occupancy", _("AI occupancy detection")
        NONMASK = "nonmask", _("AI non-mask detection")

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="extensions")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.OCCUPANCY)
    network = models.CharField(_("network"), max_length=80, blank=True, default="")  # blank: the best that is present
    settings = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("camera", "kind"), name="one_extension_of_a_kind_per_camera")]

    def __str__(self) -> str:
        return f"{self.camera} · {self.kind}"

    def occupancy(self) -> OccupancySettings:
        """The settings as the plain value that the chain works with. Raises SettingsError for what no form let in."""
        return OccupancySettings.from_json(self.settings, drawn=range(1, 5))
