"""Forms about one's own account, and of somebody who takes theirs up (SEC-2)."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User


class NameForm(forms.ModelForm):
    """What others read beside the user name."""

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email")


class NewPasswordForm(forms.Form):
    """A password, twice. user: it must not resemble their name."""

    password = forms.CharField(strip=False, error_messages={"required": gettext_lazy("Choose a password.")})
    again = forms.CharField(strip=False, error_messages={"required": gettext_lazy("Type it once more.")})

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise forms.ValidationError(_("This is not the same as above."))
        return again


class PasswordForm(NewPasswordForm):
    """In place of the one that there is, which has to be known."""

    former = forms.CharField(strip=False, error_messages={"required": gettext_lazy("Type the password of now.")})

    def clean_former(self) -> str:
        former: str = self.cleaned_data["former"]
        if not self.user.check_password(former):
            raise forms.ValidationError(_("This is not your password."))
        return former
