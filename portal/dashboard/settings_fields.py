"""What a form of settings consists of: fields with their description and value, in groups (SPEC 3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

About = Mapping[str, Any]
_SHORT = 63  # characters that fit beside the words of a field
_SHORT_CHOICE = 14
_LONG_CHOICE = 24


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form. path: as in the messages of the server.    about: its description.

    when: path of the switch without which it has no meaning, "" for none.    is_set: of a secret, whether there is one.
    """

    path: str
    about: About
    value: Any
    when: str = ""
    is_set: bool = False

    @property
    def id(self) -> str:
        """For `id` and `for`: letters, digits and dashes."""
        return re.sub(r"\W+", "-", self.path).strip("-")

    @property
    def limits(self) -> str:
        """What fits, beside the field: "1 to 40 s"."""
        about = self.about
        if about["kind"] == "number":
            low, high, unit = f"{about['low']:g}", f"{about['high']:g}", about["unit"]
            return _("%(low)s to %(high)s %(unit)s") % {"low": low, "high": high, "unit": unit}
        if about["kind"] == "text" and not about["lines"]:
            return _("up to %(longest)s characters") % {"longest": about["longest"]}
        return ""

    @property
    def default(self) -> str:
        """The default in words; blank for one that says nothing."""
        value = self.about.get("default")
        if value is None or value == "":
            return ""
        if self.about["kind"] == "switch":
            return pgettext("switch", "On") if value else pgettext("switch", "Off")
        names = {option["value"]: option["label"] for option in self.about.get("options", ())}
        values = value if isinstance(value, list) else [value]
        return ", ".join(str(names.get(one, f"{one:g}" if isinstance(one, float) else one)) for one in values)

    @property
    def long(self) -> bool:
        """Whether one of its choices is too long for a number's place."""
        return self._longest_choice > _SHORT_CHOICE

    @property
    def wide(self) -> bool:
        """Whether its control needs a line of its own."""
        several = self.about["kind"] == "several" or self._longest_choice > _LONG_CHOICE
        return bool(several or self.about.get("lines") or self.about.get("longest", 0) > _SHORT)

    @property
    def _longest_choice(self) -> int:
        """Characters of the longest label of a choice; 0 for what is none."""
        options = self.about["options"] if self.about["kind"] == "choice" else ()
        return max((len(one["label"]) for one in options), default=0)


@dataclass(frozen=True, slots=True)
class FormGroup:
    """Fields under one heading.    fold: it is closed until somebody opens it, state says in a word what is inside."""

    title: str
    fields: list[FormField]
    note: str = ""
    fold: bool = False
    state: str = ""
