"""Asks every operation of the document, as four people, and judges the answers. Imported once Django is set up."""

import math
from collections import Counter
from typing import Any

import requests
import schemathesis
from django.conf import settings as portal_settings
from django.contrib.auth.models import AbstractUser
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.schemas import APIOperation

from cameras.models import Camera
from portal.accounts.services import token_create
from tests.bench.stage import Stage
from tests.factories import UserFactory
from tests.fuzz.cases import NOWHERE, Known, cases
from tests.fuzz.database import Database
from tests.fuzz.judge import problems
from tests.portal.matrix.world import World, world_make

ENDLESS = {"events_retrieve", "events", "cameras_metadata"}
OUR, THEIR = "Ourharbour", "Zwolle"
LIMIT_S = 30
SLOWEST = 8
METHODS = ("get", "post", "put", "patch", "delete")  # what is removed, is asked for before


class Fuzz:
    """One run.    findings: what was wrong -> the request that showed it first."""

    def __init__(self, here: Stage, *, seed: int, only: str = "") -> None:
        self._seed, self._base = seed, f"http://127.0.0.1:{here.port}"
        portal_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in by one
        ours, theirs = world_make(OUR), world_make(THEIR)
        Camera.objects.update(url=f"rtsp://{NOWHERE}/")  # a test of a connection that is refused takes no seconds
        self._known = Known(_plain(ours), _plain(theirs))
        self._callers = {role: _session(user) for role, user in _people(ours).items()}
        self._operations = _operations(only)
        self._database = Database(here.data / "lookout.sqlite3")
        self.asked = 0
        self.findings: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()
        self.spent_s: Counter[str] = Counter()  # by the server

    def run(self, *, requests: int) -> None:
        """At least so many, spread over all operations and people; each operation finds the same rows."""
        examples = math.ceil(requests / len(self._operations) / len(self._callers))
        while self.asked < requests:
            for operation in self._operations:
                self._database.restore()
                self._ask(operation, examples)
            examples, self._seed = 1, self._seed + 1  # where a few examples were all there are

    def told(self) -> str:
        """The findings, and how the answers were."""
        lines = [f"FOUND  {what}\n       {request}" for what, request in sorted(self.findings.items())]
        answers = ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()))
        slow = ", ".join(f"{name} {spent_s:.1f} s" for name, spent_s in self.spent_s.most_common(SLOWEST))
        return "\n".join([*lines, f"{len(self._operations)} operations; {answers}", f"longest: {slow}"])

    def _ask(self, operation: APIOperation[Any, Any, Any, Any], examples: int) -> None:
        @seed(self._seed)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases(operation, self._known))
        def ask(case: Any) -> None:
            for role in self._callers:
                self._ask_as(role, case)

        ask()

    def _ask_as(self, role: str, case: Any) -> None:
        self.asked += 1
        session = self._callers[role]
        try:
            answer = case.call(base_url=self._base, session=session, timeout=LIMIT_S, allow_redirects=False)
        except requests.RequestException as exc:
            self.findings[f"{case.operation.label}: {type(exc).__name__}"] = f"{role}: {case.as_curl_command()}"
            return
        self.spent_s[case.operation.label] += answer.elapsed
        self.statuses[answer.status_code] += 1
        foreign = "" if role == "portal" else THEIR
        for what in problems(case, answer, foreign=foreign):
            label = f"{case.operation.label}: {what}"
            self.findings.setdefault(label, f"{role}: {case.as_curl_command()} -> {answer.content[:300]!r}")


def _plain(world: World) -> dict[str, Any]:
    """Its ids as JSON has them."""
    return {name: one if isinstance(one, int) else str(one) for name, one in world.ids.items()}


def _people(ours: World) -> dict[str, Any]:
    return {**ours.people, "portal": UserFactory(is_superuser=True)}


def _session(user: AbstractUser) -> requests.Session:
    _, text = token_create(user=user, name="fuzz", scope="configure")  # type: ignore[arg-type] # the portal's own users
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {text}"
    return session


def _operations(only: str) -> list[APIOperation[Any, Any, Any, Any]]:
    document = SchemaGenerator().get_schema(request=None, public=True)
    found = [one.ok() for one in schemathesis.openapi.from_dict(document).get_all_operations()]
    wanted = [one for one in found if only in one.path and one.definition.raw["operationId"] not in ENDLESS]
    return sorted(wanted, key=lambda one: METHODS.index(one.method.lower()))
