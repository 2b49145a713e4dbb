"""The settings of every extension, for whoever reads or writes settings without asking whose they are."""

from collections.abc import Collection, Mapping
from typing import Any

from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings

Settings = OccupancySettings | NonmaskSettings
SettingsClass = type[OccupancySettings] | type[NonmaskSettings]

CLASSES: Mapping[str, SettingsClass] = {"occupancy": OccupancySettings, "nonmask": NonmaskSettings}
"""By the kind of the extension, as the API and the database name it."""


def settings_read(kind: str, data: Mapping[str, Any], *, drawn: Collection[int] = ()) -> Settings:
    """`from_json` of an extension's settings; drawn: of areas, which occupancy has. Raises SettingsError."""
    if CLASSES[kind] is OccupancySettings:
        return OccupancySettings.from_json(data, drawn=drawn)
    return CLASSES[kind].from_json(data)


def numbers_drawn(settings: Settings) -> list[int]:
    """The areas that have a polygon, by their numbers; none where there are no areas."""
    return [area.number for area in settings.areas if area.polygon] if isinstance(settings, OccupancySettings) else []
