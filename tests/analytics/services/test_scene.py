"""Scene advice and views in the database (CAM-8)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from analytics.engine.scene.advice import Advice
from analytics.models import CameraView, SceneEvent
from analytics.news import AdviceNews, NewsError, ViewNews
from analytics.services.scene import advice_prune, advice_write, confirmed_ms, view_confirm, view_keep
from analytics.workers.plan import plan_load
from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 21, 8, 0, tzinfo=UTC).timestamp()
COLOUR = {"colour": b"c" * 100}


@pytest.fixture
def camera(site: Site) -> Camera:
    return CameraFactory(site=site)


def write(
    camera: Camera, advice: str, began: bool, after_s: float = 0, value: float | None = None
) -> SceneEvent | None:
    return advice_write(camera_id=camera.pk, news=AdviceNews(advice, began, T0 + after_s, value))


def test_every_advice_of_the_engine_has_a_word() -> None:
    """CAM-8: engine and database name the same things."""
    assert set(SceneEvent.Advice.values) == {str(advice) for advice in Advice}


def test_advice_comes_and_goes_once(camera: Camera) -> None:
    """CAM-8: whoever tells it, and however often."""
    write(camera, "dark", True, value=7.5)
    write(camera, "dark", True)  # told twice
    write(camera, "dark", True, 5)  # by another owner that did not know
    write(camera, "blurred", True, 6)
    write(camera, "dark", False, 60)
    write(camera, "dark", False, 61)
    write(camera, "dark", True)  # the first one comes once more

    dark = SceneEvent.objects.get(advice="dark")
    assert (dark.began_at.timestamp(), dark.ended_at and dark.ended_at.timestamp(), dark.value) == (T0, T0 + 60, 7.5)
    assert SceneEvent.objects.get(advice="blurred").ended_at is None


def test_strange_advice_is_refused(camera: Camera) -> None:
    """SPEC 15: the entry is put aside by the writer, with the reason."""
    with pytest.raises(NewsError, match="'weather'"):
        write(camera, "weather", True)
    with pytest.raises(NewsError):
        AdviceNews.from_json({"kind": "advice", "advice": "dark"})


def test_what_nobody_has_any_more_is_dropped() -> None:
    """SPEC 15: the camera was removed while its worker wrote."""
    assert advice_write(camera_id=4711, news=AdviceNews("dark", True, T0)) is None
    assert not view_keep(camera_id=4711, news=ViewNews(0, T0), views=COLOUR)


def test_the_plan_knows_what_holds_and_where_the_camera_looked(camera: Camera) -> None:
    """CAM-8: what a new owner begins with."""
    write(camera, "dark", True)
    write(camera, "moved", True)
    write(camera, "moved", False, 60)
    view_keep(camera_id=camera.pk, news=ViewNews(0, T0), views=COLOUR)

    plan = plan_load(camera.pk)
    assert plan.scene.open == {Advice.DARK: T0}
    assert (dict(plan.scene.views), plan.view_confirmed_ms) == (COLOUR, 0)


def test_a_confirmed_view_is_learnt_anew(camera: Camera, owner: User, django_capture_on_commit_callbacks) -> None:
    """CAM-8: the plan changes, so that the running worker hears of it; what it learnt before is not kept any more."""
    view_keep(camera_id=camera.pk, news=ViewNews(0, T0), views=COLOUR)
    version = camera.version

    row = view_confirm(user=owner, camera=camera)

    plan = plan_load(camera.pk)
    assert (plan.scene.views, plan.version) == ({}, version + 1)
    assert plan.view_confirmed_ms == confirmed_ms(row) > 0
    assert not view_keep(camera_id=camera.pk, news=ViewNews(0, T0 + 1), views=COLOUR)
    assert view_keep(camera_id=camera.pk, news=ViewNews(plan.view_confirmed_ms, T0 + 2), views=COLOUR)
    assert bytes(CameraView.objects.get().colour) == COLOUR["colour"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_only_an_administrator_confirms(camera: Camera, site: Site, stranger: User, role: Role) -> None:
    """SEC-1: and nothing has changed."""
    MembershipFactory(site=site, user=stranger, role=role)

    with pytest.raises(PermissionDenied):
        view_confirm(user=stranger, camera=camera)
    assert not CameraView.objects.exists()


def test_old_advice_is_removed(camera: Camera) -> None:
    """CAM-8: ninety days after it went; what still holds stays."""
    now = timezone.now()
    for days in (10, 100):
        begin = now - timedelta(days=days + 1)
        SceneEvent.objects.create(camera=camera, advice="dark", began_at=begin, ended_at=now - timedelta(days=days))
    SceneEvent.objects.create(camera=camera, advice="dark", began_at=now - timedelta(days=400))

    assert advice_prune(now=now) == 1
    assert SceneEvent.objects.count() == 2
