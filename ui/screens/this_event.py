"""This event: what it is called, its tables and rounds, badges, themes, report, its Desk's PIN."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from facilitator.domain.changes import Changes
from facilitator.domain.errors import Refused, Trouble
from facilitator.domain.meanwhile import Meanwhile
from facilitator.domain.text import clean, clean_lines, fold
from facilitator.services.desk_lock import DeskLockService
from facilitator.services.events import Done, Event, EventService, parse_date
from facilitator.services.questions import QuestionService
from facilitator.services.room import RoomState
from facilitator.services.seating import SeatingService
from facilitator.services.tables import TableService
from ui.kit import Button, Choice, Field, Label, Option, PickerField, Scroll, TextField, Tick
from ui.lanes import FAULT
from ui.screens.changed_meanwhile import ChangedMeanwhileCard
from ui.screens.screen import Surroundings
from ui.screens.tabbed_screen import TabbedScreen
from ui.screens.this_event_keep import Keeping
from ui.screens.this_event_pin import PinCard
from ui.screens.this_event_questions import QuestionsPage
from ui.screens.this_event_room import RoomPage

if TYPE_CHECKING:
    from facilitator.app import EventApp

#: a theme is a word or two, and no more of them fit a list
LONGEST_THEME, MOST_THEMES = 40, 12
EVENT, ROOM, PAPER, ASKED = "event", "room", "paper", "asked"


@dataclass(frozen=True, slots=True)
class PaperChoice:
    """A paper that badges can be printed on."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class _Read:
    event: Event
    room: RoomState


