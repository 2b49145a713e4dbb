"""The pages of destinations: listed with their health, added, changed, tested, removed (OUT-5, OUT-8, OUT-11)."""

import csv
import html
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from analytics.models import Alarm
from cameras.models import Camera, Membership, Role, Site
from notifications.models import Destination, Notification
from notifications.offer import kind_list
from notifications.services.secret import destination_secrets
from portal.accounts.models import User
from portal.dashboard.templatetags.deliveries import kind_words
from tests.factories import CameraFactory, DestinationFactory, SiteFactory
from tests.notifications.outbox import queued
from tests.servers.hook import ERROR, Hook

PASSWORD = "correct horse"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site, name="Gate")


@pytest.fixture
def client(owner: User, signed_in) -> Any:
    return signed_in(owner)


def words(answer: Any) -> str:
    main = answer.content.decode().partition("<main")[2] or answer.content.decode()
    return html.unescape(" ".join(re.sub(r"<[^>]*>", " ", main).split()))


def typed(site: Site, **changes: object) -> dict[str, object]:
    """A form for an HTTP alarm, as a browser sends it."""
    form = {
        "target": f"site:{site.pk}",
        "name": "Recorder",
        "position": "1",
        "enabled": "1",
        "simulated": "1",
        "expiry_s": "86400",
        "events": ["started", "repeated"],
        "config.address": "nvr.example",
        "config.port": "8080",
        "config.path": "/alarm",
        "config.template": "id=%almsrc2",
        "config.method": "POST",
        "config.user": "guard",
        "config.ca_certificate": "",
        "secrets.password": PASSWORD,
    }
    return {**form, **changes}


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


def test_a_strangers_destinations_are_not_there(
    site: Site, camera: Camera, stranger: User, colleague: User, signed_in
) -> None:
    """SEC-1: a member sees health, an administrator the settings, a stranger nothing."""
    found = DestinationFactory(site=site, name="Recorder", config={"url": "https://hooks.example/token-123"})
    theirs, seen = signed_in(stranger), signed_in(colleague)

    assert "Recorder" not in words(theirs.get("/deliveries/"))
    assert [
        theirs.get(f"/{url}/").status_code for url in (f"deliveries/{found.pk}", f"cameras/{camera.pk}/deliveries")
    ] == [404, 404]
    assert "Nothing sent yet" in words(seen.get(f"/deliveries/{found.pk}/"))
    assert "token-123" not in seen.get(f"/deliveries/{found.pk}/").content.decode()
    assert seen.get("/deliveries/add/").status_code == 403


@pytest.mark.parametrize("act", ["", "test/", "remove/", "new-secret/"])
def test_only_administrators_change_one(*, site: Site, stranger: User, colleague: User, signed_in, act: str) -> None:
    """SEC-1."""
    found = DestinationFactory(site=site)
    Membership.objects.filter(user=colleague).update(role=Role.OPERATOR)

    assert signed_in(colleague).post(f"/deliveries/{found.pk}/{act}").status_code == 403
    assert signed_in(stranger).post(f"/deliveries/{found.pk}/{act}").status_code == 404
    assert Destination.objects.filter(pk=found.pk).exists()


def test_only_kinds_that_work_are_offered(client: Any) -> None:
    """UI 1: what follows a camera's settings is not among them, and unknown ones are not there."""
    page = words(client.get("/deliveries/add/"))

    for kind in kind_list():
        assert f"{kind.label} {kind_words(kind.name)}" in page
        assert kind_words(kind.name)
    assert client.get("/deliveries/add/?kind=mqtt").status_code == 404
    assert client.get("/deliveries/add/?kind=fax").status_code == 404


def test_the_form_knows_range_and_default_of_every_setting(site: Site, camera: Camera, client: Any) -> None:
    """UI 1: made from what the kind says; the camera that one comes from is chosen."""
    answer = client.get(f"/deliveries/add/?kind=http_alarm&camera={camera.pk}")

    assert "Port changed 1 to 65535 · default 443" in words(answer)  # the dot is hidden until it is
    assert f'value="camera:{camera.pk}" selected' in answer.content.decode()


