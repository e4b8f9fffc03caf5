"""One row of a list, and the people in it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from types import MappingProxyType

from facilitator.domain.boroughs import CHOICES, find_borough
from facilitator.domain.sides import Sides
from facilitator.domain.text import fold
from facilitator.domain.ticket import clean_code
from facilitator.intake.columns import Columns
from facilitator.intake.names import Name, find_title, join_name, same_name, split_name
from facilitator.intake.professions import find_side, guess, guess_borough

NO_MAPPING: Mapping[str, str] = MappingProxyType({})
#: more than so many people in one row is a slip of the finger
MOST_OF_A_ROW = 200

_YES = {"yes", "y", "true", "1", "x", "ja", "oui", "si", "ok", "agree", "agreed", "vip", "on",
        "i agree", "i consent", "of course", "sure", "happy to", "yes please",
        "checked"}  # fmt: skip
_NO = {"no", "n", "false", "0", "nein", "non", "off", "none", "disagree", "i do not agree",
       "no thanks", "no thank you", "not", "unchecked", "prefer not"}  # fmt: skip
_NOTHING = {"", "none", "n a", "na", "no", "nil", "nothing", "not applicable", "no requirements",
            "no dietary requirements", "none known", "no access needs", "no needs", "no known",
            "normal", "no special requirements", "none required", "non", "nope",
            "null"}  # fmt: skip
#: rows that are kept as cancelled and never admitted
_CANCELLED = re.compile(
    r"\b(?:cancel\w*|refund\w*|declin\w*|unassigned|void\w*|reject\w*|withdrawn|withdrew|"
    r"not attending|not coming|not going|wont attend|cannot attend|cant attend|cant come|"
    r"deleted|transferred|expired|apolog\w+|regrets|unable|wait ?list\w*|waiting list|"
    r"waiting|revoked|inactive|denied|disapproved|abandoned|failed|chargeback|not approved)\b"
)
_NOT_CANCELLED = re.compile(r"\b(?:not|un|never|no) ?(?:cancel\w*|void\w*|refund\w*|declin\w*)\b")
_REFUSED = {"no", "n", "false", "0"}
_VOID_IS_EMPTY = {"", "no", "false", "none", "null", "0", "valid", "active", "live", "not void"}
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_TOTAL = re.compile(r"(?:grand |sub ?)?totals?|sum|count|number of (?:people|attendees)")
_STANCES = (
    ("sceptic", re.compile(r"s[ck]eptic\w*|unconvinced|against|negative|doubtful|critical")),
    ("enthusiast", re.compile(r"enthus\w*|keen|positive|champion|supporter|in favour|convinced")),
    ("neutral", re.compile(r"neutral|undecided|unsure|open|mixed|in between|not sure")),
)


@dataclass(frozen=True, slots=True)
class IncomingPerson:
    """Somebody on a list. Unknown text is empty; unknown truths are None."""

    #: the row's number in the file, from 1
    row: int
    #: which of the row's people this is: 0 is the one it names, 1 their first guest
    place: int
    #: the how-manieth person of the list, from 0
    order: int
    #: whether the list names them, or "Guest 2 of Ada Larkin" stands in for a name
    is_named: bool
    given_name: str
    family_name: str
    title: str = ""
    said: str = ""
    email: str = ""
    phone: str = ""
    organisation: str = ""
    job_title: str = ""
    profession: str = ""
    side: str = "other"
    front_line: bool | None = None
    borough: str = ""
    stance: str = ""
    diet: str = ""
    access: str = ""
    attention: str = ""
    vip: bool | None = None
    contact_consent: bool | None = None
    photo_consent: bool | None = None
    tray: str = ""
    cancelled: bool = False
    #: codes of the other system; those of a row belong to its first person
    codes: tuple[str, ...] = ()
    #: the source's own id of the row, or None
    row_id: str | None = None
    #: what the row is known by in later lists: the source's row id and the place in the row; for
    #: stand-ins of a source without ids whose guest they are, or their order ("?3"); else empty
    key: str = ""
    #: what columns that nothing recognised say: question and answer
    answers: tuple[tuple[str, str], ...] = ()
    #: fields whose value was guessed from other words
    guessed: frozenset[str] = frozenset()
    #: whether the guessed side was doubtful, and what it was guessed from
    doubtful: bool = False
    words: str = ""

    @property
    def name(self) -> str:
        """The given, then the family name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def identity(self) -> str:
        """A digest of name and e-mail: the same row again is known even where both were edited."""
        words = f"{same_name(self.given_name, self.family_name)}/{self.email.casefold()}"
        return blake2b(words.encode(), digest_size=9).hexdigest()


