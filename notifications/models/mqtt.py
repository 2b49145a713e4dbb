"""MQTT servers that cameras inherit, and what they keep for us (OUT-3; WIRE 3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cameras.models import Site
from portal.common.fields import EncryptedTextField


class MqttServer(models.Model):
    """The server of one site, or of the whole portal. A camera's own lies in its settings (DESIGN 7).

    config: JSON of `cameras.extensions.mqtt.MqttServer`.
    """

    class Scope(models.TextChoices):
        PORTAL = "portal", _("The whole portal")
        SITE = "site", _("A site")

    scope = models.CharField(_("scope"), max_length=6, choices=Scope.choices, default=Scope.SITE)
    site = models.OneToOneField(
        Site, on_delete=models.CASCADE, null=True, blank=True, related_name="mqtt_server", verbose_name=_("site")
    )
    config = models.JSONField(default=dict)
    secrets = EncryptedTextField(blank=True, default="", editable=False)  # JSON; read by `mqtt_server_secrets` only
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("scope",), condition=models.Q(scope="portal"), name="one_mqtt_server_of_the_whole_portal"
            ),
            models.CheckConstraint(
                condition=models.Q(scope="portal", site=None) | models.Q(scope="site", site__isnull=False),
                name="an_mqtt_server_of_a_site_names_it",
            ),
        ]

    def __str__(self) -> str:
        return str(self.config.get("host", ""))


class MqttRetained(models.Model):
    """An area whose counts and alarm a server may keep for us (ONVIF properties are retained), noted before they are
    sent: once camera or area is gone, empty messages have to take them away (WIRE 3).

    link: which connection they go over, see `services/mqtt_route.py`.    prefix: of their topics.    camera_id: no
    foreign key, the note outlives the camera.    noted_at: of the last message that may have made a new state.
    """

    link = models.CharField(max_length=32)
    prefix = models.CharField(max_length=64)
    camera_id = models.BigIntegerField()
    area_number = models.PositiveSmallIntegerField()
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("link", "prefix", "camera_id", "area_number"), name="one_note_per_link_and_area"
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}: camera {self.camera_id}, area {self.area_number}"
