"""`manage.py config export|plan|apply FILE.yaml`: sites, cameras and all that belongs to them as a file (API-7)."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cameras.extensions.problems import show
from portal.accounts.models import User
from portal.common.errors import ConflictError
from portal.configuration.differences import Change
from portal.configuration.errors import ConfigurationError
from portal.configuration.plan import Plan, configuration_apply, configuration_export, configuration_plan

SIGNS = {"create": "+", "change": "~", "delete": "-"}


class Command(BaseCommand):
    help = "Writes the configuration as a file, shows what a file would change, and puts it in force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", help="in whose name; without, the oldest administrator of the portal")
        steps = parser.add_subparsers(dest="step", required=True)
        export = steps.add_parser("export", help="write what is in force; secrets are never in it")
        export.add_argument("file", nargs="?", default="-", help="- or left out: to the screen")
        for name, text in (("plan", "show what the file would change"), ("apply", "put the file in force")):
            step = steps.add_parser(name, help=text)
            step.add_argument("file", help="-: from standard input")
            step.add_argument("--prune", action="store_true", help="what the file does not name goes")
        step.add_argument("--digest", help="only if it does exactly what the plan with this digest showed")

    def handle(self, *, step: str, file: str, user: str | None, **options: Any) -> None:
        """Raises CommandError, for a file with FILE:LINE before each thing that is wrong."""
        owner = _owner(user)
        try:
            if step == "export":
                self._export(owner, file)
            elif step == "plan":
                self._tell(configuration_plan(user=owner, text=_read(file), prune=options["prune"], local=True))
            else:
                asked = {"prune": options["prune"], "digest": options["digest"]}
                self._applied(configuration_apply(user=owner, text=_read(file), local=True, **asked))
        except ConfigurationError as exc:
            raise CommandError("\n".join(f"{file}:{fault.line}: {fault}" for fault in exc.faults)) from exc
        except ConflictError as exc:
            raise CommandError(str(exc)) from exc

    def _export(self, owner: User, file: str) -> None:
        text = configuration_export(user=owner)
        if file == "-":
            self.stdout.write(text, ending="")
        else:
            try:
                Path(file).write_text(text, "utf-8")
            except OSError as exc:
                raise CommandError(f"{file} cannot be written: {exc.strerror}") from exc

    def _tell(self, plan: Plan) -> None:
        self._changes(plan)
        if not plan.changes:
            self.stdout.write("Everything is as the file says.")
        self.stdout.write(f"digest {plan.digest}")

    def _applied(self, plan: Plan) -> None:
        self._changes(plan)
        for path, made in plan.made.items():
            for name, text in made.items():
                self.stdout.write(f"{path}: {name}, shown this one time: {text}")
        self.stdout.write("In force." if plan.changes else "Everything is as the file says.")

    def _changes(self, plan: Plan) -> None:
        for change in plan.changes:
            self.stdout.write(line_of(change))
        for fault in plan.left:
            self.stdout.write(f"! {fault}")


def line_of(change: Change) -> str:
    """As in `~ sites.harbour.cameras.door.fps: 5.0 → 8.0`."""
    start = f"{SIGNS[change.action]} {change.path}"
    return f"{start}: {show(change.before)} → {show(change.after)}" if change.action == "change" else start


def _owner(username: str | None) -> User:
    administrators = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    found = (administrators.filter(username=username) if username else administrators).first()
    if found is None:
        known = ", ".join(administrators.values_list("username", flat=True)[:10])
        raise CommandError(f"There is no administrator of the portal “{username or ''}”. There are: {known or 'none'}.")
    return found


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as exc:
        raise CommandError(f"{file} cannot be read: {exc.strerror}") from exc
