"""Every kind of destination is whole: settings, events, a sender."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cameras.extensions.problems import SettingsError
from notifications.kinds import KINDS
from notifications.kinds.base import EVENTS, Kind
from notifications.models import Notification
from notifications.record import Event
from notifications.senders import SENDERS

kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def test_every_kind_has_a_sender() -> None:
    """SPEC 7: whatever can be set up is sent."""
    assert set(SENDERS) == set(KINDS)


def test_events_have_one_name_everywhere() -> None:
    """STYLE 4: form, table and record."""
    assert list(EVENTS) == [event.value for event in Event] == Notification.Event.values


@kinds
def test_a_kind_tells_what_it_can(kind: Kind) -> None:
    """OUT-5: the event filter has these choices."""
    assert set(kind.usual) <= set(kind.events) <= set(EVENTS)
    assert kind.travelling <= set(kind.secrets)
    assert set(kind.read_secrets(kind.fresh())) <= set(kind.secrets)


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10), lambda inside: st.lists(inside, max_size=3)
)


@kinds
@given(data=st.data())
def test_settings_are_read_or_refused_and_nothing_else(kind: Kind, data: st.DataObject) -> None:
    """SPEC 15: bad input in any form is a clear error."""
    names = [*kind.settings.__dataclass_fields__, "unknown"]
    given = data.draw(st.dictionaries(st.sampled_from(names), json) | json)
    try:
        settings = kind.read(given)
    except SettingsError as refused:
        problems = refused.problems
    else:
        problems = ()
        assert kind.read(kind.to_json(settings)) == settings
    assert all(problem.message for problem in problems)
