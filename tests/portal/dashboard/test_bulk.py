"""One thing done with the cameras that were ticked: moved, removed (UI 3)."""

import re

import pytest

from analytics.models import Alarm
from cameras.models import Camera, Role, Site
from portal.accounts.models import User
from portal.dashboard.views import bulk
from tests.factories import AlarmFactory, CameraFactory, MembershipFactory

QUESTIONS = ["/cameras/move/", "/cameras/remove/"]


@pytest.fixture
def cameras(site: Site) -> list[Camera]:
    return [CameraFactory(site=site, name=name) for name in ("Gate", "Quay", "Hall")]


def text(page: bytes) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.decode()).split())


def ids(page: bytes) -> str:
    found = re.search(r'name="cameras" value="([^"]*)"', page.decode())
    assert found
    return found[1]


@pytest.mark.parametrize("address", QUESTIONS)
def test_a_question_names_the_ticked_cameras(address: str, cameras, owner: User, signed_in) -> None:
    """UI 1: says what will happen; the answer is for exactly those."""
    gate, quay, _hall = cameras
    page = signed_in(owner).get(f"{address}?camera={quay.pk}&camera={gate.pk}&camera=x&camera=99999999999999999999")

    assert "Gate (Harbour) , Quay (Harbour)" in text(page.content)
    assert ids(page.content) == f"{gate.pk},{quay.pk}"


@pytest.mark.parametrize("address", QUESTIONS)
def test_all_that_fit_are_all_of_ones_own(address: str, cameras, owner: User, signed_in) -> None:
    """UI 1, SEC-1: beyond the page, by the filters of the list; cameras that one only looks at are never among them."""
    gate, quay, hall = cameras
    Camera.objects.filter(pk=quay.pk).update(enabled=False)
    CameraFactory(site=MembershipFactory(user=owner, role=Role.OPERATOR).site, name="Foreign")
    client = signed_in(owner)

    assert ids(client.get(f"{address}?all=1").content) == f"{gate.pk},{hall.pk},{quay.pk}"
    assert ids(client.get(f"{address}?all=1&q=a&sort=-name").content) == f"{quay.pk},{hall.pk},{gate.pk}"
    assert ids(client.get(f"{address}?all=1&status=trouble&camera={quay.pk}").content) == f"{gate.pk},{hall.pk}"


@pytest.mark.parametrize("address", QUESTIONS)
def test_without_a_tick_there_is_no_question(address: str, cameras, owner: User, signed_in) -> None:
    """UI 1: but the way back."""
    assert "No camera is selected" in text(signed_in(owner).get(address).content)


@pytest.mark.parametrize("address", QUESTIONS)
def test_who_administers_no_site_is_refused(address: str, cameras, colleague: User, signed_in) -> None:
    """SEC-1."""
    client = signed_in(colleague)

    assert client.get(f"{address}?camera={cameras[0].pk}").status_code == 403
    assert client.post(address, {"cameras": cameras[0].pk, "site": cameras[0].site_id}).status_code == 403
    assert Camera.objects.count() == 3


@pytest.mark.parametrize("address", QUESTIONS)
def test_a_strangers_camera_is_left_alone(address: str, cameras, stranger: User, signed_in) -> None:
    """SEC-1: as if it did not exist."""
    theirs = stranger.sites.get()

    signed_in(stranger).post(address, {"cameras": cameras[0].pk, "site": theirs.pk})

    assert set(Camera.objects.filter(site__name="Harbour")) == set(cameras)


def test_cameras_are_moved_to_a_site_of_ones_own(cameras, owner: User, signed_in) -> None:
    """UI 3: and the list of that site says so."""
    gate, quay, _hall = cameras
    site = MembershipFactory(user=owner, site__name="Coast", role=Role.ADMINISTRATOR).site

    answer = signed_in(owner).post("/cameras/move/", {"cameras": f"{gate.pk},{quay.pk}", "site": site.pk}, follow=True)

    assert set(Camera.objects.filter(site=site)) == {gate, quay}
    assert "2 cameras are on Coast now." in text(answer.content)
    assert answer.redirect_chain == [(f"/cameras/?site={site.pk}", 302)]


