"""SEC-1, API-4: who may do what, for every address of the API, by token and by session."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver
from drf_spectacular.generators import SchemaGenerator

from analytics.models import Alarm
from cameras.models import Camera, Membership, Role, Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory, UserFactory
from tests.portal.settings_places import CHANGES, READS

LISTS = ("/api/v1/cameras/", "/api/v1/areas/", "/api/v1/alarms/")

ELSEWHERE = {  # whose rights are proven in the test of what they do
    "GET /api/v1/users/",  # tests/cameras/test_people_api.py
    "POST /api/v1/users/",
    "GET /api/v1/users/{id}/",
    "PATCH /api/v1/users/{id}/",
    "POST /api/v1/users/{id}/link/",
    "POST /api/v1/users/{id}/sign-out/",
    "POST /api/v1/users/{id}/remove-second-factor/",
    "GET /api/v1/memberships/",
    "POST /api/v1/memberships/",
    "GET /api/v1/memberships/{id}/",
    "PATCH /api/v1/memberships/{id}/",
    "DELETE /api/v1/memberships/{id}/",
    "GET /api/v1/group-roles/",
    "POST /api/v1/group-roles/",
    "GET /api/v1/group-roles/{id}/",
    "DELETE /api/v1/group-roles/{id}/",
    "POST /api/v1/cameras/test-connection/",  # tests/cameras/test_onboarding_api.py
    "POST /api/v1/cameras/{camera_id}/test-connection/",
    "POST /api/v1/cameras/import/",
    "GET /api/v1/cameras/export/",
    "POST /api/v1/cameras/{id}/try-on-history/",  # tests/analytics/test_history.py
    "GET /api/v1/sites/",  # tests/cameras/test_site_api.py
    "GET /api/v1/sites/{id}/",
    "PATCH /api/v1/sites/{id}/",
    "POST /api/v1/cameras/",  # tests/cameras/test_camera_api.py
    "PATCH /api/v1/cameras/{id}/",
    "DELETE /api/v1/cameras/{id}/",
    "POST /api/v1/discoveries/",  # tests/cameras/test_discovery_api.py
    "GET /api/v1/discoveries/{scan_id}/",
    "DELETE /api/v1/discoveries/{scan_id}/",
    "POST /api/v1/discoveries/{scan_id}/read/",
    "POST /api/v1/discoveries/{scan_id}/add/",
    "GET /api/v1/scene-advice/",  # tests/analytics/test_scene_api.py
    "POST /api/v1/cameras/{id}/confirm-view/",
    "GET /api/v1/cameras/{id}/media/",  # tests/analytics/test_media_api.py
    "DELETE /api/v1/cameras/{id}/media/",
    "POST /api/v1/cameras/{id}/test-alarm/",  # tests/analytics/services/test_testing.py
    "GET /api/v1/alarms/{id}/steps/",  # tests/analytics/test_desk_api.py
    "POST /api/v1/alarms/{id}/steps/",
    "POST /api/v1/alarms/steps/",
    "GET /api/v1/shelvings/",
    "POST /api/v1/shelvings/",
    "GET /api/v1/shelvings/{id}/",
    "POST /api/v1/shelvings/{id}/end/",
    "GET /api/v1/jobs/",  # tests/analytics/test_job_api.py
    "POST /api/v1/jobs/",
    "GET /api/v1/jobs/{job_id}/",
    "GET /api/v1/jobs/{job_id}/cameras/",
    "POST /api/v1/jobs/{job_id}/cancel/",
    "POST /api/v1/jobs/{job_id}/retry/",
    "GET /api/v1/destination-kinds/",  # tests/notifications/test_api.py
    "GET /api/v1/destinations/",
    "POST /api/v1/destinations/",
    "GET /api/v1/destinations/{id}/",
    "PATCH /api/v1/destinations/{id}/",
    "DELETE /api/v1/destinations/{id}/",
    "POST /api/v1/destinations/{id}/test/",
    "POST /api/v1/destinations/{id}/rotate-secret/",
    "POST /api/v1/cameras/{camera_id}/http-transmission/{place}/test/",  # tests/notifications/test_count_trial_api.py
    "GET /api/v1/mqtt-server/",  # tests/notifications/test_mqtt_api.py
    "PUT /api/v1/mqtt-server/",
    "DELETE /api/v1/mqtt-server/",
    "POST /api/v1/mqtt-server/test/",
    "GET /api/v1/sites/{site_id}/mqtt-server/",
    "PUT /api/v1/sites/{site_id}/mqtt-server/",
    "DELETE /api/v1/sites/{site_id}/mqtt-server/",
    "POST /api/v1/sites/{site_id}/mqtt-server/test/",
    "GET /api/v1/sites/{site_id}/escalation/",  # tests/notifications/test_escalation_api.py
    "PUT /api/v1/sites/{site_id}/escalation/",
    "DELETE /api/v1/sites/{site_id}/escalation/",
    "GET /api/v1/notifications/",
    "GET /api/v1/notifications/{id}/",
    "GET /api/v1/notifications/{notification_id}/attempts/",
    "POST /api/v1/notifications/{id}/resend/",
    "POST /api/v1/notifications/{id}/cancel/",
    "GET /api/v1/cameras/{camera_id}/counts.csv",  # tests/notifications/test_counts_export.py
    "GET /api/v1/counts/",  # tests/analytics/test_count_api.py
    "GET /api/v1/counts/minutes.csv",
    "GET /api/v1/noise/",  # tests/analytics/test_noise.py
    "GET /api/v1/cameras/{camera_id}/areas/{number}/proposal/",
    "GET /api/v1/cameras/{camera_id}/areas/{number}/timeline/",  # tests/analytics/test_timeline.py
    "GET /api/v1/floor-plans/",  # tests/analytics/test_floor_plan_api.py
    "POST /api/v1/floor-plans/",
    "GET /api/v1/floor-plans/{id}/",
    "PATCH /api/v1/floor-plans/{id}/",
    "DELETE /api/v1/floor-plans/{id}/",
    "GET /api/v1/floor-plans/{id}/picture/",
    "GET /api/v1/combined-areas/",  # tests/analytics/test_combined_api.py
    "POST /api/v1/combined-areas/",
    "GET /api/v1/combined-areas/{id}/",
    "PATCH /api/v1/combined-areas/{id}/",
    "DELETE /api/v1/combined-areas/{id}/",
    "GET /api/v1/mqtt-links/",  # tests/portal/dashboard/test_receiving_api.py
    "GET /api/v1/listeners/",
    "GET /api/v1/config/export/",  # tests/portal/configuration/test_api.py
    "POST /api/v1/config/plan/",
    "POST /api/v1/config/apply/",
    "GET /api/v1/public-counters/",  # tests/portal/dashboard/test_public_counters.py
    "POST /api/v1/public-counters/",
    "GET /api/v1/public-counters/{id}/",
    "DELETE /api/v1/public-counters/{id}/",
    "GET /api/v1/cameras/{camera_id}/compliance/",  # tests/analytics/test_compliance.py
    "GET /api/v1/cameras/{camera_id}/compliance.csv",
    "GET /api/v1/active-guard/cameras/",  # tests/notifications/senders/test_active_guard.py
    "POST /api/v1/sites/",  # tests/cameras/test_site_api.py
    "DELETE /api/v1/sites/{id}/",
    "POST /api/v1/cameras/bulk/",  # tests/cameras/test_bulk_api.py
    "GET /api/v1/cameras/{camera_id}/extensions/occupancy/areas/",  # tests/cameras/test_area_api.py
    "GET /api/v1/cameras/{camera_id}/extensions/occupancy/areas/{number}/",
    "PUT /api/v1/cameras/{camera_id}/extensions/occupancy/areas/{number}/",
    "PATCH /api/v1/cameras/{camera_id}/extensions/occupancy/areas/{number}/",
    "DELETE /api/v1/cameras/{camera_id}/extensions/occupancy/areas/{number}/",
    "GET /api/v1/cameras/{camera_id}/extensions/{kind}/ignore-zones/",
    "PUT /api/v1/cameras/{camera_id}/extensions/{kind}/ignore-zones/",
    "GET /api/v1/cameras/{camera_id}/extensions/{kind}/schedule/",
    "PUT /api/v1/cameras/{camera_id}/extensions/{kind}/schedule/",
    "GET /api/v1/cameras/{camera_id}/privacy-zones/",
    "PUT /api/v1/cameras/{camera_id}/privacy-zones/",
    "POST /api/v1/cameras/{camera_id}/schedule/preview/",
    "GET /api/v1/cameras/settings/export/",  # tests/cameras/test_settings_table_api.py
    "POST /api/v1/cameras/settings/import/",
    "GET /api/v1/cameras/{camera_id}/snapshot/",  # tests/portal/dashboard/test_programs.py
    "GET /api/v1/alarms/{alarm_id}/snapshot/",
    "GET /api/v1/alarms/export/",
    "GET /api/v1/notifications/export/",
    "POST /api/v1/destinations/test/",  # tests/notifications/test_api.py
    "POST /api/v1/notifications/acts/",  # tests/notifications/test_api.py
    "GET /api/v1/workers/",  # tests/portal/dashboard/test_programs.py
    "POST /api/v1/cameras/{camera_id}/change-worker/",
    "GET /api/v1/health/",
    "GET /api/v1/networks/",
    "GET /api/v1/networks/{network_id}/",
    "POST /api/v1/networks/{network_id}/test/",
    "POST /api/v1/networks/",  # tests/portal/dashboard/test_network_upload.py
    "DELETE /api/v1/networks/{network_id}/",
    "POST /api/v1/destinations/switch/",  # tests/notifications/test_switch_api.py
    "GET /api/v1/alarm-sound/",  # tests/analytics/test_sound_api.py
    "PUT /api/v1/alarm-sound/",
    "GET /api/v1/sites/{site_id}/compliance/",  # tests/analytics/test_site_compliance_api.py
    "GET /api/v1/events/",  # tests/portal/dashboard/test_events.py
    "GET /api/v1/cameras/{camera_id}/metadata/",  # tests/portal/dashboard/test_metadata_api.py
    "GET /api/v1/tokens/",  # tests/portal/dashboard/test_tokens_page.py
    "POST /api/v1/tokens/",
    "GET /api/v1/tokens/{id}/",
    "DELETE /api/v1/tokens/{id}/",
    "GET /api/v1/audit/",  # tests/portal/dashboard/test_audit_page.py
    "GET /api/v1/audit/{id}/",
    "GET /api/v1/audit/audit.csv",
    "GET /api/v1/audit/audit.jsonl",
}


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Quay", url="rtsp://10.0.0.7/live", username="admin", password="s3cret")


@pytest.fixture
def alarm(camera: Camera) -> Alarm:
    return AlarmFactory(camera=camera)


@pytest.fixture
def places(camera: Camera, alarm: Alarm) -> dict[str, str]:
    """Every address that reads or changes this camera or alarm; settings are at home in `test_settings_rights.py`."""
    return {
        "GET /api/v1/cameras/": "/api/v1/cameras/",
        "GET /api/v1/cameras/{id}/": f"/api/v1/cameras/{camera.pk}/",
        "GET /api/v1/areas/": "/api/v1/areas/",
        "GET /api/v1/alarms/": "/api/v1/alarms/",
        "GET /api/v1/alarms/{id}/": f"/api/v1/alarms/{alarm.pk}/",
        "POST /api/v1/alarms/{id}/acknowledge/": f"/api/v1/alarms/{alarm.pk}/acknowledge/",
    }


def test_this_page_knows_every_address_of_the_api(places: dict[str, str]) -> None:
    """SEC-1: a new address cannot be forgotten here."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]

    documented = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert {*places, *READS, *CHANGES, *ELSEWHERE} == documented


