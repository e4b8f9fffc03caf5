"""Contrast and colour blindness, computed for both themes; fonts; following the system."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from ui.kit import MessageBar
from ui.kit.message import MOODS
from ui.theme import FAMILIES, GROUNDS, Theme, ThemeKeeper, fitting_font, font, stylesheet

Colour = tuple[float, float, float]


def _rgb(text: str) -> Colour:
    """sRGB 0..1 of "#RRGGBB"."""
    red, green, blue = (int(text[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(value) for value in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """WCAG 2.2 contrast of two colours, 1 to 21."""
    lights = sorted((_luminance(_rgb(first)), _luminance(_rgb(second))))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def test_contrast_of_black_and_white_is_known() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


TEXT = [
    ("ink", "paper"), ("ink", "mist"), ("ink", "hover"), ("ink", "pressed"),
    ("muted", "paper"), ("muted", "mist"), ("muted", "hover"),
    ("bad", "paper"), ("bad", "mist"), ("attention", "paper"), ("attention", "mist"),
    ("paper", "ink"), ("ink-key", "ink"), ("gp", "paper"), ("ph", "paper"), ("ot", "paper"),
    ("mark-letter", "gp"), ("mark-letter", "ph"), ("mark-letter", "ot"),
    ("on-welcome", "welcome"), ("on-careful", "careful"), ("on-stop", "stop"),
    ("on-misread", "misread"), ("on-navy", "navy"), ("on-careful-soft", "careful-soft"),
    ("focus-edge", "focus"),
]  # fmt: skip
EDGES = [
    ("edge", "paper"), ("edge", "mist"), ("bad", "paper"), ("good", "paper"), ("gp", "line"),
    ("ph", "line"), ("ot", "line"), ("ink", "line"),
]  # fmt: skip


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("pair", TEXT)
def test_text_reaches_aa(name: str, pair: tuple[str, str]) -> None:
    theme = Theme.load(name)
    assert contrast(theme.hex(pair[0]), theme.hex(pair[1])) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("pair", EDGES)
def test_edges_reach_three(name: str, pair: tuple[str, str]) -> None:
    theme = Theme.load(name)
    assert contrast(theme.hex(pair[0]), theme.hex(pair[1])) >= 3.0


@pytest.mark.parametrize("name", ["light", "dark"])
def test_focus_ring_is_seen_on_every_ground(name: str) -> None:
    theme = Theme.load(name)
    for ground in ("paper", "mist", "welcome", "careful", "stop", "navy"):
        # One of the two rings always stands out: yellow on dark, its ink edge on light.
        seen = max(contrast(theme.hex(ring), theme.hex(ground)) for ring in ("focus", "focus-edge"))
        assert seen >= 3.0, ground


# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear light.
BLINDNESS = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def _seen(colour: str, kind: str) -> Colour:
    """A colour in CIE Lab as somebody with that colour blindness sees it."""
    light = [_linear(value) for value in _rgb(colour)]
    red, green, blue = (
        min(max(sum(m * v for m, v in zip(row, light, strict=True)), 0.0), 1.0)
        for row in BLINDNESS[kind]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883

    def bend(value: float) -> float:
        return value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116

    return 116 * bend(y) - 16, 500 * (bend(x) - bend(y)), 200 * (bend(y) - bend(z))


def distance(first: str, second: str, kind: str) -> float:
    """CIE76 distance as seen; some 2 is just noticeable."""
    pairs = zip(_seen(first, kind), _seen(second, kind), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) ** 0.5


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("kind", list(BLINDNESS))
def test_verdicts_stay_apart_without_red_or_green(name: str, kind: str) -> None:
    theme = Theme.load(name)
    grounds = ("welcome", "careful", "stop", "misread")
    for first, second in itertools.combinations(grounds, 2):
        assert distance(theme.hex(first), theme.hex(second), kind) >= 10, (first, second)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("kind", list(BLINDNESS))
def test_sides_stay_apart_without_red_or_green(name: str, kind: str) -> None:
    theme = Theme.load(name)
    for first, second in itertools.combinations(("gp", "ph", "ot"), 2):
        assert distance(theme.hex(first), theme.hex(second), kind) >= 10, (first, second)


def test_every_mood_has_its_own_word_and_shape() -> None:
    assert len({word for word, *_ in MOODS.values()}) == len(MOODS)
    assert len({icon for _, icon, *_ in MOODS.values()}) == len(MOODS)
    assert MessageBar  # the strip shows both


def test_both_themes_name_the_same_colours() -> None:
    light, dark = Theme.load("light"), Theme.load("dark")
    assert light.colours.keys() == dark.colours.keys()
    assert set(GROUNDS) <= light.colours.keys()
    assert all(f"on-{ground}" in light.colours for ground in ("welcome", "careful", "stop", "navy"))


def test_the_stylesheet_has_no_name_left_unfilled() -> None:
    for name in ("light", "dark"):
        sheet = stylesheet(Theme.load(name))
        assert "{ink}" not in sheet
        assert Theme.load(name).hex("edge") in sheet


def test_the_fonts_are_the_ones_we_bring(qapp: QApplication) -> None:
    assert font().families() == list(FAMILIES)
    widths = {QFontMetrics(font(24, tabular=True)).horizontalAdvance(d) for d in "0123456789"}
    assert len(widths) == 1
    assert QFontMetrics(font(15, "bold")).horizontalAdvance("m" * 20) > QFontMetrics(
        font(15)
    ).horizontalAdvance("m" * 20)
    for letter in "ễЖωÇ":
        assert QFontMetrics(font()).inFontUcs4(ord(letter)), letter


def test_a_long_name_steps_down(qapp: QApplication) -> None:
    assert fitting_font("Ada", 400, (60, 36)).pixelSize() == 60
    long_name = "Dr Oluwaseun Anthony Adébáyò-Featherstonehaugh"
    assert fitting_font(long_name, 400, (60, 36)).pixelSize() == 36


def test_a_choice_puts_another_theme_in_force(theme: ThemeKeeper) -> None:
    told: list[str] = []
    theme.changed.connect(lambda one: told.append(one.name))
    theme.choose("dark")
    assert Theme.current().dark
    theme.choose("dark")
    theme.choose("system")
    assert not Theme.current().dark
    assert told == ["dark", "light"]
    assert theme.choice == "system"
