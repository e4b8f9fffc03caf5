"""Professions, sides and leaders, recognised from a ticket type, a job title, an organisation.

The side says where someone works: a pharmacist employed by a practice is on the general practice
side; commissioners, councils, sponsors and press are other. The rules are a table, first match
first; what they answer is a guess that people confirm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from facilitator.domain.boroughs import BOROUGHS, OUTSIDE, PAN
from facilitator.domain.errors import Refused
from facilitator.domain.sides import OTHER, Side, Sides
from facilitator.domain.text import fold

GENERAL = "general-practice"
PHARMACY = "community-pharmacy"


@dataclass(frozen=True, slots=True)
class Guess:
    """What the words about somebody say. Empty or None is unknown.

    `sure` is False where a person should look: the words were weak or contradicted each other.
    """

    profession: str = ""
    side: str = ""
    front_line: bool | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern over folded words, and what it means."""

    words: re.Pattern[str]
    profession: str = ""
    #: the side's key, or empty where the words tell none
    side: str = ""
    #: the side holds even where the organisation says otherwise
    strong: bool = False
    #: whether these words alone settle the side
    sure: bool = True
    front_line: bool | None = None


def _rule(words: str, *args: object, **options: object) -> Rule:
    return Rule(re.compile(rf"\b(?:{words})\b"), *args, **options)  # pyright: ignore[reportArgumentType]


_PRACTICE = r"general practice|gp practice|gp surgery|practice|surgery|primary care network|pcn"
_PHARMACIST = r"pharmacist|pharmacists"

