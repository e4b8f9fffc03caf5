"""The settings of this laptop: what its desk is called, light or dark, sounds."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit import Button, Choice, Field, Label, Option, Tick
from ui.settings import LaptopSettings
from ui.theme import ThemeKeeper


class ThisLaptopPage(QWidget):
    """The page. What is changed is kept at once.

    Signals:
        left(): the person goes back.
    """

    left = Signal()

    def __init__(self, settings: LaptopSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        box = QVBoxLayout(self)
        box.setContentsMargins(56, 48, 56, 32)
        box.setSpacing(16)
        box.addWidget(Label("This laptop", "heading"))
        self.desk = Field(
            "This desk is called",
            hint="It stands beside every arrival, so that two desks can be told apart",
        )
        self.desk.setMaximumWidth(440)
        self.desk.edit.editingFinished.connect(self._desk_named)
        box.addWidget(self.desk)
        look = QVBoxLayout()
        look.setSpacing(4)
        look.addWidget(Label("Light or dark", "strong"))
        self.theme = Choice(
            [
                Option("system", "As the system"),
                Option("light", "Light"),
                Option("dark", "Dark"),
            ],
            name="Light or dark",
        )
        self.theme.setMaximumWidth(440)
        self.theme.chosen.connect(self._theme_chosen)
        look.addWidget(self.theme)
        box.addLayout(look)
        self.sounds = Tick("Sounds at the desk", note="each verdict has its own")
        self.sounds.clicked.connect(self._sounds_ticked)
        box.addWidget(self.sounds)
        self.cues = Tick("Cues of the programme", note="a chime or a bell, as its sessions say")
        self.cues.clicked.connect(self._cues_ticked)
        box.addWidget(self.cues)
        box.addStretch(1)
        foot = QHBoxLayout()
        self.back = Button("Back", key="Esc", icon="arrow-left", desk=True)
        self.back.clicked.connect(self.left)
        foot.addWidget(self.back)
        foot.addWidget(Label("Kept as you choose.", "second"))
        foot.addStretch(1)
        box.addLayout(foot)
        self.read()

    def read(self) -> None:
        """Shows what is kept."""
        self.desk.set_text(self._settings.desk)
        self.theme.choose(self._settings.theme)
        self.sounds.setChecked(self._settings.sounds)
        self.cues.setChecked(self._settings.cue_sounds)

    def take_focus(self) -> None:
        """Puts the keyboard into the first field."""
        self.desk.take_focus()

    @Slot()
    def _desk_named(self) -> None:
        if self.desk.text:
            self.desk.set_error("")
            self._settings.set(desk=self.desk.text[:40])
        else:
            self.desk.set_error("A desk needs a name, such as Desk 1.")

    @Slot(str)
    def _theme_chosen(self, choice: str) -> None:
        self._settings.set(theme=choice)
        keeper = ThemeKeeper.of_application()
        if keeper is not None:
            keeper.choose(choice)

    @Slot()
    def _cues_ticked(self) -> None:
        self._settings.set(cue_sounds=self.cues.isChecked())

    @Slot()
    def _sounds_ticked(self) -> None:
        self._settings.set(sounds=self.sounds.isChecked())
