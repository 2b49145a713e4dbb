"""`manage.py token_create NAME --user U --scope read`: makes a token and prints it, once."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cameras.models import Site
from cameras.selectors import site_list
from portal.accounts.models import ApiToken, User
from portal.accounts.services import token_create


class Command(BaseCommand):
    help = "Make an API token. It is printed once and cannot be read again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the token is for")
        parser.add_argument("--user", required=True, help="whose rights it carries")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.READ)
        parser.add_argument("--days", type=int, help="valid for so many days; without, until it is revoked")
        parser.add_argument(
            "--site", action="append", metavar="NAME", help="only for this site; more than once for several"
        )
        parser.add_argument(
            "--network", action="append", help="only from there, as in 10.1.0.0/16; more than once for several"
        )

    def handle(self, *, name: str, user: str, **options: Any) -> None:
        owner = _owner(user)
        sites = [_site(owner, site).pk for site in options["site"] or ()]
        try:
            _token, text = token_create(
                user=owner,
                name=name,
                scope=options["scope"],
                expires_at=_expiry(options["days"]),
                site_ids=sites or None,
                networks=options["network"],
            )
        except ValidationError as exc:
            raise CommandError(" ".join(exc.messages)) from exc
        self.stdout.write(text)


def _owner(username: str) -> User:
    owner = User.objects.filter(username=username).first()
    if owner is None:
        known = ", ".join(User.objects.values_list("username", flat=True)[:10])
        raise CommandError(f"There is no user “{username}”. There are: {known or 'none'}.")
    return owner


def _site(owner: User, name: str) -> Site:
    seen = site_list(user=owner)
    site = seen.filter(name=name).first()
    if site is None:
        known = ", ".join(seen.values_list("name", flat=True)[:10])
        raise CommandError(f"{owner} has no site “{name}”. There are: {known or 'none'}.")
    return site


def _expiry(days: int | None) -> datetime | None:
    if days is not None and not 1 <= days <= 3650:
        raise CommandError(f"--days must be 1 to 3650, not {days}.")
    return None if days is None else timezone.now() + timedelta(days=days)
