"""What lists of destinations and notifications may be narrowed to, in pages and API alike."""

import django_filters
from django.db.models import Q, QuerySet

from cameras.models import Camera
from notifications.kinds import KINDS
from notifications.models import Destination, Notification
from portal.common.filters import IdFilter, SwitchFilter


class DestinationFilter(django_filters.FilterSet):
    """`camera`: those that are told of a camera's alarms, its site's among them."""

    site = IdFilter()
    camera = IdFilter(method="of_camera")
    kind = django_filters.ChoiceFilter(choices=[(name, name) for name in KINDS])
    enabled = SwitchFilter()

    def of_camera(self, destinations: QuerySet[Destination], _name: str, value: int) -> QuerySet[Destination]:
        # Not by a join: it would list a camera's own destination once for every camera of the site.
        its_site = Camera.objects.filter(pk=value).values("site")
        return destinations.filter(Q(camera=value) | Q(camera=None, site__in=its_site))


class NotificationFilter(django_filters.FilterSet):
    """Instants are ISO 8601 with an offset."""

    site = IdFilter(field_name="destination__site")
    destination = IdFilter()
    camera = IdFilter(field_name="alarm__camera")
    alarm = django_filters.UUIDFilter()
    state = django_filters.ChoiceFilter(choices=Notification.State.choices)
    event = django_filters.ChoiceFilter(choices=Notification.Event.choices)
    queued_from = django_filters.IsoDateTimeFilter(field_name="queued_at", lookup_expr="gte")
    queued_before = django_filters.IsoDateTimeFilter(field_name="queued_at", lookup_expr="lt")
