"""`manage.py restore FOLDER`: a back-up in the place of what is there; the portal is stopped meanwhile (RUN-3)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from redis.exceptions import RedisError

from analytics.workers.keyvalue import client
from portal.backup.about import BackupError
from portal.backup.folder import restore
from portal.management.running import portal_url
from portal.presence import presences
from portal.supervisor.lock import DataFolderBusyError, lock_folder


class Command(BaseCommand):
    """Restores, then brings the database to this version."""

    help = "Puts a back-up of `manage.py back_up` into database and data folder; stop the portal first."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="what back_up made")
        parser.add_argument("--replace", action="store_true", help="also where the database is not empty")

    def handle(self, **options: Any) -> None:
        (Path(settings.DATA) / "run").mkdir(parents=True, exist_ok=True)
        try:
            with lock_folder(Path(settings.DATA) / "run" / "up.lock", "manage.py restore"):
                _check_nobody_works()
                about = restore(options["folder"], replace=options["replace"])
                _forget_timers()
        except (BackupError, DataFolderBusyError) as error:
            raise CommandError(f"Nothing was restored: {error}") from error
        except OSError as error:
            raise CommandError(f"Not all was restored: {error}. See to it, and restore with --replace.") from error
        call_command("prepare", stdout=self.stdout)
        self.stdout.write(f"The portal is as it was at {about.made_at}.")
        if settings.REDIS_URL:
            self.stdout.write("Empty its key-value server before you start it: timers there are of another time.")


def _check_nobody_works() -> None:
    """Raises BackupError while a process of the portal lives, on whatever host."""
    url = portal_url()
    try:
        living = presences(client(url)) if url else []
    except RedisError:
        return  # away: then nobody works
    if living:
        where = ", ".join(sorted({one.host for one in living}))
        raise BackupError(f"{len(living)} processes of the portal are running ({where}): stop them first")


def _forget_timers() -> None:
    """What the private key-value server kept belongs to the database that was there."""
    kept = Path(settings.DATA) / "valkey"
    if not settings.REDIS_URL and kept.is_dir():
        number = sum(1 for _ in kept.parent.glob("valkey.before-restore-*"))
        kept.rename(kept.with_name(f"valkey.before-restore-{number + 1}"))
