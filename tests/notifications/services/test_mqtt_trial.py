"""Testing an MQTT server that cameras inherit, against a real one (OUT-3, OUT-8)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cameras.extensions.problems import SettingsError
from cameras.models import Site
from notifications.services.mqtt_server import mqtt_server_draft, mqtt_server_set
from notifications.services.mqtt_trial import TOPIC, mqtt_server_try
from tests.servers.mosquitto import Listener, Mosquitto

pytestmark = [pytest.mark.django_db, pytest.mark.network]

PASSWORD = "planted-secret"


def typed(broker: Mosquitto, **more: Any) -> dict[str, Any]:
    return {"host": "127.0.0.1", "port": broker.port, "tls": False, **more}


@pytest.fixture
def broker(tmp_path: Path, loopback: None) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path / "broker") as server:
        yield server


@pytest.fixture
def guarded(tmp_path: Path, loopback: None) -> Iterator[Mosquitto]:
    """One that wants a password, and lets the user publish and hear below `plant/` only."""
    rules = tmp_path / "rules"
    rules.write_text("user guard\ntopic readwrite plant/#\n")
    with Mosquitto(tmp_path / "guarded", password=PASSWORD, options=(f"acl_file {rules}",)) as server:
        yield server


def test_a_server_that_is_well_sends_the_message_back(broker: Mosquitto, site: Site) -> None:
    """OUT-8: packet by packet what went out and what came back; others hear a message that is marked as a test."""
    with Listener(broker, TOPIC) as listener:
        trial = mqtt_server_try(site=site, config=typed(broker))
        (heard,) = listener.wait(1)

    assert (trial.taken, trial.confirmed) == (True, True)
    assert trial.answer.splitlines()[:3] == ["CONNACK 0 (connection accepted)", "SUBACK 1 (granted)", "PUBACK"]
    assert f"PUBLISH {TOPIC} (QoS 1)" in trial.sent
    assert b'"Test": "1"' in heard.payload
    assert (heard.qos, heard.retain) == (1, False)


def test_the_connection_at_work_is_not_thrown_out(broker: Mosquitto, site: Site) -> None:
    """OUT-3: a broker ends a connection whose client id comes again; the last will is left alone, too."""
    config = typed(broker, client_id="plant", last_will_topic="plant/will", last_will_message="gone")
    mqtt_server_set(site=site, config=config)
    mqtt_server_try(site=site)

    assert "as plant" not in broker.log
    assert "plant/will" not in broker.log


def test_a_broker_that_refuses_is_quoted(guarded: Mosquitto, site: Site) -> None:
    """OUT-8, SEC: the reason that it gives, without the password."""
    trial = mqtt_server_try(site=site, config=typed(guarded, user="guard"), secrets={"password": "wrong-secret"})

    assert not trial.taken
    assert "not authorized" in trial.outcome
    assert trial.sent.startswith(f"CONNECT 127.0.0.1:{guarded.port}, not encrypted, client id lookout-")
    assert "wrong-secret" not in repr(trial)


def test_a_topic_that_is_not_allowed_is_no_success(guarded: Mosquitto, site: Site) -> None:
    """OUT-8: a broker acknowledges what it then throws away; only what comes back is confirmed."""
    trial = mqtt_server_try(site=site, config=typed(guarded, user="guard"), secrets={"password": PASSWORD})

    assert (trial.taken, trial.confirmed) == (True, False)
    assert "came back" not in trial.outcome
    assert PASSWORD not in repr(trial)


def test_nobody_there_is_said(broker: Mosquitto, site: Site) -> None:
    """OUT-8: with the name and the port."""
    broker.kill()
    trial = mqtt_server_try(site=site, config=typed(broker))

    assert (trial.taken, trial.outcome) == (False, f"127.0.0.1:{broker.port}: connection refused")


def test_an_address_that_the_portal_does_not_call_is_refused(site: Site, tmp_path: Path) -> None:
    """SEC-4: the guard asks no less of a test."""
    with Mosquitto(tmp_path / "broker") as broker:
        trial = mqtt_server_try(site=site, config=typed(broker))

        assert not trial.taken
        assert "does not call" in trial.outcome
        assert "as lookout-" not in broker.log


def test_a_saved_password_goes_to_its_own_server_only(guarded: Mosquitto, broker: Mosquitto, site: Site) -> None:
    """SEC: who types another host cannot make the portal tell the password to it."""
    mqtt_server_set(site=site, config=typed(guarded, user="guard"), secrets={"password": PASSWORD})

    assert mqtt_server_try(site=site).taken
    elsewhere = mqtt_server_try(site=site, config=typed(broker, user="guard"))
    assert elsewhere.taken
    assert mqtt_server_draft(site=site, config=typed(broker, user="guard")).secrets == ""


def test_without_a_server_there_is_nothing_to_test(site: Site) -> None:
    """SPEC 15: nothing is saved and nothing typed."""
    with pytest.raises(SettingsError, match="host"):
        mqtt_server_try(site=site)
