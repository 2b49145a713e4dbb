"""SEC-5: the audit log on its page, over the API and as files."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cameras.models import Camera, Site
from cameras.services.site import site_update
from portal.accounts.models import User
from portal.common.acting import acting
from portal.common.audit import audit_write
from portal.common.models import AuditEntry
from tests.factories import CameraFactory, UserFactory
from tests.streamed import read

API = "/api/v1/audit/"
SECRET = "a-planted-secret"


@pytest.fixture
def administrator(db: None) -> User:
    return UserFactory(username="root", is_superuser=True)


@pytest.fixture
def camera(site: Site, owner: User) -> Camera:
    """Added by the owner, then given another password and a name that a spreadsheet would take for a formula."""
    camera = CameraFactory(site=site, name="Quay", password="first", occupancy=False)
    with acting(user=owner, address="203.0.113.9", facts={"token": "vms"}):
        camera.name, camera.password = "=1+1", SECRET
        camera.save()
    return camera


def results(client: Client, **asked: object) -> list[dict]:
    return client.get(API, {"limit": 500, **asked}).json()["results"]


# --- Who may read what ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/audit/", "/audit/audit.csv", "/audit/audit.jsonl", API, f"{API}audit.csv"])
def test_the_log_is_for_administrators(signed_in, api, colleague: User, owner: User, path: str) -> None:
    """SEC-1: 403 for a viewer; by session and by token."""
    assert signed_in(colleague).get(path).status_code == 403
    assert signed_in(owner).get(path).status_code == 200
    if path.startswith("/api/"):
        assert api(colleague).get(path).status_code == 403
        assert api(owner).get(path).status_code == 200


def test_an_administrator_reads_the_entries_of_their_own_sites(
    api, owner: User, stranger: User, administrator: User, camera: Camera
) -> None:
    """SEC-1, SEC-5: another site's do not exist; what belongs to none is for portal administrators."""
    theirs, others, everything = (results(api(user)) for user in (owner, stranger, administrator))

    assert {one["site"] for one in theirs} == {camera.site_id}
    assert camera.site_id not in {one["site"] for one in others}
    assert {camera.site_id, None} < {one["site"] for one in everything}
    hidden = AuditEntry.objects.get_for_object(camera).first()
    assert api(stranger).get(f"{API}{hidden.pk}/").status_code == 404
    assert api(owner).get(f"{API}{hidden.pk}/").status_code == 200


def test_a_filter_opens_no_other_site(api, stranger: User, camera: Camera) -> None:
    """SEC-1: asking for it finds nothing."""
    assert results(api(stranger), site=camera.site_id) == []
    assert results(api(stranger), what="camera", object_id=camera.pk) == []


def test_a_token_for_one_site_reads_its_entries_only(administrator: User, site: Site, camera: Camera, api) -> None:
    """API-4: also that of a portal administrator."""
    from portal.accounts.services import token_create

    _, text = token_create(user=administrator, name="siem", site_ids=[site.pk])
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")

    assert {one["site"] for one in results(client)} == {site.pk}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_of_the_log_can_be_written(api, administrator: User, camera: Camera, method: str) -> None:
    """SEC-5: append-only, over the API as well."""
    client = api(administrator, "configure")
    entry = AuditEntry.objects.first()

    assert getattr(client, method)(API, {}, format="json").status_code == 405
    assert getattr(client, method)(f"{API}{entry.pk}/", {}, format="json").status_code == 405


# --- What an entry says -----------------------------------------------------------------------------------------------
def test_an_entry_says_all_that_is_known(api, owner: User, camera: Camera) -> None:
    """SEC-5: who, what, before, after, address; of a secret only that it changed."""
    entry = results(api(owner), action="update", what="camera")[0]

    assert (entry["user"], entry["what"], entry["object_id"]) == ("owner", "camera", str(camera.pk))
    assert entry["changes"]["name"] == {"before": "Quay", "after": "=1+1"}
    assert entry["changes"]["password"] == {"before": "***", "after": "***"}
    assert (entry["address"], entry["facts"]) == ("203.0.113.9", {"token": "vms"})
    assert SECRET not in str(entry)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"user": "owner"}, 1),
        ({"user": "nobody"}, 0),
        ({"address": "203.0.113.9"}, 1),
        ({"action": "update"}, 1),
        ({"action": "sign_in"}, 0),
        ({"what": "camera"}, 2),
        ({"what": "camera", "object_id": "0"}, 0),
        ({"q": "=1+1"}, 1),
        ({"q": "owner =1+1"}, 1),
        ({"q": "owner nothing"}, 0),
    ],
)
def test_filters_narrow_the_log(api, owner: User, camera: Camera, asked: dict, count: int) -> None:
    """SEC-5: who, what, action, words."""
    found = [one for one in results(api(owner), **asked) if one["what"] in ("camera", "")]

    assert len(found) == count


def test_a_time_narrows_the_log(api, owner: User, camera: Camera) -> None:
    """SEC-5: when; from included, before excluded."""
    at = AuditEntry.objects.get_for_object(camera).first().timestamp
    client = api(owner)

    assert results(client, at_from=at.isoformat(), at_before=(at + timedelta(seconds=1)).isoformat())
    assert results(client, at_before=at.isoformat(), action="update") == []
    assert client.get(API, {"at_from": "yesterday"}).status_code == 400


