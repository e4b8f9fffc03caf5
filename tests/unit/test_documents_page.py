"""Documents appear whole or not at all, and trouble with the disk is told in a sentence."""

from __future__ import annotations

import errno
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader

from facilitator.documents.marks import Mark, draw_mark
from facilitator.documents.page import (
    Occasion,
    as_trouble,
    day_in_words,
    draw_foot,
    draw_heading,
    new_canvas,
    ready_folder,
    write_document,
)
from facilitator.domain.errors import DiskFull, Gone, ReadOnly, Refused
from facilitator.domain.sides import DEFAULT_SIDES

OCCASION = Occasion(
    "Summit", datetime(2025, 11, 12, 9, 12, tzinfo=UTC), date(2025, 11, 12), "Friends House"
)


def test_a_document_replaces_the_one_before_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_text("before")
    assert write_document(target, lambda path: path.write_text("after")) == target
    assert target.read_text() == "after"
    assert [file.name for file in tmp_path.iterdir()] == ["a.pdf"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights otherwise")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    target = write_document(tmp_path / "a.pdf", lambda path: path.write_text("names"))
    assert target.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_text("before")

    def make(path: Path) -> None:
        path.write_text("half")
        Path("/dev/full").write_text("the rest")

    with pytest.raises(DiskFull, match="no room left"):
        write_document(target, make)
    assert target.read_text() == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["a.pdf"]


def test_trouble_that_a_library_wrapped_is_found(tmp_path: Path) -> None:
    class LibraryError(Exception):
        pass

    def make(path: Path) -> None:
        raise LibraryError(OSError(errno.ENOSPC, "No space left on device"))

    with pytest.raises(DiskFull):
        write_document(tmp_path / "a.xlsx", make)
    assert not list(tmp_path.iterdir())


def test_a_bug_stays_a_bug(tmp_path: Path) -> None:
    def make(path: Path) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_document(tmp_path / "a.pdf", make)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights of this kind are POSIX")
def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    was = os.geteuid()
    if was == 0:
        # root may write anywhere, so step down for the moment
        os.seteuid(65534)
    try:
        with pytest.raises(ReadOnly, match="may not be written to"):
            write_document(folder / "a.pdf", lambda path: path.write_text("x"))
    finally:
        if was == 0:
            os.seteuid(0)
        folder.chmod(0o755)


def test_a_missing_folder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="does not exist"):
        write_document(tmp_path / "no" / "a.pdf", lambda path: path.write_text("x"))
    with pytest.raises(Refused, match="does not exist"):
        ready_folder(tmp_path / "no" / "there")
    with pytest.raises(Refused, match="is a folder"):
        write_document(tmp_path, lambda path: path.write_text("x"))


def test_a_folder_to_fill_is_made(tmp_path: Path) -> None:
    made = ready_folder(tmp_path / "out")
    assert made.is_dir()
    assert ready_folder(made) == made
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused, match="is a file"):
        ready_folder(tmp_path / "file")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EROFS, ReadOnly),
        (errno.EACCES, ReadOnly),
        (errno.ENAMETOOLONG, Refused),
        (errno.EIO, Gone),
    ],
)
def test_each_fault_of_the_disk_has_its_words(number: int, kind: type[Exception]) -> None:
    trouble = as_trouble(OSError(number, os.strerror(number)), Path("x/badges.pdf"))
    assert type(trouble) is kind
    assert "badges.pdf" in str(trouble)
    assert len(str(trouble)) < 400


def test_a_name_too_long_for_the_disk(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be the name"):
        write_document(tmp_path / ("x" * 300 + ".pdf"), lambda path: path.write_text("x"))


def test_a_page_says_what_it_is_and_when_it_was_printed(tmp_path: Path) -> None:
    def make(path: Path) -> None:
        canvas = new_canvas(path, "Table plan", OCCASION)
        draw_heading(canvas, "Table plan", OCCASION, "Round 1")
        draw_foot(canvas, OCCASION, 1, 2, "Keep it safe")
        for number, side in enumerate(DEFAULT_SIDES):
            draw_mark(canvas, side, 100 + 30 * number, 300, 20)
        Mark(DEFAULT_SIDES.first).drawOn(canvas, 200, 300)
        canvas.save()

    target = write_document(tmp_path / "p.pdf", make)
    reader = PdfReader(target)
    assert reader.metadata is not None
    assert reader.metadata.title == "Table plan – Summit"
    assert reader.metadata.author == "Summit"
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    text = pypdfium2.PdfDocument(target)[0].get_textpage().get_text_bounded()
    assert "Printed 09:12 on Wednesday 12 November 2025" in text
    assert "Page 1 of 2" in text
    assert "Keep it safe" in text
    assert "Summit · Wednesday 12 November 2025 · Friends House" in text


def test_the_sides_marks_differ_in_shape_not_only_in_colour(tmp_path: Path) -> None:
    def make(path: Path) -> None:
        canvas = new_canvas(path, "Marks", OCCASION, (150, 50))
        for number, side in enumerate(DEFAULT_SIDES):
            draw_mark(canvas, side, 5 + 50 * number, 5, 40)
        canvas.save()

    target = write_document(tmp_path / "m.pdf", make)
    picture = pypdfium2.PdfDocument(target)[0].render(scale=1).to_pil().convert("L")
    # the corner of each mark's square: full, empty, and empty again with a point beyond the edge
    corner = [picture.getpixel((50 * n + 9, 9)) < 200 for n in range(3)]
    shoulder = [picture.getpixel((50 * n + 13, 13)) < 200 for n in range(3)]
    assert corner == [True, False, False]
    assert shoulder == [True, True, False]


def test_a_day_in_words_does_not_depend_on_the_laptop() -> None:
    assert day_in_words(date(2026, 3, 1)) == "Sunday 1 March 2026"
