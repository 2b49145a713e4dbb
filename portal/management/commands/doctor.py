"""`manage.py doctor`: is everything there that the portal needs, and what to do where it is not (RUN-3)."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.doctor.examine import checks, examine
from portal.doctor.finding import Finding, Level, worst
from portal.management.running import portal_url

SIGNS = {Level.OK: "ok     ", Level.WARNING: "warning", Level.ERROR: "error  "}


class Command(BaseCommand):
    """Changes nothing. The exit status is 1 when a line says error."""

    help = "Checks machine, settings, database, servers, processes, networks and outputs; says what to do."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs: one object with all findings")
        parser.add_argument(
            "--origin",
            action="append",
            default=[],
            metavar="https://NAME",
            help="an address of the portal whose certificate is looked at, beside those of CSRF_TRUSTED_ORIGINS",
        )

    def handle(self, **options: Any) -> None:
        findings = examine(checks(url=portal_url(), origins=options["origin"]))
        if options["json"]:
            told = {"status": worst(findings), "findings": [asdict(one) for one in findings]}
            self.stdout.write(json.dumps(told, indent=2))
        else:
            self.stdout.write("\n".join(_lines(findings)))
        if worst(findings) is Level.ERROR:
            sys.exit(1)


def _lines(findings: list[Finding]) -> list[str]:
    lines = []
    for one in findings:
        lines.append(f"{SIGNS[one.level]}  {one.check}: {one.found}")
        if one.advice:
            lines.append(f"{' ' * 9}→ {one.advice}")
    number = {level: sum(one.level is level for one in findings) for level in Level}
    return [*lines, "", f"Errors: {number[Level.ERROR]}. Warnings: {number[Level.WARNING]}. Fine: {number[Level.OK]}."]
