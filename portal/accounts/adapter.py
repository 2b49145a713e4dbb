"""How allauth behaves here: nobody signs up by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators (SEC-2)."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False
