"""How the API reads bodies."""

from typing import IO, Any

from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

from portal.common.json_body import JsonRefusedError, json_read


class JsonParser(JSONParser):
    """JSON, as `json_read` takes it."""

    def parse(self, stream: IO[bytes], *_about: Any, **_more: Any) -> Any:
        """Raises ParseError, ValidationError."""
        try:
            return json_read(stream.read())
        except JsonRefusedError as refused:
            raise refused_in_api(refused) from refused


def refused_in_api(refused: JsonRefusedError) -> ParseError | ValidationError:
    """As the API says it: by the path of the value, where there is one."""
    return ValidationError({refused.path: [str(refused)]}) if refused.path else ParseError(str(refused))
