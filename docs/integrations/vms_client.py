"""A small VMS beside the portal: it lists, follows, loses its connection, goes on, and acknowledges.

Standard library only; to be read, copied and changed. The portal's own tests run it against a real web process.

    python vms_client.py http://localhost:8000 TOKEN
"""

import json
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

SILENCE_S = 40  # a heartbeat comes every 15 seconds: who hears nothing for so long has lost the portal
BACK_S = 1.0


class GoneError(Exception):
    """The events behind our cursor are not kept: everything has to be read anew."""


class Portal:
    """What of the API a VMS needs."""

    def __init__(self, address: str, token: str, *, origin: str = "vms") -> None:
        self._address, self._headers, self._origin = address, {"Authorization": f"Bearer {token}"}, origin

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Every page of a list."""
        address: str | None = f"{self._address}/api/v1/{path}"
        while address:
            with self._open(address, timeout=10) as answer:
                page = json.load(answer)
            yield page
            address = page["next"]

    def rows(self, path: str) -> list[dict[str, Any]]:
        """Every row of a list."""
        return [row for page in self.pages(path) for row in page["results"]]

    def acknowledge(self, alarm_id: str, reference: str) -> dict[str, Any]:
        """With the name that the alarm has here. Safe to repeat, when the answer was lost."""
        body = json.dumps({"origin": self._origin, "external_ref": reference}).encode()
        address = f"{self._address}/api/v1/alarms/{alarm_id}/acknowledge/"
        with self._open(address, data=body, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def follow(self, after: int) -> Iterator[tuple[int | None, dict[str, Any] | None]]:
        """(id to go on from, message) as they come, until the connection ends. Raises OSError, GoneError."""
        query = urllib.parse.urlencode({"after": after, "origin": self._origin})
        with self._open(f"{self._address}/api/v1/events/?{query}", timeout=SILENCE_S) as answer:
            number: int | None = None
            data: dict[str, Any] | None = None
            for raw in answer:
                name, _, value = raw.decode().rstrip("\r\n").partition(": ")
                if name == "id":
                    number = int(value)
                elif name == "data":
                    data = json.loads(value)
                elif not name and (number is not None or data is not None):  # a blank line ends a message
                    yield number, data
                    number = data = None

    def _open(self, address: str, *, timeout: float, data: bytes | None = None) -> Any:
        headers = self._headers | ({"Content-Type": "application/json"} if data else {})
        request = urllib.request.Request(address, data, headers)  # noqa: S310 - whoever starts it says where
        try:
            return urllib.request.urlopen(request, timeout=timeout)  # noqa: S310 - the same
        except urllib.error.HTTPError as error:
            if error.code == 410:
                raise GoneError(json.load(error)["detail"]) from error
            raise


class Vms:
    """Keeps the portal's cameras, areas and alarms, and what happens to them.

    alarms: by id, as they are.    after: the last event that was taken; a real VMS stores both in one step, and goes on
    from there when it starts again.
    """

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self.cameras: dict[int, dict[str, Any]] = {}
        self.areas: list[dict[str, Any]] = []
        self.alarms: dict[str, dict[str, Any]] = {}
        self.after = 0
        self.taken: list[tuple[int, str]] = []

    def read_everything(self) -> None:
        """The `after` of the first page comes before all that is read: what happens meanwhile is told, not missed."""
        pages = list(self._portal.pages("alarms/?limit=500"))
        self.alarms = {alarm["id"]: alarm for page in pages for alarm in page["results"]}
        self.cameras = {camera["id"]: camera for camera in self._portal.rows("cameras/?limit=500")}
        self.areas = self._portal.rows("areas/?limit=500")
        self.after = pages[0]["after"]

    def run(self, stop: threading.Event) -> None:
        """Follow; after every end of the connection go on behind the last event that was taken."""
        while not stop.is_set():
            try:
                for number, message in self._portal.follow(self.after):
                    self._take(number, message)
            except GoneError:
                self.read_everything()
            except OSError:
                pass  # the portal is away, or restarts
            stop.wait(BACK_S)

    def _take(self, number: int | None, message: dict[str, Any] | None) -> None:
        """Do what it says first, then move on: an event that is taken twice does no harm, one that is missed does."""
        if message is not None and "id" in message and message["type"] != "hello":
            self._apply(message)
            self.taken.append((message["id"], message["type"]))
        if number is not None:
            self.after = number

    def _apply(self, event: dict[str, Any]) -> None:
        group, _, what = event["type"].partition(".")
        if group == "alarm":
            self.alarms[event["alarm"]] = event["data"]
        elif what == "removed":
            self.cameras.pop(event["camera"], None)
        else:
            self.cameras[event["camera"]] = self.cameras.get(event["camera"], {}) | event["data"]


def main() -> None:
    """Print what happens until Ctrl-C."""
    address, token = sys.argv[1:]
    vms = Vms(Portal(address, token))
    vms.read_everything()
    print(f"{len(vms.cameras)} cameras, {len(vms.areas)} areas, {len(vms.alarms)} alarms, event {vms.after}")  # noqa: T201 - a program for people
    stop = threading.Event()
    following = threading.Thread(target=vms.run, args=[stop], daemon=True)
    following.start()
    shown = 0
    while following.is_alive():
        following.join(0.5)
        for number, kind in vms.taken[shown:]:
            print(number, kind)  # noqa: T201 - a program for people
        shown = len(vms.taken)


if __name__ == "__main__":
    main()
