"""Words and links of the pages of counts."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.count_places import Place
from analytics.engine.counts.days import Period
from portal.dashboard.count_page import Address
from portal.dashboard.templatetags.lookout import icon

register = template.Library()


@register.simple_tag
def before_label(period: Period) -> str:
    """What the dashed line is."""
    words = {
        Period.DAY: _("the day before"),
        Period.WEEK: _("the week before"),
        Period.MONTH: _("the month before"),
        Period.YEAR: _("the year before"),
    }
    return words[period]


@register.simple_tag
def pick(place: Place, address: Address, full: bool) -> SafeString:
    """A place of the list: pressed, it comes into the chart, or goes out of it. A full chart takes no more."""
    chosen = place.key in address.keys
    name = place.name if place.kind != "area" else f"{place.number} · {place.name}"
    if full and not chosen:
        return format_html('<span class="menu__item muted" aria-disabled="true">{}</span>', name)
    mark = icon("check", "icon--small") if chosen else ""
    return format_html(
        '<a class="menu__item" href="{}"{}><span class="clip">{}</span>{}</a>',
        address.toggled(place.key),
        SafeString(' aria-current="true"') if chosen else "",
        name,
        mark,
    )


@register.simple_tag
def pill(place: Place, name: str, address: Address) -> SafeString:
    """The same as a pill, with the number of an area."""
    chosen = place.key in address.keys
    number = format_html('<span class="area-number" data-area="{0}">{0}</span>', place.number) if place.number else ""
    return format_html(
        '<a class="pill" href="{}"{}>{}{}</a>',
        address.toggled(place.key),
        SafeString(' aria-current="true"') if chosen else "",
        number,
        name,
    )
