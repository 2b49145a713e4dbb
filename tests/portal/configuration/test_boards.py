"""Configuration as code: combined areas, public counters, the marks of floor plans (API-7; DASH-3, DASH-4, DASH-6)."""

import io
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics.models import Alarm, CombinedArea, FloorPlan, PublicCounter
from analytics.services.combined_area import combined_area_create
from analytics.services.floor_plan import Mark, floor_plan_create, floor_plan_mark
from analytics.services.public_counter import public_counter_create
from cameras.models import Camera, Site
from cameras.services.move import cameras_move
from portal.accounts.models import User
from portal.common.models import AuditEntry
from portal.configuration.plan import configuration_apply, configuration_export, configuration_plan
from tests.factories import AlarmFactory, CameraFactory, SiteFactory
from tests.portal.configuration.test_plan import refused, shown
from tests.portal.dashboard.pictures import encoded
from tests.portal.dashboard.reading import words

HEAD = "version: 1\nsites:\n  harbour:\n"
COUNTER = "sites.harbour.public_counters.at-the-door"
MADE = f"""{HEAD}    combined_areas:
      both: {{name: Both, how: max, count_threshold: 12, areas: [door.1, ramp.1]}}
    public_counters:
      screen: {{name: Screen, full_at: 20, areas: [door.1, ramp.1], combined: [both]}}
"""
MARKS = f"{HEAD}    floor_plans:\n      ground: {{name: Ground, marks: {{door.1: [0.25, 0.5], ramp.1: [1, 0]}}}}\n"


def upload(user: User, site: Site, name: str = "Ground") -> FloorPlan:
    picture = encoded(".png")
    return floor_plan_create(user=user, site=site, name=name, file=io.BytesIO(picture), size=len(picture))


def counts(counter: PublicCounter) -> set[str]:
    return {one.combined.name if one.combined else one.camera.name for one in counter.areas.all()}


def test_what_is_made_of_areas_is_made_by_a_file(administrator: User, harbour: Site) -> None:
    """API-7: areas by the keys of their cameras; the address of a counter is told once, and shows it."""
    plan = configuration_apply(user=administrator, text=MADE)

    assert [(one.action, one.path) for one in plan.changes] == [
        ("create", "sites.harbour.combined_areas.both"),
        ("create", "sites.harbour.public_counters.screen"),
    ]
    both = CombinedArea.objects.get(key="both")
    assert (both.whole.how, both.whole.count_threshold, both.whole.time_s) == ("max", 12, 10.0)
    assert {part.camera.name for part in both.parts.all()} == {"Door", "Ramp"}
    assert counts(PublicCounter.objects.get(key="screen")) == {"Door", "Ramp", "Both"}
    assert "Screen" in Client().get(plan.made["sites.harbour.public_counters.screen"]["address"]).content.decode()
    written = AuditEntry.objects.count()
    again = MADE.replace("[door.1, ramp.1]", "[ramp.1, door.1]")
    assert configuration_apply(user=administrator, text=again).changes == []
    assert AuditEntry.objects.count() == written


def test_a_counter_that_changes_keeps_its_address(administrator: User, harbour: Site) -> None:
    """API-7, DASH-4: whoever has it on a screen sees the new limit; what the file leaves out stays."""
    counter, digest = PublicCounter.objects.get(), PublicCounter.objects.get().digest
    text = f"{HEAD}    public_counters:\n      at-the-door: {{name: Gate, full_at: 50, areas: [ramp.1]}}\n"

    plan = configuration_apply(user=administrator, text=text)

    counter.refresh_from_db()
    assert (counter.name, counter.full_at, counter.busy_at, counter.digest) == ("Gate", 50, 24, digest)
    assert counts(counter) == {"Ramp", "Quayside"}
    assert {(one.path, str(one.before), str(one.after)) for one in plan.changes} == {
        (f"{COUNTER}.name", "At the door", "Gate"),
        (f"{COUNTER}.full_at", "30", "50"),
        (f"{COUNTER}.areas", "['door.1']", "['ramp.1']"),
    }
    assert plan.made == {}
    assert AuditEntry.objects.filter(object_repr="Gate", changes__has_key="areas").count() == 1


