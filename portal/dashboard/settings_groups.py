"""The headings of the tabs of each extension, with the settings below them, in order (SPEC 3, SPEC 5)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cameras.extensions.secret_rules import HTTP_PASSWORDS
from portal.dashboard.settings_fields import About, FormField, FormGroup


class Page(Protocol):
    """What the groups are made from: see `SettingsPage`."""

    about: Mapping[str, About]
    secrets: Mapping[str, About]

    def field(self, path: str, *, when: str = "") -> FormField: ...

    def fields(self, paths: Iterable[str], *, when: str = "") -> list[FormField]: ...

    def secret(self, name: str, *, when: str = "") -> FormField: ...


Groups = Callable[[Page], list[FormGroup]]


def _basic(page: Page) -> list[FormGroup]:
    return [FormGroup(_("Counting"), page.fields(["objects", "reference_point"]))]


def _http(page: Page) -> list[FormGroup]:
    keys = ("transmission", "address", "path", "ssl", "ca_certificate", "port", "user", "interval_s")
    groups = []
    for place, secret in enumerate(HTTP_PASSWORDS):
        *fields, interval = page.fields(f"http.destinations[{place}].{key}" for key in keys)
        title = _("Destination %(number)s") % {"number": place + 1}
        state = fields[1].value if fields[0].value else pgettext("switch", "Off")
        groups.append(FormGroup(title, [*fields, page.secret(secret), interval], fold=place > 0, state=state))
    return groups


def _mqtt(page: Page) -> list[FormGroup]:
    server = page.about["mqtt.server"]["fields"]
    own = "mqtt.server.own"
    inside = page.fields((f"mqtt.server.{one['key']}" for one in server if one["key"] != "own"), when=own)
    sent = ("count_data", "alarm_notification", "topic", "alarm_topic", "qos", "retain", "interval_s")
    return [
        FormGroup(_("What is sent"), page.fields(f"mqtt.{key}" for key in sent)),
        FormGroup(_("Server"), [page.field(own), *inside, *(page.secret(name, when=own) for name in page.secrets)]),
    ]


def _detail(page: Page) -> list[FormGroup]:
    bw = ("bw_threshold_human_head", "bw_threshold_human_body")
    colour = ("threshold_human_head", "threshold_human_body", "threshold_vehicle", "threshold_bicycle")
    notification = ("alarm_notification", "notification_operation", "notify_below_threshold")
    return [
        FormGroup(_("Alarm timer"), page.fields(["reset_percentage", "pause_reset_s"])),
        FormGroup(_("Notification"), page.fields(notification)),
        _thresholds(page, colour),
        FormGroup(_("Black-and-white picture"), [page.field("bw_thresholds"), *page.fields(bw, when="bw_thresholds")]),
        FormGroup(_("Minimum size"), page.fields(["min_width_human_head_px", "min_width_human_body_px"])),
        FormGroup(_("Data"), page.fields(["onvif_interval_s", "metadata_boxes", "csv"])),
    ]


def _mask_basic(page: Page) -> list[FormGroup]:
    return [FormGroup(_("Looking"), page.fields(["small_faces"]))]


def _mask_mqtt(page: Page) -> list[FormGroup]:
    keys = ("alarm_notification", "topic", "qos", "retain")
    return [FormGroup(_("What is sent"), page.fields(f"mqtt.{key}" for key in keys))]


def _mask_detail(page: Page) -> list[FormGroup]:
    vote = ("vote_frames", "vote_percentage", "vote_window", "alive_s")
    return [
        FormGroup(
            _("Decision"),
            page.fields(vote),
            _("A face is judged in every frame; only several frames together decide. One wrong frame never alarms."),
        ),
        FormGroup(_("Notification"), page.fields(["alarm_notification"])),
        _thresholds(page, ("threshold_mask", "threshold_no_mask")),
        FormGroup(_("Minimum size"), page.fields(["min_face_px"])),
    ]


def _thresholds(page: Page, paths: Iterable[str]) -> FormGroup:
    note = _("Scores are 1 to 99. The picture shows at once what would be found.")
    return FormGroup(_("Identification thresholds"), page.fields(paths), note)


GROUPS: Mapping[str, Mapping[str, Groups]] = {
    "occupancy": {"basic": _basic, "http": _http, "mqtt": _mqtt, "detail": _detail},
    "nonmask": {"basic": _mask_basic, "mqtt": _mask_mqtt, "detail": _mask_detail},
}
"""By kind of extension and tab."""
