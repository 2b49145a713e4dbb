"""What a job may be ordered with: looked through before anything is kept, with the rights of who orders (EXT-1)."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cameras.extensions.kinds import CLASSES
from cameras.extensions.problems import SettingsError, show
from cameras.extensions.tabs import tabs_clean, tabs_with
from cameras.models import Extension, Job
from cameras.selectors import extension_get, profile_get
from portal.accounts.models import User

LONGEST = 80  # of the name of a network


class Order(NamedTuple):
    """What is kept: plain JSON, and the name of the profile or camera in it."""

    order: dict[str, Any]
    about: str = ""


def order_clean(*, user: User, kind: Job.Kind, order: Mapping[str, Any]) -> Order:
    """Raises ValidationError that names what does not fit; Http404 for a profile or camera that `user` may not see."""
    fields, read = _READERS[kind]
    if unknown := sorted(set(order) - set(fields)):
        raise _refused(unknown[0], _("“%(kind)s” takes %(fields)s only."), kind=kind, fields=", ".join(fields))
    return read(user, order)


def _install(_user: User, order: Mapping[str, Any]) -> Order:
    return Order({"extension": _extension(order), "network": _network(order)}, _network(order))


def _uninstall(_user: User, order: Mapping[str, Any]) -> Order:
    return Order({"extension": _extension(order)})


def _profile(user: User, order: Mapping[str, Any]) -> Order:
    profile = profile_get(user=user, profile_id=_number(order, "profile"))
    tabs = order.get("tabs")
    chosen = None if tabs is None else _tabs(tabs, profile.kind)
    if chosen is not None and set(chosen) - set(profile.tabs):
        text = _("The profile holds %(fields)s only.")
        raise _refused("tabs", text, fields=", ".join(profile.tabs))
    return Order({"profile": profile.pk, "tabs": chosen}, profile.name)


def _copy(user: User, order: Mapping[str, Any]) -> Order:
    kind = _extension(order)
    source = extension_get(user=user, camera_id=_number(order, "camera"), kind=kind)
    tabs = _tabs(order.get("tabs", list(tabs_with(CLASSES[kind]))), kind)
    return Order({"extension": kind, "camera": source.camera_id, "tabs": tabs}, source.camera.name)


def _schedule(user: User, order: Mapping[str, Any]) -> Order:
    kind = _extension(order)
    source = extension_get(user=user, camera_id=_number(order, "camera"), kind=kind)
    return Order({"extension": kind, "camera": source.camera_id}, source.camera.name)


def _settings(_user: User, order: Mapping[str, Any]) -> Order:
    """Whether a part fits its camera is asked when it is put in force: the camera may have changed by then."""
    parts = order.get("parts")
    if isinstance(parts, Mapping) and all(
        str(key).isdecimal() and isinstance(part, Mapping) for key, part in parts.items()
    ):
        return Order({"extension": _extension(order), "parts": dict(parts)})
    raise _refused("parts", _("Must be settings by the id of their camera, not %(value)s."), value=show(parts))


_READERS: dict[Job.Kind, tuple[tuple[str, ...], Callable[[User, Mapping[str, Any]], Order]]] = {
    Job.Kind.INSTALL: (("extension", "network"), _install),
    Job.Kind.UNINSTALL: (("extension",), _uninstall),
    Job.Kind.NETWORK: (("extension", "network"), _install),
    Job.Kind.PROFILE: (("profile", "tabs"), _profile),
    Job.Kind.COPY: (("extension", "camera", "tabs"), _copy),
    Job.Kind.SCHEDULE: (("extension", "camera"), _schedule),
    Job.Kind.SETTINGS: (("extension", "parts"), _settings),
}


def _extension(order: Mapping[str, Any]) -> str:
    kind = order.get("extension", Extension.Kind.OCCUPANCY)
    if kind not in Extension.Kind.values:
        raise _refused("extension", _("Must be one of %(kinds)s."), kinds=", ".join(Extension.Kind.values))
    return str(kind)


def _network(order: Mapping[str, Any]) -> str:
    """Whether there is such a network is asked by the doors, which know the networks."""
    network = order.get("network", "")
    if not isinstance(network, str) or len(network) > LONGEST:
        text = _("Must be the name of a network, or empty for the best one; not %(value)s.")
        raise _refused("network", text, value=show(network))
    return network


def _number(order: Mapping[str, Any], name: str) -> int:
    value = order.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise _refused(name, _("Must be the id of a %(name)s, not %(value)s."), name=name, value=show(value))
    return value


def _tabs(tabs: object, kind: str) -> list[str]:
    try:
        return list(tabs_clean(tabs, CLASSES[kind]))
    except SettingsError as refused:
        raise ValidationError({"tabs": [one.translated(_) for one in refused.problems]}) from refused


def _refused(place: str, text: str, /, **values: object) -> ValidationError:
    return ValidationError({place: [text % values]})
