"""Filters that lists share."""

import django_filters
from django import forms

LARGEST = 2**63 - 1  # of a BigAutoField; what is larger would be an error of the database


class IdFilter(django_filters.NumberFilter):
    """A whole number, as ids and area numbers are. Somebody else's id finds nothing, like one that does not exist."""

    field_class = forms.IntegerField

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, min_value=0, max_value=LARGEST, **kwargs)
