"""`manage.py docs`: the references that are made from the code, and a check of every link (make docs)."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal.documents.links import broken_links
from portal.documents.settings_table import settings_page


class Command(BaseCommand):
    """Writes `docs/settings.md` and `docs/openapi.yaml` into the data folder; fails when a link leads nowhere."""

    help = "Writes the reference of the settings and the OpenAPI document; checks the links of all pages."

    def handle(self, **options: Any) -> None:  # noqa: ARG002 (Django calls it so)
        folder = Path(settings.DATA) / "docs"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "settings.md").write_text(settings_page())
        call_command("spectacular", file=str(folder / "openapi.yaml"), validate=True, fail_on_warn=True)
        pages = sorted([*settings.BASE_DIR.glob("*.md"), *(settings.BASE_DIR / "docs").rglob("*.md")])
        if broken := [line for page in pages for line in broken_links(page)]:
            raise CommandError("Links that lead nowhere:\n" + "\n".join(broken))
        self.stdout.write(f"{folder / 'settings.md'}\n{folder / 'openapi.yaml'}\n{len(pages)} pages, every link leads.")
