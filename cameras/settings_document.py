"""Settings over the API as a YAML document, beside JSON: `Accept` and `Content-Type: application/yaml` (API-2)."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from cameras.extensions.document import MOST_BYTES, DocumentError, read_document, write_document
from cameras.extensions.kinds import CLASSES
from portal.common.json_body import JsonRefusedError, json_check
from portal.common.parsers import refused_in_api


class DocumentRenderer(BaseRenderer):
    """What can be set, with range and default beside each value; what cannot stands in its first lines."""

    media_type = "application/yaml"
    format = "yaml"
    charset = "utf-8"

    def render(self, data: Any, _accepted: str | None = None, _context: Mapping[str, Any] | None = None) -> str:
        title = _("Camera %(camera)s, version %(version)s of its settings.") % data
        beside = {"schedule": data["schedule"], "network": data["network"]}
        return write_document(title, data["settings"], CLASSES[data["kind"]], **beside)


class DocumentParser(BaseParser):
    """The same body as in JSON: settings, schedule, network, secrets, reason."""

    media_type = "application/yaml"

    def parse(self, stream: IO[bytes], *_about: Any, **_more: Any) -> dict[str, Any]:
        try:
            found = read_document(stream.read(MOST_BYTES + 1))
            json_check(found)
        except DocumentError as exc:
            raise ParseError(exc.translated(_)) from exc
        except JsonRefusedError as refused:
            raise refused_in_api(refused) from refused
        return found
