"""The operator's alarm sound by the API."""

from typing import Any

from portal.accounts.models import User

SOUND = "/api/v1/alarm-sound/"


def test_a_person_chooses_for_themselves(owner: User, colleague: User, api: Any) -> None:
    """OPR-1: silent until then, and another person's choice is their own."""
    client, wanted = api(owner, "operate"), {"sound": "until_acknowledged", "notify": True}

    assert client.get(SOUND).json() == {"sound": "none", "notify": False}
    assert client.put(SOUND, wanted, format="json").json() == wanted
    assert client.get(SOUND).json() == wanted
    assert api(colleague).get(SOUND).json() == {"sound": "none", "notify": False}


def test_what_is_no_choice_is_named(owner: User, api: Any) -> None:
    """API-1: and a token that may only read chooses nothing."""
    answer = api(owner, "operate").put(SOUND, {"sound": "loud", "notify": True}, format="json")

    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, "sound")
    assert api(owner, "operate").put(SOUND, {"sound": "once"}, format="json").status_code == 400
    assert api(owner, "read").put(SOUND, {"sound": "once", "notify": False}, format="json").status_code == 403
    assert api().get(SOUND).status_code == 401
