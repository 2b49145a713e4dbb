"""Many things asked for at once: each for itself, with a result for each; or only tried (API-2)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from portal.common.problems import problem_facts, problem_of

log = structlog.get_logger(__name__)
T = TypeVar("T")
MOST = 200


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What became of one item: `result`, or the problem that it would have been answered with alone.

    status: the one of that answer.
    """

    status: int
    result: T | None = None
    problem: dict[str, Any] | None = None


def each_for_itself(
    items: Iterable[Any], do: Callable[[Any], tuple[int, T]], *, dry_run: bool = False
) -> list[Outcome[T]]:
    """do: does one item, as one transaction; its status and result.    dry_run: all is taken back in the end.

    One that is refused stops no other. A dry run sees what the items before it would have done.
    """
    if not dry_run:
        return [_one(item, do) for item in items]
    with transaction.atomic():
        outcomes = [_one(item, do) for item in items]
        transaction.set_rollback(True)
    return outcomes


def _one(item: Any, do: Callable[[Any], tuple[int, T]]) -> Outcome[T]:
    try:
        with transaction.atomic():
            return Outcome(*do(item))
    except Exception as exc:  # noqa: BLE001  # what became of the others has to be told all the same
        problem = _problem(exc)
        return Outcome(problem["status"], problem=problem)


def _problem(exc: Exception) -> dict[str, Any]:
    try:
        return problem_of(exc)
    except Exception:
        log.exception("an item failed")
        return problem_facts(500, _("The portal failed; its log says why."), code="error")
