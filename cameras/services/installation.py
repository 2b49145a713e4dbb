"""Extensions put on cameras and taken off again: all of it or nothing (EXT-1, CAM-4)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cameras.models import Camera, Extension
from cameras.rotation import is_upright
from cameras.services.extension import extension_install
from cameras.services.version import version_raise
from cameras.signals import extension_removed
from portal.accounts.models import User
from portal.common.acting import acting


def extension_refusal(*, camera: Camera, kind: str) -> str:
    """Why an extension cannot be on this camera; empty when it can."""
    if kind == Extension.Kind.NONMASK and not is_upright(camera.rotation):
        return _("AI non-mask detection runs at 0 and 180 degrees only; this picture is turned by %(degrees)s.") % {
            "degrees": camera.rotation
        }
    return ""


@transaction.atomic
def extension_add(*, camera: Camera, kind: str, user: User, network: str = "") -> Extension:
    """Install with default settings; some worker begins within seconds. Raises ValidationError where it cannot be."""
    if refusal := extension_refusal(camera=camera, kind=kind):
        raise ValidationError(refusal)
    with acting(user=user):
        extension = extension_install(camera=camera, settings={}, network=network, kind=kind)
    version_raise(camera_id=camera.pk)
    return extension


@transaction.atomic
def extension_uninstall(*, extension: Extension, user: User) -> None:
    """Settings, secrets and versions go; counts and alarms stay, open alarms end. A second call changes nothing.

    `extension_removed` is sent before the row goes and in the same transaction: whoever refuses keeps the extension.
    """
    current = Extension.objects.select_for_update().filter(pk=extension.pk).first()
    if current is None:
        return
    extension_removed.send(sender=Extension, camera_id=current.camera_id, kind=current.kind)
    with acting(user=user):
        current.delete()
    version_raise(camera_id=extension.camera_id)
