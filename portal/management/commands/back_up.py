"""`manage.py back_up FOLDER`: a copy of the portal, also while it runs (RUN-3)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.backup.about import BackupError
from portal.backup.folder import back_up


class Command(BaseCommand):
    """Prints what is in it, and what is not."""

    help = "Copies database, pictures and added networks into a folder; the portal may run on."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that is not there yet, or empty")
        parser.add_argument("--no-media", action="store_true", help="without pictures and clips of alarms")
        parser.add_argument("--with-secrets", action="store_true", help="with secrets.json: keep such a folder locked")

    def handle(self, **options: Any) -> None:
        try:
            about = back_up(options["folder"], media=not options["no_media"], secrets=options["with_secrets"])
        except (BackupError, OSError) as error:
            raise CommandError(f"No back-up was made: {error}") from error
        self.stdout.write(f"{options['folder']}: {about.database}, {'with' if about.media else 'without'} pictures.")
        if not about.secrets:
            self.stdout.write("The keys are not in it: keep secrets.json, or SECRET_KEY and FIELD_KEY, apart from it.")
