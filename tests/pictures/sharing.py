"""Sharing an event, joining one, working alone and what was admitted twice: pictures to look at.

    QT_QPA_PLATFORM=offscreen python -m tests.pictures.sharing FOLDER [1366x768 …] [--dark]

Every person is invented; the hub is played, so that each state can be had at once.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from facilitator.app import open_event
from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from facilitator.sample import make_sample_event
from facilitator.services.checkin import At
from facilitator.services.sharing import Standing
from facilitator.services.way import Step
from facilitator.store.rows import SetAsideRow
from tests.pictures.programme import settle
from tests.ui.sharing_fake import CODE, FakeSharing
from ui.application import Composition, build_window
from ui.screens.join import JoinPage
from ui.screens.share import INVITE, LAPTOPS, ShareScreen
from ui.screens.start import StartScreen
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper

LONG = "Front door of the Assembly Rooms, left-hand queue, laptop of the borough"
WAY = (
    Step(True, "This laptop is in a network, as 192.168.178.40."),
    Step(True, "The hub’s address, 192.168.178.21, is in the same network."),
    Step(
        False,
        "Nothing answers there: a guest Wi-Fi may keep laptops apart, or a firewall drops what "
        "comes. Use another network, such as a phone’s.",
    ),
)


class Stage:
    """One window with a played hub, in one state after another."""

    def __init__(self, place: Path) -> None:
        self.clocks = HandClocks(datetime(2026, 11, 18, 9, 30, tzinfo=UTC))
        path = place / "day.facilitator"
        self.app = make_sample_event(
            path, attendees=60, clocks=self.clocks, held_on=date(2026, 11, 18)
        )
        self.hub = FakeSharing(self.clocks, Standing("own"))
        self._admit_twice(place / "other.facilitator")
        self.app.__dict__["sharing"] = self.hub
        settings = LaptopSettings(place / "settings.json")
        self.composition: Composition = build_window(
            self.app, settings, self.clocks, location=str(path)
        )
        self.composition.window.show()
        self.settle()

    def settle(self) -> None:
        """Lets all reading end and all painting be done."""
        settle(self.composition)
        self.composition.heavy.settle()
        settle(self.composition)

    def _admit_twice(self, copy: Path) -> None:
        guests = self.app.people.all()[:4]
        self.app.database.backup(copy)
        with open_event(copy, self.clocks) as other:
            other.checkin.scan(guests[0].ticket, At("Side door", "CD"))
            self.clocks.advance(60)
            for guest in guests:
                self.app.checkin.scan(guest.ticket, At("Front door", "AB"))
            self.clocks.advance(600)
        self.app.merging.take_over(copy)

    def stand(self, kind: str, role: str, waiting: int = 0) -> None:
        """Another standing of this laptop, which joined."""
        self.hub.now = Standing(
            kind, self.clocks.now() - timedelta(minutes=3), waiting, "Hub laptop", "", role,
            "Amina" if role == "organiser" else "Desk 2", "09:38",
        )  # fmt: skip
        self.composition.hub.look_again()
        self.settle()

    @property
    def page(self) -> ShareScreen:
        """The page of sharing, in sight."""
        self.composition.window.show_place("share")
        self.settle()
        found = self.composition.window.current
        assert isinstance(found, ShareScreen)
        return found

    # -- the states, in their order ---------------------------------------------------------------

    def share_before(self) -> None:
        """Nothing is shared yet."""
        self.page.reload()

    def share_another_server(self) -> None:
        """A server that is there already."""
        self.page.show_server()

    def share_code(self) -> None:
        """The code for the next laptop."""
        page = self.page
        page._share_here()
        page.share.click()
        self.settle()
        page.show_part(INVITE)
        page.invite.new.click()

    def share_laptops(self) -> None:
        """The hub's list."""
        now, laptop = self.clocks.now(), self.hub.laptop
        self.hub.laptops += [
            laptop("Amina", "organiser"),
            laptop("Desk 2"),
            laptop(LONG, waiting=14, skew=240.0, heard_at=now - timedelta(minutes=8)),
            laptop("Stage", "facilitator", skew=-3.2),
            laptop("Desk 3", put_off_at=now),
        ]
        self.page.beat()
        self.settle()
        self.page.show_part(LAPTOPS)

    def share_lost(self) -> None:
        """A question before a laptop is put off."""
        page = self.page
        page.laptops.list.choose(self.hub.laptops[3].id)
        page.laptops.lost.click()

    def share_deputy_alone(self) -> None:
        """An organiser's laptop that could become the hub."""
        self.page.laptops.ask.leave()
        self.hub.laptops = [replace(one, is_this=one.name == "Amina") for one in self.hub.laptops]
        self.stand("alone", "organiser", 14)
        self.page.beat()

    def admitted_twice(self) -> None:
        """What organisers are told until somebody has looked."""
        self.stand("shared", "organiser")
        self.composition.copies.look_for_twice()
        self.settle()
        self.composition._show_copies("together")

    def contradicted(self) -> None:
        """Together again, and others had changed the same."""
        self.composition.window.message_bar.clear()
        mark = " (9f3a1c22)"
        for area, what, here, there in (
            ("note", "GPs never read what we send",
             "reality “They do, within two days”, changed at another desk meanwhile",
             "Stage: reality “Half of them do, and the other half reads the summary”"),
            ("clock", "The clock: next, “Busting the myths”", "taken by another meanwhile",
             "Stage: The clock: next, “Busting the myths”"),
        ):  # fmt: skip
            with self.app.database.session() as session:
                session.add(
                    SetAsideRow(
                        at=self.clocks.now(),
                        source="Stage",
                        area=area,
                        subject=what,
                        what=what,
                        here_words=here,
                        there_words=there + mark,
                    )
                )
        self.stand("alone", "organiser", 14)
        self.hub.now = replace(self.hub.now, kind="shared", aside=2)
        self.composition.hub.look_again()
        self.composition.bus.publish(Changes.EVENT)

    def desk_shared(self) -> None:
        """A registration desk in step with its hub."""
        self.stand("shared", "desk")
        self.composition.window.message_bar.clear()
        self.composition.window.show_place("desk")

    def desk_alone(self) -> None:
        """A registration desk whose hub is away."""
        self.stand("alone", "desk", 14)

    def join(self) -> None:
        """Joining, from Start."""
        self.composition.window.show_place("start")
        start = self.composition.window.current
        assert isinstance(start, StartScreen)
        start.show_join()

    def join_the_way(self) -> None:
        """What was found in the way."""
        start = self.composition.window.current
        page = start.join_page if isinstance(start, StartScreen) else None
        assert isinstance(page, JoinPage)
        page._read(CODE.text)
        page._show_steps(WAY)


