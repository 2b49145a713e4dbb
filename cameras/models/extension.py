"""An extension installed on a camera, and its settings (EXT-1; DESIGN 7)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras.extensions.kept import stored_settings
from cameras.extensions.kinds import CLASSES, Settings, SettingsClass
from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings, SettingsError
from cameras.models.camera import Camera
from cameras.rotation import is_upright
from portal.common.fields import EncryptedTextField


def always_on() -> dict[str, Any]:
    """The operation schedule of a new extension (EXT-4)."""
    return {"always": True}


class Extension(models.Model):
    """One analytics application on one camera. `settings` is the JSON that `to_json` of its class gives."""

    class Kind(models.TextChoices):
        OCCUPANCY = "occupancy", _("AI occupancy detection")
        NONMASK = "nonmask", _("AI non-mask detection")

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="extensions")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.OCCUPANCY)
    network = models.CharField(_("network"), max_length=80, blank=True, default="")  # blank: the best that is present
    settings = models.JSONField(default=dict)
    schedule = models.JSONField(_("operation schedule"), default=always_on)
    secrets = EncryptedTextField(blank=True, default="", editable=False)  # JSON; read by `secrets_read` only
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("camera", "kind"), name="one_extension_of_a_kind_per_camera")]

    def __str__(self) -> str:
        return f"{self.camera} · {self.kind}"

    def clean(self) -> None:
        """The settings have to be readable; a form says it with the same words. Non-mask stands upright (CAM-4)."""
        if self.kind == Extension.Kind.NONMASK and not is_upright(self.camera.rotation):
            message = gettext(
                "AI non-mask detection runs at 0 and 180 degrees only: turn the picture of “%(name)s” first."
            )
            raise ValidationError({"kind": [message % {"name": self.camera.name}]})
        try:
            self.whole()
        except SettingsError as refused:
            raise ValidationError({"settings": [one.translated(gettext) for one in refused.problems]}) from refused

    @property
    def settings_class(self) -> SettingsClass:
        """Of the settings that this kind of extension has."""
        return CLASSES[self.kind]

    def whole(self) -> Settings:
        """The settings as the plain value of their kind. Raises SettingsError for what no form let in."""
        return stored_settings(self.kind, self.settings).settings

    def occupancy(self) -> OccupancySettings:
        """The settings of occupancy, for whoever works with areas. Raises SettingsError for what no form let in."""
        settings = stored_settings(Extension.Kind.OCCUPANCY, self.settings).settings
        assert isinstance(settings, OccupancySettings)  # its kind
        return settings

    def nonmask(self) -> NonmaskSettings:
        """The same of the other kind. Raises SettingsError."""
        settings = stored_settings(Extension.Kind.NONMASK, self.settings).settings
        assert isinstance(settings, NonmaskSettings)  # its kind
        return settings