def test_a_move_that_cannot_be_changes_nothing(cameras, owner: User, signed_in) -> None:
    """STYLE 8: to a site where a name is taken, to one that one does not administer, to none."""
    own = MembershipFactory(user=owner, site__name="Coast", role=Role.ADMINISTRATOR).site
    seen = MembershipFactory(user=owner, site__name="Seen", role=Role.OPERATOR).site
    CameraFactory(site=own, name="Gate")
    given = {"cameras": ",".join(str(one.pk) for one in cameras)}
    client = signed_in(owner)

    taken = client.post("/cameras/move/", given | {"site": own.pk})
    foreign = client.post("/cameras/move/", given | {"site": seen.pk})
    none = client.post("/cameras/move/", given)

    assert [one.status_code for one in (taken, foreign, none)] == [422, 422, 422]
    assert "These names are taken on Coast: Gate." in text(taken.content)
    assert ids(taken.content)
    assert "Choose the site that they are moved to." in text(foreign.content)
    assert Camera.objects.filter(site__name="Harbour").count() == 3


def test_cameras_are_removed_after_one_question(cameras, owner: User, signed_in) -> None:
    """UI 1: it says what goes and what stays; open alarms end with their reason (SPEC 4.11)."""
    gate, quay, hall = cameras
    alarm = AlarmFactory(camera=gate)
    client = signed_in(owner)

    question = text(client.get(f"/cameras/remove/?camera={gate.pk}&camera={quay.pk}").content)
    answer = client.post("/cameras/remove/", {"cameras": f"{gate.pk},{quay.pk}"}, follow=True)

    assert "1 of them is open and ends now" in question
    assert "2 cameras were removed." in text(answer.content)
    assert list(Camera.objects.all()) == [hall]
    assert Alarm.objects.get(pk=alarm.pk).end_reason == "camera removed"


def test_too_many_at_once_are_refused(cameras, owner: User, signed_in, monkeypatch: pytest.MonkeyPatch) -> None:
    """STYLE 8: the browser would wait for it."""
    monkeypatch.setattr(bulk, "MOST_REMOVED", 2)
    client = signed_in(owner)

    page = client.post("/cameras/remove/", {"cameras": ",".join(str(one.pk) for one in cameras)})

    assert page.status_code == 422
    assert "At most 2 cameras are removed at once." in text(page.content)
    assert Camera.objects.count() == 3


@pytest.mark.parametrize("address", QUESTIONS)
@pytest.mark.parametrize("count", [1, 40])
def test_the_number_of_queries_is_constant(
    *, address: str, count: int, site: Site, owner: User, signed_in, django_assert_max_num_queries
) -> None:
    """STYLE 10."""
    CameraFactory.create_batch(count, site=site)
    client = signed_in(owner)

    with django_assert_max_num_queries(9):
        client.get(f"{address}?all=1")


@pytest.mark.parametrize("address", QUESTIONS)
def test_a_camera_that_one_only_looks_at_is_left_alone(address: str, cameras, owner: User, signed_in) -> None:
    """SEC-1: neither asked about nor done, also beside cameras of one's own."""
    seen = CameraFactory(site=MembershipFactory(user=owner, role=Role.OPERATOR).site, name="Foreign")
    client, gate = signed_in(owner), cameras[0]

    page = client.get(f"{address}?camera={gate.pk}&camera={seen.pk}").content
    done = client.post(address, {"cameras": str(seen.pk), "site": gate.site_id})

    assert "No camera is selected" in text(done.content)
    assert ids(page) == str(gate.pk)
    assert Camera.objects.get(pk=seen.pk).site == seen.site
