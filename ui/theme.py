"""Colours, type and the stylesheet. A theme is a TOML file of names; everything asks by name.

`Theme.current()` is the theme in force. `ThemeKeeper` (one for an application) puts one in force:
the system's choice of light or dark, or a choice made on this laptop.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication

NAMES = ("light", "dark")
FAMILIES = ("Source Sans Pro", "Noto Sans")
#: The sizes of type, in pixels.
SMALL, BODY, PART, HEADING, WORD, NAME = 13, 15, 18, 24, 36, 60
#: The colour of a side by its position (0, 1, 2).
SIDE_COLOURS = ("gp", "ph", "ot")
#: What a `Card` may stand on.
GROUNDS = (
    "mist", "paper", "hover", "ink", "navy",
    "welcome", "careful", "careful-soft", "stop", "misread",
)  # fmt: skip
RADIUS = 8

_WEIGHTS = {
    "regular": QFont.Weight.Normal,
    "semibold": QFont.Weight.DemiBold,
    "bold": QFont.Weight.Bold,
}


@dataclass(frozen=True, slots=True)
class Theme:
    """Named colours. `colours` maps a name to "#RRGGBB"."""

    name: str
    dark: bool
    colours: dict[str, str]

    @staticmethod
    @functools.cache
    def load(name: str) -> Theme:
        """The theme `name` ("light" or "dark") from `resources/themes`."""
        text = resources.files("resources").joinpath(f"themes/{name}.toml").read_text("utf-8")
        data = tomllib.loads(text)
        return Theme(data["name"], data["dark"], dict(data["colours"]))

    @staticmethod
    def current() -> Theme:
        """The theme in force; light where nothing has been put in force yet."""
        keeper = ThemeKeeper.of_application()
        return keeper.theme if keeper is not None else Theme.load("light")

    def hex(self, name: str) -> str:
        """The colour `name` as "#RRGGBB". KeyError where there is none."""
        return self.colours[name]

    def colour(self, name: str) -> QColor:
        """The colour `name`; a "#RRGGBB" is taken as it is."""
        return QColor(name if name.startswith("#") else self.colours[name])

    def side(self, position: int) -> QColor:
        """The colour of the side at `position` (0, 1 or 2)."""
        return self.colour(SIDE_COLOURS[position])

    def on(self, ground: str) -> QColor:
        """The colour of text on the coloured ground `ground` (welcome, careful, stop, navy…)."""
        return self.colour(self.colours.get(f"on-{ground}", self.colours["ink"]))


class ThemeKeeper(QObject):
    """Keeps the application in one theme. Make it once, right after the QApplication.

    Signals:
        changed(Theme): another theme is in force; the widgets have been told by the stylesheet.
    """

    changed = Signal(object)

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        super().__init__(app)
        self.setObjectName("theme-keeper")
        self._app = app
        self._choice = choice
        self._theme = Theme.load("light")
        self._applied = False
        load_fonts()
        app.setStyle("Fusion")
        app.setFont(font(BODY))
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.choose(choice)

    @staticmethod
    def of_application() -> ThemeKeeper | None:
        """The keeper of the running application, or None."""
        app = QApplication.instance()
        if app is None:
            return None
        found = app.findChild(QObject, "theme-keeper", Qt.FindChildOption.FindDirectChildrenOnly)
        return found if isinstance(found, ThemeKeeper) else None

    @property
    def theme(self) -> Theme:
        """The theme in force."""
        return self._theme

    @property
    def choice(self) -> str:
        """What was chosen: "system", "light" or "dark"."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Puts "light" or "dark" in force, or follows the system with "system"."""
        self._choice = choice
        name = choice if choice in NAMES else self._system_name()
        if self._applied and name == self._theme.name:
            return
        self._theme = Theme.load(name)
        self._applied = True
        self._app.setPalette(palette(self._theme))
        self._app.setStyleSheet(stylesheet(self._theme))
        self.changed.emit(self._theme)

    @Slot()
    def _system_changed(self) -> None:
        if self._choice not in NAMES:
            self.choose(self._choice)

    def _system_name(self) -> str:
        dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return "dark" if dark else "light"


@functools.cache
def load_fonts() -> tuple[str, ...]:
    """Loads the fonts that the program brings along; returns the names of the files loaded."""
    loaded: list[str] = []
    for package, pattern in (
        ("font_source_sans_pro", "SourceSansPro-{}.ttf"),
        ("fontpkg_noto_sans", "NotoSans[wdth,wght].ttf"),
    ):
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            continue
        folder = Path(spec.origin).parent / "files"
        names = dict.fromkeys(pattern.format(w) for w in ("Regular", "Semibold", "Bold"))
        loaded += [n for n in names if QFontDatabase.addApplicationFont(str(folder / n)) >= 0]
    return tuple(loaded)


def font(size: int = BODY, weight: str = "regular", *, tabular: bool = False) -> QFont:
    """A font of the one family: `size` in pixels, `weight` regular, semibold or bold.

    `tabular` gives every figure the same width: for all clocks and counts.
    """
    result = QFont()
    result.setFamilies(list(FAMILIES))
    result.setPixelSize(size)
    result.setWeight(_WEIGHTS[weight])
    if tabular:
        result.setFeature(QFont.Tag("tnum"), 1)
    return result


