"""A site with one of everything that an address can name, told apart by a word in every text of it (SEC-1)."""

import io
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from PIL import Image

from analytics.models import Alarm, AlarmStep, SceneEvent, Shelving
from analytics.services.combined_area import combined_area_create
from analytics.services.event import event_write
from analytics.services.floor_plan import Mark, floor_plan_create, floor_plan_mark
from analytics.services.public_counter import public_counter_create
from cameras.models import Camera, GroupRole, Job, JobItem, Role, Site
from cameras.services.extension import extension_update
from notifications.models import Attempt, Escalation, Notification
from notifications.services.mqtt_server import mqtt_server_set
from portal.accounts.models import User
from portal.accounts.services import token_create
from portal.common.models import AuditEntry
from tests.factories import (
    AlarmFactory,
    CameraFactory,
    DestinationFactory,
    MembershipFactory,
    ProfileFactory,
    SiteFactory,
    UserFactory,
)

NOWHERE = uuid.UUID(int=1)
PLACES = {"number": 1, "place": 1, "kind": "occupancy", "tab": "basic", "network": "none", "scan": NOWHERE}
PLACES |= {"link": "none", "session": 1}
"""Parts of addresses that are alike everywhere; searches, links and sessions are of one person, not of a site."""


@dataclass(frozen=True)
class World:
    """people: its members by role.    ids: what an address needs, by the name of the thing."""

    word: str
    site: Site
    people: dict[str, User]
    ids: dict[str, Any]


def world_make(word: str) -> World:
    """Every name, reason and note of it begins with `word`."""
    site = SiteFactory(name=f"{word} site")
    people = {role: _member(word, site, role) for role in Role.values}
    owner = people[Role.ADMINISTRATOR]
    areas = {"areas": [{"number": 1, "name": word[:8], "count_threshold": 3}]}
    camera = CameraFactory(site=site, name=f"{word} camera", occupancy=areas, nonmask={})
    extension_update(extension=camera.extensions.get(kind="occupancy"), settings={"csv": True})
    alarm = AlarmFactory(camera=camera, area_name=word[:8])
    AlarmStep.objects.create(alarm=alarm, step="note", by=owner, note=f"{word} note")
    ids = {"site": site.pk, "camera": camera.pk, "alarm": alarm.pk, **PLACES}
    ids |= _boards(word, owner, camera) | _desk(word, owner, camera) | _told(word, alarm) | _people(word, site, owner)
    return World(word, site, people, ids)


def _member(word: str, site: Site, role: str) -> User:
    return MembershipFactory(site=site, role=role, user__username=f"{word}-{role}").user


def _boards(word: str, owner: User, camera: Camera) -> dict[str, Any]:
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(picture, "PNG")
    plan = floor_plan_create(user=owner, site=camera.site, name=f"{word} plan", file=picture, size=picture.tell())
    floor_plan_mark(user=owner, plan=plan, marks=[Mark(camera.pk, 1, 0.5, 0.5)], version=plan.version)
    other = CameraFactory(site=camera.site, name=f"{word} second", occupancy={"areas": [{"number": 1}]})
    areas = [(camera.pk, 1), (other.pk, 1)]
    named = {"name": f"{word} both"[:20]}
    combined = combined_area_create(user=owner, site=camera.site, settings=named, areas=areas)
    counter, door = public_counter_create(user=owner, site=camera.site, name=f"{word} door", areas=areas, full_at=5)
    return {"plan": plan.pk, "combined": combined.pk, "counter": counter.pk, "door": door, "second": other.pk}


def _desk(word: str, owner: User, camera: Camera) -> dict[str, Any]:
    now, later = timezone.now(), timezone.now() + timedelta(hours=1)
    SceneEvent.objects.create(camera=camera, advice="dark", began_at=now)
    shelving = Shelving.objects.create(
        camera=camera, area_number=4, reason=f"{word} reason", started_at=now, until=later, ends_at=later, by=owner
    )
    profile = ProfileFactory(site=camera.site, name=f"{word} profile")
    order = {"extension": "nonmask", "network": ""}
    job = Job.objects.create(kind="install", order=order, made_by=owner, ended_at=now, about=f"{word} profile")
    JobItem.objects.create(
        **{"job": job, "position": 0, "camera": camera, "site": camera.site, "camera_name": camera.name},
        **{"made_by": owner, "state": "failed", "reason": f"{word} failed", "ended_at": now},
    )
    return {"shelving": shelving.pk, "profile": profile.pk, "job": job.pk}


def _told(word: str, alarm: Alarm) -> dict[str, Any]:
    site, now = alarm.site, timezone.now()
    Escalation.objects.create(site=site, after_min=3, changed_at=now)
    mqtt_server_set(site=site, config={"host": f"{word.lower()}.example", "port": 1883, "tls": False})
    destination = DestinationFactory(site=site, name=f"{word} hook")
    told = Notification.objects.create(
        **{"id": uuid.uuid4(), "destination": destination, "alarm": alarm, "event": "started", "lane": "1"},
        **{"record": {}, "state": "failed", "reason": f"{word} away", "queued_at": now, "next_try_at": now},
        expires_at=now,
    )
    Attempt.objects.create(notification=told, at=now, duration_ms=1, outcome="permanent", sent=word, answer=word)
    event_write(kind="camera.status", site_id=site.pk, camera_id=alarm.camera_id, data={"name": word})
    return {"destination": destination.pk, "notification": told.id}


def _people(word: str, site: Site, owner: User) -> dict[str, Any]:
    person = UserFactory(username=f"{word}-person")
    membership = MembershipFactory(site=site, user=person)
    group = GroupRole.objects.create(group=f"{word} group", site=site, role=Role.VIEWER)
    token, _ = token_create(user=owner, name=f"{word} token", site_ids=[site.pk])
    changes = {"name": [word, word]}
    entry = AuditEntry.objects.log_create(site, action=AuditEntry.Action.UPDATE, changes=changes)
    assert entry is not None
    ids = {"person": person.pk, "membership": membership.pk, "group_role": group.pk, "token": token.pk}
    return {**ids, "neighbour": _neighbour(word, owner).pk, "audit": entry.pk}


def _neighbour(word: str, owner: User) -> User:
    """Of another site of the owner: whom they see, and may give a role here."""
    annex = MembershipFactory(user=owner, site__name=f"{word} annex", role=Role.ADMINISTRATOR).site
    return MembershipFactory(site=annex, user__username=f"{word}-neighbour").user
