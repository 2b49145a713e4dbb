"""Many destinations on or off by one request."""

from typing import Any

from cameras.models import Role, Site
from notifications.models import Destination
from portal.accounts.models import User
from tests.factories import CameraFactory, DestinationFactory, MembershipFactory, UserFactory

SWITCH = "/api/v1/destinations/switch/"


def test_each_destination_is_switched_for_itself(site: Site, owner: User, api: Any) -> None:
    """API-2: what cannot be switched stops no other, and says why."""
    first, second, foreign = DestinationFactory(site=site), DestinationFactory(site=site), DestinationFactory()
    follows = Destination.objects.create(site=site, camera=CameraFactory(site=site), kind="mqtt", name="Own", config={})
    ids = [first.pk, foreign.pk, follows.pk, second.pk]

    answer = api(owner, "configure").post(SWITCH, {"enabled": False, "destinations": ids}, format="json")

    assert [(one["id"], one["status"]) for one in answer.json()] == list(zip(ids, (200, 404, 409, 200), strict=True))
    assert answer.json()[2]["problem"]["code"] == "managed"
    off = Destination.objects.filter(enabled=False).values_list("pk", flat=True)
    assert set(off) == {first.pk, second.pk}


def test_switched_on_again_a_destination_is_tried_at_once(site: Site, owner: User, api: Any) -> None:
    """OUT-8: whatever it was switched off for."""
    off = DestinationFactory(site=site, enabled=False, disabled_reason="410 Gone", failures=3)

    api(owner, "configure").post(SWITCH, {"enabled": True, "destinations": [off.pk]}, format="json")

    off.refresh_from_db()
    assert (off.enabled, off.disabled_reason, off.failures) == (True, "", 0)


def test_only_administrators_of_the_site_switch(site: Site, owner: User, api: Any) -> None:
    """SEC-1, API-4."""
    destination, operator = DestinationFactory(site=site), UserFactory()
    MembershipFactory(user=operator, site=site, role=Role.OPERATOR)
    body = {"enabled": False, "destinations": [destination.pk]}

    refused = api(operator, "configure").post(SWITCH, body, format="json").json()
    assert [one["status"] for one in refused] == [403]
    assert api(owner, "operate").post(SWITCH, body, format="json").status_code == 403
    destination.refresh_from_db()
    assert destination.enabled


def test_what_does_not_fit_is_named(owner: User, api: Any) -> None:
    """API-1."""
    for body in (
        {"destinations": [1]},
        {"enabled": True, "destinations": []},
        {"enabled": True, "destinations": ["x"]},
    ):
        assert api(owner, "configure").post(SWITCH, body, format="json").status_code == 400
