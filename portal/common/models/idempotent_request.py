"""What was answered to a POST with an Idempotency-Key, for whoever sends it again (API-5)."""

from django.db import models

from portal.common.fields import EncryptedTextField


class IdempotentRequest(models.Model):
    """One request of one caller under one key.

    caller: the token, else the user, such as token:7.    digest: SHA-256 of address and body.    status: of the answer;
    null: nobody has answered yet.    body: encrypted, because some answers show a secret, that one time.
    """

    caller = models.CharField(max_length=40)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    begun_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = EncryptedTextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("caller", "key"), name="one_request_of_a_key_per_caller")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
