"""How allauth behaves here: nobody signs up by themselves, second factors are encrypted at rest."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.common.client_address import client_address
from portal.common.fields import decrypt, encrypt


class ClosedAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators (SEC-2)."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What failed sign-ins are counted by. Raises PermissionDenied where the server does not know it."""
        address = client_address(request)
        if not address:
            raise PermissionDenied(_("The address that this request comes from is not known."))
        return address

    def respond_user_inactive(self, request: HttpRequest, _user: AbstractBaseUser) -> HttpResponse:
        """Only who proved to be that person comes here: a password that is wrong says nothing of the account."""
        messages.error(request, _("This account is disabled. An administrator can enable it."))
        return redirect("sign_in")

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        return reverse("account")


class EncryptedSecondFactor(DefaultMFAAdapter):
    """Secrets of authenticator apps and seeds of recovery codes are kept under FIELD_KEY (CAM-1)."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()