#: What people are, from ticket type, profession and job title. Folded: no hyphens, lower case.
ROLES: tuple[Rule, ...] = (
    # commissioners and others first: "ICB chief pharmacist" works for the board
    _rule(r"patients?(?! (?:services?|care|liaison|safety|experience|access))|lay member|carer|"
          r"expert by experience|healthwatch|ppg",
          "Patient representative", OTHER),
    _rule(r"sponsors?|exhibitors?|supplier|vendor", "Sponsor", OTHER, strong=True),
    _rule(r"press|journalist|reporter|media|editor|photographer", "Press", OTHER, strong=True),
    # committees' chairs are of the profession they speak for
    _rule(r"(?:lmc|local medical committee) (?:vice |co |deputy )?chair\w*|"
          r"chair\w* (?:of )?(?:the )?(?:\w+ ){0,3}(?:lmc|local medical committee)",
          "GP", GENERAL, strong=True, front_line=False),
    _rule(r"(?:lpc|local pharmaceutical committee) (?:vice |co |deputy )?chair\w*|"
          r"chair\w* (?:of )?(?:the )?(?:\w+ ){0,3}(?:lpc|local pharmaceutical committee)",
          "Pharmacist", PHARMACY, strong=True, front_line=False),
    # who works in a practice
    _rule(r"(?:gp|practice) partner|partner gp|gp principal|senior partner|salaried gp|locum gp|"
          r"gp locum|sessional gp|gp salaried|gp retainer|portfolio gp",
          "GP", GENERAL, strong=True, front_line=True),
    _rule(r"gp trainee|gp registrar|gp st[123]|gpst[123]?|gp in training|trainee gp|registrar gp",
          "GP trainee", GENERAL, strong=True, front_line=True),
    _rule(rf"(?:clinical |practice |pcn |primary care |gp )+(?:{_PHARMACIST})|"
          rf"(?:{_PHARMACIST}) (?:in |at |for )?(?:an? |the )?(?:{_PRACTICE})|arrs pharmacist",
          "Practice pharmacist", GENERAL, sure=False, front_line=True),
    _rule(r"(?:practice|pcn|primary care|gp) pharmacy technicians?",
          "Practice pharmacy technician", GENERAL, sure=False, front_line=True),
    _rule(r"(?:practice|pcn|general practice|gp|community health|primary care) nurses?|"
          r"nurse practitioner|advanced nurse practitioner|anp|lead nurse|nurse partner",
          "Practice nurse", GENERAL, front_line=True),
    _rule(r"(?:practice|surgery|pcn|gp|business)(?: business)? managers?",
          "Practice manager", GENERAL, sure=False),
    _rule(r"care co ?ordinators?|social prescrib\w*|link worker|health and wellbeing coach",
          "Care coordinator", GENERAL, sure=False, front_line=True),
    _rule(r"health ?care assistants?|hca|physician associates?|paramedics?|"
          r"first contact (?:practitioner|physio\w*)|fcp|nursing associate|phlebotomist",
          "Practice clinician", GENERAL, sure=False, front_line=True),
    _rule(r"(?:practice|surgery|medical|gp) (?:receptionist|administrator|secretary)|"
          r"care navigator|digital and transformation lead",
          "Practice staff", GENERAL, sure=False),
    # who works in a community pharmacy
    _rule(r"superintendent(?: pharmacist)?", "Pharmacist", PHARMACY, strong=True, front_line=True),
    _rule(r"community pharmac(?:ist|ists|y) (?:technician|dispenser)|"
          r"pharmacy (?:technician|dispenser)s?|dispensers?|accuracy checking technician|act",
          "Pharmacy technician", PHARMACY, front_line=True),
    _rule(r"pharmacy owner|owner of (?:an? )?pharmacy|pharmacy contractor|contractor pharmacist|"
          r"owner pharmacist|pharmacist owner|independent contractor",
          "Pharmacist", PHARMACY, strong=True, front_line=True),
    _rule(rf"(?:hospital|trust|ward|mental health|antimicrobial) (?:clinical )?(?:{_PHARMACIST})",
          "Pharmacist", OTHER, sure=False, front_line=True),
    _rule(r"pharmacy students?|trainee pharmacists?|pre ?reg\w*(?: pharmacist)?|"
          r"foundation (?:trainee )?pharmacist|student pharmacist",
          "Trainee pharmacist", PHARMACY, sure=False),
    _rule(rf"community (?:{_PHARMACIST})|locum (?:{_PHARMACIST})|(?:{_PHARMACIST}) locum|"
          r"responsible pharmacist|pharmacist manager|pharmacy manager|relief pharmacist",
          "Pharmacist", PHARMACY, strong=True, front_line=True),
    _rule(rf"(?:{_PHARMACIST})|independent prescriber pharmacist",
          "Pharmacist", PHARMACY, front_line=True),
    _rule(r"counter assistant|pharmacy assistant|medicines counter|pharmacy (?:staff|team)",
          "Pharmacy staff", PHARMACY, front_line=True),
    # the plain words, after all that narrows them
    _rule(r"gps?|general practitioners?|family doctor|family physician",
          "GP", GENERAL, front_line=True),
    _rule(r"general practice|(?:gp|doctors?) surgery|primary care network|pcn|gp federation",
          "", GENERAL),
    _rule(r"community pharmacy|community pharmacies|pharmacy|chemist|dispensary", "", PHARMACY),
    _rule(r"nurses?|midwi(?:fe|ves)|health visitor", "Nurse", "", sure=False, front_line=True),
    _rule(r"doctors?|physicians?|consultant in|registrar|medical student",
          "Doctor", "", sure=False, front_line=True),
    _rule(r"dentists?|optometrists?|opticians?|physiotherapists?|dietitians?|psychologists?",
          "Clinician", OTHER, sure=False, front_line=True),
    _rule(r"commissioners?|councillors?|policy|public health|civil servant|civil service",
          "Commissioner", OTHER),
    _rule(r"researchers?|academics?|lecturers?|universit\w+|student", "Academic", OTHER),
    _rule(r"charity|charities|volunteers?|voluntary sector", "Charity", OTHER),
    _rule(r"speakers?|panellists?|organisers?|guests?|staff|crew|vip", ""),
)  # fmt: skip

