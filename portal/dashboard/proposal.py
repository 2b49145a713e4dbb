"""A proposal for one area that an address brings to the form of its settings: filled in, not saved (OPR-9)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

_KEYS = ("count_threshold", "time_s")


def proposal_url(camera_id: int, number: int, changes: Mapping[str, float]) -> str:
    """Leads to the form with these values typed in."""
    query = urlencode({"area": number, **{key: f"{value:g}" for key, value in changes.items()}})
    return f"{reverse('camera_settings', args=[camera_id, 'basic'])}?{query}"


def proposal_of(query: Mapping[str, str]) -> dict[str, Any]:
    """For <settings-form>: place of the area, and values by their path. What is none is left out; the form itself says
    what is wrong about a value."""
    area = query.get("area", "")
    if area not in {"1", "2", "3", "4"}:
        return {}
    place = int(area) - 1
    values = {f"areas[{place}].{key}": _number(query.get(key, "")) for key in _KEYS}
    return {"place": place, "values": {path: value for path, value in values.items() if value is not None}}


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    if not 0 <= value < 1e6:  # neither is what is not a number
        return None
    return int(value) if value.is_integer() else value
