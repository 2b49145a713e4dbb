"""Words for what a search for cameras found, and for why it did not (CAM-3)."""

from django import template
from django.utils.translation import gettext as _

from cameras.onboarding.onvif.device import Stream
from cameras.onboarding.onvif.errors import DeviceReason
from cameras.onboarding.scan import Trouble
from portal.dashboard.templatetags.onboarding import codec_name

register = template.Library()


@register.filter
def device_reason_title(reason: DeviceReason) -> str:
    """What is wrong, in a few words."""
    return _titles()[reason]


@register.filter
def device_reason_advice(reason: DeviceReason) -> str:
    """What to do about it."""
    return _advice()[reason]


@register.filter
def trouble_text(trouble: Trouble) -> str:
    """Why a search ended early, and what to do."""
    words = {
        Trouble.NONE: "",
        Trouble.STOPPED: _("Stopped. What was found until then is below."),
        Trouble.NO_INTERFACE: _(
            "The worker that searched is on another machine and has no such network: enter a range."
        ),
        Trouble.NETWORK: _("The network could not be asked: it is down, or has no way there."),
        Trouble.BROKE_OFF: _("The search broke off: no worker has gone on with it. Start it again."),
    }
    return words[trouble]


@register.filter
def stream_label(stream: Stream) -> str:
    """1280 × 720 · 5/s · H.264 · its name."""
    size = f"{stream.width} × {stream.height}" if stream.width and stream.height else ""
    fps = f"{stream.fps:g}/s" if stream.fps else ""
    codec = codec_name(stream.codec.lower().replace(".", "")) if stream.codec else ""
    return " · ".join(part for part in (size, fps, codec, stream.name) if part) or stream.url


def _titles() -> dict[DeviceReason, str]:
    return {
        DeviceReason.ADDRESS_REFUSED: _("The portal does not call this address"),
        DeviceReason.REFUSED: _("The device refuses the connection"),
        DeviceReason.TIMED_OUT: _("No answer in time"),
        DeviceReason.UNREACHABLE: _("The device cannot be reached"),
        DeviceReason.WRONG_PASSWORD: _("User name or password is wrong"),
        DeviceReason.NOT_ONVIF: _("There is something, but no ONVIF device"),
        DeviceReason.NO_STREAM: _("The device has no video streams"),
        DeviceReason.FAULT: _("The device answers with an error"),
        DeviceReason.FAILED: _("Reading failed"),
    }


def _advice() -> dict[DeviceReason, str]:
    return {
        DeviceReason.ADDRESS_REFUSED: _("A portal administrator can open its network with LOOKOUT_ALLOWED_NETWORKS."),
        DeviceReason.REFUSED: _("Check whether ONVIF is switched on in the device."),
        DeviceReason.TIMED_OUT: _("Check whether a firewall lies between portal and device, and try again."),
        DeviceReason.UNREACHABLE: _("Check its power and network."),
        DeviceReason.WRONG_PASSWORD: _(
            "Many devices have ONVIF users of their own: enter one of those, tick it, read again."
        ),
        DeviceReason.NOT_ONVIF: _("Add it by its address instead."),
        DeviceReason.NO_STREAM: _("It may be a recorder or a door: add a camera by its address instead."),
        DeviceReason.FAULT: _("Restart the device, or add the camera by its address."),
        DeviceReason.FAILED: _("The portal's log says more."),
    }
