"""`manage.py config` (API-7)."""

import io
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cameras.models import Camera, Site
from portal.accounts.models import User


def config(*words: str) -> str:
    """What it prints."""
    out = io.StringIO()
    call_command("config", *words, stdout=out)
    return out.getvalue()


def test_a_file_is_written_planned_and_put_in_force(administrator: User, harbour: Site, tmp_path: Path) -> None:
    """API-7: export, edit, plan, apply by digest, plan again: nothing left."""
    file = tmp_path / "portal.yaml"
    config("export", str(file))
    assert config("plan", str(file)).startswith("Everything is as the file says.")
    file.write_text(file.read_text().replace('"Door"', '"Front door"'))

    planned = config("plan", str(file))
    assert '~ sites.harbour.cameras.door.name: "Door" → "Front door"' in planned
    assert Camera.objects.get(key="door").name == "Door"
    (digest,) = re.findall(r"digest (\w+)", planned)

    assert "In force." in config("apply", str(file), "--digest", digest)
    assert Camera.objects.get(key="door").name == "Front door"
    with pytest.raises(CommandError, match="look at the new plan"):
        config("apply", str(file), "--digest", digest)
    assert "Everything is as the file says." in config("apply", str(file))
    assert config("export") == file.read_text()


def test_faults_are_told_by_file_and_line(administrator: User, harbour: Site, tmp_path: Path) -> None:
    """API-7: as editors read them."""
    file = tmp_path / "portal.yaml"
    file.write_text("version: 1\nsites:\n  harbour:\n    blur_faces: sometimes\n")

    with pytest.raises(CommandError) as caught:
        config("apply", str(file))

    assert str(caught.value) == f'{file}:4: sites.harbour.blur_faces: "sometimes" was given; true or false is expected.'


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "told"), [(("export",), "administrator"), (("--user", "x", "export"), "“x”")])
def test_it_needs_an_administrator_of_the_portal(words: tuple[str, ...], told: str) -> None:
    """SEC-5: every change is somebody's."""
    with pytest.raises(CommandError, match=told):
        config(*words)


def test_a_file_that_is_not_there_is_named(administrator: User) -> None:
    """API-7: and nothing else happens."""
    with pytest.raises(CommandError, match=r"nowhere\.yaml cannot be read"):
        config("plan", "nowhere.yaml")
