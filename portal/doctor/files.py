"""Files of the portal: who may read its secrets, whether it can write, whether its pages find their static files."""

import os
import re
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal.common.secret_store import FILE
from portal.doctor.finding import Finding, fine, warn, wrong

OTHERS = stat.S_IRWXG | stat.S_IRWXO
TRIAL = b"doctor"
SECRET = (
    *("SECRET_KEY", "FIELD_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_HOST_PASSWORD", "LOOKOUT_ADMIN_PASSWORD"),
    *("LOOKOUT_OIDC_CLIENT_SECRET", "LOOKOUT_LISTENER_MQTT", "LOOKOUT_SENTRY_DSN"),
)
"""The values of .env.example that nobody else may know."""


def secret_files() -> Iterator[Finding]:
    """Nobody but the portal reads its keys: secrets.json, .env, and every file named by a NAME_FILE variable."""
    named = {Path(os.environ[f"{name}_FILE"]) for name in SECRET if os.environ.get(f"{name}_FILE")}
    files = [Path(settings.DATA) / FILE, *_env_file(), *sorted(named)]
    there = [path for path in files if path.is_file()]
    open_ones = [path for path in there if stat.S_IMODE(path.stat().st_mode) & OTHERS and not _mounted(path)]
    for path in open_ones:
        mode = stat.S_IMODE(path.stat().st_mode)
        yield wrong("secrets", f"{path} can be read by others (mode {mode:04o})", f"chmod 600 {path}")
    if not open_ones:
        names = ", ".join(path.name for path in there)
        yield fine("secrets", f"readable by their owner only: {names}" if there else "from the environment")


def _env_file() -> list[Path]:
    """Where it holds a secret."""
    path = Path(settings.BASE_DIR) / ".env"
    text = path.read_text() if path.is_file() else ""
    return [path] if re.search(rf"^({'|'.join(SECRET)})=\S", text, re.MULTILINE) else []


def _mounted(path: Path) -> bool:
    """Secrets of containers lie below /run/secrets with modes that only the container's manager sets."""
    return path.is_relative_to("/run/secrets")


def storage() -> Iterator[Finding]:
    """A file can be written, read and removed where snapshots and clips go. Nothing of it stays."""
    where = getattr(default_storage, "location", type(default_storage).__name__)
    try:
        whole = _written_and_read(f"doctor-{secrets.token_hex(8)}")
    except OSError as error:
        yield wrong("storage", f"{where}: {error}", "Let the portal's user write there, on a disk that works.")
        return
    if whole:
        yield fine("storage", f"{where} can be written")
    else:
        yield wrong("storage", f"{where}: a file came back other than it was written", "Look at the disk.")


def _written_and_read(name: str) -> bool:
    """Raises OSError."""
    try:
        default_storage.save(name, ContentFile(TRIAL))
        with default_storage.open(name) as file:
            return bool(file.read() == TRIAL)
    finally:  # also where `save` failed: a disk that is full takes the beginning of a file, or its name alone
        default_storage.delete(name)


def static_files() -> Iterator[Finding]:
    """What pages are made with was collected."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.is_file():
        yield fine("static files", f"collected in {settings.STATIC_ROOT}")
    else:
        yield wrong("static files", f"{manifest} is missing: pages come without style and script", "manage.py prepare")


def deployment() -> Iterator[Finding]:
    """Settings that are for developers, or open a door."""
    before = [*_loose()]
    yield from before or [fine("settings", "DEBUG is off, host names are listed")]


def _loose() -> Iterator[Finding]:
    if settings.DEBUG:
        yield wrong("settings", "DEBUG is true: errors show settings to visitors", "Remove DEBUG from the environment.")
    if "*" in settings.ALLOWED_HOSTS:
        yield warn("settings", "ALLOWED_HOSTS is *", "List the names that browsers use.")
    if settings.HOST not in ("127.0.0.1", "::1", "localhost") and not settings.HTTPS:
        yield warn(
            "settings",
            f"the pages are reached from elsewhere ({settings.HOST}) without TLS: passwords travel readable",
            "Put a proxy with TLS in front and set LOOKOUT_HTTPS=true (docs/operations/tls.md).",
        )
