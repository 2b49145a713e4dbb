"""RUN-3: each check of the doctor on the real thing, well and ill."""

import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from pytest_django import Settings

from analytics.workers.keyvalue import client
from portal.doctor import database, files, keyvalue, machine, networks, outside
from portal.doctor.examine import checks, examine
from portal.doctor.finding import Finding, Level, fine, worst, wrong
from tests.factories import DestinationFactory
from tests.servers.hook import make_certificate
from tests.servers.mail import MailBox
from tests.servers.ports import free_port
from tests.servers.valkey import Valkey

FINE = [Level.OK]


def levels(findings: Iterable[Finding]) -> list[Level]:
    return [finding.level for finding in findings]


# --- All of them ------------------------------------------------------------------------------------------------------
def test_one_check_that_hangs_or_breaks_hides_no_other() -> None:
    """RUN-3: what keeps silent is a finding of its own, and so is what fails."""
    released = threading.Event()

    def silent() -> Iterator[Finding]:
        released.wait(60)
        yield fine("silent", "at last")

    def broken() -> Iterator[Finding]:
        raise RuntimeError("no such thing")

    def blind() -> Iterator[Finding]:
        raise DatabaseError("away")

    named = {"silent": silent, "broken": broken, "blind": blind, "fine": lambda: [fine("fine", "yes")]}
    found = examine(named, 0.5)
    released.set()

    assert [finding.check for finding in found] == list(named)
    assert levels(found) == [Level.ERROR, Level.ERROR, Level.WARNING, Level.OK]
    assert found[0].found == "no answer within 0.5 s"
    assert "no such thing" in found[1].found


def test_the_worst_finding_speaks_for_all() -> None:
    """RUN-3: the exit status follows it."""
    assert worst([fine("a", "")]) is Level.OK
    assert worst([fine("a", ""), wrong("b", "", "do")]) is Level.ERROR
    assert worst([]) is Level.OK


def test_every_finding_that_is_not_fine_says_what_to_do(transactional_db: None) -> None:
    """RUN-3: a fault without a way out helps nobody."""
    for finding in examine(checks(url="", origins=["https://localhost:1"])):
        assert finding.level is Level.OK or finding.advice, finding


# --- Machine ----------------------------------------------------------------------------------------------------------
def test_packages_are_those_of_the_lock(tmp_path: Path, settings: Settings) -> None:
    """RUN-1: another version, or none, is named; what is for other machines is not asked for."""
    assert levels(machine.packages()) == FINE

    lock = "django==1.0 \\\n    --hash=sha256:00\nnowhere-to-be-found==2.0\npywin32==1 ; sys_platform == 'win32'\n"
    (tmp_path / "requirements.lock").write_text(lock)
    settings.BASE_DIR = tmp_path
    (finding,) = machine.packages()

    assert finding.level is Level.ERROR
    assert "instead of 1.0" in finding.found
    assert "nowhere-to-be-found missing" in finding.found
    assert "pywin32" not in finding.found


def test_a_disk_that_runs_full_is_told_before_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """SPEC 15: warning, then error."""

    def disk(free: int) -> list[Level]:
        usage = machine.shutil._ntuple_diskusage(10**12, 10**12 - free, free)  # type: ignore[attr-defined]
        monkeypatch.setattr("portal.doctor.machine.shutil.disk_usage", lambda _folder: usage)
        return levels(machine.disks())

    assert disk(9 * 10**11) == FINE
    assert disk(10**9) == [Level.WARNING]
    assert disk(10**8) == [Level.ERROR]


