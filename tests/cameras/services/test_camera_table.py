"""Cameras imported from a CSV file, and exported into one."""

import io

import pytest
from pytest_django import DjangoAssertNumQueries

from cameras.models import Camera, Role, Site
from cameras.services import camera_table
from cameras.services.camera_table import Action, Imported, Plan, table_export, table_import, table_plan
from portal.accounts.models import User
from tests.factories import CameraFactory, MembershipFactory, UserFactory

HEAD = "Site,Name,Address,User name,Password,Transport,Frames per second,Enabled\n"
FILE = (
    HEAD
    + "Harbour,Gate,rtsp://10.0.0.1/live,root,s3cret,udp,2.5,no\n"
    + "Harbour,Quay,rtsp://admin:p%40ss@10.0.0.2/live,,,,,\n"
)


def plan(user: User, text: str, site: Site | None = None) -> Plan:
    return table_plan(user=user, file=io.BytesIO(text.encode()), site=site)


def actions(found: Plan) -> list[Action]:
    return [line.action for line in found.lines]


def mistakes(found: Plan) -> list[dict[str, str]]:
    return [dict(line.mistakes) for line in found.lines]


def stored() -> list[tuple]:
    fields = ("name", "url", "username", "password", "transport", "fps", "enabled", "version")
    return list(Camera.objects.order_by("name").values_list(*fields))


def test_looking_through_writes_nothing(site: Site, owner: User) -> None:
    """CAM-3: dry run."""
    assert actions(plan(owner, FILE)) == [Action.CREATE, Action.CREATE]
    assert not Camera.objects.exists()


def test_new_cameras_are_imported_with_all_their_columns(site: Site, owner: User) -> None:
    """CAM-3: empty cells are defaults; credentials in an address are moved out of it."""
    done = table_import(plan=plan(owner, FILE))

    assert done == Imported(created=2, changed=0, failures=())
    assert stored() == [
        ("Gate", "rtsp://10.0.0.1/live", "root", "s3cret", "udp", 2.5, False, 1),
        ("Quay", "rtsp://10.0.0.2/live", "admin", "p@ss", "tcp", 5.0, True, 1),
    ]
    assert Camera.objects.get(name="Gate").extensions.count() == 1


def test_the_same_file_again_changes_nothing(site: Site, owner: User) -> None:
    """CAM-3: not even a version."""
    table_import(plan=plan(owner, FILE))
    before = stored()

    again = plan(owner, FILE)

    assert actions(again) == [Action.SAME, Action.SAME]
    assert table_import(plan=again) == Imported(0, 0, ())
    assert stored() == before


def test_only_what_the_file_says_is_changed(site: Site, owner: User) -> None:
    """CAM-3: a missing column or an empty cell keeps what is stored; columns that differ are named."""
    table_import(plan=plan(owner, FILE))

    found = plan(owner, "Name;Frames per second\nGate;7,5\nQuay;\n", site)

    assert [(line.action, line.changed) for line in found.lines] == [
        (Action.CHANGE, ("Frames per second",)),
        (Action.SAME, ()),
    ]
    assert table_import(plan=found) == Imported(0, 1, ())
    assert stored()[0] == ("Gate", "rtsp://10.0.0.1/live", "root", "s3cret", "udp", 7.5, False, 2)


def test_what_was_exported_can_be_imported_again(site: Site, owner: User) -> None:
    """CAM-3: nothing changes, and no secret was in it: neither a field nor one inside the address."""
    facts = {"url": "http://10.0.0.1/x?pwd=qu3ry", "username": "root", "password": "s3cret", "mac": "001122334455"}
    CameraFactory(site=site, name="=Gate", **facts)
    before = stored()

    text = "".join(table_export(user=owner))

    assert text.splitlines()[1] == "Harbour,'=Gate,http://10.0.0.1/x?pwd=***,tcp,5,yes,00:11:22:33:44:55"
    assert actions(plan(owner, text)) == [Action.SAME]
    table_import(plan=plan(owner, text))
    assert stored() == before


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("Harbour,,rtsp://h/,,,,,", "Name", "needs a name"),
        ("Harbour,Gate,,,,,,", "Address", "needs an address"),
        ("Harbour,Gate,ftp://h/,,,,,", "Address", "begins with rtsp://"),
        ("Harbour,Gate,rtsp://127.0.0.1/,,,,,", "Address", "is refused"),
        ("Harbour,Gate,rtsp://h/,,,smoke,,", "Transport", "smoke"),
        ("Harbour,Gate,rtsp://h/,,,,31,", "Frames per second", "30"),
        ("Harbour,Gate,rtsp://h/,,,,nan,", "Frames per second", ""),
        ("Harbour,Gate,rtsp://h/,,,,many,", "Frames per second", "0.5 to 30"),
        ("Harbour,Gate,rtsp://h/,,,,,perhaps", "Enabled", "yes or no"),
        (f"Harbour,{'x' * 81},rtsp://h/,,,,,", "Name", "80"),
        (f"Harbour,Gate,rtsp://h/{'x' * 500},,,,,", "Address", "500"),
        ("Elsewhere,Gate,rtsp://h/,,,,,", "Site", "no site “Elsewhere”"),
        (",Gate,rtsp://h/,,,,,", "Site", "none was chosen"),
        ("Harbour,Gate,rtsp://h/,,,,,,,more", "", "has 10 cells"),
    ],
)
def test_each_row_has_its_error(site: Site, owner: User, line: str, column: str, message: str) -> None:
    """CAM-3: at its column; the line beside it is fine all the same."""
    found = plan(owner, f"{HEAD}{line}\nHarbour,Pier,rtsp://h/,,,,,\n")

    assert message in mistakes(found)[0][column]
    assert actions(found) == [Action.MISTAKE, Action.CREATE]
    with pytest.raises(ValueError, match="mistakes"):
        table_import(plan=found)
    assert not Camera.objects.exists()


