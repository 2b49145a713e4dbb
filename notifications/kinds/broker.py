"""An MQTT broker as a connection needs it. Plain Python."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Broker:
    """Whom to connect to, and as whom. Certificates and key: PEM, blank: the machine's authorities, none, none.

    will_topic: blank: no last will.
    """

    host: str
    port: int
    client_id: str
    tls: bool = True
    ca_certificate: str = ""
    client_certificate: str = ""
    client_key: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    keep_alive_s: int = 60
    will_topic: str = ""
    will_message: str = ""

    @property
    def name(self) -> str:
        """For people and logs."""
        return f"{self.host}:{self.port}"