def test_nothing_of_the_api_is_outside_of_the_document() -> None:
    """API-1: what is served is documented; the document and its page aside."""
    routes = {str(pattern.pattern) for pattern in get_resolver("portal.api").url_patterns}

    assert routes == {"", "areas/", "alarm-sound/", "schema/", "docs/"}


def call(client: Client, place: str, url: str) -> int:
    return client.generic(place.partition(" ")[0], url).status_code


def test_a_visitor_is_asked_who_they_are(places: dict[str, str], api) -> None:
    """SEC-1: 401 everywhere."""
    assert {call(api(), place, url) for place, url in places.items()} == {401}


def test_a_stranger_finds_nothing(places: dict[str, str], api, stranger: User) -> None:
    """SEC-1: lists are empty; what has an id does not exist, rather than being forbidden."""
    client = api(stranger, "configure")

    for place, url in places.items():
        expected = 200 if url in LISTS else 404
        assert call(client, place, url) == expected, place
    assert [client.get(url).json()["results"] for url in LISTS] == [[], [], []]


def test_a_stranger_finds_nothing_by_asking_for_it(camera: Camera, api, stranger: User) -> None:
    """SEC-1: filters open nothing."""
    client = api(stranger)

    for url in LISTS:
        assert client.get(url, {"site": camera.site_id}).json()["results"] == []
        assert client.get(url, {"camera": camera.pk}).json()["results"] == []


