"""What serializers of requests share."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from portal.common.filters import LARGEST


class IdField(serializers.IntegerField):
    """An id that somebody sends. One that the database cannot even hold is refused here, not by an error of its own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST, **options)


class StrictSerializer(serializers.Serializer):
    """Refuses fields that it does not know: a misspelt one must not be taken for one that was left out."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            raise serializers.ValidationError({name: [_("There is no such field.")] for name in sorted(unknown)})
        return super().to_internal_value(data)


def valid(serializer: serializers.BaseSerializer) -> dict[str, Any]:
    """What was asked for, checked. Raises ValidationError."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
