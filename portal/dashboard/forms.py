"""Forms of the pages: what a visitor sends, checked."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cameras.extensions import document
from portal.common import limits

MOST_BYTES = limits.PICTURE


class PictureTestForm(forms.Form):
    """A network by its id, and a picture. networks: the ids that may be chosen."""

    network = forms.ChoiceField(
        error_messages={"invalid_choice": gettext_lazy("This network is not there, or is broken.")}
    )
    picture = forms.FileField(
        error_messages={
            "required": gettext_lazy("Choose a picture first."),
            "empty": gettext_lazy("The file is empty."),
        }
    )

    def __init__(self, *args: Any, networks: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["network"].choices = [(one, one) for one in networks]  # type: ignore[attr-defined]

    def clean_picture(self) -> UploadedFile:
        """At most 10 MB."""
        picture: UploadedFile = self.cleaned_data["picture"]
        if (picture.size or 0) > MOST_BYTES:
            facts = {"size": f"{(picture.size or 0) / 1e6:.1f}", "most": MOST_BYTES // 1_000_000}
            raise forms.ValidationError(_("The file has %(size)s MB; at most %(most)s MB can be tested.") % facts)
        return picture


class NetworkForm(forms.Form):
    """A network to add; what is in its files, the service looks at."""

    file = forms.FileField(
        error_messages={"required": gettext_lazy("Choose a file first."), "empty": gettext_lazy("The file is empty.")}
    )
    manifest = forms.FileField(required=False, error_messages={"empty": gettext_lazy("The file is empty.")})


class DocumentForm(forms.Form):
    """Settings as a YAML document: a file, or what is in the text field. `text` is the one or the other.

    version: of the settings that the visitor has looked at.
    """

    most_bytes = document.MOST_BYTES

    file = forms.FileField(required=False, error_messages={"empty": gettext_lazy("The file is empty.")})
    document = forms.CharField(required=False, strip=False)
    version = forms.IntegerField()

    def clean_file(self) -> str:
        """Its text, "" without a file."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is None:
            return ""
        if (file.size or 0) > self.most_bytes:
            facts = {"size": (file.size or 0) // 1000, "most": self.most_bytes // 1000}
            raise forms.ValidationError(_("The file has %(size)s kB; at most %(most)s kB can be read.") % facts)
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError as exc:
            raise forms.ValidationError(_("The file is no text in UTF-8.")) from exc

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        text = found.get("file") or found.get("document", "")
        if not text.strip() and not self.errors:
            raise forms.ValidationError(_("Choose a file, or write something."))
        return {**found, "text": text}


class ConfigurationForm(DocumentForm):
    """The configuration as a file (API-7). digest: of the plan that the visitor has looked at."""

    most_bytes = limits.CONFIGURATION
    version = None  # type: ignore[assignment]  # how Django leaves a field out
    prune = forms.BooleanField(required=False)
    digest = forms.CharField(required=False, max_length=64)