@pytest.mark.parametrize(
    ("role", "acknowledging"), [(Role.VIEWER, 403), (Role.OPERATOR, 200), (Role.ADMINISTRATOR, 200)]
)
def test_a_member_reads_and_an_operator_acknowledges(
    places: dict[str, str], site: Site, api, role: Role, acknowledging: int
) -> None:
    """SEC-1: roles include the ones before."""
    client = api(MembershipFactory(site=site, role=role).user, "configure")

    for place, url in places.items():
        assert call(client, place, url) == (acknowledging if place.startswith("POST") else 200), place
    assert all(len(client.get(url).json()["results"]) == 1 for url in LISTS)


@pytest.mark.parametrize(("scope", "acknowledging"), [("read", 403), ("operate", 200), ("configure", 200)])
def test_a_token_does_at_most_what_its_scope_says(
    places: dict[str, str], owner: User, api, scope: str, acknowledging: int
) -> None:
    """API-4: the owner's token for reading acknowledges nothing."""
    client = api(owner, scope)

    for place, url in places.items():
        assert call(client, place, url) == (acknowledging if place.startswith("POST") else 200), place


def test_a_scope_that_is_too_small_is_named(alarm: Alarm, owner: User, api) -> None:
    """API-4: what it is, and what it would have to be."""
    answer = api(owner, "read").post(f"/api/v1/alarms/{alarm.pk}/acknowledge/")

    assert answer.json()["detail"] == "This token's scope is “read”; “operate” is needed."


