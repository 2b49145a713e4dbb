"""What is in force, as the tree that a file has. In place of secrets there are fingerprints, never the secrets."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.crypto import salted_hmac

from cameras.extensions.secret_rules import secrets_of
from cameras.models import Camera, Extension, Membership, Profile, Role, Site
from cameras.selectors import site_list
from cameras.services.secret import secrets_read
from notifications.kinds import KINDS
from notifications.kinds.mqtt import SECRET_RULES
from notifications.models import Destination, Escalation, MqttServer
from notifications.selectors import administers_portal
from notifications.services.mqtt_route import mqtt_server_secrets
from notifications.services.secret import destination_secrets
from portal.accounts.models import User
from portal.common.errors import ConflictError
from portal.common.fields import UndecryptableError
from portal.configuration.boards import combined_trees, counter_trees, plan_trees
from portal.configuration.reading import VERSION

REDACTED = frozenset({"url", "config", "settings"})
"""What may hold addresses, and in them credentials."""
SITE_FACTS = ("name", "time_zone", "blur_faces", "keep_clips", "media_days")
CAMERA_FACTS = (
    "name",
    "url",
    "mac",
    "transport",
    "fps",
    "enabled",
    "deactivation_s",
    "rotation",
    "privacy_zones",
)
CAMERA_SECRETS = ("username", "password")
DESTINATION_FACTS = ("position", "enabled", "events", "simulated", "expiry_s", "config")

Tree = dict[str, Any]


def state_read(*, user: User) -> Tree:
    """All sites that `user` administers. Raises ConflictError where a secret cannot be opened any more."""
    try:
        return _read(user)
    except UndecryptableError as exc:
        raise ConflictError(str(exc)) from exc


def _read(user: User) -> Tree:
    sites = site_list(user=user, least=Role.ADMINISTRATOR).order_by("key")
    servers = {one.site_id: one for one in MqttServer.objects.all()}
    parts = _Parts(sites)
    tree: Tree = {"version": VERSION}
    if administers_portal(user):
        tree["mqtt_server"] = _mqtt_server(servers.get(None))
    return tree | {"sites": {site.key: parts.site(site, servers.get(site.pk)) for site in sites}}


class _Parts:
    """What belongs to sites, read with as many queries for a thousand as for one."""

    def __init__(self, sites: Iterable[Site]) -> None:
        ids = [site.pk for site in sites]
        there = {"site__in": ids}
        self.escalations = dict(Escalation.objects.filter(**there).values_list("site_id", "after_min"))
        self.members = _by_site(Membership.objects.filter(**there).select_related("user").order_by("user__username"))
        cameras = Camera.objects.filter(**there).prefetch_related("extensions").order_by("key")
        self.cameras = _by_site(cameras)
        kinds = [name for name, kind in KINDS.items() if not kind.managed]
        destinations = Destination.objects.filter(**there, kind__in=kinds, retired_at=None)
        self.destinations = _by_site(destinations.select_related("camera").order_by("key"))
        self.combined = combined_trees(ids)
        self.counters = counter_trees(ids)
        self.plans = plan_trees(ids)
        self.profiles = _by_site(Profile.objects.filter(**there).order_by("key"))

    def site(self, site: Site, server: MqttServer | None) -> Tree:
        return {
            **_facts(site, SITE_FACTS),
            "escalation_min": self.escalations.get(site.pk),
            "mqtt_server": _mqtt_server(server),
            "members": {one.user.username: str(one.role) for one in self.members[site.pk]},
            "cameras": {camera.key: camera_tree(camera) for camera in self.cameras[site.pk]},
            "combined_areas": self.combined[site.pk],
            "public_counters": self.counters[site.pk],
            "floor_plans": self.plans[site.pk],
            "destinations": {one.key: destination_tree(one) for one in self.destinations[site.pk]},
            "profiles": {one.key: _profile(one) for one in self.profiles[site.pk]},
        }


def camera_tree(camera: Camera) -> Tree:
    """Of one camera with its extensions."""
    extensions = sorted(camera.extensions.all(), key=lambda one: list(Extension.Kind).index(Extension.Kind(one.kind)))
    return {
        **_facts(camera, CAMERA_FACTS),
        "secrets": _marks(CAMERA_SECRETS, _facts(camera, CAMERA_SECRETS)),
        "extensions": {str(one.kind): _extension(one) for one in extensions},
    }


def destination_tree(destination: Destination) -> Tree:
    """Of one destination; its camera by key."""
    return {
        "name": destination.name,
        "kind": destination.kind,
        "camera": destination.camera.key if destination.camera else None,
        **_facts(destination, DESTINATION_FACTS),
        **_secrets(KINDS[destination.kind].secrets, destination_secrets(destination)),
    }


def _extension(extension: Extension) -> Tree:
    return {
        "network": extension.network,
        "schedule": extension.schedule,
        "settings": extension.whole().to_json(),
        **_secrets(secrets_of(extension.settings_class), secrets_read(extension)),
    }


def _profile(profile: Profile) -> Tree:
    return _facts(profile, ("name", "kind", "tabs", "aspect", "settings"))


def _mqtt_server(server: MqttServer | None) -> Tree | None:
    if server is None:
        return None
    return {"config": server.config, **_secrets(SECRET_RULES, mqtt_server_secrets(server))}


def _facts(row: Any, names: Iterable[str]) -> Tree:
    return {name: getattr(row, name) for name in names}


def _secrets(names: Iterable[str], found: Mapping[str, str]) -> Tree:
    """Nothing where there can be none."""
    marks = _marks(names, found)
    return {"secrets": marks} if marks else {}


def _marks(names: Iterable[str], found: Mapping[str, str]) -> dict[str, str]:
    """Equal for equal secrets, and of no use to anybody else; empty for one that is not set."""
    return {name: _mark(found.get(name, "")) for name in names}


def _mark(secret: str) -> str:
    return salted_hmac("configuration", secret, algorithm="sha256").hexdigest()[:16] if secret else ""


def _by_site(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.site_id].append(row)
    return found
