"""Networks that administrators of the portal bring, and take away again (RUN-6, SEC-6)."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.engine.inference.errors import NetworkError
from analytics.engine.inference.fields import FieldError
from analytics.engine.inference.manifest import Manifest, manifest_from_json
from analytics.engine.inference.network_trial import network_try
from analytics.engine.inference.networks import MANIFESTS, Network, NetworkCatalogue
from analytics.engine.inference.task import Task
from analytics.services.network_file import network_place, network_write, room_for_one
from cameras.models import Extension, Job
from cameras.selectors import administrator_require
from portal.accounts.models import User
from portal.common import limits
from portal.common.audit import audit_note
from portal.common.errors import ConflictError
from portal.common.models import AuditEntry

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.onnx")


class NetworkUsedError(ConflictError):
    """Cameras use it, or are about to."""

    code = "network_used"


class NetworkNotOursError(ConflictError):
    """It was not uploaded: its file lies elsewhere."""

    code = "not_uploaded"


def network_add(*, user: User, file: Iterable[bytes], manifest: bytes | None = None) -> Network:
    """Keep a network that passes every check. Without `manifest` it has to be one that is known and missing.

    file: the ONNX file, piece by piece. Raises PermissionDenied, NetworkBusyError, and ValidationError by `file` and
    `manifest`; then nothing is left of it.
    """
    administrator_require(user)
    with room_for_one(settings.UPLOADED_NETWORKS) as room:
        path = room / "network.onnx"
        sha256 = network_write(path, file)
        known = _missing(sha256)
        described = known or _described(manifest, sha256)
        text = None if known else manifest
        _try(path, MANIFESTS / f"{known.id}.json" if known else _beside(path, manifest or b""))
        target = settings.UPLOADED_NETWORKS / described.file
        network_place(path, target, text)
    audit_note(action=AuditEntry.Action.CREATE, user=user, network=described.id, sha256=sha256)
    return Network(described, target)


def network_remove(*, user: User, network_id: str) -> None:
    """Take an uploaded network away. Raises PermissionDenied, Http404, NetworkNotOursError, NetworkUsedError."""
    administrator_require(user)
    network = _there(network_id)
    if network.path.parent != settings.UPLOADED_NETWORKS:
        text = _("“%(name)s” was not uploaded: take its file out of %(folder)s by hand.")
        raise NetworkNotOursError(text % {"name": network_id, "folder": network.path.parent})
    _unused(network)
    network.path.unlink()
    network.path.with_suffix(".json").unlink(missing_ok=True)
    audit_note(action=AuditEntry.Action.DELETE, user=user, network=network_id, sha256=network.manifest.sha256)


def is_uploaded(network_path: Path) -> bool:
    """Whether a network lies where uploads do, and can be removed."""
    return network_path.parent == settings.UPLOADED_NETWORKS


def _catalogue() -> NetworkCatalogue:
    return NetworkCatalogue(settings.NETWORK_FOLDERS)


def _missing(sha256: str) -> Manifest | None:
    """The network of this file, where the portal knows it."""
    missing = (one.manifest for task in Task for one in _catalogue().missing(task))
    return next((one for one in missing if one.sha256 == sha256), None)


def _described(manifest: bytes | None, sha256: str) -> Manifest:
    if not manifest:
        text = _("The portal does not know this file (sha256 %(hash)s): its manifest is needed.")
        raise ValidationError({"manifest": [text % {"hash": sha256}]})
    if len(manifest) > limits.MANIFEST:
        text = _("A manifest has at most %(most)s kB.") % {"most": limits.MANIFEST // 1000}
        raise ValidationError({"manifest": [text]})
    found = _read(manifest)
    if found.sha256 != sha256:
        text = _("The sha256 of this file is %(found)s, its manifest says %(expected)s.")
        raise ValidationError({"file": [text % {"found": sha256, "expected": found.sha256}]})
    _is_new(found)
    return found


def _read(manifest: bytes) -> Manifest:
    """Raises ValidationError, naming field, value and what was expected."""
    try:
        data = json.loads(manifest)
        if not isinstance(data, dict):
            raise FieldError("an object was expected")
        return manifest_from_json(data)
    except (ValueError, RecursionError, FieldError) as exc:
        text = _("This is no manifest of a network: %(reason)s") % {"reason": str(exc)[:300]}
        raise ValidationError({"manifest": [text]}) from exc


def _is_new(manifest: Manifest) -> None:
    """Its names are fit for an address and a folder, and nobody else's. Raises ValidationError."""
    problems = []
    if not _ID.fullmatch(manifest.id):
        problems.append(_("id: up to 80 letters, digits, dots, - and _ were expected."))
    if not _FILE.fullmatch(manifest.file):
        problems.append(_("file: a name of letters, digits, dots, - and _ that ends with .onnx was expected."))
    catalogue = _catalogue()
    there = [one.manifest for task in Task for one in catalogue.available(task)]
    known = there + [one.manifest for task in Task for one in catalogue.missing(task)]
    if manifest.id in {one.id for one in known}:
        problems.append(_("There is a network “%(name)s” already.") % {"name": manifest.id})
    taken = manifest.file in {one.file for one in known}
    if taken or any((folder / manifest.file).exists() for folder in settings.NETWORK_FOLDERS):
        problems.append(_("There is a file “%(name)s” already.") % {"name": manifest.file})
    if problems:
        raise ValidationError({"manifest": problems})


def _beside(path: Path, manifest: bytes) -> Path:
    beside = path.with_suffix(".json")
    beside.write_bytes(manifest)
    return beside


def _try(path: Path, manifest: Path) -> None:
    try:
        network_try(path, manifest)
    except NetworkError as exc:
        raise ValidationError({"file": [_("The file cannot be used: %(reason)s") % {"reason": exc}]}) from exc


def _there(network_id: str) -> Network:
    catalogue = _catalogue()
    found = (one for task in Task for one in catalogue.available(task) if one.id == network_id)
    network = next(found, None)
    if network is None:
        raise Http404(_("There is no network “%(name)s”.") % {"name": network_id[:80]})
    return network


def _unused(network: Network) -> None:
    """Raises NetworkUsedError, naming cameras."""
    task, kind = network.manifest.task, Extension.Kind(network.manifest.task.value)
    names = Q(network=network.id)
    if _is_default(network):
        names |= Q(network="")
    cameras = Extension.objects.filter(names, kind=kind).order_by("camera__name").values_list("camera__name", flat=True)
    if count := cameras.count():
        text = ngettext("%(count)s camera uses it: %(names)s.", "%(count)s cameras use it: %(names)s.", count)
        words = {"count": count, "names": ", ".join(cameras[:5]) + (" …" if count > 5 else "")}
        raise NetworkUsedError(text % words)
    if Job.objects.filter(ended_at=None, order__network=network.id, order__extension=task.value).exists():
        raise NetworkUsedError(_("A job that has not ended puts it on cameras."))


def _is_default(network: Network) -> bool:
    try:
        return _catalogue().default(network.manifest.task).id == network.id
    except NetworkError:
        return False
