"""Which site an entry of the audit log belongs to: administrators of a site see those of their own only (SEC-1)."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model

_PATHS: dict[type[Model], str] = {}


def place_register(model: type[Model], path: str) -> None:
    """path: the attributes that lead from a row of `model` to the id of its site, as in `camera.site_id`."""
    _PATHS[model] = path


def site_of(what: Model) -> int | None:
    """The id of the site of `what`; None for what belongs to no single one, or whose camera went before it."""
    value: Any = what
    try:
        for name in _PATHS.get(type(what), "site_id").split("."):
            value = getattr(value, name, None)
    except ObjectDoesNotExist:
        return None
    return value if isinstance(value, int) else None
