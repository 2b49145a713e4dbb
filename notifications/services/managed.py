"""Destinations that the portal makes after the settings of a camera: nobody else changes them."""

from django.utils.translation import gettext as _

from notifications.kinds import KINDS
from notifications.models import Destination
from portal.common.errors import ConflictError


class ManagedError(ConflictError):
    """It follows the settings of a camera."""

    code = "managed"


def is_managed(destination: Destination) -> bool:
    return KINDS[destination.kind].managed


def managed_refuse(destination: Destination) -> None:
    """Raises ManagedError."""
    if is_managed(destination):
        text = _("“%(name)s” follows the settings of its camera: change it there.")
        raise ManagedError(text % {"name": destination.name})
