"""A quote with consent and sponsors' logos: chosen once, kept, and refused in words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from facilitator.app import EventApp
from facilitator.domain.errors import Refused
from facilitator.services.report_extras import LARGEST_FILE, MOST_LOGOS
from facilitator.store.rows import NoteRow
from tests import day

PH = "community-pharmacy"


def _picture(kind: str = "PNG", size: tuple[int, int] = (300, 100), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "navy").save(out, kind)
    return out.getvalue()


def test_a_quote_needs_consent_and_stays_when_the_report_is_made_again(app: EventApp) -> None:
    note = day.add_note(app, "pain-point", "Nobody answers the phone", side=PH)
    with pytest.raises(Refused, match="consent"):
        app.report_extras.quote(note, agreed=False)
    assert app.report.figures("role").quote is None
    app.report_extras.quote(note, agreed=True)
    for _ in range(2):
        quote = app.report.figures("role").quote
        assert quote is not None
        assert (quote.words, quote.who) == ("Nobody answers the phone",
                                            "somebody from community pharmacy")  # fmt: skip
    app.report_extras.no_quote()
    assert app.report.figures("named").quote is None


def test_a_quote_is_named_only_where_note_and_document_allow_it(app: EventApp) -> None:
    notes = day.full_day(app)
    app.report_extras.quote(notes["spot"], agreed=True)
    told = {kind: app.report.figures(kind).quote for kind in ("named", "role", "none")}
    assert told["named"] is not None
    assert told["named"].who.startswith("Dr Amara Abernathy")
    assert told["role"] is not None
    assert told["role"].who == "somebody from general practice"
    assert told["none"] is not None
    assert told["none"].who == ""
    app.report_extras.quote(notes["pain"], agreed=True)
    for kind in ("named", "role", "none"):
        quote = app.report.figures(kind).quote
        assert quote is not None
        assert "Venkatesan" not in quote.words + quote.who


def test_a_quote_whose_note_changed_or_went_is_not_printed(app: EventApp) -> None:
    note = day.add_note(app, "pain-point", "As agreed", side=PH)
    app.report_extras.quote(note, agreed=True)
    with app.database.session() as session:
        row = session.get(NoteRow, note)
        assert row is not None
        row.removed_at = app.clocks.now()
        session.add(row)
    assert app.report_extras.quoted() is None
    assert app.report.figures("role").quote is None
    with pytest.raises(Refused, match="no longer there"):
        app.report_extras.quote(note, agreed=True)


def test_logos_are_kept_in_order_and_reach_both_documents(
    file_app: EventApp, tmp_path: Path
) -> None:
    day.full_day(file_app)
    extras = file_app.report_extras
    extras.add_logo("Larkin Trust", _picture())
    extras.add_logo("Brent Foundation", _picture("JPEG", (2400, 2400)))
    extras.add_logo("Clear Ltd", _picture(size=(200, 90), mode="RGBA"))
    assert [logo.name for logo in extras.logos()] == [
        "Larkin Trust", "Brent Foundation", "Clear Ltd"]  # fmt: skip
    assert max(Image.open(io.BytesIO(extras.logos()[1].content)).size) <= 1200
    path = file_app.report.write(tmp_path / "report.pdf").path
    assert len(PdfReader(path).pages[0].images) + len(PdfReader(path).pages[1].images) == 3
    from docx import Document

    word = Document(str(file_app.report.write(tmp_path / "report.docx").path))
    alts = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert "Logo of Larkin Trust" in alts
    extras.remove_logo(extras.logos()[0].id)
    assert [logo.name for logo in extras.logos()] == ["Brent Foundation", "Clear Ltd"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"not a picture", "damaged, or neither"),
        (_picture()[:60], "damaged, or neither"),
        (_picture("GIF"), "damaged, or neither"),
        (b"\0" * (LARGEST_FILE + 1), "4 MB is the most"),
        (_picture(size=(9000, 2)), "8000 is the most"),
    ],
)
def test_a_file_that_is_no_logo_is_refused_in_words(
    file_app: EventApp, content: bytes, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        file_app.report_extras.add_logo("Larkin Trust", content)
    assert file_app.report_extras.logos() == ()


def test_there_is_room_for_six_logos_each_with_a_name(file_app: EventApp) -> None:
    with pytest.raises(Refused, match="whose logo"):
        file_app.report_extras.add_logo("  ", _picture())
    for number in range(MOST_LOGOS):
        file_app.report_extras.add_logo(f"Sponsor {number}", _picture())
    with pytest.raises(Refused, match="6 logos"):
        file_app.report_extras.add_logo("One more", _picture())
