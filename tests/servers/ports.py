"""Ports that nobody listens on."""

import random
import socket


def free_port() -> int:
    """A port of loopback below the range that outgoing connections are given, so that none takes it before us."""
    while True:
        port = random.randint(15000, 32000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
