"""Codes of spare badges: printed with the papers, and nobody's until a walk-in is given one.

A spare badge that was given to a walk-in is their ticket; one that was given to somebody of the
list is a code of theirs. So a spare scanned again is answered like any badge.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from uuid import UUID

from sqlmodel import Session, col, or_, select

from facilitator.domain.errors import Refused
from facilitator.domain.text import counted
from facilitator.domain.ticket import clean_code, make_ticket
from facilitator.services.people import standings
from facilitator.store.rows import AttendeeCodeRow, AttendeeRow, DocumentFactRow

#: fewer last characters than this would fit too many badges
LEAST = 3


def spare_codes(session: Session) -> frozenset[str]:
    """Every spare code that was ever printed, given away or not."""
    return frozenset(_printed(session))


def is_spare(session: Session, text: str) -> bool:
    """Whether `text`, cleaned, is the code of a spare badge of this event."""
    return text.startswith("F1-") and text in spare_codes(session)


def find_spare(session: Session, text: str) -> str:
    """The spare badge that a code, or the last characters of one, names; given away or not.

    Refused where there is none, or two end alike.
    """
    wanted = clean_code(text).text
    spares = spare_codes(session)
    if wanted in spares:
        return wanted
    ending = _plain(wanted)
    found = [code for code in spares if _plain(code).endswith(ending)]
    if len(ending) < LEAST or not found:
        raise Refused(
            f"No spare badge ends in “{wanted[:40]}”.", "Nobody was added.",
            "Scan the badge, or type its last four characters.",
        )  # fmt: skip
    if len(found) > 1:
        raise Refused(
            f"{counted(len(found), 'spare badge')} end in “{wanted[:40]}”.", "Nobody was added.",
            "Scan the badge, or type more of its code.",
        )  # fmt: skip
    return found[0]


def holder_of(session: Session, code: str) -> AttendeeRow | None:
    """Who was given the spare badge of this code; None while nobody holds it.

    A walk-in whose arrival was taken back holds nothing: the badge lies on the desk again.
    """
    theirs = select(AttendeeCodeRow.attendee_id).where(col(AttendeeCodeRow.code) == code)
    row = session.exec(
        select(AttendeeRow).where(
            or_(col(AttendeeRow.ticket) == code, col(AttendeeRow.id).in_(theirs)),
            col(AttendeeRow.erased_at).is_(None),
        )
    ).first()
    return None if row is None or is_taken_back(session, row.id, walk_in=row.walk_in) else row


def is_taken_back(session: Session, person_id: UUID, *, walk_in: bool) -> bool:
    """Whether this is a walk-in whose arrival does not stand any more."""
    return walk_in and not standings(session, [person_id])


def take_spare(session: Session, text: str, tag: str) -> str:
    """The code of a spare badge that is to be somebody's ticket now.

    Refused where it is no spare of this event, or somebody's already: it says whose.
    """
    code = find_spare(session, text)
    holder = holder_of(session, code)
    if holder is not None:
        name = " ".join(f"{holder.title} {holder.given_name} {holder.family_name}".split())
        raise Refused(
            f"That spare badge belongs to {name} already.", "Nobody was added.",
            "Take another spare badge.",
        )  # fmt: skip
    before = session.exec(select(AttendeeRow).where(col(AttendeeRow.ticket) == code)).first()
    if before is not None:
        before.ticket = make_ticket(tag, secrets.token_bytes(10))
        session.add(before)
        session.flush()
    return code


def _printed(session: Session) -> Iterator[str]:
    query = select(DocumentFactRow.details).where(col(DocumentFactRow.kind) == "papers")
    for details in session.exec(query):
        yield from (details or {}).get("spares", ())


def _plain(code: str) -> str:
    return code.replace("-", "").replace(" ", "").upper()
