"""The bands of the week on the tab Basic (OCC-34): what a row of <band-list> is made from."""

from collections.abc import Mapping
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR

from cameras.extensions.areas import EVERY_AREA
from cameras.schedules import DAYS

About = Mapping[str, Any]


def numbers_about(about: Mapping[str, About]) -> dict[str, About]:
    """The count threshold of each area in a band, by its path: the area's own rule, and blank leaves it to the area."""
    rule = {**about["areas[].count_threshold"], "optional": True}
    return {f"bands[].count_thresholds.{number}": rule for number in EVERY_AREA}


def band_to_page(about: Mapping[str, About]) -> dict[str, Any]:
    """The descriptions of a band's settings by their key; days: (key, name, short name); areas: their numbers."""
    options = about["bands[].days"]["options"]
    days = [(one["value"], one["label"], WEEKDAYS_ABBR[DAYS.index(one["value"])]) for one in options]
    keys = ("name", "days", "begin", "end", "count_thresholds")
    fields = {key: about[f"bands[].{key}"] for key in keys}
    return {"list": about["bands"], "fields": fields, "days": days, "areas": list(EVERY_AREA)}
