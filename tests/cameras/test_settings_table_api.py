"""EXT-5, API-1: settings of many cameras as a CSV file, by REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from cameras.models import Camera, Job, Site
from portal.accounts.models import User
from tests.factories import CameraFactory
from tests.streamed import read

EXPORT, IMPORT = "/api/v1/cameras/settings/export/", "/api/v1/cameras/settings/import/"


@pytest.fixture
def cameras(site: Site) -> list[Camera]:
    return [CameraFactory(site=site, name=name) for name in ("A", "B")]


@pytest.fixture
def client(api: Any, owner: User) -> APIClient:
    made: APIClient = api(owner, "configure")
    return made


def text(client: APIClient, query: str = "") -> str:
    return read(client.get(f"{EXPORT}{query}")).decode("utf-8-sig")


def send(client: APIClient, csv: str, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = client.post(IMPORT, {"csv": csv, **more}, format="json").json()
    return body


def test_what_was_exported_changes_nothing(client: APIClient, cameras: list[Camera]) -> None:
    """EXT-5: every line is the same, and no job is made of it."""
    outcome = send(client, text(client), dry_run=False)

    assert outcome["counts"] == {"mistake": 0, "change": 0, "same": 2}
    assert outcome["job"] is None
    assert not Job.objects.exists()


def test_a_change_is_looked_through_and_then_ordered(client: APIClient, cameras: list[Camera]) -> None:
    """EXT-5: a dry run unless it says otherwise; then a job does it."""
    table = "site,name,reset_percentage\r\nHarbour,A,70\r\n"
    tried = send(client, table)
    done = send(client, table, dry_run=False)

    assert (tried["job"], tried["lines"]) == (None, done["lines"])
    assert [(one["path"], one["after"]) for one in tried["lines"][0]["differences"]] == [("reset_percentage", 70)]
    assert str(Job.objects.get().pk) == done["job"]


def test_one_mistake_keeps_the_whole_from_being_ordered(client: APIClient, cameras: list[Camera]) -> None:
    """EXT-5: each is named by its column."""
    outcome = send(client, "site,name,reset_percentage\r\nHarbour,A,70\r\nHarbour,B,71\r\n", dry_run=False)

    assert (outcome["counts"]["mistake"], outcome["job"]) == (1, None)
    assert list(outcome["lines"][1]["mistakes"]) == ["reset_percentage"]


def test_only_cameras_that_the_caller_administers_are_in_it(
    api: Any, cameras: list[Camera], site: Site, colleague: User, stranger: User
) -> None:
    """SEC-1."""
    assert len(text(api(colleague)).splitlines()) == len(text(api(stranger)).splitlines()) == 1
    assert api(stranger).get(f"{EXPORT}?site={site.pk}").status_code == 404
    assert send(api(stranger, "configure"), "site,name\r\nHarbour,A\r\n")["counts"]["mistake"] == 1
    assert api(stranger, "read").post(IMPORT, {"csv": "site,name\r\n"}, format="json").status_code == 403
    assert api().get(EXPORT).status_code == 401


def test_what_cannot_be_read_is_named(client: APIClient) -> None:
    """API-1."""
    refused = [
        client.post(IMPORT, {"csv": "nothing\r\n"}, format="json"),
        client.get(f"{EXPORT}?extension=plugin"),
    ]

    assert [(one.status_code, one.json()["errors"][0]["path"]) for one in refused] == [(400, "csv"), (400, "extension")]
