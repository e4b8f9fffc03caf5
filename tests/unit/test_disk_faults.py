"""A fault of the disk is of one kind wherever it is met: at an event's file and at a document."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from facilitator.documents.page import as_trouble
from facilitator.domain.errors import Busy, DiskFull, Gone, NotAnEvent, ReadOnly, Refused, Trouble
from facilitator.domain.errors import WorldTrouble as World
from facilitator.store.trouble import system_trouble


@pytest.mark.parametrize(
    ("number", "at_event", "at_document"),
    [
        (errno.ENOSPC, DiskFull, DiskFull),
        (errno.EDQUOT, DiskFull, DiskFull),
        (errno.EFBIG, DiskFull, DiskFull),
        (errno.EROFS, ReadOnly, ReadOnly),
        (errno.EACCES, ReadOnly, ReadOnly),
        (errno.EBUSY, Busy, ReadOnly),
        (errno.ENOENT, World, Gone),
        (errno.ENOTDIR, World, Refused),
        (errno.EISDIR, NotAnEvent, Gone),
        (errno.ENAMETOOLONG, World, Refused),
        (errno.EIO, World, Gone),
    ],
)
def test_the_kind_of_trouble(
    number: int, at_event: type[Trouble], at_document: type[Trouble]
) -> None:
    problem = OSError(number, os.strerror(number))
    assert type(system_trouble(problem, "“day.facilitator”")) is at_event
    assert type(as_trouble(problem, Path("report.pdf"))) is at_document


def test_a_file_that_another_program_holds_is_said_so() -> None:
    problem = OSError(errno.EBUSY, os.strerror(errno.EBUSY))
    said = str(system_trouble(problem, "“day.facilitator”"))
    assert said.startswith("Another program holds “day.facilitator”")
    assert said.endswith("Close the other program, then try again.")


def test_an_error_without_a_number_is_said_all_the_same() -> None:
    said = str(system_trouble(OSError("the stick was pulled out"), "“day.facilitator”"))
    assert said.startswith("“day.facilitator” cannot be used")
