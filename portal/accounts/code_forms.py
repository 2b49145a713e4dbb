"""The code of a second factor, as it is typed (SEC-2)."""

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from django.core.cache import cache


class OnceForm(BaseAuthenticateForm):
    """A code opens once. allauth forgets a used code after one period, while the tolerance keeps it good for three."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        good_for_s = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        digits = "".join(filter(str.isalnum, code))  # it may be typed in groups
        if not cache.add(f"second-factor.used.{self.user.pk}.{digits}", 1, timeout=good_for_s):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SignInCodeForm(OnceForm, AuthenticateForm):
    """After the password."""


class ConfirmCodeForm(OnceForm, ReauthenticateForm):
    """Before something that matters."""
