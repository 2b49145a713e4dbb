"""Keys by which files name rows (API-7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.services.camera import camera_update
from cameras.services.move import cameras_move
from portal.common.keyed import PATTERN, key_made
from tests.factories import CameraFactory, SiteFactory


@given(name=st.text(max_size=100), taken=st.sets(st.text(max_size=5)))
def test_every_name_gives_a_key_that_fits_and_is_free(name: str, taken: set[str]) -> None:
    """API-7: also one of marks only, and one that is taken already."""
    first = key_made(name, taken)
    second = key_made(name, {*taken, first})

    assert PATTERN.match(first)
    assert PATTERN.match(second)
    assert first not in taken
    assert second not in {*taken, first}


@pytest.mark.parametrize(
    ("name", "key"), [("Main hall", "main-hall"), ("入口 1", "入口-1"), ("…", "unnamed"), ("_a_", "a")]
)
def test_a_key_reads_like_its_name(name: str, key: str) -> None:
    """API-7: so that whoever reads a file knows what it is about."""
    assert key_made(name, ()) == key


@pytest.mark.django_db
def test_a_key_stays_when_its_row_is_renamed_and_moved() -> None:
    """API-7: unless it is taken where the camera goes."""
    there = SiteFactory()
    camera, other = CameraFactory(name="Door"), CameraFactory(name="Hall")
    camera_update(camera=camera, name="Gate")
    camera_update(camera=CameraFactory(site=there, name="Hall"), name="Lobby")

    cameras_move(cameras=[camera, other], site=there)

    camera.refresh_from_db()
    other.refresh_from_db()
    assert (camera.key, other.key) == ("door", "hall-2")
