"""`manage.py token_create NAME --user U --scope read`: makes a token and prints it, once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.accounts.models import ApiToken, User
from portal.accounts.services import token_create


class Command(BaseCommand):
    help = "Make an API token. It is printed once and cannot be read again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the token is for")
        parser.add_argument("--user", required=True, help="whose rights it carries")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.READ)
        parser.add_argument("--days", type=int, help="valid for so many days; without, until it is revoked")

    def handle(self, *, name: str, user: str, scope: str, days: int | None, **_options: Any) -> None:
        if days is not None and not 1 <= days <= 3650:
            raise CommandError(f"--days must be 1 to 3650, not {days}.")
        expires_at = None if days is None else timezone.now() + timedelta(days=days)
        try:
            owner = User.objects.get(username=user)
            _token, text = token_create(user=owner, name=name, scope=scope, expires_at=expires_at)
        except User.DoesNotExist as exc:
            known = ", ".join(User.objects.values_list("username", flat=True)[:10])
            raise CommandError(f"There is no user “{user}”. There are: {known or 'none'}.") from exc
        except ValidationError as exc:
            raise CommandError(" ".join(exc.messages)) from exc
        self.stdout.write(text)
