"""Settings for many cameras: chosen, looked at, ordered (EXT-5)."""

import re
from html import unescape

import pytest
from django.test import Client

from cameras.models import Camera, Extension, Job, Profile, Role, Site
from cameras.services.extension import extension_update
from cameras.services.job import job_create
from cameras.services.job_run import job_turn
from cameras.services.profile import profile_create
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory, SiteFactory
from tests.portal.dashboard.live import camera_state, say
from tests.servers.valkey import Valkey

WHOLE = [[0, 0], [1, 0], [1, 1], [0, 1]]
PAGES = ["/cameras/copy/", "/cameras/copy-schedule/", "/profiles/put/"]


def camera_of(site: Site, name: str, *, threshold: int = 5, **settings: object) -> Camera:
    area = {"number": 1, "polygon": WHOLE, "status": True, "name": name, "count_threshold": threshold}
    return CameraFactory(site=site, name=name, occupancy={"areas": [area], **settings})


@pytest.fixture
def fleet(site: Site) -> dict[str, Camera]:
    """Gate is what the others get: Hall and Quay differ alike in Detail, Till is like Gate already, Lift is bare."""
    made = {"Gate": camera_of(site, "Gate", threshold=9, pause_reset_s=7)}
    made |= {name: camera_of(site, name) for name in ("Hall", "Quay")}
    made["Till"] = camera_of(site, "Till", pause_reset_s=7)
    made["Lift"] = CameraFactory(site=site, name="Lift", occupancy=False)
    return made


@pytest.fixture
def profile(fleet: dict[str, Camera], owner: User) -> Profile:
    extension = fleet["Gate"].extensions.get()
    return profile_create(extension=extension, name="Entrances", tabs=["basic", "detail"], user=owner, aspect=16 / 9)


def text(page: bytes) -> str:
    main = page.decode().partition("<main")[2].partition("</main>")[0]
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", main).split()))


def picked(fleet: dict[str, Camera]) -> str:
    return "".join(f"&camera={camera.pk}" for camera in fleet.values())


def confirmed(page: bytes) -> dict[str, object]:
    """The hidden fields of the form that confirms."""
    form = page.decode().partition("<main")[2].partition('method="post"')[2].partition("</form>")[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def copied(client: Client, fleet: dict[str, Camera], tabs: str = "&tab=detail") -> bytes:
    return client.get(f"/cameras/copy/?preview=1&from={fleet['Gate'].pk}{tabs}{picked(fleet)}").content


def test_a_copy_shows_what_would_change_on_each_camera(fleet, owner: User, signed_in) -> None:
    """EXT-5: cameras on which the same happens stand together; the source itself is none of them."""
    shown = text(copied(signed_in(owner), fleet))

    assert "2 cameras would change 1 is like that already 1 without the extension" in shown
    assert "Hall Harbour Quay Harbour 1 change Setting Now Afterwards Time to reset during pause 5 7" in shown
    assert "Left out, because the extension is not installed: Lift" in shown
    assert Job.objects.count() == 0
    assert Extension.objects.filter(version__gt=1).count() == 0


def test_what_was_looked_at_is_what_is_ordered(fleet, owner: User, signed_in) -> None:
    """EXT-1, EXT-5: a job for those that would change, with the tabs that were shown; it leads to its progress."""
    client = signed_in(owner)
    answer = client.post("/cameras/copy/", confirmed(copied(client, fleet)))

    job = Job.objects.get()
    assert answer.url == f"/jobs/{job.pk}/"
    assert (job.kind, job.order, job.made_by) == (
        "copy",
        {"extension": "occupancy", "camera": fleet["Gate"].pk, "tabs": ["detail"]},
        owner,
    )
    assert [one.camera_name for one in job.items.all()] == ["Hall", "Quay"]


def test_all_tabs_are_chosen_until_somebody_chooses(fleet, owner: User, signed_in) -> None:
    """EXT-5: choosing which tabs; none at all is said, and nothing is shown."""
    client = signed_in(owner)

    first = client.get(f"/cameras/copy/?from={fleet['Gate'].pk}").content.decode()
    none = client.get(f"/cameras/copy/?preview=1&from={fleet['Gate'].pk}{picked(fleet)}").content

    assert re.findall(r'name="tab" value="(\w+)" checked', first) == ["basic", "http", "mqtt", "detail"]
    assert "Choose at least one tab." in text(none)
    assert "would change" not in text(none)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("preview=1&tab=detail&camera={quay}", "Choose what is put on the cameras."),
        ("preview=1&tab=detail&from={gate}", "Choose at least one camera."),
        ("preview=1&tab=detail&from={lift}&camera={quay}", "Choose what is put on the cameras."),
    ],
)
def test_what_is_missing_is_said(fleet, owner: User, signed_in, query: str, words: str) -> None:
    """STYLE 8: what was chosen stays chosen."""
    ids = {name.lower(): camera.pk for name, camera in fleet.items()}
    page = signed_in(owner).get(f"/cameras/copy/?{query.format(**ids)}").content

    assert words in text(page)
    assert ("checked" in page.decode().partition('id="targets"')[2]) == ("camera=" in query)


