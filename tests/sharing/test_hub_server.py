"""The PostgreSQL that Facilitator starts: who comes in, who does not, and what it survives."""

from __future__ import annotations

import psycopg

from facilitator.store.hub_server import HubServer


def test_the_superuser_comes_in_from_this_laptop_encrypted(hub_server: HubServer) -> None:
    with psycopg.connect(hub_server.admin_url()) as connection:
        assert connection.pgconn.ssl_in_use
        assert connection.execute("SELECT current_user").fetchone() == ("f_hub",)


def test_a_database_of_its_own(hub_database: str) -> None:
    with psycopg.connect(hub_database) as connection:
        assert connection.execute("SELECT count(*) FROM pg_stat_user_tables").fetchone() == (0,)
