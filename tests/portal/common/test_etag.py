"""API-2: nobody overwrites what somebody else has changed meanwhile, on any resource that can be written."""

import re
import threading
from typing import Any

import pytest
from django.db import connections
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from analytics.models import PublicCounter
from cameras.models import Camera, Role, Site
from notifications.models import Destination
from portal.accounts.models import User
from portal.common.errors import PreconditionError
from portal.common.etag import etag_check
from tests.factories import CameraFactory, MembershipFactory, ProfileFactory, SiteFactory, UserFactory

API = "/api/v1"
ACTIONS = {
    "cameras_erase_media",  # deletes what is there, and new pictures come at every moment
    "networks_remove",  # under its id there is never another file
    "alarm_sound_replace",  # a person's own choice, whole: the last one holds
    "discoveries_stop",  # a search is not written, it ends
}


@pytest.fixture
def root(db: None) -> User:
    return UserFactory(username="root", is_superuser=True)


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay")


def writes() -> list[tuple[str, str, dict[str, Any]]]:
    """Address, method and operation of everything that replaces, changes or removes one resource."""
    paths = SchemaGenerator().get_schema(public=True)["paths"]
    return [
        (address, method, operation)
        for address, path in paths.items()
        for method, operation in path.items()
        if method in ("put", "patch", "delete")
    ]


def test_every_write_of_one_resource_needs_its_etag() -> None:
    """API-2: whoever adds a PUT, PATCH or DELETE gives it an If-Match, or says here why it has none."""
    without = {
        operation["operationId"]
        for _address, _method, operation in writes()
        if ("header", "If-Match") not in {(one["in"], one["name"]) for one in operation.get("parameters", [])}
    }

    assert without == ACTIONS


def places(site: Site, camera: Camera) -> dict[str, tuple[str, dict[str, Any] | list[Any]]]:
    """Address of each kind of resource, and a change of it."""
    profile = ProfileFactory(site=site)
    destination = Destination.objects.create(site=site, kind="webhook", name="VMS", config={"url": "https://vms/"})
    counter = PublicCounter.objects.create(site=site, name="Door", busy_at=4, full_at=5, digest="0")
    extension = f"{API}/cameras/{camera.pk}/extensions/occupancy/"
    return {
        "sites_change": (f"{API}/sites/{site.pk}/", {"name": "Port"}),
        "cameras_change": (f"{API}/cameras/{camera.pk}/", {"name": "Pier"}),
        "cameras_extension_partial_update": (extension, {"settings": {"reset_percentage": 70}}),
        "cameras_extension_replace": (extension, {"settings": {"reset_percentage": 60}}),
        "cameras_extension_areas_change": (f"{extension}areas/1/", {"time_s": 7}),
        "cameras_extension_areas_replace": (f"{extension}areas/1/", {"time_s": 8}),
        "cameras_extension_areas_remove": (f"{extension}areas/1/", {}),
        "cameras_extension_ignore_zones_replace": (f"{extension}ignore-zones/", []),
        "cameras_extension_schedule_replace": (f"{extension}schedule/", {"always": True}),
        "cameras_privacy_zones_replace": (f"{API}/cameras/{camera.pk}/privacy-zones/", []),
        "destinations_change": (f"{API}/destinations/{destination.pk}/", {"name": "Other"}),
        "destinations_remove": (f"{API}/destinations/{destination.pk}/", {}),
        "profiles_destroy": (f"{API}/profiles/{profile.pk}/", {}),
        "public_counters_revoke": (f"{API}/public-counters/{counter.pk}/", {}),
        "sites_escalation_set": (f"{API}/sites/{site.pk}/escalation/", {"after_min": 7}),
        "sites_escalation_remove": (f"{API}/sites/{site.pk}/escalation/", {}),
        "sites_mqtt_server_set": (f"{API}/sites/{site.pk}/mqtt-server/", {"config": {"host": "b.example"}}),
        "sites_mqtt_server_remove": (f"{API}/sites/{site.pk}/mqtt-server/", {}),
        "mqtt_server_set": (f"{API}/mqtt-server/", {"config": {"host": "b.example"}}),
        "mqtt_server_remove": (f"{API}/mqtt-server/", {}),
        "cameras_remove": (f"{API}/cameras/{camera.pk}/", {}),
        "sites_remove": (f"{API}/sites/{SiteFactory().pk}/", {}),
    }


