"""What a listener asks for: where to go on, of which sites, cameras and kinds (API-6)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from analytics.desk_serializers import ORIGIN
from analytics.event_pagination import cursor_of
from analytics.event_types import COUNTS, GROUPS, TYPES, wanted
from portal.common.filters import LARGEST
from portal.dashboard.event_rights import Right
from portal.dashboard.event_told import Told

MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """after: go on behind this event; None: with the next one.    sites, cameras, kinds: empty for all of them.

    origins: what these systems of the listener's own user did is not told (API-8).
    """

    after: int | None = None
    sites: frozenset[int] = frozenset()
    cameras: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()

    @property
    def counts(self) -> bool:
        """Whether counts are told, too."""
        return COUNTS in self.kinds

    def takes(self, told: Told, right: Right) -> bool:
        """Whether the listener is told of this event."""
        if told.site_id not in right.sites or (told.by_id == right.user_id and told.origin in self.origins):
            return False
        return self.place(told.site_id, told.camera_id) and wanted(told.kind, self.kinds)

    def place(self, site_id: int, camera_id: int | None) -> bool:
        """Whether it is of a site and a camera that were asked for."""
        return (not self.sites or site_id in self.sites) and (not self.cameras or camera_id in self.cameras)


def asked_of(query: Mapping[str, Sequence[str]], *, last_id: str = "", own: str = "") -> Asked:
    """query: the parameters, each as often as it was given.    last_id: of a `Last-Event-ID`, which knows better than
    the address that is opened again.    own: the origin of who names none.    Raises ValidationError."""
    after = last_id or (list(query.get("after", ())) or [""])[-1]
    kinds = frozenset(query.get("type", ()))
    if unknown := kinds - {*TYPES, *GROUPS, COUNTS}:
        expected = ", ".join((*GROUPS, COUNTS, *TYPES))
        words = {"type": min(unknown)[:40], "expected": expected}
        raise ValidationError({"type": _("“%(type)s” is no type; there are %(expected)s.") % words})
    return Asked(
        after=cursor_of(after) if after else None,
        sites=_ids(query, "site"),
        cameras=_ids(query, "camera"),
        kinds=kinds,
        origins=_origins(query, own),
    )


def _ids(query: Mapping[str, Sequence[str]], name: str) -> frozenset[int]:
    texts = query.get(name, ())
    fit = all(text.isdecimal() and text.isascii() and len(text) < 20 and int(text) <= LARGEST for text in texts)
    if not fit or len(texts) > MOST_NAMED:
        raise ValidationError({name: _("Whole numbers are expected, at most %(most)s.") % {"most": MOST_NAMED}})
    return frozenset(int(text) for text in texts)


def _origins(query: Mapping[str, Sequence[str]], own: str) -> frozenset[str]:
    given = frozenset(query.get("origin", ()))
    if any(not re.fullmatch(ORIGIN, one) for one in given) or len(given) > MOST_NAMED:
        raise ValidationError({"origin": _("Letters, digits, dots, dashes and underscores are expected.")})
    return (given or frozenset({own})) - {""}
