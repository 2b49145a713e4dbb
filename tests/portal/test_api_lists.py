"""API-1: lists cost the same however many rows there are, in the order that was asked for."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.models import Alarm
from cameras.models import Camera, Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory, DestinationFactory, ProfileFactory

API = "/api/v1"
LISTS = ("cameras", "areas", "alarms", "sites", "destinations", "profiles", "shelvings", "notifications", "jobs")


def fill(site: Site, count: int) -> None:
    for _ in range(count):
        AlarmFactory(camera=CameraFactory(site=site))
        DestinationFactory(site=site)
        ProfileFactory(site=site)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_often_for_one_row_as_for_many(name: str, site: Site, owner: User, api: Any) -> None:
    """API-1: with 1 and with 20 of each."""
    client, counts = api(owner), []
    for more in (1, 19):
        fill(site, more)
        client.get(f"{API}/{name}/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{API}/{name}/").status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1]


@pytest.fixture
def cameras(site: Site) -> list[Camera]:
    return [CameraFactory(site=site, name=name, enabled=name != "Quay") for name in ("Pier", "Quay", "Gate")]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Pier", "Quay", "Gate"]),
        ("order=name", ["Gate", "Pier", "Quay"]),
        ("order=-name", ["Quay", "Pier", "Gate"]),
        ("search=IE", ["Pier"]),
        ("enabled=false", ["Quay"]),
        ("extension=nonmask", []),
        ("extension=occupancy&order=-id&limit=2", ["Gate", "Quay"]),
    ],
)
def test_cameras_are_filtered_and_put_in_order(
    query: str, names: list[str], cameras: list[Camera], colleague: User, api: Any
) -> None:
    """API-1."""
    assert [one["name"] for one in api(colleague).get(f"{API}/cameras/?{query}").json()["results"]] == names


@pytest.mark.parametrize("query", ["order=colour", "extension=plugin", "site=x", "limit=501"])
def test_what_a_list_cannot_do_is_named(query: str, colleague: User, api: Any) -> None:
    """API-1: by the name of the parameter."""
    answer = api(colleague).get(f"{API}/cameras/?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, query.partition("=")[0])


SWITCHES = ("cameras/?enabled", "destinations/?enabled", "alarms/?mine", "alarms/?shelved", "alarms/?acknowledged")


@pytest.mark.parametrize("asked", [*SWITCHES, "users/?active"])
@pytest.mark.parametrize("value", ["perhaps", "2", "none"])
def test_neither_true_nor_false_is_refused(asked: str, value: str, colleague: User, api: Any) -> None:
    """API-1: a list that looked filtered and is not would mislead whoever switches things by it."""
    answer = api(colleague).get(f"{API}/{asked}={value}")

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, asked.partition("?")[2])
    assert value in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("value", "names"),
    [("true", ["Pier", "Gate"]), ("False", ["Quay"]), ("", ["Pier", "Quay", "Gate"])],
)
def test_true_and_false_are_read_in_any_case(
    value: str, names: list[str], cameras: list[Camera], colleague: User, api: Any
) -> None:
    """API-1: blank is not filtered."""
    found = api(colleague).get(f"{API}/cameras/?enabled={value}").json()["results"]

    assert [one["name"] for one in found] == names


@pytest.mark.parametrize("order", ["", "started_at", "-started_at"])
def test_alarms_are_paged_while_new_ones_arrive(order: str, site: Site, colleague: User, api: Any) -> None:
    """API-1: none is missing and none comes twice, though several begin in the same instant."""
    camera, client = CameraFactory(site=site), api(colleague)
    before = {str(AlarmFactory(camera=camera).pk) for _ in range(7)}
    same = Alarm.objects.values_list("started_at", flat=True)[0]
    before |= {str(AlarmFactory(camera=camera, started_at=same).pk) for _ in range(7)}
    seen: list[str] = []
    url: str | None = f"{API}/alarms/?limit=3&order={order}"
    while url and len(seen) < 100:
        page = client.get(url).json()
        seen += [one["id"] for one in page["results"]]
        if len(seen) < 30:  # two for each page of three, so that the list has an end in either order
            AlarmFactory(camera=camera)
            AlarmFactory(camera=camera, started_at=same)
        url = page["next"]

    assert before <= set(seen)
    assert len(seen) == len(set(seen))
