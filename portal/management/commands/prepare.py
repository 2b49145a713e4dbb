"""`manage.py prepare`: everything that comes before `up`, in one start of Django (RUN-1)."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Brings database and static files to this version; a second run finds nothing to do and is quick."""

    help = "Migrates the database and collects the static files; with --demo also makes the demo sites."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="make the administrator and the demo sites too")

    def handle(self, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        if options["demo"]:
            call_command("demo", stdout=self.stdout)
