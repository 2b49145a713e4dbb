"""What operators do with alarms: steps of one, steps of those that are ticked, shelved areas (OPR-2); how one
is told of new ones (OPR-1)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from analytics.desk import Step
from analytics.selectors import alarm_get, alarm_list
from analytics.services.desk import Asked, Outcome, alarm_step, alarms_step
from analytics.services.operator_choice import choice_save
from analytics.services.shelving import alarm_shelve, shelving_end
from analytics.services.shelving_bulk import alarms_shelve
from cameras.models import Role
from cameras.selectors import role_require
from portal.accounts.models import User
from portal.common.errors import ConflictError
from portal.dashboard.alarm_panel import panel, sentence, shelving_asked, step_asked
from portal.dashboard.door import signed_in
from portal.dashboard.selection import is_uuid

MOST = 200
SHELVE, UNSHELVE = "shelve", "unshelve"


@signed_in
@require_POST
def acknowledge(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """The first one wins; who comes later is told who it was."""
    try:
        alarm_step(user=request.user, alarm_id=alarm_id, asked=Asked(Step.ACKNOWLEDGE))
    except ConflictError as refused:
        return _answer(request, alarm_id, refused)
    return _answer(request, alarm_id)


@signed_in
@require_POST
def step(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """`step` and what belongs to it; or `step=shelve` with `minutes` and `reason`, or `unshelve`, of its area."""
    try:
        _take(request, alarm_id)
    except (ConflictError, ValidationError) as refused:
        return _answer(request, alarm_id, refused)
    return _answer(request, alarm_id)


@signed_in
@require_POST
def steps(request: HttpRequest) -> HttpResponse:
    """The same for every alarm that is ticked, and for no other; says for each what could not be done."""
    ids = [UUID(one) for one in request.POST.getlist("alarm")[:MOST] if is_uuid(one)]
    try:
        outcomes = _take_all(request, ids)
    except ValidationError as refused:
        return _outcome(request, {"problem": sentence(refused)}, 422)
    refusals = _refusals(request, outcomes)
    return _outcome(request, {"done": len(outcomes) - len(refusals), "refusals": refusals}, 200)


@signed_in
@require_POST
def sound(request: HttpRequest) -> HttpResponse:
    """How the visitor wants to be told in the browser: `sound` and `notify` (OPR-1)."""
    assert isinstance(request.user, User)
    wanted = request.POST.get("sound", "")
    try:
        choice_save(user=request.user, sound=wanted, notify="notify" in request.POST)
    except ValidationError as refused:
        return HttpResponse(sentence(refused), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204) if request.htmx else redirect("alarms")  # type: ignore[attr-defined]


def _take(request: HttpRequest, alarm_id: UUID) -> None:
    alarm = alarm_get(user=request.user, alarm_id=alarm_id)
    role_require(request.user, alarm.site_id, Role.OPERATOR)
    wanted = request.POST.get("step")
    if wanted == SHELVE:
        asked = shelving_asked(request.POST)
        alarm_shelve(user=request.user, alarm=alarm, until=asked.until, reason=asked.reason)
    elif wanted == UNSHELVE and alarm.shelving_id is not None:
        shelving_end(user=request.user, shelving_id=alarm.shelving_id)
    else:
        alarm_step(user=request.user, alarm_id=alarm_id, asked=step_asked(request.POST))


def _take_all(request: HttpRequest, ids: list[UUID]) -> list[Outcome]:
    if request.POST.get("step") != SHELVE:
        return alarms_step(user=request.user, alarm_ids=ids, asked=step_asked(request.POST))
    asked = shelving_asked(request.POST)
    return alarms_shelve(user=request.user, alarm_ids=ids, until=asked.until, reason=asked.reason)


def _answer(
    request: HttpRequest, alarm_id: UUID, refused: ConflictError | ValidationError | None = None
) -> HttpResponse:
    """The facts of now and the steps of now; and why it was refused."""
    if not request.htmx:  # type: ignore[attr-defined]
        if refused is not None:
            messages.warning(request, sentence(refused))
        return redirect("alarm", alarm_id=alarm_id)
    context = panel(request, alarm_id) | {"conflict": sentence(refused) if refused else "", "beside": True}
    status = 200 if refused is None else 409 if isinstance(refused, ConflictError) else 422
    return render(request, "dashboard/_alarm_stepped.html", context, status=status)


def _outcome(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "dashboard/_alarm_outcome.html", context, status=status)
    done = context.get("done", 0)
    assert isinstance(done, int)
    text = ngettext("%(count)s alarm done.", "%(count)s alarms done.", done) % {"count": done}
    messages.info(request, str(context.get("problem") or text))
    return redirect("alarms")


def _refusals(request: HttpRequest, outcomes: list[Outcome]) -> list[tuple[str, str]]:
    """Each alarm that was refused, by the name that the visitor knows it by, and why."""
    refused = {one.alarm_id: one.error for one in outcomes if one.error is not None}
    known = alarm_list(user=request.user).in_bulk(list(refused))
    return [(str(known.get(alarm_id, alarm_id)), sentence(error)) for alarm_id, error in refused.items()]
