"""Ports for servers of the tests."""

from __future__ import annotations

import random

from facilitator.store.hub_addresses import is_free


def quiet_port() -> int:
    """A port that is free, and that the system gives to nobody who connects somewhere: it stays
    free until a server is started there later."""
    while True:
        port = random.SystemRandom().randrange(12_000, 30_000)
        if is_free(port):
            return port
