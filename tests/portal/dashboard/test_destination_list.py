"""The list of destinations: each with its health, sorted, narrowed, ticked, saved as CSV (UI 1, UI 3, OUT-9)."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cameras.models import Camera, Site
from notifications.models import Destination, Notification
from portal.accounts.models import User
from tests.factories import CameraFactory, DestinationFactory, SiteFactory
from tests.notifications.outbox import queued
from tests.portal.dashboard.reading import words
from tests.streamed import read

HTMX = {"HX-Request": "true"}


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Gate")


@pytest.fixture
def client(owner: User, signed_in) -> Any:
    return signed_in(owner)


def test_the_list_says_how_each_is(site: Site, camera: Camera, client: Any) -> None:
    """UI 3: state, last success, queue, failures; what a person or the portal switched off."""
    now = timezone.now()
    DestinationFactory(site=site, name="Fine", last_sent_at=now)
    DestinationFactory(site=site, name="New", camera=camera)
    DestinationFactory(site=site, name="Away", failures=3, last_error="nvr: refused", next_try_at=now + timedelta(9))
    DestinationFactory(site=site, name="Asleep", enabled=False)
    DestinationFactory(site=site, name="Gone", enabled=False, disabled_reason="answers 410")
    page = words(client.get("/deliveries/"))

    assert re.search(r"Fine Webhook every camera Harbour Delivers", page)
    assert re.search(r"New Webhook Gate Harbour Nothing sent yet", page)
    assert re.search(r"Away Webhook every camera Harbour Takes nothing nvr: refused next try", page)
    assert re.search(r"Asleep Webhook every camera Harbour Switched off (?!by)", page)
    assert re.search(r"Gone Webhook every camera Harbour Switched off by the portal answers 410", page)
    assert "Destinations 5" in page
    assert "With trouble 2" in page


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["Away", "Fine", "New"]),
        ("-name", ["New", "Fine", "Away"]),
        ("state", ["Away", "New", "Fine"]),
        ("last", ["Fine", "Away", "New"]),
        ("waiting", ["New", "Away", "Fine"]),
        ("nonsense", ["Away", "Fine", "New"]),
    ],
)
def test_every_column_sorts(site: Site, camera: Camera, client: Any, sort: str, expected: list[str]) -> None:
    """UI 1: in the address; the worst and the longest first, on the page of a camera, too."""
    DestinationFactory(site=site, name="Away", failures=3, last_error="nvr: refused")
    DestinationFactory(site=site, name="Fine", last_sent_at=timezone.now())
    queued(DestinationFactory(site=site, name="New"))
    Notification.objects.exclude(destination__name="New").delete()
    for url in ("/deliveries/", f"/cameras/{camera.pk}/deliveries/"):
        page = client.get(f"{url}?sort={sort}").content.decode()

        assert re.findall(r'class="table__main" id="d-\d+" href="[^"]*">(\w+)<', page) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=harbour+gate", ["Own"]),
        ("kind=webhook", ["Asleep", "Own"]),
        ("state=trouble", ["Away"]),
        ("state=waiting", ["Own"]),
        ("state=off", ["Asleep"]),
        ("q=nobody", []),
        ("kind=fax&state=burnt", ["Asleep", "Away", "Own"]),
    ],
)
def test_the_list_is_narrowed(site: Site, camera: Camera, client: Any, query: str, expected: list[str]) -> None:
    """UI 1: filters in the address; the figures above stay those of all."""
    DestinationFactory(site=site, name="Asleep", enabled=False)
    DestinationFactory(site=site, name="Away", kind="http_alarm", failures=3, last_error="nvr: refused")
    queued(DestinationFactory(site=site, camera=camera, name="Own"))
    Notification.objects.exclude(destination__name="Own").delete()
    answer = client.get(f"/deliveries/?{query}&sort=name")
    names = re.findall(r'class="table__main" id="d-\d+" href="[^"]*">(\w+)<', answer.content.decode())

    assert names == expected
    assert "Destinations 3" in words(answer)
    assert bool(expected) != ("No destination fits" in words(answer))


def test_the_table_asks_for_itself_and_for_the_figures_above(site: Site, client: Any) -> None:
    """UI 1: what is being typed into the filters between them stays."""
    DestinationFactory(site=site)
    whole, part = (client.get("/deliveries/?sort=name", headers=one).content.decode() for one in ({}, HTMX))

    assert 'hx-get="/deliveries/?sort=name"' in whole
    assert (whole.count('id="totals"'), whole.count("hx-swap-oob")) == (1, 0)
    assert (part.count('id="totals" hx-swap-oob="true"'), part.count('id="destinations"')) == (1, 1)
    assert 'data-part="filters"' not in part


def test_the_page_of_a_camera_lists_each_once(site: Site, camera: Camera, client: Any) -> None:
    """UI 3: its own and its site's, however many cameras the site has."""
    CameraFactory.create_batch(3, site=site)
    DestinationFactory(site=site, camera=camera, name="Own")
    DestinationFactory(site=site, name="Shared")
    DestinationFactory(site=SiteFactory(), name="Elsewhere")
    page = client.get(f"/cameras/{camera.pk}/deliveries/").content.decode()

    assert sorted(re.findall(r'class="table__main" id="d-\d+" href="[^"]*">(\w+)<', page)) == ["Own", "Shared"]


