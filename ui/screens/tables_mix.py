"""Mixing on one page: what goes in at the left, what comes out at the right, before it is used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from facilitator.domain.errors import Trouble
from facilitator.domain.text import counted, listed
from facilitator.services.asking import MixRequest, Who
from facilitator.services.mixing import Accepted, MixingService, Preview, RoomChanged
from facilitator.services.room import RoomState
from facilitator.services.unkept import TakeBack
from facilitator.services.wishes import APART, HOST, PIN, TOGETHER, Wishes, WishService
from ui.kit import Button, Card, Icon, Label, PickerField, Tick, announce
from ui.screens.screen import Surroundings
from ui.screens.tables_menus import add, pop_up
from ui.screens.tables_search import MixSearch

if TYPE_CHECKING:
    from facilitator.mixing.engine import Solution

#: how many that cannot be kept are named, and how many ways to mend each are offered
SHOWN, CHOICES = 3, 5
_AIMS = (
    ("", "New faces only", ""),
    ("borough", "Neighbours together", "same or next borough"),
    ("stance", "Sceptics spread", ""),
    ("org", "Organisations spread", ""),
)
_WAY = {"borough": "gather", "stance": "spread", "org": "spread"}


@dataclass(frozen=True, slots=True)
class _Read:
    request: MixRequest
    wishes: Wishes


@dataclass(frozen=True, slots=True)
class _Outcome:
    accepted: Accepted | None
    changed: RoomChanged | None

    @property
    def changes(self) -> Any:
        """For the lane, which tells the other screens."""
        return self.accepted.changes if self.accepted else None


class MixPage(QWidget):
    """Who, aims and wishes; now against proposed; what cannot be kept; use it, search on, cancel.

    Signals:
        left(): the page is to be closed.
        told(str, str): a mood and a sentence for the message bar.
        used(Accepted): the seating was taken over.
    """

    left = Signal()
    told = Signal(str, str)
    used = Signal(object)

    def __init__(
        self, around: Surroundings, mixing: MixingService, wishes: WishService,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.around, self._mixing, self._wishes = around, mixing, wishes
        self.search = MixSearch(self)
        self.search.found.connect(self._found)
        self.search.failed.connect(self._failed)
        self._state: RoomState | None = None
        self._number = 1
        self._request: MixRequest | None = None
        self._preview: Preview | None = None
        self._aims: dict[int, dict[str, str]] = {}
        self._newcomers = False
        self._wanted: tuple[int, bool] | None = None
        self._explaining = False
        self._build()

    # -- public ---------------------------------------------------------------------------------

    @property
    def best(self) -> Solution | None:
        """The best plan so far."""
        return self.search.best

    @property
    def searching(self) -> bool:
        """Whether the engine is at work."""
        return self.search.running

    def open(self, state: RoomState, number: int) -> None:
        """Mixes round `number` and every later one."""
        self._state, self._number = state, number
        self._newcomers = False
        self._aims = {r.number: dict(r.aims) for r in state.rounds if r.number >= number}
        self.search.process.warm()
        # Until the first round has begun, those who are expected still come to it.
        begun = any(r.state in ("done", "running") for r in state.rounds)
        self.here.blockSignals(True)
        self.expected.blockSignals(True)
        self.here.setChecked(True)
        self.expected.setChecked(not begun)
        self.here.blockSignals(False)
        self.expected.blockSignals(False)
        coming = [r for r in state.rounds if r.number >= number]
        self.which.edit.blockSignals(True)
        self.which.edit.clear()
        self.which.edit.addItem("In every round", 0)
        for a_round in coming:
            self.which.edit.addItem(f"In round {a_round.number}", a_round.number)
        self.which.edit.blockSignals(False)
        self.which.setVisible(len(coming) > 1)
        self._show_aim()
        self._ask()
        self.here.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        """Gives the search up and lets the engine's process go."""
        self.search.close()

    # -- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 8, 0, 0)
        across.setSpacing(32)
        across.addLayout(self._build_left(), 0)
        across.addLayout(self._build_right(), 1)

    def _build_left(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        self._title = Label("Mix", "heading", elide=True)
        self._title.setFixedWidth(300)
        column.addWidget(self._title)
        self._past = Label("", "second", wrap=True)
        column.addWidget(self._past)
        column.addSpacing(10)
        column.addWidget(Label("Who", "part"))
        self.here = Tick("Here", note=" ", checked=True)
        self.expected = Tick("Expected", note=" ")
        for tick in (self.here, self.expected):
            tick.toggled.connect(self._ask)
            column.addWidget(tick)
        column.addSpacing(10)
        column.addWidget(Label("First aim after new faces", "part"))
        self.which = PickerField("Round")
        self.which.label.hide()
        self.which.edit.setAccessibleName("Aim in which round")
        self.which.edit.currentIndexChanged.connect(self._show_aim)
        column.addWidget(self.which)
        self.aims: dict[str, Tick] = {}
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        for key, words, note in _AIMS:
            tick = Tick(words, note=note, radio=True)
            tick.clicked.connect(self._aim_chosen)
            self.aims[key] = tick
            inner.addWidget(tick)
        column.addWidget(holder)
        column.addSpacing(10)
        column.addWidget(Label("Wishes", "part"))
        self._wish_counts: list[Label] = []
        for icon, words in (
            ("anchor-simple", "Hosts who stay"),
            ("arrows-left-right", "Apart, together"),
            ("wheelchair", "Step-free or near the front"),
        ):
            line = QHBoxLayout()
            line.addWidget(Icon(icon))
            line.addWidget(Label(words), 1)
            count = Label("0", "strong", tabular=True)
            self._wish_counts.append(count)
            line.addWidget(count)
            column.addLayout(line)
            column.addSpacing(6)
        column.addStretch(1)
        return column

    def _build_right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(12)
        self._sign = Icon("hourglass", size=28)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._headline = Label("Looking for the best seats…", "heading", wrap=True)
        self._second = Label("", "lead", wrap=True)
        words.addWidget(self._headline)
        words.addWidget(self._second)
        head.addLayout(words, 1)
        column.addLayout(head)
        figures = Card("mist", margin=24)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(0, 1)
        for at, words in enumerate(("", "Now", "Proposed", "Can it be better?")):
            label = Label(words, "side note")
            if at in (1, 2):
                label.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, 0, at)
        self._figures: list[tuple[Label, Label, Label]] = []
        for row, words in enumerate(
            ("Pairs who meet twice", "Beside the other profession",
             "Met of the other profession, each", "Fewest met, by anyone",
             "At a table with a neighbour"), 1,
        ):  # fmt: skip
            grid.addWidget(Label(words, "sentence"), row, 0)
            now, proposed = Label("", "lead", tabular=True), Label("", "count")
            better = Label("", "second", wrap=True)
            better.setFixedWidth(180)
            for at, label in ((1, now), (2, proposed)):
                label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                grid.addWidget(label, row, at)
            grid.addWidget(better, row, 3)
            self._figures.append((now, proposed, better))
        figures.box.addLayout(grid)
        column.addWidget(figures)
        self._broken = Card("careful-soft", horizontal=True)
        self._broken.box.addWidget(
            Icon("warning-fill", size=24, tone="on-careful-soft"), 0, Qt.AlignmentFlag.AlignTop
        )
        self._broken_words = Label("", "body", tone="on-careful-soft", wrap=True)
        self._broken.box.addWidget(self._broken_words, 1)
        self.mend = Button("Mend", key="W", icon="wrench", ground="careful-soft")
        self.mend.clicked.connect(self._mend)
        self._broken.box.addWidget(self.mend, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self._broken)
        self._broken.hide()
        column.addStretch(1)
        self._after = Label("", "second", wrap=True)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self.use = Button("Use this seating", key="Ctrl+Enter", icon="check", kind="main")
        self.use.clicked.connect(self._use)
        self.longer = Button("Search longer", key="L")
        self.longer.clicked.connect(self._search_on)
        self.cancel = Button("Cancel", key="Esc")
        self.cancel.clicked.connect(self.leave)
        for button in (self.use, self.longer, self.cancel):
            foot.addWidget(button)
        foot.addSpacing(16)
        foot.addWidget(self._after, 1)
        column.addLayout(foot)
        return column

    # -- asking ---------------------------------------------------------------------------------

    @Slot()
    def _ask(self) -> None:
        """Reads the question anew and begins to search."""
        self.search.forget()
        self._preview = None
        self._newcomers = False
        self.use.refuse("Looking for the best seats")
        self._broken.hide()
        who = Who(self.here.isChecked(), self.expected.isChecked())
        number, aims = self._number, {k: dict(v) for k, v in self._aims.items()}

        def read() -> _Read:
            return _Read(self._mixing.request(number, who, aims), self._wishes.all())

        self.around.database.run(read, self._asked, self._refused)

    @Slot(object)
    def _asked(self, read: _Read) -> None:
        request = self._request = read.request
        self._title.setText(request.title)
        past = [str(n) for n in request.rounds[: request.start]]
        state = self._state
        if past:
            has = "has happened and stays" if len(past) == 1 else "have happened and stay"
            self._past.setText(f"Round{'s' if len(past) > 1 else ''} {listed(past)} {has}.")
            if state and any(r.number in request.rounds[: request.start] and r.state != "done"
                             for r in state.rounds):  # fmt: skip
                self._past.setText(f"What is before round {request.from_round} stays as it is.")
        self._past.setVisible(bool(past))
        self.here.setText(f"{request.here} here")
        self.here.setAccessibleName(f"{request.here} here")
        self.expected.setText(f"{request.expected} expected")
        self.expected.setAccessibleName(f"{request.expected} expected")
        if state is not None:
            self.here.set_note(self._sides(True))
            self.expected.set_note(self._sides(False))
            wishes = read.wishes
            needs = sum(bool(p.need) for p in state.people.values())
            for label, many in zip(
                self._wish_counts,
                (len(wishes.of_kind(HOST, PIN)), len(wishes.of_kind(APART, TOGETHER)), needs),
                strict=True,
            ):
                label.setText(str(many))
        self._show_search()
        self.search.begin(request)

    @Slot(object)
    def _refused(self, problem: Exception) -> None:
        words = str(problem) if isinstance(problem, Trouble) else "The tables cannot be mixed now."
        self._sign.set_icon("info", "ink")
        self._headline.setText(words)
        self._second.setText("")
        self._after.setText("")
        self._clear_figures()
        self.use.refuse("Nothing to use yet")
        self.longer.refuse("Nothing to search")
        self._broken.hide()

    def _show_search(self) -> None:
        self._sign.set_icon("hourglass", "ink")
        if self.best is None:
            self._headline.setText("Looking for the best seats…")
            self._second.setText("You can cancel at any time; nothing is written.")
            self._clear_figures()
        self.longer.refuse("Searching")

    @Slot(bool)
    def _found(self, done: bool) -> None:
        self._wanted = (self.search.number, done)
        self._explain()

    def _explain(self) -> None:
        """What the best means; one at a time, beside the lane on which scans are answered."""
        if self._explaining or self._wanted is None:
            return
        (run, done), self._wanted = self._wanted, None
        request, best = self._request, self.best
        if request is None or best is None:
            return
        self._explaining = True
        self.around.heavy.run(
            lambda: (run, done, self._mixing.preview(request, best)),
            self._previewed,
            self._not_explained,
        )

    @Slot(object)
    def _not_explained(self, problem: Exception) -> None:
        self._explaining = False
        words = str(problem) if isinstance(problem, Trouble) else "The plan cannot be shown now."
        self.told.emit("stop", words)

    @Slot(str)
    def _failed(self, words: str) -> None:
        self.told.emit("stop", words)
        self.longer.allow()

    # -- showing --------------------------------------------------------------------------------

    @Slot(object)
    def _previewed(self, found: tuple[int, bool, Preview]) -> None:
        run, done, preview = found
        self._explaining = False
        self._explain()
        if run != self.search.number:
            return
        self._preview = preview
        self._show(preview, done)
        self.use.allow()
        if done:
            self.longer.allow()
            announce(self, preview.headline, assertive=True)

    def _show(self, preview: Preview, done: bool) -> None:
        best = preview.repeats <= preview.bound
        good = best and not preview.broken
        icon = "check-circle-fill" if best else "info"
        self._sign.set_icon(icon if done else "hourglass", "good" if good and done else "ink")
        self._headline.setText(preview.headline if done else f"{preview.headline} Looking on…")
        made = preview.proposed
        beside = (
            "Everyone sits beside the other profession, as far as numbers go."
            if made.beside >= made.most_beside
            else f"{made.beside} of {made.most_beside} seats are beside the other profession."
        )
        self._second.setText(f"{beside} Found in {preview.seconds:.1f} seconds.")
        now = preview.now
        yes = "best possible"
        values = [
            (now.repeats if now else "", made.repeats,
             yes if best else f"{preview.bound} would be the fewest"),
            (f"{now.beside} of {now.most_beside}" if now else "",
             f"{made.beside} of {made.most_beside}",
             yes if made.beside >= made.most_beside else "by hand, perhaps"),
            (_span(now.met_least, now.met_most) if now else "",
             _span(made.met_least, made.met_most),
             yes if preview.cross >= preview.cross_bound else
             f"{preview.cross:,} of at most {preview.cross_bound:,} pairs"),
            (now.fewest if now else "", made.fewest, made.fewest_who),
            (now.neighbours if now else "", made.neighbours, "after new faces"),
        ]  # fmt: skip
        for labels, texts in zip(self._figures, values, strict=True):
            for label, text in zip(labels, texts, strict=True):
                label.setText(str(text))
        self._show_broken(preview)
        self._show_after(preview)

    def _show_broken(self, preview: Preview) -> None:
        remarks = list(self._request.remarks) if self._request else []
        sentences = [one.sentence for one in preview.unkept]
        if preview.unseated:
            names = list(preview.unseated)
            shown = names if len(names) <= 3 else [*names[:2], f"{len(names) - 2} more"]
            sentences.append(f"There is no seat in some round for {listed(shown)}.")
        lines = [*sentences[:SHOWN], *remarks[:1]]
        if len(sentences) > SHOWN:
            lines.append(f"And {counted(len(sentences) - SHOWN, 'more', 'more')}.")
        lead = ""
        if sentences:
            lead = "One wish cannot be kept. " if len(sentences) == 1 else (
                f"{len(sentences)} wishes cannot be kept. ")  # fmt: skip
        self._broken_words.setText(lead + " ".join(lines))
        self.mend.setVisible(any(one.choices for one in preview.unkept))
        self._broken.setVisible(bool(lines))

    def mend_menu(self) -> QMenu | None:
        """The wishes of which one may be taken back, for each that cannot be kept."""
        unkept = [one for one in self._preview.unkept if one.choices] if self._preview else []
        if not unkept:
            return None
        menu = QMenu(self)
        menu.setAccessibleName("Take a wish back")
        offered: set[UUID] = set()
        for one in unkept[:SHOWN]:
            fresh = [choice for choice in one.choices if choice.wish not in offered][:CHOICES]
            if offered and fresh:
                menu.addSeparator()
            for choice in fresh:
                offered.add(choice.wish)
                add(menu, choice.words, partial(self._take_back, choice))
        return menu

    @Slot()
    def _mend(self) -> None:
        menu = self.mend_menu()
        if menu is not None:
            pop_up(menu, self.mend)

    def _take_back(self, choice: TakeBack) -> None:
        """The wish is no more, and the search begins again."""
        self.around.database.run(
            lambda: self._wishes.remove(choice.wish),
            partial(self._taken_back, choice.words),
            self._not_taken,
            owner=self,
        )

    def _taken_back(self, words: str, _done: Any) -> None:
        self.told.emit("done", f"{words} any more.")
        self._ask()

    @Slot(object)
    def _not_taken(self, problem: Exception) -> None:
        # Somebody else was quicker: the search still begins again, with the wishes as they are.
        words = str(problem) if isinstance(problem, Trouble) else "The wish could not be removed."
        self.told.emit("careful", words)
        self._ask()

    def _show_after(self, preview: Preview) -> None:
        parts = []
        wrong = preview.wrong_badges
        if wrong:
            parts.append(
                f"{counted(wrong, 'printed badge')} {'becomes' if wrong == 1 else 'become'} wrong."
            )
        else:
            parts.append("No printed badge becomes wrong.")
        told = preview.told_otherwise
        if told:
            parts.append(f"{counted(told, 'person has', 'people have')} been told another table.")
        if self._newcomers:
            parts.append("Newcomers get the best free seats.")
        self._after.setText(" ".join(parts))

    def _clear_figures(self) -> None:
        for labels in self._figures:
            for label in labels:
                label.setText("")

    def _sides(self, here: bool) -> str:
        state = self._state
        assert state is not None
        from facilitator.domain.people import Status
        from facilitator.services.room import short_side

        wanted = Status.ARRIVED if here else Status.EXPECTED
        parts = []
        for side in state.sides:
            many = sum(
                p.status is wanted and p.side.position == side.position
                for p in state.people.values()
            )
            if many:
                parts.append(f"{many} {short_side(side)}")
        return ", ".join(parts) or "nobody"

    # -- acts -----------------------------------------------------------------------------------

    @Slot()
    def _show_aim(self) -> None:
        number = self.which.edit.currentData() or 0
        aims = self._aims.get(number) if number else next(iter(self._aims.values()), {})
        key = next(iter(aims or {}), "")
        for name, tick in self.aims.items():
            tick.setChecked(name == key)

    @Slot()
    def _aim_chosen(self) -> None:
        key = next((name for name, tick in self.aims.items() if tick.isChecked()), "")
        number = self.which.edit.currentData() or 0
        for each in [number] if number else list(self._aims):
            self._aims[each] = {key: _WAY[key]} if key else {}
        self._ask()

    @Slot()
    def _search_on(self) -> None:
        if self._request is None:
            return
        self._show_search()
        self.search.go_on()

    @Slot()
    def leave(self) -> None:
        """Esc: back to the room; nothing was changed."""
        self.stop()
        self.left.emit()

    @Slot()
    def _use(self) -> None:
        request, best, anyway = self._request, self.best, self._newcomers
        if request is None or best is None:
            return
        self.search.cancel()

        def accept() -> _Outcome:
            try:
                return _Outcome(self._mixing.accept(request, best.plan, anyway=anyway), None)
            except RoomChanged as changed:
                return _Outcome(None, changed)

        self.around.database.run(accept, self._used)

    @Slot(object)
    def _used(self, outcome: _Outcome) -> None:
        if outcome.accepted is not None:
            self.used.emit(outcome.accepted)
            self.leave()
            return
        changed = outcome.changed
        assert changed is not None
        self._newcomers = True
        self._sign.set_icon("warning-fill", "attention")
        self._headline.setText(changed.happened)
        self._second.setText(f"{changed.safe} {changed.then}")
        self.use.setText("Use it, place newcomers" if changed.newcomers else "Use it all the same")
        self.longer.allow()
        announce(self, str(changed), assertive=True)


def _span(least: int, most: int) -> str:
    if least == most:
        return str(least)
    return f"{least} or {most}" if most == least + 1 else f"{least} to {most}"