class RowReader:
    """Reads the rows of one list, one after the other."""

    def __init__(self, columns: Columns, sides: Sides) -> None:
        self._columns = columns
        self._sides = sides
        self._at = {
            field: columns.of(field) for column in columns.columns for field in column.fields
        }
        self._labels = {column.index: column.header for column in columns.columns}
        self._kept = [c.index for c in columns.columns if not c.fields]
        #: fields of several columns, where what is not taken is kept as an answer
        self._several = {
            f: where for f, where in self._at.items() if len(where) > 1 and f != "code"
        }
        self._headings = {c.index: fold(c.header) for c in columns.columns}
        self._orders: Counter[str] = Counter()
        self._order = 0
        self._nameless = 0
        self._pretix = columns.system.startswith("pretix")
        self._ours = columns.system == "Facilitator"
        #: whether any ticket type, any job title said somebody's profession or side
        self.ticket_helped = False
        self.title_helped = False
        #: how often a title was no "Dr" or "Mrs" but a job
        self.titles_are_jobs = 0
        #: codes that a spreadsheet shortened to 1.04E+11, by column
        self.shortened: Counter[int] = Counter()

    def read(self, number: int, row: Sequence[str]) -> list[IncomingPerson] | str:
        """The people of one row, or the reason why it is nobody."""
        order_id = self._cell(row, "order_id")
        in_order = 0
        if order_id:
            self._orders[order_id] += 1
            in_order = self._orders[order_id]
        row_id = self._row_id(row, order_id, in_order)
        codes = self._codes(row)
        name = self._name(row)
        email = self._email(row)
        buyer = self._buyer(row)
        unassigned = False
        if _is_total(row):
            return "a total, not a person"
        if not name:
            if not (email or codes or row_id or buyer or self._cell(row, "phone")):
                return "there is no name in this row"
            unassigned = self._columns.nameless_is_unassigned and not email
        count = self._count(row)
        if count > MOST_OF_A_ROW:
            return f"it asks for {count:,} people in one row; check the number"
        key = f"{row_id}#0" if row_id else ""
        if not name and not key:
            self._nameless += 1
            key = f"?{self._nameless}"
        first = self._person(
            number, row, name or _stand_in(buyer, in_order, number),
            is_named=bool(name), email=email, codes=codes, row_id=row_id, key=key,
            cancelled=unassigned or self._is_cancelled(row),
        )  # fmt: skip
        self._order += 1
        people = [first]
        for place in range(1, count):
            people.append(self._guest(first, place))
            self._order += 1
        return people

    @staticmethod
    def is_borough(text: str) -> bool:
        """Whether `text` is one of London's boroughs, or outside or all of London."""
        return text in _CHOICES

    # -- internal -------------------------------------------------------------------------------

    def _cell(self, row: Sequence[str], field: str) -> str:
        """The first of the field's columns that says anything."""
        width = len(row)
        for index in self._at.get(field, ()):
            if index < width and row[index]:
                return row[index]
        return ""

    def _row_id(self, row: Sequence[str], order_id: str, in_order: int) -> str | None:
        own = self._cell(row, "row_id")
        if own and order_id and self._pretix:  # a position counts within its order
            return f"{order_id}-{own}"
        if own:
            return own
        return f"{order_id}/{in_order}" if order_id else None

    def _codes(self, row: Sequence[str]) -> tuple[str, ...]:
        found: list[str] = []
        for index in self._at.get("code", ()):
            text = row[index] if index < len(row) else ""
            if not text or fold(text) in _NOTHING:
                continue
            if _SHORTENED.fullmatch(text):
                self.shortened[index] += 1
                continue
            parts = _parts(text) if self._ours or self._headings[index] == "codes" else [text]
            # as the Desk will clean what is scanned, so that the two are alike
            cleaned = [clean_code(part).text for part in parts]
            found += [code for code in dict.fromkeys(cleaned) if code and code not in found]
        return tuple(found)

    def _name(self, row: Sequence[str]) -> Name:
        title = find_title(self._cell(row, "title")) or ""
        given, family = self._cell(row, "given_name"), self._cell(row, "family_name")
        name = join_name(title, given, family) if given or family else Name()
        whole = split_name(self._cell(row, "name")) if not name or not name.family else None
        if whole and (not name or (whole.family and not family)):
            name = whole
        return replace(name, title=title or name.title) if name else name

    def _email(self, row: Sequence[str]) -> str:
        text = self._cell(row, "email")
        if "@" not in text:
            return ""
        found = re.search(r"[^\s<>;,:]+@[^\s<>;,:]+", text)
        return found[0] if found else ""

    def _buyer(self, row: Sequence[str]) -> str:
        given, family = self._cell(row, "buyer_given"), self._cell(row, "buyer_family")
        name = join_name("", given, family) if given or family else Name()
        name = name or split_name(self._cell(row, "buyer_name"))
        return f"{name.given} {name.family}".strip()

    def _count(self, row: Sequence[str]) -> int:
        text = self._cell(row, "quantity").removesuffix(".0")
        return max(1, int(text)) if text.isdecimal() and len(text) < 10 else 1

    def _is_cancelled(self, row: Sequence[str]) -> bool:
        for index in self._at.get("status", ()):
            value = fold(row[index]) if index < len(row) else ""
            name = self._headings[index]
            if name == "void status":
                if value not in _VOID_IS_EMPTY and not _NOT_CANCELLED.search(value):
                    return True
            elif name in {"cancelled", "canceled"}:
                if value and value not in _NO:
                    return True
            elif value in _REFUSED or (
                _CANCELLED.search(value) and not _NOT_CANCELLED.search(value)
            ) or (value == "invited" and name == "approval status"):  # fmt: skip
                return True
        return False

    def _person(
        self, number: int, row: Sequence[str], name: Name, *, is_named: bool, email: str,
        codes: tuple[str, ...], row_id: str | None, key: str, cancelled: bool,
    ) -> IncomingPerson:  # fmt: skip
        answers = self._answers(row)
        said = self._cell(row, "email")
        if said and said != email:
            answers.append((self._labels[self._at["email"][0]], said))
        if name.letters:
            answers.append(("Letters after the name", name.letters))
        ticket = self._cell(row, "ticket_type")
        job_title = self._cell(row, "job_title")
        if not job_title and self._at.get("title"):
            # "Title" is where some lists put the job
            text = self._cell(row, "title")
            job_title = "" if find_title(text) else text
            self.titles_are_jobs += bool(job_title)
        organisation = self._cell(row, "organisation")
        profession = _blank(self._cell(row, "profession"))
        found = guess(profession, ticket, job_title, organisation, self._sides)
        guessed: set[str] = set() if is_named else set(_STAND_IN)
        if found.profession and not profession:
            guessed.add("profession")
        side, doubtful = self._side(row, found.side, found.sure, guessed)
        if found.side or (found.profession and not profession):
            self._note_help(profession, ticket, job_title)
        line = self._line(row)
        if line is None and found.front_line is not None:
            line = found.front_line
            guessed.add("front_line")
        borough = self._borough(row, answers)
        if not borough and (borough := guess_borough(ticket, job_title, organisation)):
            guessed.add("borough")
        vip = _truth(self._cell(row, "vip"))
        if vip is None and re.search(r"\bvip\b", fold(ticket)):
            vip = True
            guessed.add("vip")
        return IncomingPerson(
            row=number, place=0, order=self._order, is_named=is_named, email=email,
            codes=codes, row_id=row_id, key=key, cancelled=cancelled,
            title=name.title, given_name=name.given, family_name=name.family,
            said=self._cell(row, "said"), phone=self._cell(row, "phone"),
            organisation=organisation, job_title=job_title, profession=found.profession,
            side=side, front_line=line, borough=borough, stance=_stance(self._cell(row, "stance")),
            diet=_blank(self._cell(row, "diet")), access=_blank(self._cell(row, "access")),
            attention=self._attention(row), vip=vip,
            contact_consent=_truth(self._cell(row, "contact_consent")),
            photo_consent=_truth(self._cell(row, "photo_consent")),
            tray=self._cell(row, "tray"), answers=tuple(answers), guessed=frozenset(guessed),
            doubtful=doubtful, words=job_title or profession or ticket or organisation,
        )  # fmt: skip

    def _guest(self, first: IncomingPerson, place: int) -> IncomingPerson:
        """Somebody to be named later: what the ticket says of them, nothing that is personal."""
        host = first.row_id or f"of {first.identity}"
        return IncomingPerson(
            row=first.row, place=place, order=self._order, is_named=False,
            given_name=f"Guest {place + 1} of {first.given_name}".rstrip(),
            family_name=first.family_name, organisation=first.organisation,
            profession="", side=first.side, borough=first.borough, cancelled=first.cancelled,
            row_id=first.row_id, key=f"{host}#{place}", doubtful=first.doubtful, words=first.words,
            guessed=_STAND_IN | {"organisation", "side", "borough"},
        )  # fmt: skip

    def _answers(self, row: Sequence[str]) -> list[tuple[str, str]]:
        labels, width = self._labels, len(row)
        answers = [(labels[i], row[i]) for i in self._kept if i < width and row[i]]
        tickets = self._at.get("ticket_type", ())
        answers += [(labels[i], row[i]) for i in tickets if i < width and row[i]]
        for field, where in self._several.items():
            # The second of two columns (a company, then that of the invoice) is not lost.
            if field == "ticket_type":
                continue
            said = [(i, row[i]) for i in where if i < width and row[i]]
            answers += [(labels[i], text) for i, text in said[1:] if text != said[0][1]]
        return answers

    def _side(
        self, row: Sequence[str], guessed_side: str, sure: bool, guessed: set[str]
    ) -> tuple[str, bool]:
        text = self._cell(row, "side")
        if text and (own := find_side(text, self._sides)):
            return own.key, False
        if text:
            again = guess(text, "", "", "", self._sides)
            guessed_side, sure = (again.side, again.sure) if again.side else (guessed_side, sure)
        guessed.add("side")
        return guessed_side or self._sides.third.key, not sure

    def _note_help(self, profession: str, ticket: str, job_title: str) -> None:
        if profession:
            return
        if ticket and not self.ticket_helped:
            self.ticket_helped = bool(guess("", ticket, "", "", self._sides).side)
        if job_title and not self.title_helped:
            self.title_helped = bool(guess("", "", job_title, "", self._sides).side)

    def _line(self, row: Sequence[str]) -> bool | None:
        for index in self._at.get("front_line", ()):
            value = fold(row[index]) if index < len(row) else ""
            if not value:
                continue
            if "leader" in value and "front" not in value:
                return False
            if "front" in value and "not " not in value:
                return True
            truth = _truth(value)
            if truth is not None:
                return not truth if self._headings[index] in {"leader", "system leader"} else truth
        return None

    def _borough(self, row: Sequence[str], answers: list[tuple[str, str]]) -> str:
        for index in self._at.get("borough", ()):
            text = row[index] if index < len(row) else ""
            if fold(text) in _NOTHING:
                continue
            if whole := find_borough(text):
                return whole
            parts = [part for part in re.split(r"[/;,|]|\band\b", text) if part.strip()]
            found = next((name for part in parts if (name := find_borough(part))), None)
            if found:
                answers.append((self._labels[index], text))
                return found
            return text
        return ""

    def _attention(self, row: Sequence[str]) -> str:
        text = self._cell(row, "attention")
        truth = _truth(text)
        if truth is None:
            return _blank(text)
        if not truth:
            return ""
        comment = next((i for i in self._kept if self._headings[i] == "comment"), None)
        said = row[comment] if comment is not None and comment < len(row) else ""
        return said or "Flagged for special attention"


