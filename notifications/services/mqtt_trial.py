"""Testing an MQTT server that cameras inherit: what it says to a connection and to a test message (OUT-3, OUT-8)."""

import json
import secrets as random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone

from cameras.models import Site
from notifications.kinds.broker import Broker
from notifications.models import MqttServer
from notifications.protocols.base import iso, json_bytes
from notifications.senders.base import Answer, SendError
from notifications.senders.broker_trial import broker_try
from notifications.services.mqtt_route import inherited_broker, own_client_id
from notifications.services.mqtt_server import mqtt_server_draft
from notifications.services.trial import Trial, tried
from portal.common.guard import guard_make

TOPIC = "lookout/test"


def mqtt_server_try(
    *, site: Site | None, config: Mapping[str, Any] | None = None, secrets: Mapping[str, str] | None = None
) -> Trial:
    """Connect to the server of a site, or of the portal (None). config, secrets: as typed, on top of what is saved.

    Under a client id of its own: with the saved one it would throw out the connection that is at work. Raises
    SettingsError, TooManyTrialsError, UndecryptableError.
    """
    draft = mqtt_server_draft(site=site, config=config, secrets=secrets)
    broker = replace(inherited_broker(draft), client_id=own_client_id(f"t{random.token_hex(2)}"))
    return tried(lambda: _result(broker), known=_known(draft), user=broker.user)


def _known(draft: MqttServer) -> dict[str, str]:
    found: dict[str, str] = json.loads(draft.secrets) if draft.secrets else {}
    return found


def _result(broker: Broker) -> Answer | SendError:
    payload = json_bytes({"Test": "1", "Time": iso(timezone.now()), "Client": broker.client_id})
    try:
        return broker_try(broker, guard_make(), topic=TOPIC, payload=payload)
    except SendError as error:
        return error
