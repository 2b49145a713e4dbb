"""`manage.py simulate`: many cameras that nobody draws, made once and taken away again."""

import os
from collections import Counter
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from analytics.engine.pipeline import CameraPipeline
from analytics.workers import sketch
from analytics.workers.heartbeat import SKETCHED
from analytics.workers.plan import plan_load
from cameras.models import Camera, Site
from portal.simulated_sites import simulated_make
from tests.factories import CameraFactory, SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def turned_into(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Command lines that the process would have become."""
    seen: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _program, argv: seen.append(list(argv)))
    return seen


def test_the_cameras_are_spread_over_sites_and_say_what_they_are(turned_into: list[list[str]]) -> None:
    """Issue 9: four areas each; the worker that is started takes them, and nothing else."""
    call_command("simulate", cameras=7, sites=3)

    (argv,) = turned_into
    assert argv[argv.index("-Q") + 1] == SKETCHED
    assert argv[argv.index("--concurrency") + 1] == "7"
    assert [site.cameras.count() for site in Site.objects.order_by("name")] == [3, 3, 1]
    cameras = Camera.objects.all()
    assert all(one.simulated and one.name.startswith("Simulated") for one in cameras)
    assert len({one.url for one in cameras}) == 7
    assert {len(one.extensions.get().occupancy().areas) for one in cameras} == {4}
    assert not any(one.site.keep_clips for one in cameras)


def test_a_second_run_makes_only_what_is_missing() -> None:
    """What somebody changed meanwhile stays."""
    list(simulated_make(cameras=4, sites=2))
    Camera.objects.filter(name="Simulated 0002").update(fps=2)
    Camera.objects.get(name="Simulated 0003").delete()

    assert list(simulated_make(cameras=4, sites=2)) == [2, 4]

    assert sorted(Camera.objects.values_list("name", "fps")) == [
        ("Simulated 0001", 0.5), ("Simulated 0002", 2), ("Simulated 0003", 0.5), ("Simulated 0004", 0.5),
    ]  # fmt: skip


def test_they_have_a_few_alarms_an_hour_and_all_in_the_first_area(monkeypatch: pytest.MonkeyPatch) -> None:
    """Issue 9: a thousand cameras without an alarm would show a portal at rest, with one a minute each a portal that
    nobody has; those who met leave again."""
    list(simulated_make(cameras=4, sites=1))

    told = [events_of_an_hour(camera, monkeypatch) for camera in Camera.objects.all()]

    assert {area for one in told for area, _ in one} == {1}
    assert all(one[1, "alarm_started"] - one[1, "alarm_ended"] in (0, 1) for one in told)
    assert 2 * len(told) <= sum(one[1, "alarm_started"] for one in told) <= 20 * len(told)


def events_of_an_hour(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> Counter[tuple[int, str]]:
    """By area and kind: its own scene and settings through the real chain, with no wait between two frames."""
    plan, now_s = plan_load(camera.pk), 1_800_000_000.0
    clock = SimpleNamespace(time=lambda: now_s, monotonic_ns=lambda: round(now_s * 1e9))
    monkeypatch.setattr(sketch, "time", clock)
    reader, told = sketch.SketchReader(plan.spec, plan.zones), Counter[tuple[int, str]]()
    assert plan.occupancy is not None
    detector, settings = sketch.SketchDetector(), plan.occupancy.settings
    pipeline = CameraPipeline(detector, settings, deactivation_s=plan.deactivation_s, fps=plan.spec.fps)
    for _ in range(round(3600 * plan.spec.fps)):
        now_s += 1 / plan.spec.fps
        frame = reader.take(0)
        assert frame is not None
        told.update((number, event.kind.value) for number, event in pipeline.step(frame).events)
    return told


def test_all_of_them_are_removed_and_nothing_else(turned_into: list[list[str]]) -> None:
    """A site that has a camera of somebody stays, with it."""
    call_command("simulate", cameras=4, sites=2)
    mine = CameraFactory(site=Site.objects.get(name="Simulated 002"))
    SiteFactory(name="Harbour")

    call_command("simulate", remove=True)

    assert list(Camera.objects.all()) == [mine]
    assert set(Site.objects.values_list("name", flat=True)) == {"Simulated 002", "Harbour"}
    assert len(turned_into) == 1


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["--cameras", "0"], "'0' is no whole number, 1 to 5000 expected"),
        (["--cameras", "many"], "'many' is no whole number"),
        (["--cameras", "3", "--sites", "4"], "4 sites for 3 cameras"),
    ],
)
def test_what_makes_no_sense_is_refused(argv: list[str], why: str, turned_into: list[list[str]]) -> None:
    """SPEC 15: a clear error, nothing changed."""
    with pytest.raises(CommandError, match=why):
        call_command("simulate", *argv)

    assert not Site.objects.exists()
    assert turned_into == []
