"""Writes, one noun per file. They check values; whether somebody may, the doors ask (`selectors.role_require`)."""

from cameras.services.camera import camera_create, camera_update
from cameras.services.extension import extension_install, extension_update
from cameras.services.site import membership_remove, membership_set, site_create, site_update

__all__ = [
    "camera_create",
    "camera_update",
    "extension_install",
    "extension_update",
    "membership_remove",
    "membership_set",
    "site_create",
    "site_update",
]
