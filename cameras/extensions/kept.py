"""Stored settings read once: reading those of a camera takes a millisecond, and a list of the API reads a hundred.

They are kept by what they say, so that whatever writes them, a restored back-up included, never meets old ones.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from cameras.extensions.areas import EVERY_AREA
from cameras.extensions.kinds import Settings, settings_read

MOST = 4096  # two extensions of 1,000 cameras, and what became of them since


@dataclass(frozen=True)
class StoredSettings:
    """The settings, which nobody can change.    form: their JSON with all defaults, not to be changed by its reader."""

    settings: Settings

    @cached_property
    def form(self) -> dict[str, Any]:
        """See the class."""
        return self.settings.to_json()


def stored_settings(kind: str, data: Mapping[str, Any]) -> StoredSettings:
    """What the database holds for an extension of this kind. Raises SettingsError for what no form let in."""
    return _read(kind, json.dumps(data))


@lru_cache(maxsize=MOST)
def _read(kind: str, text: str) -> StoredSettings:
    return StoredSettings(settings_read(kind, json.loads(text), drawn=EVERY_AREA))