def test_the_log_is_paged_while_entries_arrive(api, owner: User, site: Site) -> None:
    """API-1: none twice, none missing of those that were there."""
    for number in range(9):
        site_update(site=site, name=f"Site {number}")
    before = set(AuditEntry.objects.filter(site_id=site.pk).values_list("id", flat=True))
    client, seen = api(owner), []
    url = f"{API}?limit=4"
    while url:
        page = client.get(url).json()
        seen += [one["id"] for one in page["results"]]
        site_update(site=site, name=f"Later {len(seen)}")
        url = page["next"]

    assert len(seen) == len(set(seen))
    assert set(seen) == before


# --- Files ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/audit/audit.csv", f"{API}audit.csv"])
def test_the_log_as_csv(signed_in, owner: User, camera: Camera, path: str) -> None:
    """SEC-5: exportable; the same filters, no secret."""
    answer = signed_in(owner).get(path, {"what": "camera", "action": "update"})
    text = read(answer).decode()
    [row] = csv.DictReader(io.StringIO(text))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert (row["user"], row["action"], row["address"]) == ("owner", "update", "203.0.113.9")
    assert json.loads(row["changes"])["name"] == {"before": "Quay", "after": "=1+1"}
    assert SECRET not in text


def test_no_spreadsheet_takes_a_name_for_a_formula(signed_in, owner: User, site: Site) -> None:
    """CSV: guarded as in the other files."""
    site_update(site=site, name="=1+1")
    text = read(signed_in(owner).get("/audit/audit.csv", {"what": "site"})).decode()

    assert {row["object"] for row in csv.DictReader(io.StringIO(text))} == {"Harbour", "'=1+1"}


@pytest.mark.parametrize("path", ["/audit/audit.jsonl", f"{API}audit.jsonl"])
def test_the_log_as_json_lines(signed_in, owner: User, camera: Camera, path: str) -> None:
    """SEC-5: each line is the entry as the API gives it."""
    client = signed_in(owner)
    answer = client.get(path, {"what": "camera"})
    lines = [json.loads(line) for line in read(answer).decode().splitlines()]

    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert lines == results(client, what="camera")


# --- The page ---------------------------------------------------------------------------------------------------------
def test_the_page_shows_before_and_after(signed_in, owner: User, camera: Camera) -> None:
    """SEC-5: with who, from where and by which token; a secret is dots."""
    page = signed_in(owner).get("/audit/").content.decode()

    assert '<del class="audit__value">Quay</del> → <ins class="audit__value">=1+1</ins>' in page
    assert "203.0.113.9" in page
    assert "by token vms" in page
    assert "•••" in page
    assert SECRET not in page


def test_what_was_noted_is_shown_as_text(signed_in, owner: User, camera: Camera) -> None:
    """SEC-3: whatever somebody calls a camera."""
    audit_write(what=camera, user=owner, changes={"<b>path</b>": ("<script>", "a" * 5000)})
    page = signed_in(owner).get("/audit/").content.decode()

    assert "<b>path" not in page
    assert "&lt;script&gt;" in page
    assert "a" * 200 not in page


def test_the_page_filters_and_pages(signed_in, owner: User, site: Site) -> None:
    """UI 1: filters in the address; the next page begins behind the last entry."""
    for number in range(60):
        site_update(site=site, name=f"Site {number}")
    client = signed_in(owner)
    page = client.get("/audit/", {"what": "site", "action": "update", "within": "1h"}).content.decode()
    oldest = AuditEntry.objects.filter(action=1, content_type__model="site").order_by("-id")[49]

    assert page.count('<td class="nowrap">') == 50
    assert f"before={oldest.pk}" in page
    older = client.get("/audit/", {"action": "update", "what": "site", "before": oldest.pk}).content.decode()
    assert older.count('<td class="nowrap">') == 10
    assert "Newest" in older


def test_an_empty_answer_has_a_way_out(signed_in, owner: User, site: Site) -> None:
    """UI 1: empty state with the next step."""
    page = signed_in(owner).get("/audit/", {"user": "nobody"}).content.decode()

    assert "No entry fits" in page
    assert "Show all entries" in page


def test_another_ones_site_cannot_be_chosen(signed_in, owner: User, stranger: User) -> None:
    """SEC-1: it does not exist."""
    there = Site.objects.get(name="Elsewhere")

    assert signed_in(owner).get("/audit/", {"site": there.pk}).status_code == 404


def test_what_is_gone_does_not_break_the_page(signed_in, administrator: User, site: Site, camera: Camera) -> None:
    """SEC-5: entries outlive users, sites and the tables that they are about."""
    site.delete()
    AuditEntry.objects.create(action=AuditEntry.Action.REFUSED, timestamp=timezone.now())

    assert signed_in(administrator).get("/audit/").status_code == 200
    assert signed_in(administrator).get(API).status_code == 200


def test_the_page_asks_the_database_as_often_for_many(
    signed_in, owner: User, site: Site, django_assert_max_num_queries
) -> None:
    """OPR-4: constant."""
    for number in range(40):
        site_update(site=site, name=f"Site {number}")
    client = signed_in(owner)

    with django_assert_max_num_queries(12):
        client.get("/audit/")
