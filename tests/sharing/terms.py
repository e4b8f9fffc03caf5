"""A shared event whose hub may be lost: two deputies and a desk, each found at an address of its
own, as the tests of a change of hubs need it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from facilitator.app import EventApp, create_event, open_event
from facilitator.domain.errors import HubGone
from facilitator.domain.roles import tables_read_by
from facilitator.domain.verdicts import Welcome
from facilitator.services.hub_life import hub_folder
from facilitator.services.joining import join
from facilitator.store import hub_terms
from facilitator.store.hub_schema import LOCAL_ONLY
from facilitator.store.hub_server import HubServer
from facilitator.store.rows import JoinedRow
from tests.conftest import NEW
from tests.people import add_person
from tests.sharing.linked import at
from tests.sharing.ports import quiet_port
from tests.sharing.raw_copies import read_file

#: each laptop's address and role
WHERE = {
    "Hub laptop": ("127.0.0.2", "organiser"), "Dee": ("127.0.0.3", "organiser"),
    "Eve": ("127.0.0.4", "organiser"), "Door": ("127.0.0.5", "desk"),
}  # fmt: skip


@dataclass
class Day:
    """A shared event: its laptops, their ports were they the hub, and people."""

    folder: Path
    apps: dict[str, EventApp] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    people: list[UUID] = field(default_factory=list)

    def __getitem__(self, name: str) -> EventApp:
        return self.apps[name]

    def path(self, name: str) -> Path:
        return self.folder / f"{name.replace(' ', '')}.facilitator"

    def server(self, name: str) -> HubServer:
        return HubServer(hub_folder(self.path(name)))

    def come_together(self) -> None:
        """All catch up until each says that it is in step."""
        until = time.monotonic() + 90
        for name in [*self.apps, *self.apps]:
            self.reach(name, until)

    def reach(self, name: str, until: float) -> None:
        app = self.apps[name]
        while time.monotonic() < until:
            app.sharing._finder._looked = None  # else it looks for another hub every few seconds
            with suppress(HubGone):
                app.sharing.catch_up()
                return
        raise AssertionError(f"{name} finds no hub: {app.sharing.standing()}")

    def take_over(self, name: str) -> None:
        self.apps[name].sharing.take_over(port=self.ports[name], addresses=[WHERE[name][0]])

    def hear_by_half(self, name: str) -> None:
        """A laptop finds a newer hub, and is cut off in the middle of comparing."""

        def breaks(*_: Any) -> dict[str, Any]:
            raise HubGone("The line broke.")

        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(hub_terms, "ask_all_rows", breaks)
            self.apps[name].sharing._finder._looked = None
            with pytest.raises(HubGone, match="The line broke"):
                self.apps[name].sharing.catch_up()

    def check_equal(self) -> None:
        found = {name: read_file(self.path(name))[0] for name in self.apps}
        whole = found["Dee"]
        for name, tables in found.items():
            for table in tables_read_by(WHERE[name][1]) - LOCAL_ONLY - {"event"}:
                mine, theirs = _sorted(tables[table]), _sorted(whole[table])
                assert mine == theirs, (name, table, [o for o in mine if o not in theirs],
                                        [o for o in theirs if o not in mine])  # fmt: skip


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=repr)


def welcome(app: EventApp, person: UUID, desk: str) -> UUID:
    verdict = app.checkin.admit(person, at(desk)).verdict
    assert isinstance(verdict, Welcome), verdict
    return verdict.fact


@contextmanager
def a_day(tmp_path: Path) -> Iterator[Day]:
    """An event shared by one laptop, which two deputies and a desk have joined."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/tmp") and folder.owner() == Path.home().owner() and os.name == "posix":
            folder.chmod(folder.stat().st_mode | 0o111)
    made = Day(tmp_path)
    made.ports = {name: quiet_port() for name in WHERE}
    with ExitStack() as stack:
        hub = create_event(made.path("Hub laptop"), NEW)
        made.people = [add_person(hub, f"Given{n} Family{n}").id for n in range(12)]
        hub.sharing.share(
            name="Hub laptop", port=made.ports["Hub laptop"], addresses=[WHERE["Hub laptop"][0]]
        )
        for name in WHERE:
            stack.callback(made.server(name).remove)
        made.apps["Hub laptop"] = hub
        for name, (_, role) in list(WHERE.items())[1:]:
            join(hub.sharing.invite(role).text, name, made.path(name), patience=30)
            made.apps[name] = open_event(made.path(name))
        for app in made.apps.values():
            stack.callback(app.close)
            assert app.sharing.link is not None
        hub.sharing.catch_up()
        with hub.database.session() as session:
            for name in ("Dee", "Eve"):
                link = made.apps[name].sharing.link
                assert link is not None
                row = session.get(JoinedRow, UUID(link.account.desk_id))
                assert row is not None
                row.address, row.port = WHERE[name][0], made.ports[name]
                session.add(row)
        made.come_together()
        yield made