# --- Files ------------------------------------------------------------------------------------------------------------
def test_a_key_that_others_can_read_is_an_error(tmp_path: Path, settings: Settings, monkeypatch) -> None:
    """SEC-2: secrets.json, and what a NAME_FILE variable points to."""
    settings.DATA, settings.BASE_DIR = tmp_path, tmp_path
    key = tmp_path / "key"
    key.write_text("x" * 50)
    key.chmod(0o640)
    monkeypatch.setenv("SECRET_KEY_FILE", str(key))
    (finding,) = files.secret_files()
    key.chmod(0o600)

    assert (finding.level, finding.advice) == (Level.ERROR, f"chmod 600 {key}")
    assert levels(files.secret_files()) == FINE

    (tmp_path / ".env").write_text("PORT=8001\n# SECRET_KEY=an-example\n")
    harmless = levels(files.secret_files())
    (tmp_path / ".env").write_text("PORT=8001\nDATABASE_URL=postgres://lookout:word@db/lookout\n")

    assert (harmless, levels(files.secret_files())) == (FINE, [Level.ERROR])


def test_storage_is_tried_and_left_as_it_was(tmp_path: Path, settings: Settings) -> None:
    """RUN-3: a folder that cannot be written is named with the reason of the system."""
    settings.MEDIA_ROOT = tmp_path / "media"
    well = levels(files.storage())
    left = list((tmp_path / "media").iterdir())
    settings.MEDIA_ROOT = Path("/proc/nowhere")
    (ill,) = files.storage()

    assert (well, left) == (FINE, [])
    assert ill.level is Level.ERROR
    assert "/proc/nowhere" in ill.found


def test_a_disk_that_runs_full_in_the_middle_of_the_trial_keeps_nothing_of_it(tmp_path: Path) -> None:
    """SPEC 15, RUN-3: a process whose files may not grow beyond three bytes; the portal is told why, too."""
    few = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (3, 3))"
    look = "from portal.doctor import files; print(*files.storage())"
    code = f"import django; from django.conf import settings; django.setup(); settings.MEDIA_ROOT = {str(tmp_path)!r}"
    found = subprocess.run(
        [sys.executable, "-c", f"{code}; {few}; {look}"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout

    assert "File too large" in found
    assert "Level.ERROR" in found
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        pytest.param("DEBUG", True, Level.ERROR, id="tracebacks for visitors"),
        pytest.param("ALLOWED_HOSTS", ["*"], Level.WARNING, id="any name"),
        pytest.param("HOST", "192.0.2.7", Level.WARNING, id="open without TLS"),
    ],
)
def test_settings_that_open_a_door_are_told(settings: Settings, name: str, value: object, level: Level) -> None:
    """SEC-3: what is for developers, or for networks one trusts."""
    before = levels(files.deployment())
    setattr(settings, name, value)

    assert before == FINE
    assert levels(files.deployment()) == [level]


# --- Database ---------------------------------------------------------------------------------------------------------
def test_the_database_of_the_tests_is_well(transactional_db: None) -> None:
    """RUN-3: SQLite and PostgreSQL (whose tests switch off what a power cut would need, and hear of it)."""
    found = list(database.database())

    assert found[0].level is Level.OK
    if connection.vendor == "postgresql":
        assert "fsync" in found[1].found
        assert found[2].level is Level.OK
    else:
        assert levels(found) == FINE * 2


def test_a_migration_of_a_newer_version_is_no_missing_one(transactional_db: None) -> None:
    """RUN-3: after a step back, the database is ahead of the code."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('cameras', '9999_tomorrow', '2026-01-01')"
        )
    try:
        found = next(iter(database.database()))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_tomorrow'")

    assert found.level is Level.ERROR
    assert "newer version (cameras.9999_tomorrow)" in found.found


# --- Key-value server -------------------------------------------------------------------------------------------------
def test_a_server_that_forgets_or_throws_away_is_told(valkey: Valkey) -> None:
    """DESIGN 7: the tests' own keeps nothing; a full one must refuse, not evict."""
    server = client(valkey.url)
    before = {one.check: one for one in keyvalue.keyvalue(valkey.url)}
    server.config_set("maxmemory", "64mb")
    server.config_set("maxmemory-policy", "allkeys-lru")
    server.config_set("appendonly", "yes")
    try:
        after = {one.check: one for one in keyvalue.keyvalue(valkey.url)}
    finally:
        server.config_set("appendonly", "no")
        server.config_set("maxmemory-policy", "noeviction")
        server.config_set("maxmemory", "0")

    assert before["key-value server"].level is Level.OK
    assert before["key-value persistence"].level is Level.WARNING
    assert before["key-value memory"].level is Level.OK
    assert after["key-value persistence"].level is Level.OK
    assert after["key-value memory"].level is Level.ERROR
    assert valkey.password not in str([*before.values(), *after.values()])


