"""The page on which a table of settings is checked and put in force."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cameras.models import Extension, Job, Role, Site
from cameras.services.job_run import job_turn
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory
from tests.streamed import read


@pytest.fixture
def url(site: Site) -> str:
    CameraFactory(site=site, name="Gate", occupancy={})
    return reverse("settings_import")


def file(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("settings.csv", text.encode())


def test_it_is_checked_then_ordered(url: str, site: Site, owner: User, signed_in) -> None:
    """EXT-5, EXT-1: the differences first; then a job, whose page is shown."""
    client = signed_in(owner)
    text = "Name,pause_reset_s\nGate,9\n"
    checked = client.post(url, {"table": file(text), "site": site.pk})

    assert "The file can be put in force" in checked.content.decode()
    assert "Time to reset during pause" in checked.content.decode()
    assert not Job.objects.exists()
    ordered = client.post(url, {"table": file(text), "site": site.pk, "import": "1"}, headers={"HX-Request": "true"})
    assert ordered.headers["HX-Redirect"] == reverse("job", args=[Job.objects.get().pk])
    assert Extension.objects.get().occupancy().pause_reset_s == 5  # nobody has worked on it yet


def test_a_table_with_a_mistake_is_not_ordered(url: str, site: Site, owner: User, signed_in) -> None:
    """SPEC 15: told at its column; pressing Import all the same changes nothing."""
    sent = {"table": file("Name,pause_reset_s\nGate,601\n"), "site": site.pk, "import": "1"}
    text = signed_in(owner).post(url, sent).content.decode()

    assert "1 line has a mistake: nothing can be changed" in text
    assert "<code>pause_reset_s</code>" in text
    assert not Job.objects.exists()


def test_a_file_that_is_no_table_is_refused_at_its_field(url: str, owner: User, signed_in) -> None:
    """SEC-6."""
    answer = signed_in(owner).post(url, {"table": file("Colour\nred\n")})

    assert answer.status_code == 422
    assert "The column “Colour” is not known" in answer.content.decode()


def test_only_administrators_of_a_site(url: str, site: Site, stranger: User, signed_in) -> None:
    """SEC-1."""
    operator = MembershipFactory(site=site, role=Role.OPERATOR).user
    assert signed_in(operator).get(url).status_code == 403
    assert read(signed_in(stranger).get(reverse("settings_export"))).count(b"\r\n") == 1


def test_the_export_is_a_file(url: str, owner: User, signed_in) -> None:
    """EXT-5."""
    answer = signed_in(owner).get(reverse("settings_export"))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="settings.csv"'
    assert read(answer).decode().splitlines()[1].startswith("Harbour,Gate,human,Area 1,yes,5,10,")


def test_a_table_is_of_one_extension(url: str, site: Site, owner: User, signed_in) -> None:
    """EXT-3, EXT-5: the page names its columns, the export its lines, and the job what it changes."""
    camera = CameraFactory(site=site, name="Door", nonmask={})
    client = signed_in(owner)
    page = client.get(f"{url}?kind=nonmask").content.decode()
    export = client.get(f"{reverse('settings_export')}?kind=nonmask")

    assert "<code>vote_frames</code>" in page
    assert "<code>pause_reset_s</code>" not in page
    assert f'hx-post="{url}?kind=nonmask"' in page
    assert 'filename="settings-nonmask.csv"' in export["Content-Disposition"]
    assert [line.split(b",")[1] for line in read(export).splitlines()[1:]] == [b"Door"]

    sent = {"table": file("Name,vote_frames\nDoor,7\n"), "site": site.pk, "import": "1"}
    client.post(f"{url}?kind=nonmask", sent, headers={"HX-Request": "true"})
    job_turn(job_id=Job.objects.get().pk, stopping=lambda: False)
    assert camera.extensions.get(kind="nonmask").settings["vote_frames"] == 7
    assert client.get(f"{url}?kind=parking").status_code == 404