def test_the_form_is_checked_while_it_is_typed_into(site: Site, client: Any) -> None:
    """UI 1: the page brings the rule of every field, in the words of the server."""
    page = client.get("/deliveries/add/?kind=tcp_alarm").content.decode()
    found = re.search(r'<script id="form-fields" type="application/json">(.*?)</script>', page, re.DOTALL)
    fields = json.loads(found[1])  # type: ignore[index]
    rows = set(re.findall(r'data-setting="([^"]+)"', page))

    assert {"name", "position", "config.address", "config.port"} <= set(fields) <= rows
    assert fields["name"]["messages"]["length"] == "A destination needs a name."
    assert [59000, 61000] in fields["config.port"]["not_allowed"]


def test_a_mail_cannot_be_given_up_before_its_digest(client: Any) -> None:
    """OUT-6: the form offers only what the kind takes."""
    mail, webhook = (client.get(f"/deliveries/add/?kind={kind}").content.decode() for kind in ("email", "webhook"))

    assert ('<option value="3600"' in mail, '<option value="3600"' in webhook) == (False, True)


def test_a_destination_is_added(site: Site, client: Any) -> None:
    """OUT-11: as typed; the password goes in only."""
    answer = client.post("/deliveries/add/?kind=http_alarm", typed(site), follow=True)
    made = Destination.objects.get()

    assert (made.name, made.camera, made.events, made.expiry_s) == ("Recorder", None, ["started", "repeated"], 86_400)
    assert made.config["port"] == 8080
    assert (made.config["method"], made.config["ssl"]) == ("POST", False)
    assert destination_secrets(made) == {"password": PASSWORD}
    assert answer.redirect_chain == [(f"/deliveries/{made.pk}/", 302)]
    assert "“Recorder” was added." in words(answer)
    assert "horse" not in answer.content.decode()


def test_the_secret_of_a_webhook_is_shown_once(site: Site, camera: Camera, client: Any) -> None:
    """OUT-5: with a page that says so, not by an address that a browser would remember."""
    form = typed(site, **{"target": f"camera:{camera.pk}", "config.url": "https://hooks.example/"})
    form.pop("secrets.password")
    answer = client.post("/deliveries/add/?kind=webhook", form, headers=HTMX)
    made = Destination.objects.get()
    secret = destination_secrets(made)["secret"]

    assert made.camera == camera
    assert secret in answer.content.decode()
    assert (answer["HX-Retarget"], answer["HX-Push-Url"]) == ("#main", f"/deliveries/{made.pk}/")
    assert secret not in client.get(f"/deliveries/{made.pk}/").content.decode()


