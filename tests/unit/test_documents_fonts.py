"""Names in documents: never a box, never wider than their place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics

from facilitator.documents.fonts import (
    ARABIC,
    NOTO,
    Face,
    fit,
    markup,
    register,
    runs,
    shorten,
    text_width,
    wrap,
)

NAMES = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=60, max_size=60),
    st.text(alphabet="ăâđêôơưấầẩẫậắằẳẵặếềểễệ ", max_size=60),
    st.text(alphabet="αβγδεζηθΆΈΉ абвгдеёжзӘӨҮ-", max_size=60),
    st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي ", max_size=60),
    st.text(alphabet="😀🎉👩🏽‍⚕️❤️ Ada<b>&", max_size=40),
    st.text(alphabet="प्रियாகிருสวัสดี王小明한글שלום", max_size=40),
)


@given(NAMES)
@settings(max_examples=150, deadline=None)
def test_every_character_is_in_the_font_that_sets_it(name: str) -> None:
    register()
    for face in (Face.REGULAR, Face.BOLD):
        for run in runs(name, face):
            glyphs = pdfmetrics.getFont(run.font).face.charToGlyph
            assert all(ord(char) in glyphs for char in run.text), run


@pytest.mark.parametrize(
    ("name", "fonts"),
    [
        ("Nguyễn Thị Ánh", {Face.BOLD.value}),
        ("Ελένη Παπαδοπούλου", {Face.BOLD.value}),
        ("Екатерина", {Face.BOLD.value}),
        ("Ⱥ", {NOTO}),
        ("محمد", {ARABIC}),
    ],
)
def test_a_name_is_set_in_its_own_letters(name: str, fonts: set[str]) -> None:
    assert {run.font for run in runs(name, Face.BOLD)} == fonts


def test_arabic_is_joined_and_ordered_as_it_is_read() -> None:
    # meem, hah, meem, dal in their joined forms, from left to right on the page
    (run,) = runs("محمد", Face.REGULAR)
    assert run.text == "\ufeaa\ufee4\ufea4\ufee3"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada 😀", "Ada "),
        ("😀", ":grinning:"),
        ("王小明", "WangXiaoMing"),
        ("<b>Bo</b> & Co", "<b>Bo</b> & Co"),
        ("e\u0301a", "éa"),
        ("", ""),
        ("\ue000", "?"),
    ],
)
def test_what_no_font_has_is_transliterated_or_left_out(name: str, shown: str) -> None:
    assert "".join(run.text for run in runs(name, Face.REGULAR)) == shown


@given(
    NAMES,
    st.floats(30, 300),
    st.integers(1, 3),
    st.one_of(st.none(), st.floats(14, 120)),
)
@settings(max_examples=150, deadline=None)
def test_fitted_text_never_leaves_its_box(
    name: str, width: float, lines: int, height: float | None
) -> None:
    fitted = fit(name, Face.BOLD, width, 60, 14, lines, height)
    assert len(fitted.lines) <= lines
    assert fitted.size <= 60
    for line in fitted.lines:
        assert text_width(line, Face.BOLD, fitted.size) <= width or len(line) <= 1
    if height is not None:
        assert fitted.height <= height + 0.01


def test_a_short_name_is_large_and_a_long_one_breaks_before_it_shrinks() -> None:
    assert fit("Bo", Face.BOLD, 200, 60, 14, 2).size == pytest.approx(60, abs=0.1)
    long = fit("Anna-Katharina Maximiliane", Face.BOLD, 200, 60, 14, 2)
    assert len(long.lines) == 2
    assert "".join(long.lines).replace(" ", "") == "Anna-KatharinaMaximiliane"


def test_sixty_letters_are_kept_whole_by_breaking_inside() -> None:
    fitted = fit("W" * 60, Face.BOLD, 240, 60, 18, 3, 60)
    assert "".join(fitted.lines) == "W" * 60


def test_wrapping_loses_nothing_and_keeps_to_the_width() -> None:
    text = "Director of primary-care transformation and medicines optimisation"
    lines = wrap(text, Face.REGULAR, 10, 80)
    assert all(text_width(line, Face.REGULAR, 10) <= 80 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_shortening_says_that_it_cut() -> None:
    assert shorten("Short", Face.REGULAR, 10, 100) == "Short"
    cut = shorten("A very long organisation indeed", Face.REGULAR, 10, 60)
    assert cut.endswith("…")
    assert text_width(cut, Face.REGULAR, 10) <= 60


def test_markup_shows_markup_as_typed() -> None:
    assert markup("<b>A</b> & B\nC") == "&lt;b&gt;A&lt;/b&gt; &amp; B<br/>C"
    assert markup("aȺ") == f'a<font name="{NOTO}">Ⱥ</font>'
