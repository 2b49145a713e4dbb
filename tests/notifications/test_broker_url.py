"""An MQTT server as an operator writes it for a command (OUT-10)."""

import pytest

from notifications.kinds.broker_url import BrokerUrlError, broker_of_url


def test_everything_is_in_the_address() -> None:
    """OUT-10: signs that an address cannot hold are written with %."""
    broker = broker_of_url("mqtts://lookout:p%40ss%3Aw%2Frd@[2001:db8::1]:8884", client_id="lookout-x-listener")

    assert (broker.host, broker.port, broker.tls) == ("2001:db8::1", 8884, True)
    assert (broker.user, broker.password, broker.client_id) == ("lookout", "p@ss:w/rd", "lookout-x-listener")


@pytest.mark.parametrize(("url", "port", "tls"), [("mqtt://broker", 1883, False), ("mqtts://broker/", 8883, True)])
def test_the_port_is_the_usual_one(url: str, port: int, tls: bool) -> None:
    """OUT-3: with TLS and without."""
    broker = broker_of_url(url, client_id="x")

    assert (broker.port, broker.tls, broker.user) == (port, tls, "")


@pytest.mark.parametrize(
    "url",
    ["", "broker", "broker:1883", "https://u:planted-secret@b", "mqtt://u:planted-secret@b:port", "mqtt://b/topic"],
)
def test_what_is_no_address_is_refused_without_its_password(url: str) -> None:
    """SPEC 15."""
    with pytest.raises(BrokerUrlError) as refused:
        broker_of_url(url, client_id="x")

    assert "planted-secret" not in str(refused.value)


def test_certificates_need_tls() -> None:
    """OUT-3: otherwise they would be given and mean nothing."""
    with pytest.raises(BrokerUrlError, match="mqtts"):
        broker_of_url("mqtt://broker", client_id="x", ca_certificate="PEM")
