"""Parts of addresses that only some words fit."""

from django.urls.converters import StringConverter

from cameras.models import Extension


class ExtensionConverter(StringConverter):
    """The kind of an extension: every other word is an address that is not there."""

    regex = "|".join(Extension.Kind.values)
