"""Receivers of deliveries, as the outbox's own tests have them."""

from tests.notifications.conftest import hook, loopback, plain_hook  # noqa: F401 - fixtures are found by their names here
