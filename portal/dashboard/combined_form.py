"""The form of a combined area: which areas of the site it takes together, and its settings (DASH-6)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict

from analytics.engine.combined.settings import Area, CombinedSettings
from analytics.models import CombinedArea
from analytics.services.public_counter import camera_areas
from cameras.models import Camera
from portal.dashboard.config_form import ConfigForm, Described

_DESCRIBED = Described(CombinedSettings, {})


@dataclass(frozen=True, slots=True)
class PartChoice:
    """An area that can be ticked. value: as the form sends it, camera and number as 12.1."""

    value: str
    number: int
    name: str
    camera: str
    ticked: bool


class CombinedForm(ConfigForm):
    """cameras: of the site, with their extensions.    combined: None for a new one."""

    places = ("form", "areas")

    def __init__(self, cameras: Iterable[Camera], combined: CombinedArea | None = None) -> None:
        super().__init__(_DESCRIBED, combined.settings if combined else {}, ())
        self._cameras = list(cameras)
        parts = combined.parts.all() if combined else ()
        self._ticked = {f"{part.camera_id}.{part.area_number}" for part in parts if part.camera_id is not None}
        self.lost = sum(1 for part in parts if part.gone)

    def read(self, posted: QueryDict) -> None:
        """Take what was typed and ticked."""
        super().read(posted)
        self._ticked = set(posted.getlist("areas"))

    @property
    def choices(self) -> list[PartChoice]:
        """Every area of the site that is counted."""
        found = [(camera, number, name) for camera in self._cameras for number, name in camera_areas(camera).items()]
        return [
            PartChoice(value, number, name, camera.name, value in self._ticked)
            for camera, number, name in found
            for value in [f"{camera.pk}.{number}"]
        ]

    @property
    def areas(self) -> list[Area]:
        """Those that are ticked; what is no area of the form is left out."""
        return [
            (int(camera), one.number) for one in self.choices if one.ticked for camera in [one.value.partition(".")[0]]
        ]

    def take_invalid(self, refused: ValidationError) -> None:
        """What the service refused, each at its place."""
        for name, messages in refused.message_dict.items():
            for message in messages:
                self.add(name if name in self.places else f"config.{name}", message)
