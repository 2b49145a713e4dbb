"""What a job does with one of its cameras: everything of it or nothing, with the rights of who ordered it (EXT-1).

Every kind is safe to do twice: what is there already is skipped. Call it in a transaction, which ends with the item.
An order kept before there were two extensions names none, and means occupancy.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from cameras.extensions.areas import EVERY_AREA
from cameras.extensions.merge import merged
from cameras.extensions.problems import SettingsError
from cameras.models import Camera, Extension, Job, JobItem, Role
from cameras.selectors import extension_get, profile_get, site_list
from cameras.services.extension import Wish, extension_update, wish_grant
from cameras.services.installation import extension_add, extension_refusal, extension_uninstall
from cameras.services.profile import Part, part_apply, part_of_extension, part_of_profile
from portal.accounts.models import User


class ItemFailedError(Exception):
    """The camera stays as it was; the message says why, for people."""


class ItemSkippedError(Exception):
    """There was nothing to do; the message says why."""


def item_work(*, job: Job, item: JobItem) -> None:
    """Raises ItemFailedError, ItemSkippedError; django.db.Error."""
    user = item.made_by
    if user is None:
        raise ItemFailedError(_("The account that ordered it is gone."))
    try:
        _WORK[Job.Kind(job.kind)](_camera(item, user), job.order, user)
    except ValidationError as refused:
        raise ItemFailedError(" ".join(refused.messages)) from refused
    except SettingsError as refused:
        raise ItemFailedError(_sentences(refused)) from refused
    except Http404 as gone:
        raise ItemFailedError(str(gone)) from gone


def _camera(item: JobItem, user: User) -> Camera:
    """The camera as the person may change it at this moment: rights that were taken away in the meantime count."""
    if item.camera_id is None:
        raise ItemFailedError(_("The camera was removed meanwhile."))
    cameras = Camera.objects.filter(pk=item.camera_id).select_related("site").defer("username", "password")
    camera = cameras.filter(site__in=site_list(user=user, least=Role.ADMINISTRATOR)).first()
    if camera is not None:
        return camera
    text = _("%(user)s, who ordered it, is not an administrator of its site any more.")
    raise ItemFailedError(text % {"user": user.get_username()})


def _extension(camera: Camera, kind: str) -> Extension | None:
    return Extension.objects.filter(camera=camera, kind=kind).defer("secrets").select_related("camera__site").first()


def _kind(order: Mapping[str, Any]) -> str:
    kind: str = order.get("extension", Extension.Kind.OCCUPANCY.value)
    return kind


def _installed(camera: Camera, kind: str) -> Extension:
    extension = _extension(camera, kind)
    if extension is None:
        raise ItemFailedError(_("%(extension)s is not installed on it.") % {"extension": Extension.Kind(kind).label})
    return extension


def _install(camera: Camera, order: Mapping[str, Any], user: User) -> None:
    if _extension(camera, order["extension"]) is not None:
        raise ItemSkippedError(_("It was installed already."))
    if refusal := extension_refusal(camera=camera, kind=order["extension"]):
        raise ItemFailedError(refusal)
    extension_add(camera=camera, kind=order["extension"], user=user, network=order["network"])


def _uninstall(camera: Camera, order: Mapping[str, Any], user: User) -> None:
    extension = _extension(camera, order["extension"])
    if extension is None:
        raise ItemSkippedError(_("It was not installed."))
    extension_uninstall(extension=extension, user=user)


def _network(camera: Camera, order: Mapping[str, Any], user: User) -> None:
    extension = _installed(camera, order["extension"])
    changed = extension_update(extension=extension, user=user, network=order["network"], reason=_("Network changed"))
    _skip_when_equal(extension, changed)


def _profile(camera: Camera, order: Mapping[str, Any], user: User) -> None:
    profile = profile_get(user=user, profile_id=order["profile"])
    _put(part_of_profile(profile=profile, tabs=order["tabs"]), camera, user)


def _copy(camera: Camera, order: Mapping[str, Any], user: User) -> None:
    source = extension_get(user=user, camera_id=order["camera"], kind=_kind(order))
    _put(part_of_extension(extension=source, tabs=order["tabs"]), camera, user)


def _schedule(camera: Camera, order: Mapping[str, Any], user: User) -> None:
    source = extension_get(user=user, camera_id=order["camera"], kind=_kind(order))
    extension = _installed(camera, source.kind)
    reason = _("Copied from %(camera)s") % {"camera": source.camera.name}
    changed = extension_update(extension=extension, user=user, schedule=source.schedule, reason=reason)
    _skip_when_equal(extension, changed)


def _settings(camera: Camera, order: Mapping[str, Any], user: User) -> None:
    extension, part = _installed(camera, _kind(order)), order["parts"].get(str(camera.pk), {})
    wish = Wish(drawn=EVERY_AREA, edit=lambda whole: merged(whole, part, extension.settings_class))
    changed = wish_grant(extension=extension, wish=wish, user=user, reason=_("Read from a table"))
    _skip_when_equal(extension, changed)


def _put(part: Part, camera: Camera, user: User) -> None:
    extension = _installed(camera, part.kind)
    (outcome,) = part_apply(part=part, to=[extension], user=user)
    if outcome.error is not None:
        raise ItemFailedError(_sentences(outcome.error))
    _skip_when_equal(extension, outcome.extension)


def _skip_when_equal(before: Extension, after: Extension) -> None:
    if before.version == after.version:
        raise ItemSkippedError(_("It was like this already."))


def _sentences(refused: SettingsError) -> str:
    return " ".join(problem.translated(_) for problem in refused.problems)


_WORK: dict[Job.Kind, Callable[[Camera, Mapping[str, Any], User], None]] = {
    Job.Kind.INSTALL: _install,
    Job.Kind.UNINSTALL: _uninstall,
    Job.Kind.NETWORK: _network,
    Job.Kind.PROFILE: _profile,
    Job.Kind.COPY: _copy,
    Job.Kind.SCHEDULE: _schedule,
    Job.Kind.SETTINGS: _settings,
}
