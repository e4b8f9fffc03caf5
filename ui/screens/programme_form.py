"""One session on one page: added or edited, kept with Ctrl+Enter."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from facilitator.domain.localtime import possible_times, read_time
from facilitator.domain.meanwhile import Meanwhile
from facilitator.domain.programme import SOUNDS, Kind, NewSession, Session
from facilitator.domain.text import counted
from facilitator.intake.rundown import read_minutes
from ui.kit import Button, Field, Label, PickerField, Scroll, Tick
from ui.screens.changed_meanwhile import ChangedMeanwhileCard
from ui.screens.inner_page import InnerPage

_SOUNDS = {"chime": "A chime", "bell": "A bell at the end", "none": "Nothing"}


class SessionForm(InnerPage):
    """The form of a session.

    Signals:
        kept(NewSession, object): what was typed, and the id of the session (None: a new one).
        removed(object): take this session out of the programme.
        left_out(object): leave this session out of the day.
        left(): back without a change.
    """

    kept = Signal(object, object)
    removed = Signal(object)
    left_out = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._base = NewSession(title="", minutes=30)
        self._was: dict[str, Any] = {}
        self._day = date.min
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        self._heading = Label("A new session", "heading")
        box.addWidget(self._heading)
        self.meanwhile = ChangedMeanwhileCard()
        self.meanwhile.mine.connect(self._keep_mine)
        self.meanwhile.theirs.connect(self._take_theirs)
        scroll = self._scroll = Scroll(spacing=10, margin=4)
        box.addWidget(scroll, 1)
        scroll.box.addWidget(self.meanwhile)
        self.title = Field("Title", placeholder="Panel: Collaborating whilst competing")
        scroll.box.addWidget(self.title)
        self.speaker = Field("Speaker or chair")
        self.kind = PickerField("What happens")
        for kind in Kind:
            self.kind.edit.addItem(kind.words, kind.value)
        self.kind.edit.currentIndexChanged.connect(self._kind_chosen)
        self._two(scroll, self.speaker, self.kind)
        self.starts = Field("Starts", placeholder="Right after the one before")
        self.minutes = Field("Lasts, in minutes")
        self.minimum = Field("At least, in minutes", placeholder="All of it")
        self._two(scroll, self.starts, self.minutes, self.minimum)
        self.fixed = Tick("Fixed start", note="It begins then, whatever comes before.")
        self.protected = Tick("Protected", note="An overrun never takes more than its spare time.")
        self._two(scroll, self.fixed, self.protected)
        self.warnings = Field("Warn before the end, minutes", placeholder="Never")
        self.round = Field("Table round", placeholder="None")
        self._two(scroll, self.warnings, self.round)
        self.sound = PickerField("Its cues sound as")
        for sound in SOUNDS:
            self.sound.edit.addItem(_SOUNDS[sound], sound)
        self.auto = Tick("Goes on by itself", note="Then the next session begins without a key.")
        self._two(scroll, self.sound, self.auto)
        self.note = Field("Note, never shown to the room")
        scroll.box.addWidget(self.note)
        scroll.box.addStretch(1)
        self._wrong = Label("", "body", tone="bad", wrap=True)
        self._wrong.hide()
        box.addWidget(self._wrong)
        box.addLayout(self._build_acts())
        for field in (self.title, self.speaker, self.starts, self.minutes, self.minimum,
                      self.warnings, self.round, self.note):  # fmt: skip
            field.edit.returnPressed.connect(self._keep)

    @property
    def wrong(self) -> str:
        """Why what was typed was refused; empty where it was not."""
        return self._wrong.text() if self._wrong.isVisible() else ""

    def begin(self, day: date, session: Session | None, *, times_open: bool = True) -> None:
        """Show a session, or an empty form for a new one on `day`. `times_open` is false for one
        that is on or has been: its times then stay as they are."""
        self._session, self._day = session, day
        base = session or NewSession(title="", minutes=30)
        self._base = base
        self._heading.setText("Edit the session" if session else "A new session")
        self._save.setText("Save" if session else "Add it")
        self._was = {name: getattr(base, name) for name in NewSession.__dataclass_fields__}
        self.meanwhile.settle()
        self._put(base)
        for one in (self.starts, self.minutes, self.minimum, self.fixed, self.protected,
                    self.kind, self.round):  # fmt: skip
            one.setEnabled(times_open)
        for field in (self.title, self.starts, self.minutes, self.minimum, self.warnings,
                      self.round):  # fmt: skip
            field.set_error("")
        self.say_wrong("")
        for button in (self._remove, self._leave_out):
            button.setVisible(session is not None and times_open)
        self.title.take_focus()
        self.title.edit.selectAll()

    @property
    def was(self) -> dict[str, Any]:
        """What the form showed of the session, by the names of its fields."""
        return self._was

    @Slot(object)
    def show_meanwhile(self, meanwhile: Meanwhile) -> None:
        """Somebody else changed what was typed here: both versions, and whose is to stand."""
        self.meanwhile.offer(meanwhile)
        self._scroll.verticalScrollBar().setValue(0)

    def say_wrong(self, sentence: str) -> None:
        """Say why what was typed was refused."""
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))

    # -- internal -------------------------------------------------------------------------------

    def _put(self, base: NewSession, names: Collection[str] = ()) -> None:
        """Shows a session, or (with `names`) some of its fields; what is typed in others stays."""

        def wanted(name: str) -> bool:
            return not names or name in names

        texts = {
            "title": (self.title, base.title), "speaker": (self.speaker, base.speaker),
            "starts": (self.starts, f"{base.starts:%H:%M}" if base.starts else ""),
            "minutes": (self.minutes, str(base.minutes)),
            "minimum": (self.minimum, "" if base.minimum is None else str(base.minimum)),
            "warnings": (self.warnings, ", ".join(str(minutes) for minutes in base.warnings)),
            "round_number": (
                self.round, "" if base.round_number is None else str(base.round_number)
            ),
            "note": (self.note, base.note),
        }  # fmt: skip
        for name, (field, text) in texts.items():
            if wanted(name):
                field.set_text(text)
        if wanted("kind"):
            self.kind.edit.setCurrentIndex(list(Kind).index(base.kind))
        if wanted("sound"):
            self.sound.edit.setCurrentIndex(SOUNDS.index(base.sound))
        # Last: another kind ticks by itself what is protected.
        for name, tick in (
            ("fixed", self.fixed), ("protected", self.protected), ("auto", self.auto),
        ):  # fmt: skip
            if wanted(name):
                tick.setChecked(getattr(base, name))

    @Slot()
    def _keep_mine(self) -> None:
        self._decide(theirs=False)

    @Slot()
    def _take_theirs(self) -> None:
        self._decide(theirs=True)

    def _decide(self, *, theirs: bool) -> None:
        shown = self.meanwhile.shown
        if shown is None:
            return
        self._was = {**self._was, **shown.base}
        if theirs:
            names = [one.field for one in shown.differences]
            self._base = replace(self._base, **{name: shown.base[name] for name in names})
            self._put(self._base, names)
        self.meanwhile.settle()
        self._keep()

    def _build_acts(self) -> QHBoxLayout:
        acts = QHBoxLayout()
        acts.setSpacing(8)
        self._save = Button("Save", key="Ctrl+Enter", icon="check", kind="main", desk=True)
        self._save.clicked.connect(self._keep)
        cancel = Button("Cancel", key="Esc", desk=True, hint_only=True)
        cancel.clicked.connect(self.left)
        self._leave_out = Button("Leave out", icon="skip-forward", kind="quiet", desk=True)
        self._leave_out.clicked.connect(self._leave)
        self._remove = Button("Remove…", icon="trash", kind="danger", desk=True)
        self._remove.clicked.connect(self._take_out)
        acts.addWidget(self._save)
        acts.addWidget(cancel)
        acts.addStretch(1)
        acts.addWidget(self._leave_out)
        acts.addWidget(self._remove)
        return acts

    @staticmethod
    def _two(scroll: Scroll, *widgets: QWidget) -> None:
        line = QHBoxLayout()
        line.setSpacing(16)
        for widget in widgets:
            line.addWidget(widget, 1)
        scroll.box.addLayout(line)

    @Slot()
    def _kind_chosen(self) -> None:
        """A new break is protected until somebody says otherwise."""
        if self._session is None:
            kind = Kind(self.kind.edit.currentData())
            self.protected.setChecked(kind in {Kind.BREAK, Kind.NETWORKING})

    @Slot()
    def _take_out(self) -> None:
        if self._session is not None:
            self.removed.emit(self._session.id)

    @Slot()
    def _leave(self) -> None:
        if self._session is not None:
            self.left_out.emit(self._session.id)

    @Slot()
    def _keep(self) -> None:
        found = self._typed()
        if found is not None:
            self.kept.emit(found, self._session.id if self._session else None)

    def _typed(self) -> NewSession | None:
        """What was typed, or None where a field says why not."""
        if not self.title.text:
            return self._refuse(self.title, "A session needs a title.")
        starts = self._starts()
        if starts is False:
            return None
        minutes = read_minutes(self.minutes.text)
        if minutes is None or minutes < 1 or minutes != int(minutes):
            return self._refuse(self.minutes, "Whole minutes, like 45.")
        minimum = None
        if self.minimum.text:
            minimum = read_minutes(self.minimum.text)
            if minimum is None or minimum != int(minimum):
                return self._refuse(self.minimum, "Whole minutes, like 30.")
            if minimum > minutes:
                return self._refuse(
                    self.minimum, f"Not more than its {counted(int(minutes), 'minute')}."
                )
        warnings = re.findall(r"\d+", self.warnings.text)
        if re.sub(r"[\d\s,;and]+", "", self.warnings.text) or any(int(w) > 720 for w in warnings):
            return self._refuse(self.warnings, "Minutes, like 5, 1.")
        if len(warnings) > 2:
            return self._refuse(self.warnings, "Two warnings at most.")
        number = self.round.text
        if number and not (number.isdecimal() and 1 <= int(number) <= 99):
            return self._refuse(self.round, "The number of a round, like 2.")
        if self.fixed.isChecked() and starts is None:
            return self._refuse(self.starts, "A fixed start needs its time.")
        assert not isinstance(starts, bool)
        # Read from the fields, so that only what is on the page changes.
        return replace(
            self._base,
            title=self.title.text,
            speaker=self.speaker.text,
            kind=Kind(self.kind.edit.currentData()),
            starts=starts,
            minutes=int(minutes),
            minimum=None if minimum is None else int(minimum),
            fixed=self.fixed.isChecked(),
            protected=self.protected.isChecked(),
            warnings=tuple(int(warning) for warning in warnings),
            round_number=int(number) if number else None,
            note=self.note.text,
            sound=str(self.sound.edit.currentData()),
            auto=self.auto.isChecked(),
        )

    def _starts(self) -> datetime | bool | None:
        text = self.starts.text
        if not text:
            return None
        meant = read_time(text)
        if meant is None:
            choices = possible_times(text)
            words = " or ".join(f"{choice:%H:%M}" for choice in choices)
            self._refuse(self.starts, f"Write {words}." if choices else "A time, like 09:30.")
            return False
        was = self._base.starts
        if was is not None and meant == time(was.hour, was.minute):
            return was
        return datetime.combine(was.date() if was else self._day, meant)

    @staticmethod
    def _refuse(field: Field, why: str) -> None:
        field.set_error(why)
        field.take_focus()
