"""Settings that hold settings: one group of them, or a list of such groups."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from cameras.extensions.fields import is_list
from cameras.extensions.problems import Problem, SettingsError, gettext_noop
from cameras.extensions.reading import read_fields
from cameras.extensions.rule import Rule

Check = Callable[[Any], Iterable[Problem]]


def no_more(_group: Any) -> Iterable[Problem]:
    """A group whose values fit when each of them does."""
    return ()


@dataclass(frozen=True, slots=True)
class Group(Rule):
    """The values of one settings dataclass.

    check: what has to hold between them, as problems with the paths of the group.    rules: the sentences it may say.
    """

    kind: ClassVar[str] = "group"

    label: str
    of: type
    help: str = ""
    check: Check = no_more
    rules: Mapping[str, str] = field(default_factory=dict)

    def clean(self, value: object) -> Any:
        values, problems = read_fields(self.of, value, "")
        if not problems:
            made = self.of(**values)
            problems = list(self.check(made))
        if problems:
            raise SettingsError(problems)
        return made

    def sentences(self) -> Mapping[str, str]:
        return self.rules

    def inside(self) -> type:
        return self.of


@dataclass(frozen=True, slots=True)
class Rows(Rule):
    """Up to `most` groups of one kind. `fixed`: always as many, what is left out is default."""

    kind: ClassVar[str] = "rows"
    templates: ClassVar[Mapping[str, str]] = {
        "list": gettext_noop("%(label)s must be a list of up to %(most)s entries, not %(value)s."),
    }

    label: str
    row: Group
    most: int
    fixed: bool = False
    help: str = ""

    def clean(self, value: object) -> tuple[Any, ...]:
        if not is_list(value) or len(value) > self.most:
            raise self.refused("list", value)
        rows, problems = [], []
        for place, one in enumerate(value):
            try:
                rows.append(self.row.clean(one))
            except SettingsError as refused:
                problems += [problem.below(f"[{place}]") for problem in refused.problems]
        if problems:
            raise SettingsError(problems)
        missing = self.most - len(rows) if self.fixed else 0
        return (*rows, *(self.row.of() for _ in range(missing)))

    def limits(self) -> dict[str, Any]:
        return {"most": self.most, "fixed": self.fixed}

    def words(self) -> dict[str, str]:
        return {"most": str(self.most)}

    def sentences(self) -> Mapping[str, str]:
        return {**self.templates, **self.row.rules}

    def inside(self) -> type:
        return self.row.of
