"""The tables of what we watch."""

from cameras.models.camera import Camera
from cameras.models.extension import Extension
from cameras.models.group import GroupRole
from cameras.models.history import SettingsVersion
from cameras.models.job import Job, JobItem
from cameras.models.profile import Profile
from cameras.models.site import Membership, Role, Site

__all__ = [
    "Camera",
    "Extension",
    "GroupRole",
    "Job",
    "JobItem",
    "Membership",
    "Profile",
    "Role",
    "SettingsVersion",
    "Site",
]
