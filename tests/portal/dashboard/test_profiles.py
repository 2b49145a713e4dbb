"""Profiles: listed, made from a camera, looked at, removed (EXT-5)."""

import re
from html import unescape

import pytest

from cameras.extensions.tabs import TABS
from cameras.models import Camera, Profile, Role, Site
from cameras.services.profile import profile_create
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory, ProfileFactory
from tests.portal.dashboard.live import camera_state, say
from tests.servers.valkey import Valkey

TRIANGLE = [[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]


@pytest.fixture
def camera(site: Site) -> Camera:
    areas = [{"number": 1, "name": "Turnstile", "polygon": [[0, 0], [1, 0], [1, 1]], "status": True, "time_s": 2.5}]
    return CameraFactory(site=site, name="Gate", occupancy={"areas": areas, "pause_reset_s": 7, "objects": ["vehicle"]})


@pytest.fixture
def profile(camera: Camera, owner: User) -> Profile:
    return profile_create(extension=camera.extensions.get(), name="Entrances", tabs=["basic", "detail"], user=owner)


def text(page: bytes) -> str:
    main = page.decode().partition("<main")[2].partition("</main>")[0]
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", main).split()))


def test_the_list_has_what_one_may_see(profile: Profile, owner: User, stranger: User, signed_in) -> None:
    """EXT-5, SEC-1: by name, with tabs and who made it; strangers see none of it."""
    ProfileFactory(site=profile.site, name="Aisles", tabs=["mqtt"])

    mine, theirs = (text(signed_in(one).get("/profiles/").content) for one in (owner, stranger))

    assert mine.index("Aisles") < mine.index("Entrances Harbour Occupancy Basic Detail")
    assert "MQTT transmission" in mine
    assert "Entrances" not in theirs
    assert "No profile yet" in theirs


def test_a_profile_is_made_from_a_camera(camera: Camera, owner: User, signed_in, valkey: Valkey) -> None:
    """EXT-5: with the shape of its picture, so that areas can be warned of elsewhere."""
    say(valkey, camera_state(camera, size=[1280, 960]))

    form = {"name": " Entrances ", "camera": camera.pk, "tabs": ["detail"]}
    answer = signed_in(owner).post("/profiles/new/", form, follow=True)

    made = Profile.objects.get()
    assert (made.name, made.tabs, made.settings["pause_reset_s"], made.made_by) == ("Entrances", ["detail"], 7, owner)
    assert made.aspect == pytest.approx(4 / 3)
    assert "areas" not in made.settings
    assert answer.redirect_chain == [(f"/profiles/{made.pk}/", 302)]
    assert "“Entrances” was made." in text(answer.content)


def test_the_address_chooses_the_camera(camera: Camera, owner: User, signed_in) -> None:
    """UI 1: coming from a camera, it is chosen, and all tabs are."""
    page = signed_in(owner).get(f"/profiles/new/?camera={camera.pk}").content.decode()

    assert f'value="{camera.pk}" selected' in page
    assert re.findall(r'name="tabs" value="(\w+)" checked', page) == list(TABS)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Give it a name, such as “Entrances”."),
        ({"name": "Entrances"}, "There is a profile “Entrances” on Harbour already."),
        ({"camera": ""}, "Choose the camera that it is made from."),
        ({"camera": "99999999999999999999"}, "Choose the camera that it is made from."),
        ({"tabs": []}, "Choose at least one tab."),
        ({"name": "x" * 81}, "Ensure this value has at most 80 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    *, profile: Profile, camera: Camera, owner: User, signed_in, changes: dict[str, object], words: str
) -> None:
    """STYLE 8."""
    given = {"name": "Stairs", "camera": camera.pk, "tabs": ["detail", "http"]} | changes
    answer = signed_in(owner).post("/profiles/new/", given)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in text(answer.content)
    assert re.findall(r'name="tabs" value="(\w+)" checked', page) == (given["tabs"] and ["http", "detail"])
    assert f'value="{given["name"]}"' in page
    assert Profile.objects.count() == 1


def test_what_is_in_a_profile_is_shown_in_the_words_of_the_form(profile: Profile, colleague: User, signed_in) -> None:
    """EXT-5: every value of its tabs; what is not the default says so; who only looks can do nothing."""
    page = signed_in(colleague).get(f"/profiles/{profile.pk}/").content

    shown = text(page)
    assert "Detection objects Vehicle default Human" in shown
    assert "Area 1 Outline 3 vertices Name Turnstile default Area 1 Status On Count threshold 5 Time 2.5 s" in shown
    assert "Time to reset during pause 7 s default 5" in shown
    assert "Percentage to reset the detection time 80 %" in shown
    assert "Area 2" not in shown
    assert "Broker" not in shown
    assert "Put on cameras" not in shown
    assert "Remove" not in shown


def test_every_tab_can_be_looked_at(camera: Camera, owner: User, signed_in) -> None:
    """EXT-5: secrets are not even named."""
    made = profile_create(extension=camera.extensions.get(), name="All", tabs=list(TABS), user=owner)

    shown = text(signed_in(owner).get(f"/profiles/{made.pk}/").content)

    assert all(label in shown for label in TABS.values())
    assert "Destination 4" in shown
    assert "assword" not in shown


def test_a_profile_is_removed_and_cameras_keep_their_settings(profile, camera: Camera, owner: User, signed_in) -> None:
    """EXT-5."""
    answer = signed_in(owner).post(f"/profiles/{profile.pk}/remove/", follow=True)

    assert "“Entrances” was removed." in text(answer.content)
    assert Profile.objects.count() == 0
    assert camera.extensions.get().settings["pause_reset_s"] == 7


def test_rights(profile: Profile, camera: Camera, stranger: User, signed_in) -> None:
    """SEC-1: members look, administrators change, for strangers there is nothing."""
    operator = signed_in(MembershipFactory(site=camera.site, role=Role.OPERATOR).user)
    foreign, visitor = signed_in(stranger), signed_in()

    assert operator.get("/profiles/new/").status_code == 403
    assert operator.post(f"/profiles/{profile.pk}/remove/").status_code == 403
    assert [foreign.get(f"/profiles/{profile.pk}/").status_code] == [404]
    assert foreign.post(f"/profiles/{profile.pk}/remove/").status_code == 404
    form = {"name": "Mine", "camera": camera.pk, "tabs": ["detail"]}
    assert foreign.post("/profiles/new/", form).status_code == 422
    assert visitor.get("/profiles/").url == "/sign-in/?next=/profiles/"
    assert Profile.objects.count() == 1


@pytest.mark.parametrize("count", [1, 45])
def test_the_number_of_queries_is_constant(
    count: int, site: Site, owner: User, signed_in, django_assert_num_queries
) -> None:
    """STYLE 10: session, user; count, profiles; rights; sites, badge."""
    ProfileFactory.create_batch(count, site=site, made_by=owner)
    client = signed_in(owner)

    with django_assert_num_queries(8):
        client.get("/profiles/")


def test_a_profile_of_masks_is_made_shown_and_offered(camera: Camera, owner: User, signed_in) -> None:
    """EXT-3, EXT-5: of cameras with the extension, with its tabs only; put on cameras that have it."""
    door = CameraFactory(site=camera.site, name="Door", nonmask={"vote_frames": 7, "area": TRIANGLE})
    client = signed_in(owner)
    form = client.get("/profiles/new/?kind=nonmask").content.decode()
    assert f'<option value="{door.pk}"' in form
    assert f'<option value="{camera.pk}"' not in form
    assert 'value="http"' not in form

    asked = {"kind": "nonmask", "name": "Masks", "camera": door.pk, "tabs": ["basic", "detail"]}
    client.post("/profiles/new/", asked)
    made = Profile.objects.get(name="Masks")
    shown = text(client.get(f"/profiles/{made.pk}/").content)
    assert (made.kind, set(made.tabs)) == ("nonmask", {"basic", "detail"})
    assert "Judged frames before a decision 7 default 5" in shown
    assert "Detection area Outline 3 vertices" in shown

    offered = client.get(f"/profiles/put/?profile={made.pk}").content.decode()
    assert f'name="camera" value="{door.pk}"' in offered
    assert f'name="camera" value="{camera.pk}"' not in offered