def test_figures_lead_to_the_messages(site: Site, client: Any) -> None:
    """UI 3: the queue and the failures of the last day, each a filtered log."""
    destination = DestinationFactory(site=site)
    _waiting, dead = queued(destination, 2)
    dead.state, dead.ended_at = "failed", timezone.now()
    dead.save()
    page = client.get("/deliveries/").content.decode()

    assert f'href="/deliveries/log/?destination={destination.pk}&amp;state=waiting">1<' in page
    assert f'href="/deliveries/log/?destination={destination.pk}&amp;state=failed">1<' in page


def test_the_list_asks_the_database_as_often_for_one_as_for_many(
    site: Site, client: Any, django_assert_max_num_queries: Any
) -> None:
    """STYLE 10."""
    queued(DestinationFactory(site=site))
    DestinationFactory.create_batch(30, site=site)
    with django_assert_max_num_queries(8):
        client.get("/deliveries/")


def test_a_camera_shows_who_is_told_of_its_alarms(site: Site, camera: Camera, client: Any) -> None:
    """UI 3: its own and its site's, no other camera's."""
    assert "Nobody is told" in words(client.get(f"/cameras/{camera.pk}/deliveries/"))
    DestinationFactory(site=site, name="Own", camera=camera)
    DestinationFactory(site=site, name="Whole")
    DestinationFactory(site=site, name="Other", camera=CameraFactory(site=site))
    DestinationFactory(site=SiteFactory(), name="Foreign")
    page = words(client.get(f"/cameras/{camera.pk}/deliveries/"))

    assert "Own Webhook" in page
    assert "Whole Webhook" in page
    assert "Other" not in page
    assert "Foreign" not in page


def test_the_table_is_saved_as_csv_as_it_stands(camera: Camera, site: Site, client: Any, stranger: User) -> None:
    """UI 1: filters and order of the address; a name that a spreadsheet would run is guarded; nobody else's."""
    DestinationFactory(site=site, camera=camera, name="=Recorder", kind="http_alarm", enabled=False)
    DestinationFactory(site=site, name="Office")
    DestinationFactory(site=stranger.membership_set.get().site, name="Theirs")

    def rows(query: str = "") -> list[list[str]]:
        answer = client.get(f"/deliveries/destinations.csv{query}")
        text = read(answer).decode()
        return list(csv.reader(io.StringIO(text)))

    head, *found = rows("?sort=-name")

    assert head[:4] == ["Site", "Camera", "Destination", "Kind"]
    assert [row[:6] for row in found] == [
        ["Harbour", "", "Office", "webhook", "yes", "Nothing sent yet"],
        ["Harbour", "Gate", "'=Recorder", "http_alarm", "no", "Switched off"],
    ]
    assert [row[2] for row in rows("?state=off")[1:]] == ["'=Recorder"]


def test_ticked_destinations_are_switched_at_once(site: Site, client: Any, stranger: User) -> None:
    """UI 1: those that the visitor administers, and only the ticked ones; the address keeps its filters."""
    office, door, kept = (DestinationFactory(site=site, name=name) for name in ("Office", "Door", "Kept"))
    theirs = DestinationFactory(site=stranger.membership_set.get().site)
    ticked = [one.pk for one in (office, door, theirs)]

    answer = client.post("/deliveries/act/?sort=name", {"do": "off", "destination": ticked}, follow=True)

    assert answer.redirect_chain == [("/deliveries/?sort=name", 302)]
    assert "2 destinations are off." in words(answer)
    states = dict(Destination.objects.values_list("pk", "enabled"))
    assert states == {office.pk: False, door.pk: False, kept.pk: True, theirs.pk: True}
    client.post("/deliveries/act/", {"do": "on", "destination": [door.pk]})
    assert Destination.objects.get(pk=door.pk).enabled


@pytest.mark.parametrize(
    "form", [{}, {"do": "off"}, {"do": "away", "destination": "1"}, {"do": "on", "destination": "x"}]
)
def test_what_ticks_nothing_changes_nothing(form: dict[str, str], site: Site, client: Any) -> None:
    """SPEC 15: a clear message."""
    DestinationFactory(site=site)

    assert "Nothing was ticked." in words(client.post("/deliveries/act/", form, follow=True))
    assert Destination.objects.get().enabled


def test_only_administrators_tick(site: Site, colleague: User, signed_in) -> None:
    """SEC-1: an operator sees the table without boxes, and is obeyed by none."""
    one = DestinationFactory(site=site)
    viewer = signed_in(colleague)

    assert 'name="destination"' not in viewer.get("/deliveries/").content.decode()
    viewer.post("/deliveries/act/", {"do": "off", "destination": [one.pk]})
    assert Destination.objects.get().enabled
