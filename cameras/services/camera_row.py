"""What one line of a CSV file says about a camera, and what of it cannot be (CAM-3)."""

import copy
import math
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cameras.models import Camera
from cameras.onboarding.table import Column, Row
from cameras.services.address import address_clean
from cameras.services.mac import mac_check, mac_clean
from cameras.services.onboarding import address_typed, credentials_kept

FIELDS = {
    "name": Column.NAME,
    "url": Column.ADDRESS,
    "username": Column.USERNAME,
    "password": Column.PASSWORD,
    "transport": Column.TRANSPORT,
    "fps": Column.FPS,
    "enabled": Column.ENABLED,
    "mac": Column.MAC,
}
_YES, _NO = {"yes", "true", "1", "on"}, {"no", "false", "0", "off"}


def row_facts(row: Row, camera: Camera | None) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields that the row sets, and the cells that make no sense."""
    facts: dict[str, Any] = {"name": row.cells[Column.NAME]}
    mistakes: dict[str, str] = {}
    if transport := row.cells.get(Column.TRANSPORT):
        facts["transport"] = transport.lower()
    if fps := row.cells.get(Column.FPS):
        facts["fps"] = _number(fps)
        if not math.isfinite(facts["fps"]):
            mistakes[Column.FPS] = _("A number from 0.5 to 30, such as 5.")
    if enabled := row.cells.get(Column.ENABLED, "").lower():
        facts["enabled"] = enabled in _YES
        if enabled not in _YES | _NO:
            mistakes[Column.ENABLED] = _("Write yes or no.")
    for read in (_mac_facts, _address_facts):
        try:
            facts |= read(row, camera)
        except ValidationError as exc:
            mistakes |= _by_column(exc)
    return facts, mistakes


def _number(text: str) -> float:
    """With a point or a comma; NaN for what is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan


def _mac_facts(row: Row, _camera: Camera | None) -> dict[str, Any]:
    written = row.cells.get(Column.MAC)
    return {"mac": mac_clean(written)} if written else {}


def _address_facts(row: Row, camera: Camera | None) -> dict[str, Any]:
    """Address, user name and password; those inside the address count where the columns say nothing."""
    written = row.cells.get(Column.ADDRESS, "")
    typed: dict[str, Any] = {
        "username": row.cells.get(Column.USERNAME, ""),
        "password": row.cells.get(Column.PASSWORD, ""),
    }
    if camera is None:
        if not written:
            raise ValidationError({"url": [_("A new camera needs an address.")]})
        address = address_clean(written)
        inside = {"username": address.username or "", "password": address.password or ""}
        return {"url": address.url} | {key: typed[key] or inside[key] for key in typed}
    url = address_typed(camera, written) if written else camera.url
    return {"url": address_clean(url).url} | credentials_kept(camera=camera, url=url, **typed)


def field_mistakes(camera: Camera, facts: Mapping[str, Any]) -> dict[str, str]:
    """What the model refuses; the camera given stays as it is."""
    draft = copy.copy(camera)
    for name, value in facts.items():
        setattr(draft, name, value)
    try:
        draft.clean_fields(exclude=[one.name for one in Camera._meta.fields if one.name not in FIELDS])
        mac_check(draft)
    except ValidationError as exc:
        return _by_column(exc)
    return {}


def _by_column(error: ValidationError) -> dict[str, str]:
    found = error.message_dict.items()
    return {FIELDS[name].value if name in FIELDS else "": " ".join(messages) for name, messages in found}
