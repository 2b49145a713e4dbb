"""Configuration as code by the API and on its page (API-7)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cameras.models import Camera, Site
from cameras.services.camera import camera_update
from portal.accounts.models import User
from tests.portal.configuration.test_plan import SOME

EXPORT, PLAN, APPLY = (f"/api/v1/config/{step}/" for step in ("export", "plan", "apply"))
HOOK = """version: 1
sites:
  harbour:
    destinations:
      hook: {name: Hook, kind: webhook, config: {url: "https://192.0.2.1/h"}}
"""


def test_a_program_exports_plans_and_applies(administrator: User, harbour: Site, api) -> None:
    """API-7: what comes back from `export` changes nothing; what was planned is done, once."""
    program = api(administrator, "configure")
    text = program.get(EXPORT).content.decode()
    assert program.post(PLAN, {"document": text, "prune": True}, format="json").json()["changes"] == []

    plan = program.post(PLAN, {"document": SOME}, format="json").json()
    assert {"action": "change", "path": "sites.harbour.cameras.door.name", "before": "Door", "after": "Front door"} in (
        plan["changes"]
    )
    done = program.post(APPLY, {"document": SOME, "digest": plan["digest"]}, format="json").json()

    assert (done["changes"], done["made"]) == (plan["changes"], {})
    assert Camera.objects.get(key="door").name == "Front door"


def test_what_changed_since_the_plan_is_a_conflict(administrator: User, harbour: Site, api) -> None:
    """API-7: 409 with the digest of the plan of now, and nothing is done."""
    program = api(administrator, "configure")
    plan = program.post(PLAN, {"document": SOME}, format="json").json()
    camera_update(camera=Camera.objects.get(key="door"), name="Gate")

    answer = program.post(APPLY, {"document": SOME, "digest": plan["digest"]}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (409, "plan_changed")
    again = program.post(PLAN, {"document": SOME}, format="json").json()
    assert answer.json()["digest"] == again["digest"] != plan["digest"]
    assert Camera.objects.get(key="door").name == "Gate"


def test_mistakes_are_problem_details_with_their_lines(administrator: User, harbour: Site, api) -> None:
    """API-7, API-1: each with path, words and line."""
    answer = api(administrator, "configure").post(PLAN, {"document": "version: 1\nsite: {}\n"}, format="json")

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    (error,) = answer.json()["errors"]
    assert (error["line"], error["path"]) == (2, "site")
    assert "“sites” is the nearest" in error["detail"]


def test_only_administrators_of_the_portal_and_tokens_that_configure_may(
    administrator: User, owner: User, api, signed_in
) -> None:
    """SEC-1, API-4: the file is about every site, and tells of all that is set up."""
    body = {"document": "version: 1\n", "digest": "0"}

    def outcomes(program: Any) -> list[int]:
        steps = [(PLAN, {"document": "version: 1\n"}), (APPLY, body)]
        posts = [program.post(place, given, format="json").status_code for place, given in steps]
        return [program.get(EXPORT).status_code, *posts]

    assert outcomes(api()) == [401, 401, 401]
    assert outcomes(api(owner, "configure")) == [403, 403, 403]
    assert outcomes(api(administrator, "read")) == [403, 403, 403]
    assert outcomes(api(administrator, "operate")) == [403, 403, 403]
    assert outcomes(api(administrator, "configure")) == [200, 200, 409]
    assert signed_in(owner).get("/configuration/").status_code == 403
    assert signed_in(owner).get("/configuration/portal.yaml").status_code == 403


def plan_of(page: Client, **given: Any) -> Any:
    return page.post("/configuration/", given)


def test_the_page_shows_a_plan_and_puts_it_in_force(administrator: User, harbour: Site, signed_in) -> None:
    """API-7, UI Admin: download, upload, look, apply."""
    page = signed_in(administrator)
    file = page.get("/configuration/portal.yaml")
    assert file.headers["Content-Disposition"] == 'attachment; filename="portal.yaml"'
    unchanged = plan_of(page, file=SimpleUploadedFile("portal.yaml", file.content))
    assert "Everything is as the file says." in unchanged.content.decode()

    planned = plan_of(page, document=SOME)
    assert "sites.harbour.cameras.door.name" in planned.content.decode()
    assert Camera.objects.get(key="door").name == "Door"
    done = plan_of(page, document=SOME, apply="1", digest=planned.context["plan"].digest)

    assert done.status_code == 302
    assert Camera.objects.get(key="door").name == "Front door"


def test_the_page_does_nothing_that_was_not_looked_at(administrator: User, harbour: Site, signed_in) -> None:
    """API-7: another text, or another state, than the plan was of: the new plan, and nothing done."""
    page = signed_in(administrator)
    digest = plan_of(page, document=SOME).context["plan"].digest

    for answer in (
        plan_of(page, document=SOME.replace("Front door", "Other"), apply="1", digest=digest),
        plan_of(page, document=SOME, apply="1"),
    ):
        assert "look at the new plan" in answer.content.decode()
    assert Camera.objects.get(key="door").name == "Door"


def test_mistakes_stand_on_the_page_with_their_lines(administrator: User, harbour: Site, signed_in) -> None:
    """API-7: and the text stays to be mended."""
    answer = plan_of(signed_in(administrator), document="version: 1\nsite: {}\n")

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 2" in text
    assert "site: {}" in text


def test_the_secret_of_a_new_destination_is_shown_once(administrator: User, harbour: Site, signed_in) -> None:
    """API-7, OUT-5: on the page that follows, and never again."""
    page = signed_in(administrator)
    digest = plan_of(page, document=HOOK).context["plan"].digest

    made = plan_of(page, document=HOOK, apply="1", digest=digest)

    assert "whsec_" in made.content.decode()
    assert "whsec_" not in page.get("/configuration/portal.yaml").content.decode()


@pytest.mark.parametrize("given", [{}, {"document": "  "}])
def test_an_empty_form_asks_for_a_file(administrator: User, signed_in, given: dict[str, str]) -> None:
    """API-7: nothing else happens."""
    answer = plan_of(signed_in(administrator), **given)

    assert answer.status_code == 422
    assert "Choose a file, or write something." in answer.content.decode()