def test_a_picture_of_another_shape_is_warned_of(fleet, owner: User, signed_in, valkey: Valkey) -> None:
    """EXT-5: only where areas are among what is copied; unknown shapes are called unknown."""
    say(valkey, camera_state(fleet["Gate"], size=[1920, 1080]))
    say(valkey, camera_state(fleet["Hall"], size=[1280, 960]))
    say(valkey, camera_state(fleet["Quay"], size=[640, 362]))
    client = signed_in(owner)

    areas, others = text(copied(client, fleet, "&tab=basic")), text(copied(client, fleet))

    assert "The pictures differ in shape (1.78:1 and 1.33:1); areas will lie elsewhere." in areas
    assert "Till Harbour look at this" in areas
    assert "The shape of one of the two pictures is not known" in areas
    assert areas.count("look at this") == 2
    assert "look at this" not in others


def test_a_schedule_is_copied_with_a_word_about_other_clocks(fleet, owner: User, signed_in) -> None:
    """EXT-4, EXT-5: it holds by the clock of each camera's own site."""
    night = {"always": False, "week": {"mon": [["22:00", "02:00"]]}}
    extension_update(extension=fleet["Gate"].extensions.get(), schedule=night)
    far = SiteFactory(name="Coast", time_zone="Asia/Tokyo")
    MembershipFactory(site=far, user=owner, role=Role.ADMINISTRATOR)
    tokyo = camera_of(far, "Tokyo")
    client = signed_in(owner)

    page = client.get(f"/cameras/copy-schedule/?preview=1&from={fleet['Gate'].pk}{picked(fleet)}&camera={tokyo.pk}")
    client.post("/cameras/copy-schedule/", confirmed(page.content))

    assert "there the times hold by the clock of Asia/Tokyo" in text(page.content)
    assert "Operation schedule always on 1 time ranges a week, 0 exceptions" in text(page.content)
    job = Job.objects.get()
    assert (job.kind, job.order) == ("schedule", {"extension": "occupancy", "camera": fleet["Gate"].pk})
    assert {one.camera_name for one in job.items.all()} == {"Tokyo", "Hall", "Quay", "Till"}


def test_a_profile_is_put_with_some_of_its_tabs(fleet, profile: Profile, owner: User, signed_in) -> None:
    """EXT-5: those that it has are offered; what it was made on is a camera like any other."""
    client = signed_in(owner)
    offered = client.get(f"/profiles/put/?profile={profile.pk}").content.decode()
    page = client.get(f"/profiles/put/?preview=1&profile={profile.pk}&tab=detail{picked(fleet)}")
    client.post("/profiles/put/", confirmed(page.content))

    assert re.findall(r'name="tab" value="(\w+)" checked', offered) == ["basic", "detail"]
    assert "2 cameras would change 2 are like that already" in text(page.content)
    job = Job.objects.get()
    assert (job.kind, job.order) == ("profile", {"profile": profile.pk, "tabs": ["detail"]})


def test_what_would_be_refused_is_not_ordered(fleet, owner: User, signed_in) -> None:
    """EXT-5: said beforehand with its reason, for the camera that it is about."""
    Extension.objects.filter(camera=fleet["Hall"]).update(settings={"http": {"destinations": "broken"}})

    page = copied(signed_in(owner), fleet)

    assert "Hall Harbour not possible" in text(page)
    assert confirmed(page)["cameras"] == [str(fleet["Quay"].pk)]


def test_nothing_is_ordered_without_cameras_or_source(fleet, owner: User, signed_in) -> None:
    """STYLE 8: a page that was left open while its cameras went; it says so and nothing happens."""
    client, gate = signed_in(owner), fleet["Gate"].pk

    for form in ({"from": gate, "tab": "detail"}, {"cameras": gate, "tab": "detail"}, {"from": gate, "cameras": gate}):
        answer = client.post("/cameras/copy/", form, follow=True)
        assert "banner" in answer.content.decode()
    assert Job.objects.count() == 0


def test_a_source_that_cannot_be_read_is_said(fleet, owner: User, signed_in) -> None:
    """STYLE 8: settings that no form let in; nothing can be ordered of them."""
    Extension.objects.filter(camera=fleet["Gate"]).update(settings={"http": {"destinations": "broken"}})

    page = copied(signed_in(owner), fleet)

    assert "Destinations must be" in text(page)
    assert "would change" not in text(page)
    assert "cameras" not in confirmed(page)


