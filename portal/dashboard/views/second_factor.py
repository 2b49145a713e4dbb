"""The second factor (SEC-2): allauth's views with our pages. Each change asks for the password of the last minutes."""

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from portal.dashboard.door import signed_in

_page = method_decorator(signed_in, name="dispatch")


@method_decorator(never_cache, name="dispatch")
class SignInCodeView(AuthenticateView):
    """After the password: six digits of the app, or a recovery code."""

    template_name = "accounts/sign_in_code.html"


@_page
class ConfirmView(ReauthenticateView):
    """The password again, before something that matters."""

    template_name = "accounts/confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"field": "password"}


@_page
class ConfirmCodeView(ReauthenticateByCodeView):
    """Or a code."""

    template_name = "accounts/confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"field": "code"}


@_page
class SecondFactorView(ActivateTOTPView):
    """The secret as a picture and as text; a first code proves that the app has it."""

    template_name = "accounts/second_factor.html"


@_page
class SecondFactorOffView(DeactivateTOTPView):
    """From then on the password alone opens the account."""

    template_name = "accounts/second_factor_off.html"
    success_url = reverse_lazy("account")


@_page
class RecoveryCodesView(ViewRecoveryCodesView):
    """Shown once, after they were made."""

    template_name = "accounts/recovery_codes.html"


@_page
class NewRecoveryCodesView(GenerateRecoveryCodesView):
    """In place of the former ones."""

    template_name = "accounts/recovery_codes_new.html"