class ThisEventScreen(TabbedScreen):
    """Everything that is set for one event. What is typed is kept when its field is left."""

    areas = Changes.EVENT | Changes.SEATS | Changes.PROGRAMME

    @classmethod
    def build(cls, app: EventApp, around: Surroundings) -> ThisEventScreen:
        """The page of an open event."""
        papers = [PaperChoice(one.name, one.words) for one in app.badges.layouts]
        return cls(around, app.event, app.tables, app.seating, app.desk_lock, papers, app.questions)

    def __init__(
        self,
        around: Surroundings,
        events: EventService,
        tables: TableService,
        seating: SeatingService,
        lock: DeskLockService,
        papers: Sequence[PaperChoice],
        questions: QuestionService,
    ) -> None:
        parts = {
            EVENT: "The event",
            ROOM: "Tables and rounds",
            PAPER: "Badges, notes, report",
            ASKED: "Questions",
        }
        super().__init__(around, "This event", parts, name="Part of the settings")
        self._events, self._seating = events, seating
        self._papers = tuple(papers)
        self._keepings: list[Keeping] = []
        self._clashes: list[tuple[Keeping, Meanwhile]] = []
        self.meanwhile = ChangedMeanwhileCard()
        self.meanwhile.mine.connect(self._keep_mine)
        self.meanwhile.theirs.connect(self._take_theirs)
        self.box.insertWidget(1, self.meanwhile)
        self.pin = PinCard(around.database, lock)
        self.pin.said.connect(self.said)
        self.room = RoomPage(around.database, tables)
        self.room.said.connect(self.said)
        self.questions = QuestionsPage(around.database, questions)
        self.questions.said.connect(self.said)
        self.add_parts(
            {
                EVENT: self._build_event(),
                ROOM: self.room,
                PAPER: self._build_paper(),
                ASKED: self.questions,
            }
        )
        self._note = Label(
            "Everything is kept at once; what you type, as soon as you leave its field.", "second"
        )
        self.box.addWidget(self._note)

    # -- the screen's life ----------------------------------------------------------------------

    def reload(self) -> None:
        self.around.database.run(
            lambda: _Read(self._events.get(), self._seating.room()), self._show
        )
        self.questions.reload()

    def hidden(self) -> None:
        for keeping in self._keepings:
            keeping.keep_now()

    def may_close(self) -> bool:
        # The lane works off what is asked of it before the event is let go of.
        self.hidden()
        if self._clashes:
            self.tell("careful", "In This event something is not kept yet: decide whose stands.")
        return not self._clashes

    @Slot(str)
    def show_part(self, key: str) -> None:
        """Brings a part into sight: event, room, paper or asked."""
        self._note.setVisible(key != ASKED)
        super().show_part(key)

    def focus_part(self, key: str) -> None:
        if key == EVENT:
            self.name.take_focus()
        elif key == ROOM:
            self.room.take_focus()
        elif key == ASKED:
            self.questions.take_focus()
        else:
            self.badge_tables.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    # -- building -------------------------------------------------------------------------------

    def _build_event(self) -> QWidget:
        page = QWidget()
        across = QHBoxLayout(page)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        scroll, grid = _columns()
        self.name = Field("Name", key="Alt+N")
        self.held_on = Field("Date", placeholder="2026-11-18", key="Alt+D")
        self.venue = Field("Venue", placeholder="The Old Tram Depot, Southwark", key="Alt+V")
        self.call = Field(
            "Whom the Desk calls", placeholder="Amina", key="Alt+C",
            hint="A first name; without one, the Desk calls “the organiser”",
        )  # fmt: skip
        self.third = Field(
            "The third side, in public", placeholder="Guests", key="Alt+G",
            hint="Guests or Sponsors, for example",
        )  # fmt: skip
        self.keep_until = Field(
            "Personal data is removed by", placeholder="2027-02-18", key="Alt+U",
            hint="A date; After removes it, and keeps the figures",
        )  # fmt: skip
        self.red_clock = Tick(
            "A red clock in overtime", note="Without it, the room reads “Finishing”"
        )
        self.red_clock.clicked.connect(self._red_clock_ticked)
        grid.addWidget(self.name, 0, 0, 1, 2)
        grid.addWidget(self.held_on, 1, 0)
        grid.addWidget(self.venue, 1, 1)
        grid.addWidget(self.call, 2, 0)
        grid.addWidget(self.third, 2, 1)
        grid.addWidget(self.keep_until, 3, 0)
        grid.addWidget(self.red_clock, 3, 1, Qt.AlignmentFlag.AlignVCenter)
        for field, most in ((self.name, 200), (self.venue, 200), (self.call, 40), (self.third, 40)):
            field.edit.setMaxLength(most)
        across.addWidget(scroll, 1)
        right = QVBoxLayout()
        right.addWidget(self.pin)
        copies = Button("Copies, bring together…", key="Ctrl+Shift+C", icon="copy", hint_only=True)
        copies.clicked.connect(self._to_copies)
        right.addWidget(copies)
        share = Button("Sharing, other laptops…", key="Ctrl+Shift+H", icon="share-network",
                       hint_only=True)  # fmt: skip
        share.clicked.connect(self._to_sharing)
        right.addWidget(share)
        right.addStretch(1)
        self.pin.setFixedWidth(344)
        across.addLayout(right)
        edit = self._events.edit
        self._kept = {
            "name": self._watch(self.name, lambda text, was: edit(name=text, was={"name": was})),
            "held_on": self._watch(
                self.held_on,
                lambda text, was: edit(held_on=parse_date(text), was={"held_on": parse_date(was)}),
            ),
            "venue": self._watch(
                self.venue, lambda text, was: edit(venue=text, was={"venue": was})
            ),
            "call": self._watch(
                self.call,
                lambda text, was: self._events.set(call=clean(text), was={"call": was}),
            ),
            "third": self._watch(
                self.third, lambda text, was: edit(third_side=text, was={"third_side": was})
            ),
            "keep_until": self._watch(self.keep_until, self._keep_until),
        }
        return page

    def _build_paper(self) -> QWidget:
        page = QWidget()
        across = QHBoxLayout(page)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(24)
        scroll = Scroll(spacing=16, margin=6)
        tables = QVBoxLayout()
        tables.setSpacing(4)
        tables.addWidget(Label("Which tables badges carry", "strong"))
        self.badge_tables = Choice(
            [
                Option("all", "All rounds"),
                Option("first", "The first round"),
                Option("none", "No table"),
            ],
            name="Which tables badges carry",
        )
        self.badge_tables.chosen.connect(self._tables_chosen)
        tables.addWidget(self.badge_tables)
        scroll.box.addLayout(tables)
        self.paper = PickerField("Badges are printed on", key="Alt+B")
        self.paper.edit.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for paper in self._papers:
            self.paper.edit.addItem(paper.words[:1].upper() + paper.words[1:], paper.key)
        self.paper.edit.activated.connect(self._paper_chosen)
        scroll.box.addWidget(self.paper)
        self.themes = Field(
            "Themes for notes", placeholder="competition, communication, capacity", key="Alt+T",
            hint="With commas between them; notes that have an older theme keep it",
        )  # fmt: skip
        scroll.box.addWidget(self.themes)
        scroll.box.addStretch(1)
        across.addWidget(scroll, 1)
        report = QVBoxLayout()
        report.setContentsMargins(6, 6, 6, 6)
        report.setSpacing(16)
        self.aims = TextField(
            "Aims of the event, for the report", key="Alt+A", rows=5,
            hint="They stay when the report is made again",
        )  # fmt: skip
        self.foreword = TextField(
            "Foreword of the report", key="Alt+F", rows=8,
            hint="It stays when the report is made again",
        )  # fmt: skip
        report.addWidget(self.aims, 2)
        report.addWidget(self.foreword, 3)
        across.addLayout(report, 1)
        self._kept |= {
            "themes": self._watch(self.themes, self._keep_themes),
            "aims": self._watch(self.aims, self._setter("aims")),
            "foreword": self._watch(self.foreword, self._setter("foreword")),
        }
        return page

    def _watch(self, field: Field | TextField, keep: Callable[[str, str], Any]) -> Keeping:
        keeping = Keeping(field, self.around.database, keep)
        keeping.clashed.connect(self._clashed)
        self._keepings.append(keeping)
        return keeping

    def _setter(self, name: str) -> Callable[[str, str], Any]:
        return lambda text, was: self._events.set(**{name: clean_lines(text)}, was={name: was})

    # -- changed by somebody else meanwhile ------------------------------------------------------

    @Slot(object, object)
    def _clashed(self, keeping: Keeping, meanwhile: Meanwhile) -> None:
        self._clashes.append((keeping, meanwhile))
        if not self.isVisible():
            self.tell("careful", meanwhile.sentence)
        self._offer_clash()

    def _offer_clash(self) -> None:
        if self._clashes:
            self.meanwhile.offer(self._clashes[0][1])
        else:
            self.meanwhile.settle()

    @Slot()
    def _keep_mine(self) -> None:
        keeping, meanwhile = self._clashes.pop(0)
        keeping.keep_mine(meanwhile.differences[0].now)
        self._offer_clash()

    @Slot()
    def _take_theirs(self) -> None:
        keeping, meanwhile = self._clashes.pop(0)
        keeping.take_theirs(meanwhile.differences[0].now)
        self._offer_clash()

    # -- reading --------------------------------------------------------------------------------

    @Slot(object)
    def _show(self, read: _Read) -> None:
        event, settings = read.event, read.event.settings
        until = settings.keep_until
        stored = {
            "name": event.name,
            "held_on": event.held_on.isoformat(),
            "venue": event.venue,
            "call": settings.call,
            "third": event.sides.third.public_name,
            "keep_until": until,
            "themes": ", ".join(settings.themes),
            "aims": settings.aims,
            "foreword": settings.foreword,
        }
        for key, keeping in self._kept.items():
            keeping.show_stored(stored[key])
        self.held_on.set_hint(event.date_words)
        self.red_clock.setChecked(settings.red_clock)
        self.badge_tables.choose(settings.badge_tables)
        self.paper.edit.setCurrentIndex(self.paper.edit.findData(settings.badge_layout))
        self.pin.show_pin(bool(settings.desk_pin))
        self.room.show_room(read.room)

    # -- keeping --------------------------------------------------------------------------------

    def _keep_until(self, text: str, was: str) -> Done:
        """Runs on the lane."""
        if not text:
            return self._events.set(keep_until="", was={"keep_until": was})
        until = parse_date(text)
        if until < self._events.get().held_on:
            raise Refused("That is before the event; nobody’s data is there to remove yet.")
        return self._events.set(keep_until=until.isoformat(), was={"keep_until": was})

    def _keep_themes(self, text: str, was: str) -> Done:
        """Runs on the lane."""
        found: dict[str, str] = {}
        for part in text.split(","):
            theme = clean(part)
            if theme:
                found.setdefault(fold(theme), theme)
        themes = tuple(found.values())
        if not themes:
            raise Refused("Notes need one theme at least, such as capacity.")
        if len(themes) > MOST_THEMES:
            raise Refused(f"Notes have at most {MOST_THEMES} themes to choose from.")
        long = next((theme for theme in themes if len(theme) > LONGEST_THEME), "")
        if long:
            raise Refused(
                f"“{long[:20]}…” is too long; a theme has at most {LONGEST_THEME} letters."
            )
        shown = tuple(theme for part in was.split(",") if (theme := clean(part)))
        return self._events.set(themes=themes, was={"themes": shown})

    @Slot()
    def _red_clock_ticked(self) -> None:
        self._set(red_clock=self.red_clock.isChecked())

    @Slot(str)
    def _tables_chosen(self, which: str) -> None:
        self._set(badge_tables=which)

    @Slot()
    def _paper_chosen(self) -> None:
        self._set(badge_layout=str(self.paper.edit.currentData()))

    def _set(self, **settings: Any) -> None:
        self.around.database.run(
            lambda: self._events.set(**settings), None, self._not_set, owner=self
        )

    @Slot(object)
    def _not_set(self, problem: Exception) -> None:
        self.tell("stop", str(problem) if isinstance(problem, Trouble) else FAULT)
        # What is shown must be what is kept.
        self.reload()

    @Slot()
    def _to_copies(self) -> None:
        self.go.emit("copies")

    @Slot()
    def _to_sharing(self) -> None:
        self.go.emit("share")


def _columns() -> tuple[Scroll, QGridLayout]:
    """Two columns of fields that scroll where the window is too low."""
    scroll = Scroll(margin=6)
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(16)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    scroll.box.addLayout(grid)
    scroll.box.addStretch(1)
    return scroll, grid
