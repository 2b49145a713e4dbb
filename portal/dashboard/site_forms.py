"""The form of a site: its name, time zone, and policy."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from cameras.models.site import MOST_MEDIA_DAYS, validate_time_zone


class SiteForm(forms.Form):
    """What may be changed of a site."""

    name = forms.CharField(max_length=80, error_messages={"required": gettext_lazy("A site needs a name.")})
    time_zone = forms.CharField(
        validators=[validate_time_zone],
        error_messages={"required": gettext_lazy("A site needs a time zone, such as Europe/Berlin.")},
    )
    blur_faces = forms.BooleanField(required=False)
    keep_clips = forms.BooleanField(required=False)
    media_days = forms.IntegerField(
        min_value=1,
        max_value=MOST_MEDIA_DAYS,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), gettext_lazy("Pictures are kept for 1 to 732 days.")
        ),
    )

    def take(self, error: ValidationError) -> None:
        """What the service refused, at its field."""
        for name, messages in error.message_dict.items():
            self.add_error(name if name in self.fields else None, messages)
