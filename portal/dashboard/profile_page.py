"""A profile for people: the values of its tabs in the words of the form (EXT-5); and the form that makes one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cameras.extensions.tabs import TABS
from cameras.models import Extension, Profile
from cameras.services.history import stored
from portal.dashboard.settings_fields import FormField, FormGroup
from portal.dashboard.settings_page import SettingsPage
from portal.dashboard.templatetags.settings_words import setting_value


@dataclass(frozen=True, slots=True)
class Row:
    """One value. default: in words, blank when it is the default or there is none."""

    label: str
    value: str
    default: str


@dataclass(frozen=True, slots=True)
class Section:
    """Values under one heading."""

    title: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    sections: list[Section]


def tabs_shown(profile: Profile) -> list[Tab]:
    """The tabs of a profile, with all that lies on them; secrets are in no profile."""
    settings = stored(profile.kind, profile.settings).to_json()
    return [Tab(_(TABS[name]), _sections(profile.kind, name, settings)) for name in TABS if name in profile.tabs]


def _sections(kind: str, tab: str, settings: Mapping[str, Any]) -> list[Section]:
    page = SettingsPage(kind, tab, settings)
    found = [_section(group) for group in page.groups()]
    if tab == "basic":
        found += [_area(page, place) for place, area in enumerate(page.all_areas()) if area["polygon"]]
        found += [Section(_("Detection area"), [_outline(settings["area"])])] if "area" in settings else []
    return [one for one in found if one.rows]


def _outline(polygon: Any) -> Row:
    return Row(_("Outline"), setting_value(polygon), "")


def _area(page: SettingsPage, place: int) -> Section:
    group = page.areas()[place]
    outline = _outline(page.all_areas()[place]["polygon"])
    return Section(_("Area %(number)s") % {"number": place + 1}, [outline, *_section(group).rows])


def _section(group: FormGroup) -> Section:
    fields = [field for field in group.fields if not field.path.startswith("secrets.") and not _is_idle(field, group)]
    return Section(group.title, [_row(field) for field in fields])


def _is_idle(field: FormField, group: FormGroup) -> bool:
    """Whether the switch that gives it its meaning is off."""
    return any(one.path == field.when and not one.value for one in group.fields)


def _row(field: FormField) -> Row:
    default = field.default if field.value != field.about.get("default") else ""
    return Row(field.about["label"], _words(field), default)


def _words(field: FormField) -> str:
    """The value as the form calls it, with its unit."""
    if field.value is None and field.about.get("optional"):
        return _("as the camera")
    names = {option["value"]: option["label"] for option in field.about.get("options", ())}
    values: Iterable[Any] = field.value if isinstance(field.value, list | tuple) and names else [field.value]
    words = ", ".join(str(names[one]) if _hashable(one) and one in names else setting_value(one) for one in values)
    return f"{words} {field.about['unit']}" if field.about["unit"] and not names else words or "–"


def _hashable(value: Any) -> bool:
    return isinstance(value, str | int | float)


class ProfileForm(forms.Form):
    """A profile is made from tabs of a camera. cameras: the extensions, of one kind, that may be chosen."""

    name = forms.CharField(
        max_length=80,
        error_messages={"required": gettext_lazy("Give it a name, such as “Entrances”.")},
    )
    camera = forms.TypedChoiceField(
        coerce=int,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), gettext_lazy("Choose the camera that it is made from.")
        ),
    )
    tabs = forms.MultipleChoiceField(error_messages={"required": gettext_lazy("Choose at least one tab.")})

    def __init__(self, *args: Any, cameras: QuerySet[Extension], tabs: Mapping[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["tabs"].choices = list(tabs.items())  # type: ignore[attr-defined]
        rows = cameras.order_by("camera__site__name", "camera__name")
        named = rows.values_list("camera_id", "camera__site__name", "camera__name")
        self.fields["camera"].choices = [(pk, f"{site} · {name}") for pk, site, name in named]  # type: ignore[attr-defined]