STATES: tuple[Callable[[Stage], None], ...] = (
    Stage.share_before, Stage.share_another_server, Stage.share_code, Stage.share_laptops,
    Stage.share_lost, Stage.share_deputy_alone, Stage.admitted_twice, Stage.contradicted,
    Stage.desk_shared, Stage.desk_alone, Stage.join, Stage.join_the_way,
)  # fmt: skip


def main(folder: Path, sizes: list[QSize], theme: str) -> None:
    """All of them into `folder`."""
    application = QApplication([])
    ThemeKeeper(application, theme)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        stage = Stage(Path(place))
        window = stage.composition.window
        for state in STATES:
            state(stage)
            stage.settle()
            for size in sizes:
                window.resize(size)
                stage.settle()
                name = state.__name__.replace("_", "-")
                window.grab().save(str(folder / f"{name}-{size.width()}x{size.height()}.png"))
            if state not in (Stage.admitted_twice, Stage.contradicted):
                window.message_bar.clear()
        stage.hub.woken.set()
        window.close()


if __name__ == "__main__":
    words = [word for word in sys.argv[2:] if word != "--dark"] or ["1366x768", "960x540"]
    main(
        Path(sys.argv[1]),
        [QSize(*map(int, word.split("x"))) for word in words],
        "dark" if "--dark" in sys.argv else "light",
    )
