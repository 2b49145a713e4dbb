"""The forms of the settings screen, made from the one description of the settings (SPEC 3)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cameras.extensions.areas import EVERY_AREA, AreaSettings
from cameras.extensions.describe import describe
from cameras.extensions.occupancy import plain
from cameras.extensions.secret_rules import HTTP_PASSWORDS
from portal.dashboard.band_page import numbers_about

About = Mapping[str, Any]
_SHORT = 63  # characters that fit beside the words of a field
_SHORT_CHOICE = 14
_PLACE = re.compile(r"\[\d+\]")
_OF_AREA = re.compile(r"areas\[(\d)\]\.\w+")


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form. path: as in the messages of the server.    about: its description.

    when: path of the switch without which it has no meaning, "" for none.    is_set: of a secret, whether there is one.
    """

    path: str
    about: About
    value: Any
    when: str = ""
    is_set: bool = False

    @property
    def id(self) -> str:
        """For `id` and `for`: letters, digits and dashes."""
        return re.sub(r"\W+", "-", self.path).strip("-")

    @property
    def limits(self) -> str:
        """What fits, beside the field: "1 to 40 s"."""
        about = self.about
        if about["kind"] == "number":
            low, high, unit = f"{about['low']:g}", f"{about['high']:g}", about["unit"]
            return _("%(low)s to %(high)s %(unit)s") % {"low": low, "high": high, "unit": unit}
        if about["kind"] == "text" and not about["lines"]:
            return _("up to %(longest)s characters") % {"longest": about["longest"]}
        return ""

    @property
    def default(self) -> str:
        """The default in words; blank for one that says nothing."""
        value = self.about.get("default")
        if value is None or value == "":
            return ""
        if self.about["kind"] == "switch":
            return pgettext("switch", "On") if value else pgettext("switch", "Off")
        names = {option["value"]: option["label"] for option in self.about.get("options", ())}
        values = value if isinstance(value, list) else [value]
        return ", ".join(str(names.get(one, f"{one:g}" if isinstance(one, float) else one)) for one in values)

    @property
    def long(self) -> bool:
        """Whether one of its choices is too long for a number's place."""
        return self.about["kind"] == "choice" and any(
            len(one["label"]) > _SHORT_CHOICE for one in self.about["options"]
        )

    @property
    def wide(self) -> bool:
        """Whether its control needs a line of its own."""
        return bool(self.about["kind"] == "several" or self.about.get("lines") or self.about.get("longest", 0) > _SHORT)


@dataclass(frozen=True, slots=True)
class FormGroup:
    """Fields under one heading.    fold: it is closed until somebody opens it, state says in a word what is inside."""

    title: str
    fields: list[FormField]
    note: str = ""
    fold: bool = False
    state: str = ""


class SettingsPage:
    """One tab for one camera. settings: the whole JSON.    secrets_set: names of the secrets that have a value."""

    def __init__(self, tab: str, settings: Mapping[str, Any], secrets_set: Iterable[str] = ()) -> None:
        self.tab, self.settings = tab, settings
        self.secrets_set = sorted(secrets_set)
        found = describe(translate=_)
        self.top = [field for field in found["fields"] if field["tab"] == tab]
        self.secrets = {field["key"]: field for field in found["secrets"] if field["tab"] == tab}
        self.about = dict(_by_path(found["fields"])) | {f"secrets.{name}": one for name, one in self.secrets.items()}
        self.about |= numbers_about(self.about)

    def groups(self) -> list[FormGroup]:
        """The headings of the tab with their fields, in order; what nobody has given a place comes last."""
        groups = [group for group in _GROUPS[self.tab](self) if group.fields]
        placed = {field.path.partition(".")[0].partition("[")[0] for group in groups for field in group.fields}
        left = [one["key"] for one in self.top if one["key"] not in placed and "fields" not in one]
        return [*groups, *([FormGroup(_("More"), self.fields(left))] if left else [])]

    def areas(self) -> list[FormGroup]:
        """The fields of all four areas, drawn or not."""
        return [FormGroup(area["name"], self._area_fields(place)) for place, area in enumerate(self.all_areas())]

    def all_areas(self) -> list[Mapping[str, Any]]:
        stored = {area["number"]: area for area in self.settings["areas"]}
        return [stored.get(one["number"], one) for one in default_areas()]

    @property
    def ignored_kinds(self) -> About:
        """The kinds of objects of an ignore zone: its rows come and go in the browser (OCC-35)."""
        return self.about["ignore_zones[].objects"]

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
            "keys": [one["key"] for one in self.top],
            "areas": default_areas(),
            "stored_areas": [area["number"] for area in self.settings["areas"]],
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


def _without_fields(about: About) -> dict[str, Any]:
    return {key: one for key, one in about.items() if key != "fields"}


def _by_path(fields: Iterable[About], before: str = "") -> Iterator[tuple[str, About]]:
    """Every field by its path, places of lists left open: "http.destinations[].port"."""
    for field in fields:
        path = f"{before}{field['key']}"
        yield path, field
        if "fields" in field:
            yield from _by_path(field["fields"], f"{path}." if field["kind"] == "group" else f"{path}[].")


def _basic(page: SettingsPage) -> list[FormGroup]:
    return [FormGroup(_("Counting"), page.fields(["objects", "reference_point"]))]


def _http(page: SettingsPage) -> list[FormGroup]:
    keys = ("transmission", "address", "path", "ssl", "ca_certificate", "port", "user", "interval_s")
    groups = []
    for place, secret in enumerate(HTTP_PASSWORDS):
        *fields, interval = page.fields(f"http.destinations[{place}].{key}" for key in keys)
        title = _("Destination %(number)s") % {"number": place + 1}
        state = fields[1].value if fields[0].value else pgettext("switch", "Off")
        groups.append(FormGroup(title, [*fields, page.secret(secret), interval], fold=place > 0, state=state))
    return groups


def _mqtt(page: SettingsPage) -> list[FormGroup]:
    server = page.about["mqtt.server"]["fields"]
    own = "mqtt.server.own"
    inside = page.fields((f"mqtt.server.{one['key']}" for one in server if one["key"] != "own"), when=own)
    sent = ("count_data", "alarm_notification", "topic", "alarm_topic", "qos", "retain", "interval_s")
    return [
        FormGroup(_("What is sent"), page.fields(f"mqtt.{key}" for key in sent)),
        FormGroup(_("Server"), [page.field(own), *inside, *(page.secret(name, when=own) for name in page.secrets)]),
    ]


def _detail(page: SettingsPage) -> list[FormGroup]:
    bw = ("bw_threshold_human_head", "bw_threshold_human_body")
    colour = ("threshold_human_head", "threshold_human_body", "threshold_vehicle", "threshold_bicycle")
    notification = ("alarm_notification", "notification_operation", "notify_below_threshold")
    return [
        FormGroup(_("Alarm timer"), page.fields(["reset_percentage", "pause_reset_s"])),
        FormGroup(_("Notification"), page.fields(notification)),
        FormGroup(
            _("Identification thresholds"),
            page.fields(colour),
            _("Scores are 1 to 99. The picture shows at once what would be found."),
        ),
        FormGroup(_("Black-and-white picture"), [page.field("bw_thresholds"), *page.fields(bw, when="bw_thresholds")]),
        FormGroup(_("Minimum size"), page.fields(["min_width_human_head_px", "min_width_human_body_px"])),
        FormGroup(_("Data"), page.fields(["onvif_interval_s", "metadata_boxes", "csv"])),
    ]


_GROUPS = {"basic": _basic, "http": _http, "mqtt": _mqtt, "detail": _detail}
