"""Words for what a test of a connection found (CAM-2), and for what a line of a table would do (CAM-3)."""

from django import template
from django.utils.translation import gettext as _

from cameras.onboarding.reasons import Reason
from cameras.services.camera_table import Action

register = template.Library()

_CODECS = {"h264": "H.264", "hevc": "H.265", "mjpeg": "JPEG", "mpeg4": "MPEG-4"}


@register.filter
def codec_name(codec: str) -> str:
    """FFmpeg's word as people write it."""
    return _CODECS.get(codec, _("none: the picture is drawn") if codec == "none" else codec)


@register.filter
def reason_title(reason: Reason) -> str:
    """What is wrong, in a few words."""
    return _titles()[reason]


@register.filter
def reason_advice(reason: Reason) -> str:
    """What to do about it."""
    return _advice()[reason]


@register.filter
def action_title(action: Action) -> str:
    """What an import does with a line."""
    words = {
        Action.CREATE: _("new"),
        Action.CHANGE: _("changed"),
        Action.SAME: _("unchanged"),
        Action.MISTAKE: _("mistake"),
    }
    return words[action]


def _titles() -> dict[Reason, str]:
    return {
        Reason.ADDRESS_INVALID: _("This is no address of a camera"),
        Reason.ADDRESS_REFUSED: _("The portal does not call this address"),
        Reason.UNKNOWN_HOST: _("The host is unknown"),
        Reason.REFUSED: _("The host refuses the connection"),
        Reason.TIMED_OUT: _("No answer in time"),
        Reason.UNREACHABLE: _("The camera cannot be reached"),
        Reason.WRONG_PASSWORD: _("User name or password is wrong"),
        Reason.UNSUPPORTED_CODEC: _("This codec is not supported"),
        Reason.ENCRYPTED: _("The camera encrypts its stream"),
        Reason.NOT_A_VIDEO: _("There is something, but no video"),
        Reason.BROKE_OFF: _("The stream broke off"),
        Reason.FAILED: _("The test failed"),
    }


def _advice() -> dict[Reason, str]:
    return {
        Reason.ADDRESS_INVALID: _("An example is rtsp://192.168.0.10/stream1."),
        Reason.ADDRESS_REFUSED: _("A portal administrator can open its network with LOOKOUT_ALLOWED_NETWORKS."),
        Reason.UNKNOWN_HOST: _("Check the spelling, or enter the camera's IP address."),
        Reason.REFUSED: _("Check the port, and whether the camera's server for this kind of stream is switched on."),
        Reason.TIMED_OUT: _("Check the address, and whether a firewall lies between portal and camera."),
        Reason.UNREACHABLE: _("Check its power and network, and whether too many others watch it already."),
        Reason.WRONG_PASSWORD: _("Enter those of a user that the camera knows and that may see live pictures."),
        Reason.UNSUPPORTED_CODEC: _("Set this stream of the camera to H.264, H.265, JPEG or MPEG-4."),
        Reason.ENCRYPTED: _("Switch the encryption of the stream off in the camera, or use rtsps://."),
        Reason.NOT_A_VIDEO: _("Check the path of the address; it differs from maker to maker."),
        Reason.BROKE_OFF: _("Try again; should it stay so, restart the camera."),
        Reason.FAILED: _("The portal's log says more."),
    }