def test_what_goes_ends_as_it_does_on_the_pages(administrator: User, harbour: Site) -> None:
    """API-7: only with prune; an alarm of a combined area ends, an address shows nothing any more."""
    upload(administrator, harbour)
    text = f"{HEAD}    combined_areas: {{}}\n    public_counters: {{}}\n    floor_plans: {{}}\n"
    assert configuration_plan(user=administrator, text=text).changes == []
    AlarmFactory(camera=Camera.objects.get(key="ramp"), combined=CombinedArea.objects.get())

    configuration_apply(user=administrator, text=text, prune=True)

    assert (CombinedArea.objects.count(), FloorPlan.objects.count()) == (0, 0)
    assert Alarm.objects.get().ended_at is not None
    assert PublicCounter.objects.get().revoked_at is not None
    assert configuration_plan(user=administrator, text=text, prune=True).changes == []


def test_marks_wait_for_the_picture_of_their_plan(administrator: User, harbour: Site, signed_in) -> None:
    """API-7, DASH-3: all else is done, and it is said what is not; with the picture there, it is."""
    text = MARKS + "    media_days: 20\n"
    plan = configuration_apply(user=administrator, text=text)
    ((left),) = plan.left

    assert [one.path for one in plan.changes] == ["sites.harbour.media_days"]
    assert (left.path, left.line) == ("sites.harbour.floor_plans.ground", 5)
    assert "Upload it" in left.detail
    page = words(signed_in(administrator).post("/configuration/", {"document": text}))
    assert "What cannot be done yet Line 5 sites.harbour.floor_plans.ground Its picture" in page

    ground = upload(administrator, harbour)
    plan = configuration_apply(user=administrator, text=text)

    assert plan.left == []
    assert {(one.camera.key, one.x, one.y) for one in ground.marks.all()} == {("door", 0.25, 0.5), ("ramp", 1, 0)}
    assert "door.1" in configuration_export(user=administrator)
    assert configuration_plan(user=administrator, text=text).changes == []


def test_the_command_says_what_waits(administrator: User, harbour: Site, tmp_path) -> None:
    """API-7: and the address of a counter, this one time."""
    out, file = io.StringIO(), tmp_path / "portal.yaml"
    file.write_text(MADE + MARKS.removeprefix(HEAD))

    call_command("config", "apply", str(file), stdout=out)

    assert "! sites.harbour.floor_plans.ground: Its picture is not in the file." in out.getvalue()
    assert "sites.harbour.public_counters.screen: address, shown this one time: /public/" in out.getvalue()


def test_a_program_is_told_what_waits(administrator: User, harbour: Site, api) -> None:
    """API-7, API-1."""
    answer = api(administrator, "configure").post("/api/v1/config/plan/", {"document": MARKS}, format="json")

    assert [(one["path"], one["line"]) for one in answer.json()["left"]] == [("sites.harbour.floor_plans.ground", 5)]


@pytest.mark.parametrize(
    ("part", "facts", "name", "says"),
    [
        ("combined_areas", "areas: [door.1, hall.1]", "areas", '"hall.1" is no area'),
        ("combined_areas", "areas: [door.1, 7]", "areas", "7 is no area"),
        ("combined_areas", "areas: [door.1]", "areas", "Choose 2 to 100"),
        ("combined_areas", "how: max", "areas", "not in the file"),
        ("combined_areas", "areas: [door.1, ramp.1], time_s: 9999", "time_s", "9999"),
        ("combined_areas", "areas: [door.1, ramp.1], colour: red", "colour", "There is no"),
        ("public_counters", "full_at: 9, combined: [lost]", "combined", '"lost". There are: quayside'),
        ("public_counters", "full_at: 9", "areas", "Choose 1 to 100"),
        ("public_counters", "full_at: 90, areas: [door.1]", "full_at", "1 to 40, not 90"),
        ("public_counters", "full_at: 9, expires_at: soon", "expires_at", "instant with its zone"),
        ("public_counters", 'full_at: 9, expires_at: "2099-13-01T00:00:00Z"', "expires_at", "instant with its zone"),
        ("public_counters", 'full_at: 9, expires_at: "2099-12-01"', "expires_at", "instant with its zone"),
        ("floor_plans", "marks: {door.1: [0.5]}", "marks", "two numbers from 0 to 1"),
        ("floor_plans", "marks: {door.1: [0.5, 1.5]}", "marks", "two numbers from 0 to 1"),
        ("floor_plans", "marks: {gone.1: [0.5, 0.5]}", "marks", '"gone.1" is no area'),
    ],
)
def test_what_does_not_fit_is_named_at_its_place(
    administrator: User, harbour: Site, *, part: str, facts: str, name: str, says: str
) -> None:
    """API-7: in the words of the file, and nothing is changed."""
    upload(administrator, harbour, "A")
    before = configuration_export(user=administrator)

    ((_line, path, detail),) = refused(administrator, f"{HEAD}    {part}: {{a: {{name: A, {facts}}}}}\n")

    assert path == f"sites.harbour.{part}.a.{name}"
    assert says in detail
    assert configuration_export(user=administrator) == before