_CHOICES = frozenset(CHOICES)
#: what is guessed of somebody whom the list does not name
_STAND_IN = frozenset({"given_name", "family_name"})


def _is_total(row: Sequence[str]) -> bool:
    """Whether a row says "Total: 118" and little else."""
    cells = [cell for cell in row if cell]
    if len(cells) > 3 or not _TOTAL.match(fold(cells[0])):
        return False
    return any(c.isdigit() for cell in cells for c in cell) and all(
        re.fullmatch(r"\D*[\d,.]+\D*", cell) for cell in cells[1:]
    )


def _stand_in(buyer: str, in_order: int, number: int) -> Name:
    """What stands in for a name until there is one."""
    if not buyer:
        return Name(given=f"Guest in row {number}")
    given, _, family = buyer.rpartition(" ")
    which = f"Guest {in_order} of" if in_order > 1 else "Guest of"
    return Name(given=f"{which} {given}".strip(), family=family)


def _parts(text: str) -> list[str]:
    """Several codes in one cell: as a JSON list, or with semicolons, bars or commas between."""
    if text.startswith("["):
        try:
            return [str(code) for code in json.loads(text)]
        except ValueError:
            pass
    return [part.strip() for part in re.split(r"[;|,]", text) if part.strip()]


def _truth(text: str) -> bool | None:
    folded = fold(text)
    if folded in _YES or folded.startswith("yes "):
        return True
    if folded in _NO or folded.startswith(("no ", "not ")):
        return False
    return None


def _blank(text: str) -> str:
    """The text, unless it says that there is nothing to say."""
    return "" if fold(text) in _NOTHING else text


def _stance(text: str) -> str:
    folded = fold(text)
    return next((key for key, words in _STANCES if folded and words.search(folded)), "")