def fitting_font(
    text: str,
    width: int,
    sizes: tuple[int, ...],
    weight: str = "semibold",
    *,
    tabular: bool = False,
) -> QFont:
    """The largest of `sizes` in which `text` fits `width` pixels on one line; else the smallest."""
    for size in sizes:
        candidate = font(size, weight, tabular=tabular)
        if QFontMetrics(candidate).horizontalAdvance(text) <= width:
            return candidate
    return font(sizes[-1], weight, tabular=tabular)


def palette(theme: Theme) -> QPalette:
    """The palette for what the stylesheet does not reach."""
    result = QPalette()
    role = QPalette.ColorRole
    for target, name in (
        (role.Window, "paper"),
        (role.WindowText, "ink"),
        (role.Base, "paper"),
        (role.AlternateBase, "mist"),
        (role.Text, "ink"),
        (role.PlaceholderText, "muted"),
        (role.Button, "paper"),
        (role.ButtonText, "ink"),
        (role.BrightText, "bad"),
        (role.ToolTipBase, "ink"),
        (role.ToolTipText, "paper"),
        (role.Highlight, "ink"),
        (role.HighlightedText, "paper"),
        (role.Link, "gp"),
        (role.Light, "line"),
        (role.Midlight, "line"),
        (role.Mid, "edge"),
        (role.Dark, "edge"),
        (role.Shadow, "edge"),
        (role.Accent, "ink"),
    ):
        result.setColor(target, theme.colour(name))
    for target in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, target, theme.colour("muted"))
    return result


def stylesheet(theme: Theme) -> str:
    """The stylesheet of the standard widgets, made from the theme's names."""
    colours: dict[str, Any] = {name.replace("-", "_"): v for name, v in theme.colours.items()}
    tones = "".join(
        f'QLabel[tone="{name}"] {{ color: {value}; }}\n' for name, value in theme.colours.items()
    )
    grounds = "".join(
        f'QFrame[ground="{name}"] {{ background: {theme.hex(name)}; }}\n' for name in GROUNDS
    )
    return _SHEET.format_map(colours) + tones + grounds


_SHEET = """
QMainWindow, QDialog, QWidget[page="true"] {{ background: {paper}; }}
QWidget#rail {{ background: {mist}; }}
QToolTip {{ background: {ink}; color: {paper}; border: 0; padding: 6px 8px; }}
QFrame[ground] {{ border: 0; border-radius: 8px; }}
QFrame[outlined="true"] {{ border: 1px solid {edge}; }}
QFrame[outlined="dashed"] {{ border: 1px dashed {edge}; }}
QFrame[squared="true"] {{ border-radius: 0; }}
QFrame[line="true"] {{ background: {line}; border: 0; border-radius: 0; }}
QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox {{
  background: {paper}; color: {ink}; border: 1px solid {edge}; border-radius: 8px;
  padding: 0 11px; selection-background-color: {ink}; selection-color: {paper};
}}
QLineEdit, QPlainTextEdit, QTextEdit {{ placeholder-text-color: {muted}; }}
QAbstractSpinBox {{ min-height: 38px; }}
QPlainTextEdit, QTextEdit {{ padding: 6px 7px; }}
QLineEdit[bad="true"], QPlainTextEdit[bad="true"] {{ border: 2px solid {bad}; padding: 0 10px; }}
QPlainTextEdit[bad="true"] {{ padding: 5px 6px; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{
  background: {mist}; color: {muted}; border-style: dashed;
}}
QLineEdit[bare="true"], QPlainTextEdit[bare="true"] {{ border: 0; background: transparent; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: 0; }}
QComboBox::drop-down {{ width: 32px; border: 0; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{
  background: {paper}; color: {ink}; border: 1px solid {edge}; outline: 0;
  selection-background-color: {mist}; selection-color: {ink};
}}
QComboBox QAbstractItemView::item {{ min-height: 40px; padding: 0 11px; }}
QScrollArea, QAbstractItemView {{ border: 0; }}
QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; }}
QListView, QTreeView, QTableView {{
  background: {paper}; color: {ink}; border: 0; outline: 0; gridline-color: {line};
  selection-background-color: {mist}; selection-color: {ink};
}}
QTableView::item {{ padding: 0 8px; border: 0; }}
QTableView::item:selected {{ background: {mist}; color: {ink}; }}
QTableView::item:hover {{ background: {hover}; }}
QHeaderView {{ background: {paper}; border: 0; }}
QHeaderView::section {{
  background: {paper}; color: {muted}; border: 0; border-bottom: 1px solid {line};
  padding: 0 8px; min-height: 32px; font-size: 13px; font-weight: 400;
}}
QTableCornerButton::section {{ background: {paper}; border: 0; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {edge}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 40px; }}
QScrollBar::handle:horizontal {{ min-width: 40px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QMenu {{ background: {paper}; color: {ink}; border: 1px solid {edge}; padding: 4px; }}
QMenu::item {{ min-height: 40px; padding: 0 16px; border-radius: 4px; }}
QMenu::item:selected {{ background: {mist}; }}
QMenu::item:disabled {{ color: {muted}; }}
QSplitter::handle {{ background: transparent; }}
QCalendarWidget QWidget {{ background: {paper}; color: {ink}; }}
"""