def test_a_server_that_is_away_is_named_without_its_password() -> None:
    """CAM-1: where it was looked for, and no credential."""
    port = free_port()
    (finding,) = keyvalue.keyvalue(f"redis://:hidden-word@127.0.0.1:{port}/0")

    assert finding.level is Level.ERROR
    assert f"127.0.0.1:{port}" in finding.found
    assert "hidden-word" not in str(finding)


# --- Networks ---------------------------------------------------------------------------------------------------------
def test_a_network_that_is_not_what_its_manifest_says_is_told(tmp_path: Path, settings: Settings) -> None:
    """RUN-6: there for both tasks; one flipped byte is seen, and its file named."""
    assert levels(networks.networks()) == FINE * 2

    manifest = sorted(settings.OWN_NETWORKS.glob("lookout-occupancy-*.json"))[0]
    whole = manifest.with_suffix(".onnx").read_bytes()
    (tmp_path / manifest.with_suffix(".onnx").name).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    settings.NETWORK_FOLDERS = (tmp_path, settings.OWN_NETWORKS)
    found = list(networks.networks())

    assert Level.WARNING in levels(found)
    assert any(str(tmp_path) in one.found and "sha256" in one.found for one in found)


# --- Outside ----------------------------------------------------------------------------------------------------------
def test_the_mail_server_is_asked_as_for_a_mail(db: None, settings: Settings, tmp_path: Path, monkeypatch) -> None:
    """OUT-6: it lets us in, or says why not; nothing is sent."""
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", True
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with MailBox(tmp_path, tls="starttls", signed_in=True) as box:
        (tmp_path / "ca.pem").write_text(box.ca)
        settings.EMAIL_PORT = box.port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = box.user, box.password
        well = levels(outside.mail())
        settings.EMAIL_HOST_PASSWORD = "another"
        (ill,) = outside.mail()

        assert (well, box.mails) == (FINE, [])
    assert ill.level is Level.ERROR
    assert "535" in ill.found
    assert "another" not in ill.found


def test_e_mail_destinations_without_a_mail_server_are_an_error(db: None, settings: Settings) -> None:
    """OUT-6: their messages would wait for ever."""
    settings.EMAIL_HOST = ""
    before = levels(outside.mail())
    DestinationFactory(kind="email")

    assert (before, levels(outside.mail())) == (FINE, [Level.ERROR])


def test_the_end_of_a_certificate_is_told_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """RUN-3: the tests' own is good for a day; one that no authority vouches for is an error."""
    import http.server
    import ssl

    authority, certificate = make_certificate(tmp_path)
    (tmp_path / "ca.pem").write_text(authority)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    origin = f"https://localhost:{server.server_address[1]}"
    try:
        (unknown,) = outside.certificate([origin])
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        (soon,) = outside.certificate([origin])
    finally:
        server.shutdown()
        serving.join()
        server.server_close()

    assert unknown.level is Level.ERROR
    assert (soon.level, soon.advice) == (Level.WARNING, "Renew it.")
    assert "is good for 0 days" in soon.found


def test_a_portal_behind_tls_names_its_address(settings: Settings) -> None:
    """SEC-3: else nobody would look at its certificate."""
    before = levels(outside.certificate([]))
    settings.HTTPS = True

    assert (before, levels(outside.certificate([]))) == ([], [Level.WARNING])
