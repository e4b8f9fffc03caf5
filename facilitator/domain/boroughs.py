"""London's boroughs and which of them adjoin, with the two answers beside them."""

from __future__ import annotations

from facilitator.domain.text import fold

OUTSIDE = "Outside London"
PAN = "Pan-London"

#: Each borough with those it shares a land or river boundary with.
ADJOINING: dict[str, tuple[str, ...]] = {
    "Barking and Dagenham": ("Havering", "Redbridge", "Newham", "Greenwich", "Bexley"),
    "Barnet": ("Harrow", "Brent", "Camden", "Haringey", "Enfield"),
    "Bexley": ("Greenwich", "Bromley", "Barking and Dagenham", "Havering"),
    "Brent": ("Harrow", "Barnet", "Camden", "Westminster", "Kensington and Chelsea",
              "Hammersmith and Fulham", "Ealing"),
    "Bromley": ("Bexley", "Greenwich", "Lewisham", "Croydon", "Lambeth", "Southwark"),
    "Camden": ("Barnet", "Brent", "Westminster", "City of London", "Islington", "Haringey"),
    "City of London": ("Westminster", "Camden", "Islington", "Hackney", "Tower Hamlets",
                       "Southwark", "Lambeth"),
    "Croydon": ("Bromley", "Sutton", "Merton", "Lambeth", "Southwark"),
    "Ealing": ("Hillingdon", "Harrow", "Brent", "Hammersmith and Fulham", "Hounslow"),
    "Enfield": ("Barnet", "Haringey", "Waltham Forest"),
    "Greenwich": ("Lewisham", "Bromley", "Bexley", "Tower Hamlets", "Newham",
                  "Barking and Dagenham"),
    "Hackney": ("Islington", "Haringey", "Waltham Forest", "Newham", "Tower Hamlets",
                "City of London"),
    "Hammersmith and Fulham": ("Brent", "Kensington and Chelsea", "Wandsworth",
                               "Richmond upon Thames", "Hounslow", "Ealing"),
    "Haringey": ("Barnet", "Camden", "Islington", "Hackney", "Waltham Forest", "Enfield"),
    "Harrow": ("Hillingdon", "Ealing", "Brent", "Barnet"),
    "Havering": ("Barking and Dagenham", "Redbridge", "Bexley"),
    "Hillingdon": ("Harrow", "Ealing", "Hounslow"),
    "Hounslow": ("Hillingdon", "Ealing", "Hammersmith and Fulham", "Richmond upon Thames"),
    "Islington": ("Camden", "Haringey", "Hackney", "City of London"),
    "Kensington and Chelsea": ("Westminster", "Brent", "Hammersmith and Fulham", "Wandsworth"),
    "Kingston upon Thames": ("Richmond upon Thames", "Wandsworth", "Merton", "Sutton"),
    "Lambeth": ("Southwark", "Bromley", "Croydon", "Merton", "Wandsworth", "Westminster",
                "City of London"),
    "Lewisham": ("Southwark", "Bromley", "Greenwich", "Tower Hamlets"),
    "Merton": ("Wandsworth", "Lambeth", "Croydon", "Sutton", "Kingston upon Thames"),
    "Newham": ("Tower Hamlets", "Hackney", "Waltham Forest", "Redbridge",
               "Barking and Dagenham", "Greenwich"),
    "Redbridge": ("Waltham Forest", "Newham", "Barking and Dagenham", "Havering"),
    "Richmond upon Thames": ("Hounslow", "Hammersmith and Fulham", "Wandsworth",
                             "Kingston upon Thames"),
    "Southwark": ("Lambeth", "Bromley", "Croydon", "Lewisham", "Tower Hamlets",
                  "City of London"),
    "Sutton": ("Kingston upon Thames", "Merton", "Croydon"),
    "Tower Hamlets": ("City of London", "Hackney", "Newham", "Greenwich", "Lewisham",
                      "Southwark"),
    "Waltham Forest": ("Enfield", "Haringey", "Hackney", "Newham", "Redbridge"),
    "Wandsworth": ("Hammersmith and Fulham", "Kensington and Chelsea", "Westminster", "Lambeth",
                   "Merton", "Kingston upon Thames", "Richmond upon Thames"),
    "Westminster": ("Brent", "Camden", "City of London", "Lambeth", "Wandsworth",
                    "Kensington and Chelsea"),
}  # fmt: skip

BOROUGHS = tuple(sorted(ADJOINING))
CHOICES = (*BOROUGHS, OUTSIDE, PAN)

_OTHER_NAMES = {
    "city": "City of London",
    "the city": "City of London",
    "barking": "Barking and Dagenham",
    "dagenham": "Barking and Dagenham",
    "hammersmith": "Hammersmith and Fulham",
    "fulham": "Hammersmith and Fulham",
    "kensington": "Kensington and Chelsea",
    "chelsea": "Kensington and Chelsea",
    "rbkc": "Kensington and Chelsea",
    "kingston": "Kingston upon Thames",
    "richmond": "Richmond upon Thames",
    "city of westminster": "Westminster",
    "outside of london": OUTSIDE,
    "not london": OUTSIDE,
    "non london": OUTSIDE,
    "all london": PAN,
    "london wide": PAN,
    "londonwide": PAN,
    "panlondon": PAN,
}
_NOISE = ("london borough of ", "royal borough of ", "lb ", "borough of ")
_BY_FOLD = {fold(name): name for name in CHOICES} | _OTHER_NAMES


def find_borough(text: str) -> str | None:
    """The borough that `text` names, in its usual spelling, or None.

    "LB Southwark", "hammersmith & fulham" and "Kingston" are understood; a postcode is not.
    """
    folded = fold(text.replace("&", " and "))
    for noise in _NOISE:
        folded = folded.removeprefix(noise)
    return _BY_FOLD.get(folded) or _BY_FOLD.get(folded.removesuffix(" borough"))


def are_neighbours(one: str | None, other: str | None) -> bool:
    """Whether two people work in the same or in adjoining boroughs."""
    if not one or not other or PAN in (one, other) or OUTSIDE in (one, other):
        return False
    return one == other or other in ADJOINING.get(one, ())
