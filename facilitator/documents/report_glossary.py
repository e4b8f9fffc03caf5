"""Abbreviations of primary care, in full: whatever occurs in a report is explained in it."""

from __future__ import annotations

import re

ABBREVIATIONS: dict[str, str] = {
    "A&E": "accident and emergency",
    "ARRS": "Additional Roles Reimbursement Scheme, which pays for staff of primary care networks",
    "CP": "community pharmacy",
    "CPCS": "Community Pharmacist Consultation Service, now part of Pharmacy First",
    "CPD": "continuing professional development",
    "CPPE": "Centre for Pharmacy Postgraduate Education",
    "DMS": "Discharge Medicines Service",
    "DPP": "designated prescribing practitioner, who supervises a prescriber in training",
    "EPS": "Electronic Prescription Service",
    "FCP": "first contact practitioner",
    "GP": "general practitioner, a family doctor",
    "GPhC": "General Pharmaceutical Council, the regulator of pharmacy",
    "HWB": "health and wellbeing board",
    "ICB": "integrated care board, which plans and pays for local health services",
    "ICS": "integrated care system",
    "INT": "integrated neighbourhood team",
    "IP": "independent prescriber",
    "LMC": "local medical committee, which represents general practices of an area",
    "LPC": "local pharmaceutical committee, now called Community Pharmacy with the area’s name",
    "MDT": "multidisciplinary team",
    "NHS": "National Health Service",
    "NMS": "New Medicine Service",
    "ODS": "Organisation Data Service, which gives each practice and pharmacy its code",
    "PCN": "primary care network, a group of practices that work together",
    "PGD": "patient group direction",
    "PMR": "patient medication record, which a pharmacy keeps",
    "PPG": "patient participation group",
    "QOF": "Quality and Outcomes Framework, by which practices are paid",
    "SCR": "Summary Care Record",
    "SMR": "structured medication review",
    "UTC": "urgent treatment centre",
}
_PATTERN = re.compile(
    r"(?<![\w&])(" + "|".join(re.escape(a) for a in sorted(ABBREVIATIONS, key=len, reverse=True))
    + r")(?:s|’s|'s)?(?![\w&])"
)  # fmt: skip


def found_in(text: str) -> tuple[tuple[str, str], ...]:
    """The abbreviations that occur in `text`, with what they stand for, from A to Z."""
    found = {match[1] for match in _PATTERN.finditer(text)}
    return tuple((short, ABBREVIATIONS[short]) for short in sorted(found, key=str.casefold))