def test_a_portal_administrator_sees_all_sites(places: dict[str, str], api) -> None:
    """SEC-1: portal administrator over all."""
    client = api(UserFactory(is_superuser=True), "configure")

    assert {call(client, place, url) for place, url in places.items()} == {200}


def test_rights_end_with_the_membership(camera: Camera, colleague: User, api) -> None:
    """SEC-1: at once, for tokens that exist as well."""
    client = api(colleague)
    Membership.objects.filter(user=colleague).delete()

    assert client.get(f"/api/v1/cameras/{camera.pk}/").status_code == 404


def test_a_session_is_as_good_as_a_token(places: dict[str, str], owner: User, signed_in) -> None:
    """SEC-1: the browser's own pages use the API, too."""
    client = signed_in(owner)

    assert {call(client, place, url) for place, url in places.items()} == {200}


def test_a_session_needs_the_token_of_its_form(alarm: Alarm, owner: User) -> None:
    """SEC-3: CSRF; another site cannot acknowledge for somebody who is signed in here."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    answer = client.post(f"/api/v1/alarms/{alarm.pk}/acknowledge/")

    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_what_is_not_offered_is_refused(places: dict[str, str], owner: User, api, method: str) -> None:
    """API-1: 405 is a problem, too."""
    for place, url in places.items():
        if f"{method} {place.partition(' ')[2]}" in ELSEWHERE:
            continue
        answer = api(owner, "configure").generic(method, url)
        assert answer.status_code == 405
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["Allow"]


def test_a_secret_is_in_no_answer(places: dict[str, str], owner: User, api) -> None:
    """CAM-1: user name and password never leave the portal."""
    client = api(owner, "configure")
    answers = [client.generic(place.partition(" ")[0], url).content.decode() for place, url in places.items()]

    assert not re.search("s3cret|admin", " ".join(answers))


def test_the_document_is_for_members_only(api, colleague: User) -> None:
    """SEC-1: the document, too, is nothing for visitors."""
    assert api().get("/api/v1/schema/").status_code == 401
    assert api(colleague).get("/api/v1/schema/").status_code == 200
