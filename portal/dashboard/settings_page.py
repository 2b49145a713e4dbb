"""The forms of the settings screen, made from the one description of the settings (SPEC 3)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from cameras.extensions.areas import EVERY_AREA, AreaSettings
from cameras.extensions.describe import describe
from cameras.extensions.kinds import CLASSES
from cameras.extensions.occupancy import plain
from portal.dashboard.band_page import numbers_about
from portal.dashboard.settings_fields import About, FormField, FormGroup
from portal.dashboard.settings_groups import GROUPS

_PLACE = re.compile(r"\[\d+\]")
_OF_AREA = re.compile(r"areas\[(\d)\]\.\w+")


class SettingsPage:
    """One tab of an extension of one camera.

    settings: the whole JSON.    secrets_set: names of the secrets that have a value.
    """

    def __init__(self, kind: str, tab: str, settings: Mapping[str, Any], secrets_set: Iterable[str] = ()) -> None:
        self.kind, self.tab, self.settings = kind, tab, settings
        self.secrets_set = sorted(secrets_set)
        found = describe(CLASSES[kind], translate=_)
        self.rules = found["rules"]
        self.top = [field for field in found["fields"] if field["tab"] == tab]
        self.secrets: Mapping[str, About] = {one["key"]: one for one in found["secrets"] if one["tab"] == tab}
        self.about: Mapping[str, About] = {
            **(about := dict(_by_path(found["fields"]))),
            **(numbers_about(about) if "bands" in about else {}),
            **{f"secrets.{name}": one for name, one in self.secrets.items()},
        }

    def groups(self) -> list[FormGroup]:
        """The headings of the tab with their fields, in order; what nobody has given a place comes last."""
        groups = [group for group in GROUPS[self.kind][self.tab](self) if group.fields]
        placed = {field.path.partition(".")[0].partition("[")[0] for group in groups for field in group.fields}
        left = [one["key"] for one in self.top if one["key"] not in placed and _is_typed(one)]
        return [*groups, *([FormGroup(_("More"), self.fields(left))] if left else [])]

    def areas(self) -> list[FormGroup]:
        """The fields of all four areas, drawn or not."""
        return [FormGroup(area["name"], self._area_fields(place)) for place, area in enumerate(self.all_areas())]

    def all_areas(self) -> list[Mapping[str, Any]]:
        """All four, as they are or as from the factory; none of an extension without areas."""
        if "areas" not in self.settings:
            return []
        stored = {area["number"]: area for area in self.settings["areas"]}
        return [stored.get(one["number"], one) for one in default_areas()]

    @property
    def ignored_kinds(self) -> About | None:
        """The kinds of objects of an ignore zone, where it has some: its rows come and go in the browser (OCC-35)."""
        return self.about.get("ignore_zones[].objects")

    def fields(self, paths: Iterable[str], *, when: str = "") -> list[FormField]:
        return [self.field(path, when=when) for path in paths]

    def field(self, path: str, *, when: str = "") -> FormField:
        about = self.about[_PLACE.sub("[]", path)]
        if of_area := _OF_AREA.fullmatch(path):  # each area has defaults of its own
            about = {**about, "default": default_areas()[int(of_area[1])][about["key"]]}
        return FormField(path, about, self._value(path), when)

    def secret(self, name: str, *, when: str = "") -> FormField:
        return FormField(f"secrets.{name}", self.secrets[name], "", when, name in self.secrets_set)

    def for_script(self) -> dict[str, Any]:
        """What <settings-form> knows beside the page."""
        return {
            "tab": self.tab,
            "settings": self.settings,
            "fields": {path: _without_fields(about) for path, about in self.about.items()},
            "rules": self.rules,
            "keys": [one["key"] for one in self.top],
            "areas": default_areas() if "areas" in self.settings else [],
            "stored_areas": [area["number"] for area in self.settings.get("areas", ())],
            "secrets": list(self.secrets),
            "secrets_set": self.secrets_set,
        }

    def _value(self, path: str) -> Any:
        value: Any = {**self.settings, "areas": self.all_areas()}
        for key, place in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
            value = value[key] if key else value[int(place)]
        return value

    def _area_fields(self, place: int) -> list[FormField]:
        own = ("name", "status", "count_threshold", "time_s", "objects", "min_alarm")
        least = f"areas[{place}].min_alarm"
        return [
            *self.fields(f"areas[{place}].{key}" for key in own),
            *self.fields((f"areas[{place}].{key}" for key in ("min_threshold", "min_time_s")), when=least),
        ]


def default_areas() -> list[dict[str, Any]]:
    """The factory state of all four areas, as JSON."""
    return [plain(AreaSettings.default(number)) for number in EVERY_AREA]


def _is_typed(about: About) -> bool:
    """Whether a setting has a control of its own: polygons are drawn, lists and groups have their own places."""
    return "fields" not in about and about["kind"] != "polygon"


def _without_fields(about: About) -> dict[str, Any]:
    return {key: one for key, one in about.items() if key != "fields"}


def _by_path(fields: Iterable[About], before: str = "") -> Iterator[tuple[str, About]]:
    """Every field by its path, places of lists left open: "http.destinations[].port"."""
    for field in fields:
        path = f"{before}{field['key']}"
        yield path, field
        if "fields" in field:
            yield from _by_path(field["fields"], f"{path}." if field["kind"] == "group" else f"{path}[].")
