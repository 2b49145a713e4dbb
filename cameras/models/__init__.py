"""The tables of what we watch."""

from cameras.models.camera import Camera
from cameras.models.extension import Extension
from cameras.models.site import Membership, Role, Site

__all__ = ["Camera", "Extension", "Membership", "Role", "Site"]