def test_a_camera_that_left_the_site_is_in_no_file(administrator: User, harbour: Site) -> None:
    """API-7, SEC-1: the rest can be changed all the same, and the plan on what is unchanged stays empty."""
    ground = upload(administrator, harbour)
    door, ramp = Camera.objects.get(key="door"), Camera.objects.get(key="ramp")
    marks = [Mark(one.pk, 1, 0.5, 0.5) for one in (door, ramp)]
    floor_plan_mark(user=administrator, plan=ground, marks=marks, version=ground.version)
    cameras_move(cameras=[ramp], site=SiteFactory(name="Depot"))
    text = configuration_export(user=administrator)

    assert text.count('"door.1"') == 3
    assert text.count("ramp.1") == 0
    assert configuration_plan(user=administrator, text=text, prune=True).changes == []
    changes = shown(administrator, text.replace('"Quayside"', '"Quay"'))
    assert changes == [("change", "sites.harbour.combined_areas.quayside.name", "Quayside", "Quay")]


def test_an_address_that_has_expired_opens_never_again(administrator: User, harbour: Site) -> None:
    """API-7, DASH-4: the same key makes another counter, with an address of its own."""
    PublicCounter.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "at-the-door" not in configuration_export(user=administrator)
    text = f"{HEAD}    public_counters:\n      at-the-door: {{name: New, full_at: 5, areas: [door.1]}}\n"

    plan = configuration_apply(user=administrator, text=text)

    assert list(plan.made) == [COUNTER]
    old, new = PublicCounter.objects.order_by("pk")
    assert (old.open, new.open, new.key) == (False, True, "at-the-door")


def test_what_was_there_before_there_were_keys_gets_one(administrator: User, harbour: Site) -> None:
    """API-7: after its name; two of a name are told apart."""
    other = PublicCounter.objects.create(site=harbour, name="At the door", full_at=5, busy_at=4, digest="other")
    models = (CombinedArea, PublicCounter)
    for model in models:
        model.objects.update(key="")  # as the migration before leaves them

    import_module("analytics.migrations.0020_fill_external_keys").fill(apps, None)

    other.refresh_from_db()
    assert other.key == "at-the-door-2"
    assert [set(model.objects.values_list("key", flat=True)) for model in models] == [
        {"quayside"},
        {"at-the-door", "at-the-door-2"},
    ]


def test_they_cost_no_query_each(administrator: User, harbour: Site) -> None:
    """API-7: a file of many is looked through with as many queries as one of two."""
    found = []
    for turn in range(2):
        text = configuration_export(user=administrator)
        with CaptureQueriesContext(connection) as seen:
            assert configuration_plan(user=administrator, text=text.replace('"At the door"', '"Door"')).changes
        found.append(len(seen))
        areas = [(CameraFactory(site=harbour, name=f"More {turn}.{number}").pk, 1) for number in range(4)]
        for number in range(4):
            combined_area_create(
                user=administrator, site=harbour, settings={"name": f"All {turn}{number}"}, areas=areas
            )
            public_counter_create(user=administrator, site=harbour, name=f"Door {number}", areas=areas, full_at=4)

    assert found[0] == found[1]
