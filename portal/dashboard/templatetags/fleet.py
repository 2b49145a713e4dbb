"""Words for lists of many cameras."""

from django import template
from django.utils.translation import gettext as _

from cameras.models import Extension

register = template.Library()


@register.filter
def extension_name(kind: str) -> str:
    """Short, for a chip: Occupancy."""
    words = {Extension.Kind.OCCUPANCY: _("Occupancy"), Extension.Kind.NONMASK: _("Non-mask")}
    return words[Extension.Kind(kind)]