#: Where people work, from the organisation, and from a job title that names one.
PLACES: tuple[Rule, ...] = (
    _rule(r"lmc|lmcs|local medical committees?|londonwide lmcs|gp federation|federation|"
          r"gp confederation|gp alliance", "", GENERAL, sure=False),
    _rule(r"lpc|local pharmaceutical committee|community pharmacy (?:london|england|\w+)|"
          r"national pharmacy association|npa|company chemists association", "", PHARMACY),
    _rule(r"icb|icbs|integrated care (?:board|system|partnership)|ics|ccg|nhs england|nhse|"
          r"nhs london|commissioning|csu|department of health\w*|dhsc|ukhsa|"
          r"borough council|county council|city council|council|london borough of|gla|"
          r"greater london authority|city hall|local authority", "Commissioner", OTHER),
    _rule(r"nhs(?: foundation)? trust|hospitals?|university|college|school of|institute|"
          r"royal pharmaceutical society|rcgp|rps|health innovation|kings fund|nuffield trust|"
          r"charity|foundation|age uk|healthwatch|press|journal|magazine|news|media", "", OTHER),
    _rule(r"surgery|surgeries|medical (?:centre|center|practice|group)|(?:family|group) practice|"
          r"health (?:centre|center)|(?:gp|general) practice|practice|practices|pcn|"
          r"primary care network|doctors|primary care centre|clinic", "", GENERAL),
    _rule(r"pharmacy|pharmacies|chemists?|boots|superdrug|well pharmacy|day lewis|rowlands|"
          r"pharmachoice|lloydspharmacy|dispensary|apothecary|drug ?store", "", PHARMACY),
    _rule(r"ltd|limited|plc|llp|inc|pharma|pharmaceuticals?|systems?|software|solutions|"
          r"consult\w+|insurance|bank", "", OTHER, sure=False),
)  # fmt: skip

_LEADER = re.compile(
    r"\b(?:chair|chairs|chairman|chairwoman|chairperson|vice chair|co chair|directors?|chief|ceo|"
    r"coo|cfo|cmo|president|head of|(?:\w+ )?lead|leads|leader|leaders|commissioner|dean|trustee|"
    r"board member|minister|mp|secretary general|(?:lmc|lpc) (?:secretary|officer|member)|"
    r"executive|non executive|strategic|system leader|"
    r"cabinet member|deputy director|national clinical)\b"
)
_NOT_LEADER = re.compile(r"\b(?:digital and transformation lead|front ?line)\b")
#: a place's name in front of a word like these is a street or a house, not where it stands
_STREET = r"(?! (?:road|street|lane|high|avenue|house|park|hill|green|way|court|row|square|close))"
_BOROUGH = re.compile(
    r"\b("
    + "|".join(sorted((fold(name) for name in (*BOROUGHS, OUTSIDE, PAN)), key=len, reverse=True))
    + rf")\b{_STREET}"
)
_BY_FOLD = {fold(name): name for name in (*BOROUGHS, OUTSIDE, PAN)}
#: what people write in a column of sides
_SIDE_WORDS = {
    GENERAL: {"gp", "gps", "general practice", "practice", "gp practice", "surgery", "gp side"},
    PHARMACY: {"pharmacy", "pharmacies", "pharmacist", "pharmacists", "community pharmacist",
               "community pharmacists", "cp"},
}  # fmt: skip
_SMALL_WORDS = {"the", "of", "and", "a", "for"}


def find_side(text: str, sides: Sides) -> Side | None:
    """The side that a cell of a side column names, in whatever words, or None."""
    folded = fold(text)
    if not folded:
        return None
    try:
        return sides.find(text)
    except Refused:
        pass
    public = fold(sides.third.public_name)
    if folded in {"other", "others", "neither", "guest", "guests", "none"} or folded == public:
        return sides.third
    key = next((key for key, words in _SIDE_WORDS.items() if folded in words), "")
    return sides[key] if key in sides else _side_by_name(folded, sides)


