"""A camera: where its picture comes from and how it is read (CAM-1)."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models.site import Site
from portal.common.fields import EncryptedTextField
from portal.common.keyed import Keyed


class Camera(Keyed):
    """One video source. Its user name and password lie apart from the URL and encrypted."""

    key_parent = "site"

    class Transport(models.TextChoices):
        TCP = "tcp", "TCP"
        UDP = "udp", "UDP"

    class Rotation(models.IntegerChoices):
        NONE = 0, _("0°")
        QUARTER = 90, _("90° clockwise")
        HALF = 180, _("180°")
        THREE_QUARTERS = 270, _("270° clockwise")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="cameras")
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(
        _("address"),
        max_length=500,
        help_text=_("rtsp://…, http://… (MJPEG or JPEG), clip:file.mp4 or scene:?people=5"),
    )
    mac = models.CharField(
        _("MAC address"),
        max_length=12,
        blank=True,
        default="",
        db_index=True,
        validators=[RegexValidator(r"\A[0-9a-f]{12}\Z")],
        help_text=_("of the device, 12 lower-case hexadecimal digits; blank: unknown (WIRE 1)"),
    )
    username = EncryptedTextField(_("user name"), blank=True, default="")
    password = EncryptedTextField(_("password"), blank=True, default="")
    transport = models.CharField(_("transport"), max_length=3, choices=Transport.choices, default=Transport.TCP)
    fps = models.FloatField(
        _("analysed frames per second"), default=5.0, validators=[MinValueValidator(0.5), MaxValueValidator(30)]
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    deactivation_s = models.PositiveSmallIntegerField(
        _("alarm deactivation time (s)"), default=5, validators=[MinValueValidator(5), MaxValueValidator(600)]
    )
    rotation = models.PositiveSmallIntegerField(_("image rotation"), choices=Rotation.choices, default=Rotation.NONE)
    privacy_zones = models.JSONField(_("privacy zones"), default=list, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)  # rises with every change a worker must see
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("site__name", "name")
        constraints = [
            models.UniqueConstraint(fields=("site", "name"), name="one_camera_of_a_name_per_site"),
            models.UniqueConstraint(
                fields=("site", "key"), condition=~models.Q(key=""), name="one_camera_of_a_key_per_site"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site.name} · {self.name}"

    @property
    def simulated(self) -> bool:
        """True when the picture is drawn by us: every screen says so."""
        return self.url.startswith("scene:")
