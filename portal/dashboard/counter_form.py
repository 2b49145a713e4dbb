"""The form of a public counter: a site's areas, its figure, and until when the address is good (DASH-4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.models import CombinedArea, PublicCounter
from analytics.services.public_counter import camera_areas
from cameras.models import Camera

COMBINED = "c"
DAYS = {"": _("Until it is revoked"), "1": _("1 day"), "7": _("1 week"), "30": _("30 days"), "365": _("1 year")}


@dataclass(frozen=True, slots=True)
class AreaChoice:
    """An area that can be ticked. value: as the form sends it.    number: 0 of a combined area (DASH-6)."""

    value: str
    number: int
    name: str
    camera: str


class CounterForm(forms.Form):
    """cameras: of the site, with their extensions; combined: its combined areas. Areas are chosen as 12.1, camera and
    number, combined ones as c5."""

    name = forms.CharField(max_length=40, error_messages={"required": _("A counter needs a name: it is shown.")})
    areas = forms.MultipleChoiceField(error_messages={"required": _("Choose at least one area.")})
    how = forms.ChoiceField(choices=PublicCounter.How.choices, initial=PublicCounter.How.SUM)
    full_at = forms.IntegerField(error_messages={"required": _("From which count on is the light red?")})
    busy_at = forms.IntegerField(required=False)
    days = forms.ChoiceField(choices=list(DAYS.items()), required=False)

    def __init__(self, data: Any, *, cameras: list[Camera], combined: list[CombinedArea]) -> None:
        super().__init__(data, initial={"how": PublicCounter.How.SUM})
        self._choices = [
            *(AreaChoice(f"{COMBINED}{one.pk}", 0, one.name, str(_("combined area"))) for one in combined),
            *(
                AreaChoice(f"{camera.pk}.{number}", number, name, camera.name)
                for camera in cameras
                for number, name in camera_areas(camera).items()
            ),
        ]
        self.fields["areas"].choices = [(one.value, one.name) for one in self._choices]  # type: ignore[attr-defined]

    @property
    def area_choices(self) -> list[tuple["AreaChoice", bool]]:
        """Every area of the site, and whether it is ticked."""
        ticked = self["areas"].value() or []
        return [(one, one.value in ticked) for one in self._choices]

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes, of a form that is valid."""
        given = self.cleaned_data
        together = [way.removeprefix(COMBINED) for way in given["areas"] if way.startswith(COMBINED)]
        pairs = (way.split(".") for way in given["areas"] if not way.startswith(COMBINED))
        return {
            "name": given["name"],
            "areas": [(int(camera), int(number)) for camera, number in pairs],
            "combined": [int(one) for one in together],
            "how": given["how"],
            "full_at": given["full_at"],
            "busy_at": given["busy_at"],
            "expires_at": _expiry(given["days"]),
        }

    def take(self, error: ValidationError) -> None:
        """What the service refused, at its field."""
        for name, messages in error.message_dict.items():
            self.add_error(name if name in self.fields else None, messages)


def _expiry(days: str) -> datetime | None:
    return timezone.now() + timedelta(days=int(days)) if days else None