@pytest.mark.parametrize(
    ("changes", "place", "sentence"),
    [
        ({"name": " "}, "name", "A destination needs a name."),
        ({"target": "site:99"}, "target", "Choose a site or a camera."),
        ({"target": "camera:x"}, "target", "Choose a site or a camera."),
        ({"position": "first"}, "position", "A whole number from 1 to 99."),
        ({"events": []}, "events", "Events must be a list of one or more"),
        ({"config.address": ""}, "config-address", "Address must be a text of 1 to 253 characters"),
        ({"config.port": "many"}, "config-port", 'Port must be 1 to 65535, not "many".'),
        ({"config.template": "id=%alarm"}, "config-template", "%alarm is no placeholder"),
        ({"config.method": "PUT"}, "config-method", 'Method must be one of GET, POST, not "PUT".'),
        ({"expiry_s": "5"}, "expiry_s", "greater than or equal to 60"),
        ({"secrets.password": "x" * 300}, "secrets-password", "Password must be a text of 0 to 256 characters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    *, site: Site, client: Any, changes: dict[str, object], place: str, sentence: str
) -> None:
    """SPEC 15: nothing is made, what was typed stays; a refused secret is not repeated."""
    answer = client.post("/deliveries/add/?kind=http_alarm", typed(site, **changes), headers=HTMX)
    said = re.search(rf'id="{place}-error"[^>]*>(.*?)</p>', answer.content.decode(), re.DOTALL)

    assert answer.status_code == 422
    assert said
    assert sentence in html.unescape(said[1])
    assert "xxxxxx" not in answer.content.decode()
    assert not Destination.objects.exists()


def test_a_taken_name_is_said(site: Site, client: Any) -> None:
    """One name, one destination of a site; without htmx the page keeps what was typed, too."""
    DestinationFactory(site=site, name="Recorder")
    answer = client.post("/deliveries/add/?kind=http_alarm", typed(site))

    assert answer.status_code == 422
    assert "The site has a destination of this name already." in words(answer)
    assert 'value="nvr.example"' in answer.content.decode()


def test_a_change_keeps_the_password_and_another_server_loses_it(site: Site, client: Any) -> None:
    """SPEC 7: empty keeps what is saved."""
    client.post("/deliveries/add/?kind=http_alarm", typed(site))
    url = f"/deliveries/{Destination.objects.get().pk}/"
    assert "saved; type to replace" in client.get(url).content.decode()

    client.post(url, typed(site, **{"name": "NVR", "secrets.password": ""}))
    assert destination_secrets(Destination.objects.get(name="NVR")) == {"password": PASSWORD}
    client.post(url, typed(site, **{"config.address": "other.example", "secrets.password": ""}))
    assert destination_secrets(Destination.objects.get()) == {}


def test_a_password_can_be_taken_away(site: Site, client: Any) -> None:
    """Write-only: set, replaced, taken away."""
    client.post("/deliveries/add/?kind=http_alarm", typed(site))
    client.post(
        f"/deliveries/{Destination.objects.get().pk}/", typed(site, **{"secrets.password": "", "clear": "password"})
    )

    assert destination_secrets(Destination.objects.get()) == {}


@pytest.mark.network
def test_the_test_shows_what_went_out_and_what_came_back(site: Site, hook: Hook, client: Any) -> None:
    """OUT-8: before anything is saved, with what stands in the form."""
    form = typed(site, **{"config.url": hook.url, "config.ca_certificate": hook.ca.replace("\n", "\r\n"), "name": ""})
    form.pop("secrets.password")
    answer = client.post("/deliveries/test/?kind=webhook", form, headers=HTMX)

    assert "It arrived, and the other side says so" in words(answer)
    assert "POST /hook HTTP/1.1" in words(answer)
    assert "What came back taken" in words(answer)
    assert not Destination.objects.exists()


@pytest.mark.network
def test_a_test_of_a_saved_one_that_fails_says_why(site: Site, hook: Hook, client: Any) -> None:
    """OUT-8."""
    found = DestinationFactory(site=site, hook=hook)
    hook.reply = lambda _request: ERROR
    form = typed(site, **{"config.url": hook.url, "config.ca_certificate": hook.ca})
    form.pop("secrets.password")
    answer = client.post(f"/deliveries/{found.pk}/test/", form, headers=HTMX)

    assert re.search(r"Not taken \d+ ms .* 500 .* What came back broken", words(answer))


def test_a_test_of_a_form_with_a_mistake_marks_it(site: Site, client: Any) -> None:
    """OUT-8: nothing is sent."""
    answer = client.post("/deliveries/test/?kind=http_alarm", typed(site, **{"config.port": "0"}), headers=HTMX)

    assert "Not sent: something is missing in the form" in words(answer)
    assert "Port must be 1 to 65535" in words(answer)


def test_an_address_of_the_portal_is_refused_by_the_test(site: Site, client: Any) -> None:
    """SEC-4: the button opens no way to services of this machine."""
    answer = client.post(
        "/deliveries/test/?kind=http_alarm", typed(site, **{"config.address": "127.0.0.1"}), headers=HTMX
    )

    assert "this is a loopback address, which the portal does not call" in words(answer)


def test_a_new_secret_is_shown_once(site: Site, client: Any) -> None:
    """WIRE 7: both sign until the former one is taken away."""
    found = DestinationFactory(site=site)
    former = destination_secrets(found)["secret"]
    page = client.post(f"/deliveries/{found.pk}/new-secret/").content.decode()
    now = destination_secrets(Destination.objects.get())

    assert now["former_secret"] == former
    assert now["secret"] in page
    assert former not in page


def test_one_is_removed_after_a_question(site: Site, client: Any) -> None:
    """UI 1: it says what goes with it."""
    found = DestinationFactory(site=site, name="Recorder")
    queued(found, 2)
    assert "2 messages that wait for it are not sent" in words(client.get(f"/deliveries/{found.pk}/"))
    answer = client.post(f"/deliveries/{found.pk}/remove/", follow=True)

    assert "“Recorder” was removed." in words(answer)
    assert not Destination.objects.exists()


def test_what_follows_a_camera_is_changed_there(site: Site, camera: Camera, client: Any) -> None:
    """OUT-3."""
    found = Destination.objects.create(site=site, camera=camera, kind="mqtt", name="MQTT of Gate")
    page = client.get(f"/deliveries/{found.pk}/").content.decode()

    assert f'href="/cameras/{camera.pk}/settings/mqtt/"' in page
    assert 'data-part="save"' not in page
    assert client.post(f"/deliveries/{found.pk}/remove/").status_code == 403


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


def test_a_test_alarm_leads_to_its_deliveries(
    site: Site, camera: Camera, client: Any, signed_in, stranger: User
) -> None:
    """OUT-9: raised where its destinations are listed; the alarm says that it is one."""
    DestinationFactory(site=site)
    url = f"/cameras/{camera.pk}/test-alarm/"
    answer = client.post(url, {"area": "1"}, follow=True)
    alarm = Alarm.objects.get()

    assert alarm.test
    assert answer.redirect_chain == [(f"/alarms/{alarm.pk}/", 302)]
    assert "test alarm" in words(answer)
    assert {one.record["test"] for one in Notification.objects.all()} == {True}
    assert client.post(url, {"area": "9"}).status_code == 404
    assert signed_in(stranger).post(url, {"area": "1"}).status_code == 404


@pytest.mark.network
def test_a_destination_of_the_http_tab_is_tested_as_it_is_saved(
    *, site: Site, client: Any, plain_hook: Hook, colleague: User, signed_in
) -> None:
    """OUT-2, OUT-8: request and answer; nothing without an address."""
    target = {"address": "127.0.0.1", "port": plain_hook.port, "ssl": False, "path": "/counts"}
    camera = CameraFactory(site=site, occupancy={"http": {"destinations": [target]}})
    url = f"/cameras/{camera.pk}/http-transmission/1/test/"
    page = words(client.post(url, headers=HTMX))

    assert "It arrived, and the other side says so" in page
    assert "POST /counts HTTP/1.1" in page
    assert b"CameraMACaddress" in plain_hook.requests[0].body
    assert "Nothing to send to" in words(client.post(url.replace("/1/test", "/2/test"), headers=HTMX))
    assert client.post(url.replace("/1/test", "/5/test")).status_code == 404
    assert signed_in(colleague).post(url).status_code == 403
    assert url in client.get(f"/cameras/{camera.pk}/settings/http/").content.decode()


def test_the_table_is_saved_as_csv_as_it_stands(camera: Camera, site: Site, client: Any, stranger: User) -> None:
    """UI 1: filters and order of the address; a name that a spreadsheet would run is guarded; nobody else's."""
    DestinationFactory(site=site, camera=camera, name="=Recorder", kind="http_alarm", enabled=False)
    DestinationFactory(site=site, name="Office")
    DestinationFactory(site=stranger.membership_set.get().site, name="Theirs")

    def rows(query: str = "") -> list[list[str]]:
        answer = client.get(f"/deliveries/destinations.csv{query}")
        text = b"".join(answer.streaming_content).decode()
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
