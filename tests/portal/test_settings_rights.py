"""SEC-1, API-4: who may do what with settings and profiles, for every address of theirs."""

import json

import pytest
from django.test import Client

from cameras.models import Camera, Role, Site
from cameras.services.extension import extension_update
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory, UserFactory
from tests.portal.settings_places import CHANGES, PROFILES, READS, body_of, url_of

LISTED = f"GET {PROFILES}"
WELL = {200, 201, 204}


@pytest.fixture
def camera(site: Site) -> Camera:
    camera = CameraFactory(site=site, nonmask={})
    extension_update(extension=camera.extensions.get(kind="nonmask"), settings={"small_faces": True})
    extension_update(
        extension=camera.extensions.get(kind="occupancy"), settings={"csv": True}, secrets={"mqtt_password": "s3cret"}
    )
    return camera


def call(client: Client, place: str, camera: Camera, kind: str = "occupancy") -> int:
    body, url = json.dumps(body_of(place, camera)), url_of(place, camera, kind)
    facts = {"content_type": "application/json", "headers": {"If-Match": "*"}}
    answer = client.generic(place.partition(" ")[0], url, body, **facts)
    assert b"s3cret" not in answer.content
    return answer.status_code


@pytest.mark.parametrize("place", READS + CHANGES)
def test_a_visitor_is_asked_who_they_are(camera: Camera, api, place: str) -> None:
    """SEC-1: 401 everywhere."""
    assert call(api(), place, camera) == 401


@pytest.mark.parametrize("place", READS + CHANGES)
def test_a_stranger_finds_nothing(camera: Camera, api, stranger: User, place: str) -> None:
    """SEC-1: what has an id does not exist; the list of profiles is empty."""
    assert call(api(stranger, "configure"), place, camera) == (200 if place == LISTED else 404)


@pytest.mark.parametrize("place", READS + CHANGES)
@pytest.mark.parametrize("kind", ["occupancy", "nonmask"])
@pytest.mark.parametrize("role", list(Role))
def test_members_read_and_administrators_change(camera: Camera, api, role: Role, kind: str, place: str) -> None:
    """SEC-1: to copy onto a camera, and to apply a profile to it, one administers it."""
    client = api(MembershipFactory(site=camera.site, role=role).user, "configure")
    allowed = place in READS or role is Role.ADMINISTRATOR
    refused = 400 if place.endswith(("copy/", "apply/")) else 403

    status = call(client, place, camera, kind)
    assert status in WELL if allowed else status == refused


@pytest.mark.parametrize("place", READS + CHANGES)
@pytest.mark.parametrize("scope", ["read", "operate", "configure"])
def test_a_token_does_at_most_what_its_scope_says(camera: Camera, owner: User, api, scope: str, place: str) -> None:
    """API-4: settings are changed with the scope configure only."""
    status = call(api(owner, scope), place, camera)

    assert status in WELL if place in READS or scope == "configure" else status == 403


@pytest.mark.parametrize("place", READS + CHANGES)
def test_a_portal_administrator_may_do_everything(camera: Camera, signed_in, place: str) -> None:
    """SEC-1: on every site; by session as by token."""
    assert call(signed_in(UserFactory(is_superuser=True)), place, camera) in WELL