def test_a_job_that_is_refused_says_why(fleet, owner: User, signed_in, monkeypatch: pytest.MonkeyPatch) -> None:
    """EXT-1: more cameras than a job takes."""
    monkeypatch.setattr("cameras.services.job.MOST_CAMERAS", 1)
    client = signed_in(owner)

    answer = client.post("/cameras/copy/", confirmed(copied(client, fleet)), follow=True)

    assert "Choose 1 to 1 cameras, not 2." in text(answer.content)
    assert Job.objects.count() == 0


@pytest.mark.parametrize("page", PAGES)
def test_who_administers_no_site_is_refused(page: str, fleet, colleague: User, signed_in) -> None:
    """SEC-1."""
    client = signed_in(colleague)

    assert client.get(page).status_code == 403
    assert (
        client.post(page, {"from": fleet["Gate"].pk, "cameras": fleet["Hall"].pk, "tab": "detail"}).status_code == 403
    )


def test_strangers_put_nothing_here_and_take_nothing_from_here(fleet, profile, stranger: User, signed_in) -> None:
    """SEC-1: neither as the source nor as the target."""
    own = camera_of(stranger.sites.get(), "Own")
    client, gate = signed_in(stranger), fleet["Gate"].pk

    page = client.get(f"/cameras/copy/?preview=1&from={gate}&tab=detail&camera={own.pk}{picked(fleet)}").content
    client.post("/cameras/copy/", {"from": gate, "tab": "detail", "cameras": own.pk})
    client.post("/cameras/copy/", {"from": own.pk, "tab": "detail", "cameras": fleet["Hall"].pk})
    client.post("/profiles/put/", {"profile": profile.pk, "tab": "detail", "cameras": own.pk})

    assert "Gate" not in text(page)
    assert "Hall" not in text(page)
    assert Job.objects.count() == 0


def test_a_job_takes_the_order_of_the_page(fleet, owner: User) -> None:
    """EXT-1: the seam to the jobs: what a page orders is what a job understands."""
    for kind, order in (
        ("copy", {"extension": "occupancy", "camera": fleet["Gate"].pk, "tabs": ["basic"]}),
        ("schedule", {"extension": "occupancy", "camera": fleet["Gate"].pk}),
    ):
        job = job_create(user=owner, kind=Job.Kind(kind), cameras=[fleet["Hall"]], order=order)
        assert job.order == order


@pytest.mark.parametrize("count", [2, 60])
@pytest.mark.parametrize("page", PAGES)
def test_the_number_of_queries_is_constant(
    *, page: str, count: int, site: Site, fleet, profile, owner: User, signed_in, django_assert_max_num_queries
) -> None:
    """STYLE 10: however many cameras the preview has."""
    CameraFactory.create_batch(count, site=site)
    client = signed_in(owner)
    query = f"?preview=1&from={fleet['Gate'].pk}&profile={profile.pk}&tab=detail&all=1"

    with django_assert_max_num_queries(12):
        client.get(f"{page}{query}")


@pytest.mark.parametrize(
    ("page", "kind"), [("/cameras/copy/", Job.Kind.COPY), ("/cameras/copy-schedule/", Job.Kind.SCHEDULE)]
)
def test_what_is_copied_is_of_one_extension(site: Site, owner: User, signed_in, page: str, kind: Job.Kind) -> None:
    """EXT-3, EXT-5: from and onto cameras that have it; what was looked at is ordered, the other stays as it is."""
    gate, hall = CameraFactory(site=site, name="Gate", nonmask={"vote_frames": 7}), camera_of(site, "Hall")
    quay = CameraFactory(site=site, name="Quay", nonmask={})
    night = {"always": False, "week": {"mon": [["22:00", "06:00"]]}}
    extension_update(extension=gate.extensions.get(kind="nonmask"), schedule=night)
    client, chosen = signed_in(owner), f"&camera={hall.pk}&camera={quay.pk}"
    shown = client.get(f"{page}?kind=nonmask&preview=1&tab=detail&from={gate.pk}{chosen}").content
    client.post(page, confirmed(shown))
    job = Job.objects.get()
    job_turn(job_id=job.pk, stopping=lambda: False)

    assert "1 camera would change 1 without the extension" in text(shown)
    assert (job.kind, job.order["extension"]) == (kind, "nonmask")
    assert list(job.items.values_list("camera_name", "state")) == [("Quay", "done")]
    assert quay.extensions.get(kind="nonmask").version == 2
    assert quay.extensions.get(kind="occupancy").version == 1
