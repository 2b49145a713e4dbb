"""A person in front of a portal that runs: signs in as a browser does, and watches cameras."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Visitor:
    """Signed in; `get` reads the API, `watch` the live pictures."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self._address = address
        self._http = httpx.Client(base_url=address, timeout=10, follow_redirects=True)
        self._sign_in(user, password)

    def _sign_in(self, user: str, password: str) -> None:
        found = TOKEN.search(self._http.get("/sign-in/").text)
        assert found, "the sign-in page has no form"
        form = {"login": user, "password": password, "csrfmiddlewaretoken": found[1]}
        answer = self._http.post("/sign-in/", data=form, headers={"Referer": f"{self._address}/sign-in/"})
        assert answer.url.path == "/", f"signing in led to {answer.url.path} ({answer.status_code})"

    def get(self, path: str) -> list[dict[str, Any]]:
        """All results of one list of the API."""
        results: list[dict[str, Any]] = []
        address: str | None = f"/api/v1/{path}"
        while address:
            page = self._http.get(address).raise_for_status().json()
            results += page["results"]
            address = page["next"]
        return results

    async def until(self, cameras: list[int], wanted: Callable[[dict[str, Any]], bool], limit_s: float) -> list[float]:
        """POSIX seconds at which each camera first showed a picture as wanted. Raises TimeoutError, naming the rest."""
        tasks = {camera: asyncio.create_task(self._first(camera, wanted)) for camera in cameras}
        _, late = await asyncio.wait(tasks.values(), timeout=limit_s)
        for task in late:
            task.cancel()
        if late:
            names = ", ".join(str(camera) for camera, task in tasks.items() if task in late)
            raise TimeoutError(f"cameras {names} did not show it within {limit_s:g} s")
        return [task.result() for task in tasks.values()]

    async def first_of(self, cameras: list[int], wanted: Callable[[dict[str, Any]], bool], limit_s: float) -> float:
        """The same for the first of them."""
        tasks = [asyncio.create_task(self._first(camera, wanted)) for camera in cameras]
        try:
            done, _ = await asyncio.wait(tasks, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                raise TimeoutError(f"no camera showed it within {limit_s:g} s")
            return next(iter(done)).result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _first(self, camera: int, wanted: Callable[[dict[str, Any]], bool]) -> float:
        async with self._live(camera) as pictures:
            async for message in pictures:
                assert isinstance(message, bytes)
                length = int.from_bytes(message[:4], "big")
                if wanted(json.loads(message[4 : 4 + length])):
                    return time.time()
                await pictures.send("ack")
        raise ConnectionError(f"the live picture of camera {camera} ended")

    def _live(self, camera: int) -> "Any | ClientConnection":
        cookies = "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())
        headers = {"Cookie": cookies, "Origin": self._address}
        path = f"{self._address.replace('http', 'ws')}/ws/cameras/{camera}/live/"
        return connect(path, additional_headers=headers, compression=None)