@lru_cache(maxsize=65536)
def guess(profession: str, ticket: str, title: str, organisation: str, sides: Sides) -> Guess:
    """Profession, side and line from the words about somebody, in order of weight.

    `profession` is what their own column says; it is kept as it is typed and only read for the
    side.
    """
    texts = [fold(text) for text in (profession, ticket, title)]
    place = _place(fold(organisation), texts, sides)
    leads = any(_LEADER.search(_NOT_LEADER.sub("", text)) for text in texts)
    roles = [rule for text in texts if text and (rule := _first(ROLES, text))]
    named = next((side for text in texts if (side := _side_by_name(text, sides))), None)

    side, sure = _side(roles, place, named, sides)
    # A ticket is of a kind ("GP ticket"); what somebody does there their own title says best.
    role = _first(ROLES, texts[2])
    if role is None or not role.profession:
        role = next((rule for rule in roles if rule.profession), None)
    found = profession or (role.profession if role else place.profession if place else "")
    if leads:
        line: bool | None = False
    elif any(rule.front_line for rule in roles):
        line = True
    elif not side:
        line = None
    else:
        line = side != sides.third.key and bool(roles or named)
        if not line and not roles and place and place.profession != "Commissioner":
            line = None
    return Guess(found, side, line, sure)


@lru_cache(maxsize=65536)
def guess_borough(*texts: str) -> str:
    """The one borough named in a ticket type, job title or organisation; empty where none or two.

    "Bromley Road Surgery" stands in a street, not in a borough.
    """
    for text in texts:
        folded = fold(text.replace("&", " and "))
        found = {_BY_FOLD[name] for name in _BOROUGH.findall(folded)}
        if len(found) == 1:
            return found.pop()
    return ""


# --- internal -------------------------------------------------------------------------------------


def _side(
    roles: list[Rule], place: Rule | None, named: Side | None, sides: Sides
) -> tuple[str, bool]:
    known = [rule for rule in roles if rule.side in sides]
    strong = next((rule for rule in known if rule.strong), None)
    if strong:
        others = {rule.side for rule in known} - {strong.side}
        return strong.side, strong.sure and not others
    if named and not sides.are_default:
        return named.key, len({named.key, *(rule.side for rule in known)}) == 1
    if place and place.side in sides and (place.sure or place.side != OTHER or not known):
        said = {rule.side for rule in known}
        # "Pharmacist" at a surgery: the place decides, and a person should look
        return place.side, place.sure and said <= {place.side} and all(r.sure for r in known)
    if known:
        return known[0].side, known[0].sure and len({rule.side for rule in known}) == 1
    return (named.key, True) if named else ("", False)


def _place(organisation: str, texts: list[str], sides: Sides) -> Rule | None:
    """Where somebody works: by a body that the job title names, else by the organisation."""
    bodies = PLACES[:3]
    for text in texts:
        rule = _first(bodies, text)
        if rule and rule.side in sides:
            # "Community pharmacy technician" is nobody's committee
            if rule.side == PHARMACY and not re.search(r"\b(?:lpc|committee)\b", text):
                continue
            return rule
    named = None if sides.are_default else _side_by_name(organisation, sides)
    if named:
        return Rule(re.compile(""), side=named.key)
    rule = _first(PLACES, organisation)
    return rule if rule and rule.side in sides else None


def _first(rules: tuple[Rule, ...], text: str) -> Rule | None:
    return next((rule for rule in rules if rule.words.search(text)), None) if text else None


def _side_by_name(text: str, sides: Sides) -> Side | None:
    """The one side whose name or key stands in the folded `text`."""
    words = set(text.split())
    found: list[Side] = []
    for side in (sides.first, sides.second):
        for name in (fold(side.name), fold(side.key)):
            wanted = set(name.split()) - _SMALL_WORDS
            if wanted and (wanted <= words or wanted <= {word.removesuffix("s") for word in words}):
                found.append(side)
                break
    return found[0] if len(found) == 1 else None
