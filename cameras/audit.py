"""What the audit log notes of our tables as they are saved (SEC-5). Settings are noted by `services/extension.py`."""

from cameras.models import Camera, Extension, Membership, Profile, Site
from portal.common.audit import audit_register

audit_register(Site, "name", "time_zone", "blur_faces", "keep_clips", "media_days", site="pk")
audit_register(Membership, "site", "user", "role")
audit_register(
    Camera,
    "site",
    "name",
    "url",
    "mac",
    "username",
    "password",
    "transport",
    "fps",
    "enabled",
    "deactivation_s",
    "rotation",
    "privacy_zones",
    secrets=("username", "password"),
)
audit_register(Extension, "camera", "kind", site="camera.site_id")  # installed and uninstalled
audit_register(Profile, "site", "name", "tabs")
