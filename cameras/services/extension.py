"""Extensions: installed on a camera, and their settings changed as a whole (EXT-1, EXT-7)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cameras.extensions.occupancy import OccupancySettings
from cameras.models import Camera, Extension
from cameras.services.version import version_raise


def extension_install(*, camera: Camera, settings: Mapping[str, Any], network: str = "") -> Extension:
    """Put the occupancy extension on a camera. Raises SettingsError; ValidationError when it is there already."""
    full = OccupancySettings.from_json(settings).to_json()
    extension = Extension(camera=camera, kind=Extension.Kind.OCCUPANCY, settings=full, network=network)
    extension.full_clean()
    extension.save()
    return extension


@transaction.atomic
def extension_update(
    *, extension: Extension, settings: Mapping[str, Any] | None = None, network: str | None = None
) -> Extension:
    """Replace the settings, the network, or both; raises the versions when something differs. Raises SettingsError."""
    current = Extension.objects.select_for_update().get(pk=extension.pk)
    before = (current.settings, current.network)
    if settings is not None:
        drawn = [area.number for area in current.occupancy().areas if area.polygon]
        current.settings = OccupancySettings.from_json(settings, drawn=drawn).to_json()
    if network is not None:
        current.network = network
    if (current.settings, current.network) != before:
        current.version += 1
        current.save()
        version_raise(camera_id=current.camera_id)
    return current
