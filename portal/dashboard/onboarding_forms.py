"""The forms of cameras: where the picture comes from, as an address or by a preset; and the file of a table."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cameras.models import Camera, Site
from cameras.onboarding.presets import CHANNELS, PRESETS, STREAMS, PresetError
from cameras.onboarding.table import MOST_BYTES

ADDRESS = "address"
LOW_FPS, HIGH_FPS = 0.5, 30


class SourceForm(forms.Form):
    """What *Test connection* needs. After `is_valid`, `urls` holds an address for each sensor, by its channel.

    A camera without channels has one address, of channel 0.
    """

    source = forms.ChoiceField(required=False)
    url = forms.CharField(required=False, max_length=500)
    host = forms.CharField(required=False, max_length=260)
    stream = forms.TypedChoiceField(required=False, coerce=int, choices=[(number, str(number)) for number in STREAMS])
    channels = forms.TypedMultipleChoiceField(
        required=False, coerce=int, choices=[(number, str(number)) for number in CHANNELS]
    )
    username = forms.CharField(required=False, max_length=200, strip=False)
    password = forms.CharField(required=False, max_length=200, strip=False)
    transport = forms.ChoiceField(choices=Camera.Transport.choices)
    fps = forms.FloatField(
        min_value=LOW_FPS,
        max_value=HIGH_FPS,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), gettext_lazy("A number from 0.5 to 30, such as 5.")
        ),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["source"].choices = [(ADDRESS, _("Address"))] + [(one.id, one.name) for one in PRESETS.values()]  # type: ignore[attr-defined]
        self.urls: dict[int, str] = {}

    def clean(self) -> dict[str, Any]:
        """Build the addresses; what the preset refuses is said at its field."""
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        preset = PRESETS.get(facts.get("source") or ADDRESS)
        if preset is None:
            self._take_address(facts)
            return facts
        channels = facts.get("channels") or []
        stream = facts.get("stream") or 1
        try:
            self.urls = {
                channel: preset.url(host=facts.get("host", ""), stream=stream, channel=channel or None)
                for channel in (channels if preset.sensor and channels else [0])
            }
        except PresetError as exc:
            field = {"channel": "channels"}.get(exc.field, exc.field)
            self.add_error(field, _no_host() if exc.field == "host" else str(exc))
        return facts

    def _take_address(self, facts: dict[str, Any]) -> None:
        if not facts.get("url", "").strip():
            self.add_error("url", _("Enter the address of the stream; an example is rtsp://192.168.0.10/stream1."))
        self.urls = {0: facts.get("url", "")}

    def source_facts(self) -> dict[str, Any]:
        """Transport and rate, as services take them."""
        return {name: self.cleaned_data[name] for name in ("transport", "fps")}

    def take(self, error: ValidationError) -> None:
        """What a service refused, at its field: an address that was built from a host belongs to the host."""
        built = self.cleaned_data.get("source") in PRESETS
        for name, messages in error.message_dict.items():
            field = "host" if name == "url" and built else name
            self.add_error(field if field in self.fields else None, messages)


class NewCameraForm(SourceForm):
    """A new camera, or the sensors of a new device. sites: those that the visitor may set up."""

    site = forms.ModelChoiceField(
        queryset=Site.objects.none(),
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Choose one of your sites.")),
    )
    name = forms.CharField(max_length=80, error_messages={"required": gettext_lazy("A camera needs a name.")})
    mac = forms.CharField(required=False, max_length=40)

    def __init__(self, *args: Any, sites: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]

    def names(self) -> list[str]:
        """The names that the cameras will have."""
        name = self.cleaned_data.get("name", "")
        return [f"{name} · {channel}" if channel else name for channel in self.urls]

    def clean(self) -> dict[str, Any]:
        """A name is taken once on a site."""
        facts = super().clean()
        taken = Camera.objects.filter(site=facts.get("site"), name__in=self.names()).values_list("name", flat=True)
        if facts.get("site") and (names := sorted(taken)):
            self.add_error("name", _taken(names[0]))
        return facts


class CameraForm(SourceForm):
    """A camera that is there: empty user name and password keep what is saved."""

    name = forms.CharField(max_length=80, error_messages={"required": gettext_lazy("A camera needs a name.")})
    mac = forms.CharField(required=False, max_length=40)
    forget = forms.BooleanField(required=False)
    enabled = forms.BooleanField(required=False)

    def __init__(self, *args: Any, camera: Camera, **more: Any) -> None:
        super().__init__(*args, **more)
        self._camera = camera
        for name in ("source", "host", "stream", "channels"):  # what is there has an address
            del self.fields[name]

    def clean_name(self) -> str:
        """Taken once on a site."""
        name: str = self.cleaned_data["name"]
        others = Camera.objects.filter(site=self._camera.site_id, name=name).exclude(pk=self._camera.pk)
        if others.exists():
            raise ValidationError(_taken(name))
        return name


class TableForm(forms.Form):
    """A CSV file of cameras. sites: those that the visitor may set up; one of them holds where a line names none."""

    table = forms.FileField(
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty."),
        }
    )
    site = forms.ModelChoiceField(
        queryset=Site.objects.none(),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose one of your sites.")},
    )

    def __init__(self, *args: Any, sites: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]

    def clean_table(self) -> UploadedFile:
        """At most MOST_BYTES."""
        table: UploadedFile = self.cleaned_data["table"]
        if (table.size or 0) > MOST_BYTES:
            facts = {"size": f"{(table.size or 0) / 1e6:.1f}", "most": MOST_BYTES // 1_000_000}
            raise ValidationError(_("The file has %(size)s MB; at most %(most)s MB can be read.") % facts)
        return table


def _taken(name: str) -> str:
    return _("There is a camera “%(name)s” on this site already.") % {"name": name}


def _no_host() -> str:
    return _("A name or an address is expected; examples are 192.168.0.10 and camera-7.example.com.")