def test_a_write_is_done_only_on_the_state_that_was_seen(api: Any, root: User, site: Site, camera: Camera) -> None:
    """API-2: 428 without an ETag, 412 with an old one, both with the one of now; and with that it is done."""
    client = api(root, "configure", if_match=None)
    for where, body in (("escalation", {"after_min": 5}), ("mqtt-server", {"config": {"host": "a.example"}})):
        assert client.put(f"{API}/sites/{site.pk}/{where}/", body, format="json").status_code == 200
    client.put(f"{API}/mqtt-server/", {"config": {"host": "a.example"}}, format="json")
    methods = {operation["operationId"]: method for _address, method, operation in writes()}

    for name, (address, body) in places(site, camera).items():
        send = getattr(client, methods[name])
        etag = client.get(address).headers["ETag"]
        missing = send(address, body, format="json")
        old = send(address, body, format="json", headers={"If-Match": '"0"'})
        done = send(address, body, format="json", headers={"If-Match": etag})

        assert (name, missing.status_code, missing.headers["ETag"]) == (name, 428, etag)
        assert (name, old.status_code, old.headers["ETag"], old.json()["etag"]) == (name, 412, etag, etag)
        assert (name, done.status_code // 100) == (name, 2)
        if done.status_code == 200:
            assert (name, done.headers["ETag"]) == (name, client.get(address).headers["ETag"])


def test_every_change_makes_another_etag(api: Any, owner: User, site: Site) -> None:
    """API-2: of a secret too, though it is never shown; what is live changes nothing."""
    destination = Destination.objects.create(site=site, kind="webhook", name="VMS", config={"url": "https://vms/"})
    address, client = f"{API}/destinations/{destination.pk}/", api(owner, "configure")
    seen = [client.get(address).headers["ETag"]]
    for change in ({"name": "Other"}, {"secrets": {"secret": "whsec_" + "a" * 32}}, {"enabled": False}):
        client.patch(address, change, format="json")
        seen.append(client.get(address).headers["ETag"])
    Destination.objects.update(failures=9)

    assert len(set(seen)) == 4
    assert client.get(address).headers["ETag"] == seen[-1]
    assert re.fullmatch('"[0-9a-f]{32}"', seen[0])


def test_somebody_elses_resource_has_no_etag(api: Any, stranger: User, site: Site, camera: Camera) -> None:
    """SEC-1: it does not exist, with an ETag or without."""
    client = api(stranger, "configure", if_match=None)
    for address, body in places(site, camera).values():
        answer = client.patch(address, body, format="json")
        assert answer.status_code in (403, 404, 405)
        assert "ETag" not in answer.headers


def test_a_viewer_is_turned_away_with_the_right_etag(api: Any, colleague: User, site: Site) -> None:
    """SEC-1: an ETag is no permission."""
    answer = api(colleague, "configure").patch(f"{API}/sites/{site.pk}/", {"name": "Mine"}, format="json")

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("header", "fits"), [("*", True), ('"7"', True), ('"6", "7"', True), ('"8"', False), ("7", False), ('W/"7"', False)]
)
def test_an_if_match_names_one_state_or_several(header: str, fits: bool) -> None:
    """RFC 9110 13.1.1: weak ones never fit."""
    if fits:
        etag_check(header, '"7"')
    else:
        with pytest.raises(PreconditionError) as refused:
            etag_check(header, '"7"')
        assert refused.value.status == 412


@pytest.mark.django_db(transaction=True)
def test_of_two_with_the_same_etag_one_wins(api: Any) -> None:
    """API-2: also in the same moment."""
    site = SiteFactory()
    owner = MembershipFactory(site=site, role=Role.ADMINISTRATOR).user
    etag = api(owner).get(f"{API}/sites/{site.pk}/").headers["ETag"]
    client: APIClient = api(owner, "configure", if_match=etag)
    start, codes = threading.Barrier(4), []

    def rename(name: str) -> None:
        start.wait()
        codes.append(client.patch(f"{API}/sites/{site.pk}/", {"name": name}, format="json").status_code)
        connections.close_all()

    threads = [threading.Thread(target=rename, args=[f"Port {place}"]) for place in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(codes) == [200, 412, 412, 412]
