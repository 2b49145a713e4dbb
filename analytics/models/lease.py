"""The epochs of camera leases: the number that fences a former owner's writes (DESIGN 2)."""

from django.db import models

from cameras.models import Camera


class CameraLease(models.Model):
    """The last epoch given out for a camera. It only grows, also when the key-value server comes back empty."""

    camera = models.OneToOneField(Camera, on_delete=models.CASCADE, primary_key=True, related_name="lease")
    epoch = models.BigIntegerField()
    owner = models.CharField(max_length=120)
    taken_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.camera_id} #{self.epoch} {self.owner}"
