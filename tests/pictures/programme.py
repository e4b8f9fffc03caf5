"""The Programme at a normal moment, behind and in overtime, and as it looks when it asks: pictures
to look at.

    QT_QPA_PLATFORM=offscreen python -m tests.pictures.programme FOLDER [1366x768 …] [--dark]

Every person is invented.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize, QTimer
from PySide6.QtWidgets import QApplication

from facilitator.app import EventApp
from facilitator.clocks import HandClocks
from facilitator.domain.changes import Changes
from facilitator.sample import make_sample_event
from ui.application import Composition, build_window
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper

Play = Callable[[EventApp, HandClocks], None]


def begin(app: EventApp, clocks: HandClocks, sessions: int, late: float = 0) -> None:
    """So many sessions have been, the last of them `late` minutes too long; 11:19 of the next."""
    clocks.advance(600)
    app.programme.start()
    for number in range(sessions):
        over = late * 60 if number == sessions - 1 else 0
        clocks.advance(app.programme.state().board.state.remaining + over)
        app.programme.next()
    clocks.advance(679)


def normal(app: EventApp, clocks: HandClocks) -> None:
    """On time, in the middle of myth-busting."""
    begin(app, clocks, 5)


def behind(app: EventApp, clocks: HandClocks) -> None:
    """Seven minutes behind."""
    begin(app, clocks, 5, 7)


def overtime(app: EventApp, clocks: HandClocks) -> None:
    """Two and a half minutes over."""
    begin(app, clocks, 5)
    clocks.advance(app.programme.state().board.state.remaining + 150)


def paused(app: EventApp, clocks: HandClocks) -> None:
    """Paused for three minutes."""
    begin(app, clocks, 5)
    app.programme.pause()
    clocks.advance(190)


def another_day(app: EventApp, clocks: HandClocks) -> None:
    """The clock was left running the day before."""
    begin(app, clocks, 5)
    clocks.reboot(86_400)


def ended(app: EventApp, clocks: HandClocks) -> None:
    """The day is over."""
    begin(app, clocks, 11)
    clocks.advance(app.programme.state().board.state.remaining + 180)
    app.programme.next()


PLAYS: tuple[Play, ...] = (normal, behind, overtime, paused, another_day, ended)


def settle(composition: Composition) -> None:
    """Lets all reading end and all painting be done."""
    for _ in range(4):
        loop = QEventLoop()
        QTimer.singleShot(60, loop.quit)
        loop.exec()
        composition.database.settle()


def main(folder: Path, sizes: list[QSize], theme: str) -> None:
    """All of them into `folder`."""
    application = QApplication([])
    ThemeKeeper(application, theme)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        for play in PLAYS:
            name = play.__name__.replace("_", "-")
            path = Path(place) / f"{name}.facilitator"
            clocks = HandClocks(datetime(2026, 11, 18, 8, 50, tzinfo=UTC))
            app = make_sample_event(path, attendees=60, clocks=clocks, held_on=date(2026, 11, 18))
            app.programme.publish()
            settings = LaptopSettings(Path(place) / "settings.json")
            composition = build_window(app, settings, clocks, location=str(path))
            composition.window.show()
            composition.window.show_place("programme")
            settle(composition)
            play(app, clocks)
            composition.bus.publish(Changes.PROGRAMME | Changes.CLOCK)
            for size in sizes:
                composition.window.resize(size)
                settle(composition)
                composition.window.message_bar.clear()
                composition.window.beat()
                settle(composition)
                target = folder / f"programme-{name}-{size.width()}x{size.height()}.png"
                composition.window.grab().save(str(target))
            composition.window.close()


if __name__ == "__main__":
    words = [word for word in sys.argv[2:] if word != "--dark"] or ["1366x768"]
    main(
        Path(sys.argv[1]),
        [QSize(*map(int, word.split("x"))) for word in words],
        "dark" if "--dark" in sys.argv else "light",
    )
