"""Which column of a list is what: by the ticketing system it came from, else by its heading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from facilitator.domain.errors import Refused
from facilitator.domain.text import fold, listed

TYPED = "a list typed by hand"
OURS = "Facilitator"

#: What a column can become: the field, as in `--map HEADER=FIELD`, and what it holds.
FIELDS: Mapping[str, str] = MappingProxyType({
    "name": "the whole name: “Ada Larkin” or “Larkin, Ada”",
    "title": "Dr, Mrs, Prof …",
    "given_name": "given name",
    "family_name": "family name",
    "said": "how the name is said, for the Desk",
    "email": "e-mail address",
    "phone": "phone number",
    "organisation": "where they work",
    "job_title": "what they do there; the role on the badge",
    "profession": "profession, from which the side is guessed",
    "ticket_type": "the kind of ticket, from which profession and side are guessed",
    "side": "the side, by its key, name or letter",
    "front_line": "front line (yes) or leader (no)",
    "borough": "borough",
    "stance": "sceptic, neutral or enthusiast",
    "diet": "dietary needs",
    "access": "access needs",
    "attention": "what the Desk must say or do",
    "vip": "yes or no",
    "contact_consent": "whether contact details may be shared: yes or no",
    "photo_consent": "whether photographs are all right: yes or no",
    "tray": "where the printed badge lies: “Box 2, 37”",
    "code": "a code of the other system's ticket, accepted by the Desk",
    "row_id": "the list's own id of the row",
    "order_id": "the order or booking that the row belongs to",
    "status": "attending, cancelled, refunded, declined …",
    "quantity": "how many people the row stands for",
    "buyer_name": "who booked",
    "buyer_given": "given name of who booked",
    "buyer_family": "family name of who booked",
    "answer": "kept as an answer",
})  # fmt: skip

#: What a field is called on a screen.
LABELS: Mapping[str, str] = MappingProxyType({
    "name": "Name", "title": "Title", "given_name": "Given name", "family_name": "Family name",
    "said": "How the name is said", "email": "E-mail", "phone": "Phone",
    "organisation": "Organisation", "job_title": "Role; front line or leader",
    "profession": "Profession and side", "ticket_type": "Profession and side", "side": "Side",
    "front_line": "Front line or leader", "borough": "Borough", "stance": "Stance",
    "diet": "Diet", "access": "Access", "attention": "Attention note", "vip": "VIP",
    "contact_consent": "May contacts be shared", "photo_consent": "Photographs",
    "tray": "Place of the badge", "code": "Code on their ticket", "row_id": "Id of the row",
    "order_id": "Order", "status": "Expected or cancelled", "quantity": "Number of people",
    "buyer_name": "Who booked", "buyer_given": "Who booked", "buyer_family": "Who booked",
    "answer": "Kept as an answer",
})  # fmt: skip

_SYNONYMS: dict[str, str] = {
    "name": "name|full name|fullname|attendee name|attendee|guest name|delegate|delegate name|"
            "participant|participant name|person|who|names|name and surname|display name|"
            "invitee|first and last name|name of attendee|name of delegate|name on badge|"
            "badge name|your name|attendees|speaker name|last name first name|name last first|"
            "surname first name|ticket full name|ticket holder|ticket holder name|registrant|"
            "registrant name|member name|contact name|staff name|name surname",
    "title": "title|prefix|salutation|honorific|attendee name title|name title|name prefix",
    "given_name": "first name|firstname|given name|given names|forename|forenames|first names|"
                  "given|first|christian name|attendee first name|ticket first name|"
                  "attendee name given name|name given name|fname|guest first name",
    "family_name": "last name|lastname|surname|family name|family|last|attendee last name|"
                   "attendee surname|ticket last name|attendee name family name|"
                   "name family name|lname|guest last name|second name",
    "said": "said|pronunciation|name said|how to say|how the name is said|pronounced|"
            "phonetic name|name pronunciation",
    "email": "email|email address|attendee email|contact email|work email|ticket email|mail|"
             "emails|your email|email id|guest email|delegate email|attendee email address|"
             "business email|primary email|user email",
    "phone": "phone|phone number|telephone|telephone number|tel|tel no|mobile|mobile number|"
             "mobile phone|cell phone|cell|contact number|work phone|ticket phone number|"
             "attendee phone|phone no|mobile no|contact no|contact telephone",
    "organisation": "organisation|organization|organisation name|organization name|company|"
                    "company name|employer|workplace|place of work|practice|practice name|"
                    "pharmacy|pharmacy name|surgery|surgery name|org|institution|affiliation|"
                    "ticket company name|trust|practice or pharmacy|practice pharmacy|"
                    "organisation practice|company organisation|organisation company|"
                    "pharmacy or practice|work organisation|gp practice|where from|firm|"
                    "where you work|works at|your organisation|hospital|care home",
    "job_title": "job title|jobtitle|role|job|position|job role|your role|role title|"
                 "designation|job position|work title|role job title|job title role|post|"
                 "what do you do|function|ticket job title|your job title",
    "profession": "profession|professional group|professional background|occupation|"
                  "professional role|discipline|staff group|clinical role|profession role|"
                  "profession or role|health profession|your profession|professional title",
    "ticket_type": "ticket type|ticket|ticket name|product|product name|ticket class|ticket tier|"
                   "registration type|attendee type|delegate type|category|admission|item|"
                   "ticket category|type|price tier|delegate category|type of ticket",
    "side": "side|sector|setting|care setting|professional sector",
    "front_line": "front line|frontline|front line or leader|front line clinician|"
                  "frontline clinician|leader or front line|leader|system leader|front line staff",
    "borough": "borough|london borough|boroughs|borough of work|work borough|local authority|"
               "borough you work in|borough of practice|your borough|which borough|"
               "borough area|area borough",
    "stance": "stance|view|attitude|sceptic or enthusiast",
    "diet": "diet|dietary|dietary requirement|dietary requirements|dietary needs|"
            "dietary restrictions|diet requirements|food|meal|meal choice|allergies|"
            "dietary preference|dietary preferences|lunch|special diet|dietary information",
    "access": "access|access needs|access need|accessibility|access requirements|"
              "accessibility needs|accessibility requirements|adjustments|special requirements|"
              "reasonable adjustments|mobility|special needs|access or other needs",
    "attention": "attention|attention note|desk note|note for the desk|"
                 "requires special attention|desk notes|say at desk",
    "vip": "vip|is vip",
    "contact_consent": "contact consent|share contact|share contacts|share contact details|"
                       "contact sharing|consent to share|may contacts be shared|"
                       "happy to share contact details|share my details",
    "photo_consent": "photo consent|photos|photographs|photography|photography consent|photo",
    "tray": "tray|tray place|badge tray|badge place|box",
    "code": "barcode|barcode no|barcode number|bar code|secret|ticket secret|public id|"
            "ticket reference|ticket code|ticket no|ticket number|ticket id|code|codes|qr|"
            "qr code|qr code url|confirmation no|confirmation number|confirmation code|"
            "confirmation|attendee no|attendee number|badge id|badge number|badge no|"
            "check in code|checkin code|reference|reference no|reference number|voucher barcode",
    "row_id": "id|row id|attendee id|registration id|guest id|api id|person id|member id|user id|"
              "registrant id|record id|uuid|unique id|response id|entry id|submission id",
    "order_id": "order no|order id|order code|order number|order reference|order|booking id|"
                "booking reference|booking no|booking number|order ref|booking ref",
    "status": "attendee status|status|approval status|registration state|registration status|"
              "rsvp|rsvp status|attending|coming|attendance|attendance status|void status|"
              "going|ticket status|order status|booking status|cancelled|canceled",
    "quantity": "quantity|ticket quantity|qty|number of tickets|number of places|places|"
                "party size|number of people|no of people|no of tickets|no of places|"
                "number of attendees",
    "buyer_name": "buyer name|order name|booked by|purchaser name|purchaser|booker|buyer|"
                  "invoice address name|invoice address|booking contact|guest of|ordered by",
    "buyer_given": "buyer first name|purchaser first name|invoice address name given name|"
                   "booker first name",
    "buyer_family": "buyer last name|buyer surname|purchaser last name|purchaser surname|"
                    "invoice address name family name|booker last name",
}  # fmt: skip
_BY_HEADING = {
    heading: field for field, headings in _SYNONYMS.items() for heading in headings.split("|")
}

#: Questions in people's own words; what they mean is a guess. First match wins.
_QUESTIONS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        ("diet", r"\bdiet|allerg|\bfood\b|vegetarian|\bhalal\b"),
        ("access", r"\baccess(?! code)|wheelchair|hearing loop|adjustments|mobility|disabilit"),
        ("borough", r"\bborough\b"),
        ("photo_consent", r"\bphoto|\bfilmed\b"),
        ("contact_consent",
         r"(?:shared?|sharing|pass on|exchange)\b.*\b(?:contact|details|email)|contact consent"),
        ("front_line", r"\bfront ?line\b"),
        ("status", r"(?:are|will) you (?:be )?(?:coming|attend)|can you (?:come|attend)"),
        ("stance", r"\bscepti\w+|\bskepti\w+|how do you (?:feel|see) .*(?:collaborat|working)"),
        ("job_title", r"\bjob (?:title|role)|your (?:current )?(?:role|job|post)\b"),
        ("email", r"\bemail\b"),
        ("phone", r"\b(?:phone|telephone|mobile)\b"),
        ("organisation",
         (r"where do you work|\bwork ?place|\b(?:name of|your) (?:\w+ )?"
          r"(?:practice|pharmacy|surgery|employer|company)|organi[sz]ation")),
        ("profession", r"\bprofession\b|best describes (?:you|your)|what are you\b|i am an?\b"),
        ("family_name", r"\b(?:last name|surname|family name)\b"),
        ("given_name", r"\b(?:first name|given name|forename)\b"),
        ("name", (r"^(?:your |full |attendee s? ?|guest s? ?|delegate s? ?)+name\b|"
                  r"^name (?:of|on|for|as|in|please|and|first|last)\b|\bfull name\b")),
    )
)  # fmt: skip
#: whatever else they say, these are about somebody else, or about where somebody lives
_ELSEWHERE = re.compile(
    r"\b(?:home|billing|shipping|invoice|buyer|purchaser|order|booker|event|emergency|next of kin|"
    r"postcode|zip|county|address 1|address 2|date|time|check ?in|checked|price|payment|currency|"
    r"fees?|vat|tax|url|link|verified|utm|voucher|coupon|discount|manager s)\b"
)


@dataclass(frozen=True, slots=True)
class System:
    """A ticketing system, known by headings that stand in every list of it."""

    name: str
    #: alternatives; a list is of this system where all of one stand in its headings
    marks: tuple[frozenset[str], ...]
    #: headings that mean something else here than elsewhere; empty is "kept as an answer"
    fields: Mapping[str, str]
    #: a row without name and e-mail is a ticket that nobody has been given yet
    nameless_is_unassigned: bool = False


def _system(name: str, marks: Sequence[str], fields: Mapping[str, str], **more: bool) -> System:
    return System(name, tuple(frozenset(mark.split("|")) for mark in marks), fields, **more)


_EVENTBRITE = {"price tier": "", "group": "", "ticket tier": "", "order type": "",
               "attendee no": "code+row_id"}  # fmt: skip
_PRETIX = {
    "order code": "order_id", "product": "ticket_type", "email": "email", "company": "organisation",
    "comment": "", "seat id": "", "variation": "", "state": "", "phone number": "phone",
    "code": "", "reference": "",
}  # fmt: skip

#: Tried in this order.
SYSTEMS: tuple[System, ...] = (
    _system("Facilitator", ["id|given name|family name|front line|ticket|codes",
                            "id|profession|side|front line|borough|status"],
            {"ticket": "", "id": "row_id", "codes": "code", "name": "name", "status": "status"}),
    _system("Eventbrite, UK", ["order no|order date|surname|ticket type",
                               "order no|order date|first name|county of residence"], _EVENTBRITE),
    _system("Eventbrite, US", ["order no|order date|first name|last name|ticket type",
                               "order no|attendee no|attendee status"],
            _EVENTBRITE),
    _system("Eventbrite", ["order id|attendee first name|attendee last name",
                           "order id|attendee first name|attendee surname"],
            {**_EVENTBRITE, "ticket type": "ticket_type", "attendee id": "code+row_id"}),
    _system("pretix, order positions", ["order code|position id", "event slug|order code"],
            {**_PRETIX, "position id": "row_id", "attendee email": "email", "email": "email-",
             "pseudonymization id": ""}),
    _system("pretix, check-in list", ["order code|attendee name|product",
                                      "order code|product|checked in"], _PRETIX),
    _system("Hi.Events", ["public id|short id|first name", "public id|product name|first name"],
            {"public id": "code", "id": "row_id", "product name": "ticket_type"}),
    _system("Luma", ["api id|approval status", "guest id|approval status",
                     "name|approval status|ticket name", "name|email|approval status"],
            {"api id": "code+row_id", "guest id": "code+row_id", "qr code url": "code",
             "ticket name": "ticket_type", "ticket type id": ""}),
    _system("Tito", ["ticket full name|ticket reference", "ticket first name|ticket reference",
                     "ticket full name|void status", "ticket full name|ticket email"],
            {"ticket": "ticket_type", "number": "row_id", "order name": "buyer_name",
             "order reference": "order_id", "ticket reference": "code"},
            nameless_is_unassigned=True),
    _system("Indico", ["registration state|registration date", "registration state|name"],
            {"id": "row_id", "state": ""}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list and what it becomes."""

    index: int
    #: as in the file; the second of one name is “Company (2)”, a nameless one “Column 7”
    header: str
    #: keys of `FIELDS`, usually one; empty where it is kept as an answer
    fields: tuple[str, ...]
    #: recognised | guessed | mapped | kept
    how: str
    #: among columns of one field, the lower is read first
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a list, and the system it came from."""

    system: str
    columns: tuple[Column, ...]
    nameless_is_unassigned: bool = False

    def of(self, field: str) -> list[int]:
        """Where `field` is read from, best first."""
        found = [column for column in self.columns if field in column.fields]
        return [c.index for c in sorted(found, key=lambda c: (c.rank, c.index))]


@lru_cache(maxsize=8192)
def heading(text: str) -> str:
    """A heading as it is compared: "Order #" and "order_no." are both "order no"."""
    words = fold(text.replace("#", " no ").replace("&", " and "))
    return words.replace("e mail", "email").replace("post code", "postcode")


def count_known(row: Sequence[str]) -> int:
    """How much a row looks like headings: known ones count more than questions."""
    known = guessed = 0
    seen: set[str] = set()
    for cell in row:
        if not cell or len(cell) > 200:
            continue
        name = heading(cell)
        if name in _BY_HEADING and name not in seen:
            known += 1
        elif name not in seen and _question(name):
            guessed += 1
        seen.add(name)
    for system in SYSTEMS:
        if any(mark <= seen for mark in system.marks):
            return 4 * known + guessed + 20
    return 4 * known + guessed


def read_columns(headers: Sequence[str], mapping: Mapping[str, str], file: str) -> Columns:
    """What each column becomes. Refused where `mapping` names a heading or field there is not."""
    labels = _labels(headers)
    names = [heading(header) for header in headers]
    system = next(
        (s for s in SYSTEMS if any(mark <= set(names) for mark in s.marks)),
        System(TYPED, (), {}),
    )
    asked = _asked(labels, mapping, file)
    taken = {field for field in asked.values() if field != "code"}
    exact: list[str | None] = []
    for index, name in enumerate(names):
        if index in asked or not name:
            exact.append(None)
        else:
            exact.append(system.fields.get(name, _BY_HEADING.get(name)))
    found = {part.rstrip("-") for field in exact if field for part in field.split("+")} | taken
    if "name" in taken:
        taken |= {"given_name", "family_name"}
    columns: list[Column] = []
    for index, (label, name, field) in enumerate(zip(labels, names, exact, strict=True)):
        if index in asked:
            target = asked[index]
            kept = target == "answer"
            columns.append(Column(index, label, () if kept else (target,), "mapped"))
            continue
        how, rank = "recognised", 0
        parts = [part for part in (field or "").split("+") if part]
        if field is None and name:
            question = _question(name)
            # A question never adds to what a column of its own says.
            if question and question not in found | taken:
                parts, how, rank = [question], "guessed", 2
        if any(part.endswith("-") for part in parts):
            parts, rank = [part.rstrip("-") for part in parts], 1
        parts = [part for part in parts if part not in taken]
        columns.append(Column(index, label, tuple(parts), how if parts else "kept", rank))
    return Columns(system.name, tuple(columns), system.nameless_is_unassigned)


def _question(name: str) -> str | None:
    if _ELSEWHERE.search(name):
        return None
    return next((field for field, pattern in _QUESTIONS if pattern.search(name)), None)


def _labels(headers: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    labels: list[str] = []
    for index, header in enumerate(headers):
        label = header or f"Column {index + 1}"
        seen[label] = seen.get(label, 0) + 1
        labels.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return labels


def _asked(labels: Sequence[str], mapping: Mapping[str, str], file: str) -> dict[int, str]:
    """The column that each heading of `mapping` names, and its field."""
    asked: dict[int, str] = {}
    for header, field in mapping.items():
        wanted = field.strip().lower().replace("-", "_").replace(" ", "_")
        if wanted not in FIELDS:
            raise Refused(f"A column cannot become “{field}”; it can become {_one_of(FIELDS)}.")
        index = next((i for i, label in enumerate(labels) if label == header.strip()), None)
        if index is None:
            index = next(
                (i for i, label in enumerate(labels) if heading(label) == heading(header)), None
            )
        if index is None:
            raise Refused(f"“{file}” has no column “{header}”; its columns are {_some(labels)}.")
        asked[index] = wanted
    return asked


def _one_of(words: Iterable[str]) -> str:
    return listed(list(words), "or")


def _some(labels: Sequence[str]) -> str:
    shown = [f"“{label[:40]}”" for label in labels[:12]]
    more = len(labels) - len(shown)
    return listed([*shown, f"{more} more"] if more > 0 else shown)
