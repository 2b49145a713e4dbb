"""The MAC address of a camera: cleaned, and one camera's only for each sensor of a device (CAM-10; WIRE 1)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cameras.mac import is_device, mac_digits
from cameras.models import Camera
from cameras.sensors import channel_of


def mac_clean(text: str) -> str:
    """As it is stored; blank stays blank. Raises ValidationError."""
    typed = text.strip()
    digits = mac_digits(typed)
    if typed and not digits:
        message = _("“%(value)s” is no MAC address; 12 hexadecimal digits are expected, such as 00:11:22:aa:bb:cc.")
        raise ValidationError({"mac": [message % {"value": typed[:40]}]})
    if digits and not is_device(digits):
        message = _("No device has the address %(value)s: it means a group, nobody, or is one that the portal gives.")
        raise ValidationError({"mac": [message % {"value": digits}]})
    return digits


def mac_check(camera: Camera) -> None:
    """Raises ValidationError when another camera stands for the same sensor of the same device."""
    if not camera.mac:
        return
    others = Camera.objects.filter(mac=camera.mac).exclude(pk=camera.pk).values_list("url", "name")
    channel = channel_of(camera.url, camera.name)
    if any(channel_of(*other) == channel for other in others):
        message = _("Another camera of this portal has this MAC address for sensor %(channel)s.")
        raise ValidationError({"mac": [message % {"channel": channel}]})


def mac_free(digits: str) -> str:
    """The address where no camera has it yet, else blank: a device that is added twice is its first cameras'."""
    taken = Camera.objects.filter(mac=digits).exists()
    return "" if taken or not is_device(digits) else digits
