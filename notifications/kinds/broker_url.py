"""An MQTT server as an operator writes it for a command: mqtts://user:password@host:8883. Plain Python."""

from urllib.parse import unquote, urlsplit

from notifications.kinds.broker import Broker

PORTS = {"mqtt": 1883, "mqtts": 8883}


class BrokerUrlError(ValueError):
    """The address cannot be used; the message says why, without the password."""


def broker_of_url(url: str, *, client_id: str, ca_certificate: str = "", client_certificate: str = "") -> Broker:
    """ca_certificate, client_certificate: PEM, the latter with its key; blank: the machine's authorities, none.

    Raises BrokerUrlError.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as exc:
        raise BrokerUrlError("the address of the MQTT server cannot be read: mqtts://host:8883 is expected") from exc
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise BrokerUrlError("an MQTT server is written mqtt://host:1883, or mqtts://user:password@host:8883 with TLS")
    tls = parts.scheme == "mqtts"
    if (ca_certificate or client_certificate) and not tls:
        raise BrokerUrlError("certificates need TLS: mqtts://")
    return Broker(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        client_id=client_id,
        tls=tls,
        ca_certificate=ca_certificate,
        client_certificate=client_certificate,
        client_key="",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