def test_a_camera_is_named_once_in_a_file(site: Site, owner: User) -> None:
    """CAM-3: otherwise the last line would win in silence."""
    found = plan(owner, "Name,Address\nGate,rtsp://h/1\nPier,rtsp://h/2\nGate,rtsp://h/3\n", site)

    assert mistakes(found) == [{}, {}, {"Name": "Line 2 names this camera already."}]


def test_a_mac_address_is_read_as_people_write_it(site: Site, owner: User) -> None:
    """WIRE 1: each stands for one sensor of one device, in the file and beside what is stored."""
    CameraFactory(site=site, name="Quay", mac="001122334455")
    macs = {"Gate": "00-80-45-0A-0B-0C", "Pier": "0080450a0b0c", "Dock": "00:11:22:33:44:55", "Slip": "7"}
    lines = [f"{name},rtsp://h/{name},{mac}" for name, mac in macs.items()]
    found = plan(owner, "\n".join(["Name,Address,MAC address", *lines]), site)
    wrong = mistakes(found)
    table_import(plan=plan(owner, "Name,Address,MAC address\nGate,rtsp://h/1,00-80-45-0A-0B-0C\n", site))

    assert wrong[0] == {}
    assert wrong[1] == {"MAC address": "Line 2 has this MAC address already."}
    assert "Another camera" in wrong[2]["MAC address"]
    assert "no MAC address" in wrong[3]["MAC address"]
    assert Camera.objects.get(name="Gate").mac == "0080450a0b0c"


def test_a_stored_password_is_not_sent_to_another_host(site: Site, owner: User) -> None:
    """CAM-1: as in the form."""
    CameraFactory(site=site, name="Gate", url="rtsp://10.0.0.1/live", username="root", password="s3cret")

    moved = plan(owner, "Name,Address\nGate,rtsp://10.0.0.9/live\n", site)
    with_password = plan(owner, "Name,Address,Password\nGate,rtsp://10.0.0.9/live,n3w\n", site)

    assert "another place" in mistakes(moved)[0]["Password"]
    assert with_password.lines[0].changed == ("Address", "Password")


def test_nothing_of_a_line_prints_its_secrets(site: Site, owner: User) -> None:
    """CAM-1: plans end in logs."""
    assert "s3cret" not in repr(plan(owner, FILE))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_only_sites_that_one_administrates_can_be_named(site: Site, role: Role) -> None:
    """SEC-1: neither is their export of cameras more than empty."""
    user = MembershipFactory(site=site, role=role).user
    CameraFactory(site=site, name="Gate")

    assert "no site" in mistakes(plan(user, FILE))[0]["Site"]
    assert list(table_export(user=user)) == ["Site,Name,Address,Transport,Frames per second,Enabled,MAC address\r\n"]


def test_an_export_is_of_ones_own_sites(site: Site, owner: User) -> None:
    """SEC-1: or of one of them; a portal administrator has all."""
    CameraFactory(site=site, name="Gate")
    other = CameraFactory(site__name="Coast", name="Pier")

    assert [line.split(",")[1] for line in table_export(user=owner)] == ["Name", "Gate"]
    everything = UserFactory(is_superuser=True)
    assert [line.split(",")[1] for line in table_export(user=everything)] == ["Name", "Pier", "Gate"]
    assert [line.split(",")[1] for line in table_export(user=everything, site=other.site)] == ["Name", "Pier"]


def test_a_group_of_lines_is_imported_whole_or_not_at_all(site: Site, owner: User, monkeypatch) -> None:
    """CAM-3: somebody took a name between looking and importing; other groups are imported, and the reason is told."""
    monkeypatch.setattr(camera_table, "GROUP", 2)
    lines = [f"Camera {number},rtsp://h/{number}" for number in range(5)]
    found = plan(owner, "\n".join(["Name,Address", *lines]), site)
    CameraFactory(site=site, name="Camera 3")

    done = table_import(plan=found)

    assert (done.created, [(one.first, one.last) for one in done.failures]) == (3, [(4, 5)])
    assert "already exists" in done.failures[0].reason
    assert sorted(Camera.objects.values_list("name", flat=True)) == ["Camera 0", "Camera 1", "Camera 3", "Camera 4"]
    assert table_import(plan=plan(owner, "\n".join(["Name,Address", *lines]), site)).created == 1


@pytest.mark.parametrize("cameras", [1, 200])
def test_looking_through_asks_the_database_as_often_for_many_as_for_one(
    site: Site, owner: User, cameras: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """CAM-3: sites, cameras; a file of thousands is looked through in a second or two."""
    lines = [f"Camera {number},rtsp://10.0.0.1/{number}" for number in range(cameras)]
    CameraFactory(site=site, name="Camera 0", url="rtsp://10.0.0.1/old", username="u", password="p")

    with django_assert_num_queries(2):
        found = plan(owner, "\n".join(["Name,Address", *lines]), site)

    assert found.counts() == {"create": cameras - 1, "change": 1, "same": 0, "mistake": 0}
