"""CAM-1: secrets are encrypted at rest."""

import base64

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection
from pytest_django import Settings

from cameras.models import Camera
from portal.common.fields import UndecryptableError, encrypt
from tests.factories import CameraFactory

FORMER = base64.urlsafe_b64encode(b"f" * 32).decode()
NEW = base64.urlsafe_b64encode(b"n" * 32).decode()


def stored_password(camera: Camera) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM cameras_camera WHERE id = %s", [camera.pk])
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_secret_is_a_token_in_the_database_and_plain_in_memory() -> None:
    """CAM-1: encrypted at rest."""
    camera = CameraFactory(password="s3cret ✓")

    assert "s3cret" not in stored_password(camera)
    assert Camera.objects.get(pk=camera.pk).password == "s3cret ✓"


@pytest.mark.django_db
def test_an_update_of_many_rows_encrypts_too() -> None:
    """CAM-1: no way around the encryption."""
    camera = CameraFactory()
    Camera.objects.update(password="s3cret")

    assert "s3cret" not in stored_password(camera)


@pytest.mark.django_db
def test_no_secret_is_stored_as_no_text() -> None:
    """CAM-1: an empty password is told apart without a key."""
    assert stored_password(CameraFactory(password="")) == ""


@pytest.mark.django_db
def test_the_former_key_still_opens_while_it_stands_behind_the_new_one(settings: Settings) -> None:
    """CAM-1: keys can be changed."""
    settings.FIELD_KEYS = [FORMER]
    camera = CameraFactory(password="s3cret")
    settings.FIELD_KEYS = [NEW, FORMER]

    assert Camera.objects.get(pk=camera.pk).password == "s3cret"


@pytest.mark.django_db
def test_a_secret_that_no_key_opens_names_its_field_and_what_to_do(settings: Settings) -> None:
    """CAM-1: a lost key is told, never read over."""
    settings.FIELD_KEYS = [FORMER]
    camera = CameraFactory(password="s3cret")
    settings.FIELD_KEYS = [NEW]

    with pytest.raises(UndecryptableError, match=r"cameras\.Camera\.password .* FIELD_KEY=new,former"):
        Camera.objects.get(pk=camera.pk)


@pytest.mark.django_db
def test_a_secret_cannot_be_searched_for() -> None:
    """CAM-1: equal secrets differ when stored, so a query would silently find nothing."""
    with pytest.raises(FieldError):
        Camera.objects.filter(password="s3cret").exists()


def test_a_key_of_the_wrong_length_stops_with_its_name(settings: Settings) -> None:
    """SEC-2: a broken key is told at once, and is not repeated in the message."""
    settings.FIELD_KEYS = ["too short"]

    with pytest.raises(ImproperlyConfigured, match="FIELD_KEY") as raised:
        encrypt("x")

    assert "too short" not in str(raised.value)
