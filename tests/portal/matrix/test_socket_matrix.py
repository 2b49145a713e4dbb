"""SEC-1: every WebSocket × everybody who may come; one that is not in the table fails."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from portal.dashboard.event_hub import event_hub
from portal.dashboard.hub import live_hub
from portal.dashboard.news_hub import news_hub
from portal.routing import program_sockets, sockets
from tests.factories import UserFactory
from tests.portal.dashboard.sockets import session_of, socket
from tests.portal.matrix.table import ROLES, Level
from tests.portal.matrix.world import world_make

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = ""  # any other address
SOCKETS = {"ws/events/": Level.SIGNED_IN, "ws/news/": Level.SIGNED_IN, "ws/cameras/<int:camera_id>/live/": Level.MEMBER}


@pytest.fixture(autouse=True)
async def _end_hubs() -> AsyncIterator[None]:
    """Hubs live with the event loop; here each test has its own."""
    yield
    for hub in (event_hub(), live_hub(), news_hub()):
        await hub.close()


def test_no_socket_is_forgotten() -> None:
    """SEC-1: a new one belongs into SOCKETS."""
    assert {str(one.pattern) for one in sockets.routes} == {*SOCKETS, NOBODY}
    assert {str(one.pattern) for one in program_sockets.routes} == {"ws/events/", NOBODY}


def _cast() -> tuple[dict[str, Any], int]:
    ours, theirs = world_make("Ours"), world_make("Theirs")
    others = {"stranger": UserFactory(), "elsewhere": theirs.people["administrator"]}
    everybody = {**ours.people, **others, "portal": UserFactory(is_superuser=True)}
    return {role: session_of(user) for role, user in everybody.items()} | {"visitor": ""}, ours.ids["camera"]


@pytest.mark.parametrize("path", SOCKETS)
async def test_everybody_is_let_in_where_they_may_and_nowhere_else(path: str) -> None:
    """SEC-1: with the session of a browser; what they hear then is in tests/portal/dashboard/test_sockets.py."""
    sessions, camera = await sync_to_async(_cast)()
    let_in = set()
    for role in ROLES:
        one = socket("/" + path.replace("<int:camera_id>", str(camera)), sessions[role])
        if await one.opened():
            let_in.add(role)
            await one.leave()

    assert let_in == {role for role in ROLES if SOCKETS[path].outcome(role) == "in"}
