"""Finds the web addresses, e-mail addresses and Dutch telephone numbers in what people type.

It only says where they are and where they lead; `text.py` makes links of them and judges the result. When in
doubt a thing is no link: a date or a bank account that dials somebody is worse than a number that does not.
"""

import re

Span = tuple[int, int, str]  # from, to (not included), and what stands there

_LABEL = r"[\w\u0300-\u036f\u0900-\u1aff-]{1,63}"
_HOST = rf"(?:{_LABEL}\.){{1,10}}{_LABEL}"
_GAP = "[ \u00a0\u202f]?[-\u2010\u2011\u2013][ \u00a0\u202f]?"
_CANDIDATE = re.compile(
    rf"""
    (?P<web> (?<![\w@./-]) (?ai:https?://|www\.) (?:(?!\*\*)[^\s<>"`\\^{{}}|\u061c\u200c-\u200f])+ )
    # An apostrophe may stand inside (o'brien@), not open it ('jan@...'); 64 is the limit of RFC 5321.
  | (?P<mail> (?<![\w.+-])(?<!\w') \w[\w.+'-]{{0,63}} @ {_HOST} (?![\w@]) )
    # A bank account number is looked for only to be left alone: its tail looks like a telephone number.
  | (?P<iban> (?<!\w) [A-Za-z]{{2}}[0-9]{{2}}[ ]?[A-Za-z]{{4}}[ ]?[0-9]{{4}}[ ]?[0-9]{{4}}[ ]?[0-9]{{2}}
      (?!\w) )
  | (?P<phone> (?<![\w/@\#=&+-])(?<![0-9][.:,])
      (?: (?:\+|00)31 (?:[ ]?\(0\))? (?:{_GAP}|[ \u00a0\u202f])? [0-9]{{1,9}}
        | \(0[0-9]{{1,3}}\) (?:{_GAP}|[ \u00a0\u202f])? [0-9]{{2,8}}
        | 0[0-9]{{1,9}} )
      (?: {_GAP} [0-9]{{2,8}} )? (?: [ \u00a0\u202f.\u2010\u2011-] [0-9]{{2,8}} ){{0,6}} (?!\w|[.,-][0-9]) )
    """,
    re.VERBOSE,
)


def find_links(text: str) -> list[Span]:
    """The links in a text, first to last: where each starts and ends, and its address (http, https, mailto or
    tel). Linear in the length of the text, because every candidate is bounded."""
    links: list[Span] = []
    position = 0
    while candidate := _CANDIDATE.search(text, position):
        kind = candidate.lastgroup or ""
        link = _READERS[kind](candidate) if kind in _READERS else None
        if link:
            links.append(link)
            position = link[1]
        elif kind == "phone" and (first := _DIGITS.search(text, candidate.start())):
            # Refused as a whole ("01-02-2024 06-12345678"); a number may start after its first digits.
            position = first.end()
        else:
            position = candidate.end()
    return links


_AUTHORITY = re.compile(rf"(?:(?P<scheme>(?ai:https?))://)?(?P<host>{_HOST})\.?(?::[0-9]{{1,5}})?(?=[/?#]|\Z)")


def _web(candidate: re.Match[str]) -> Span | None:
    """http, https and bare www. With a name before "@" one site looks like another: that stays text."""
    text = _without_tail(candidate[0])
    authority = _AUTHORITY.match(text)
    if not authority or not _is_host(authority["host"]):
        return None
    href = (authority["scheme"] or "https").lower() + "://" + text[authority.start("host") :]
    return candidate.start(), candidate.start() + len(text), href


def _without_tail(address: str) -> str:
    """Take off what belongs to the sentence: a full stop, a quote, a bracket opened before the address."""
    surplus = {")": address.count(")") - address.count("("), "]": address.count("]") - address.count("[")}
    end = len(address)
    while end:
        last = address[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in ".,:;!?'*_~…‘’“”„‚«»":
            break
        end -= 1
    return address[:end]


_LATIN_WITH_LOOKALIKES = re.compile("(?=.*[a-z])(?=.*[\u0370-\u052f])", re.IGNORECASE)


def _is_host(host: str) -> bool:
    labels = host.split(".")
    if any(label[0] == "-" or label[-1] == "-" or _LATIN_WITH_LOOKALIKES.match(label) for label in labels):
        return False
    if len(labels) == 4 and all(re.fullmatch("[0-9]{1,3}", label) for label in labels):
        return True
    return labels[-1][0].isalpha() and len(labels[-1]) > 1


def _mail(candidate: re.Match[str]) -> Span | None:
    name, host = candidate[0].split("@")
    if not _is_host(host) or name.endswith(".") or ".." in name:
        return None
    return *candidate.span(), f"mailto:{candidate[0]}"


# "01-02-2024 10" has the ten digits of a telephone number.
_DATE = re.compile(r"[0-9]{1,2}([-. ])[0-9]{1,2}\1(?:19|20)[0-9]{2}(?![0-9])")
_DIGITS = re.compile("[0-9]+")
_COUNTRY = re.compile(r"(?:\+|00)31(?:[ ]?\(0\))?")
# "0900-1000 uur" is an opening time, "010 123 45 67 euro" a price.
_MEASURED = re.compile(r"\s?(?:uur|euro|%|€)", re.IGNORECASE)


def _phone(candidate: re.Match[str]) -> Span | None:
    """A Dutch telephone number, as far as it goes: "06-12345678 10 uur" is a number and a time."""
    text = candidate[0]
    if _DATE.match(text):
        return None
    country = _COUNTRY.match(text)
    groups: list[str] = []
    gaps: list[str] = []
    position = country.end() if country else 0
    for group in _DIGITS.finditer(text, position):
        gaps.append(text[position : group.start()])
        groups.append(group[0])
        position = group.end()
        # After the area code one kind of gap: "06-12-24 19.30" is a moment.
        if (number := _dialled(groups, bool(country))) and len(set(gaps[2:])) <= 1:
            end = candidate.start() + position
            is_longer = position < len(text) and not text[position].isspace()
            if is_longer or _MEASURED.match(candidate.string, end):
                return None
            return candidate.start(), end, f"tel:{number}"
    return None


def _dialled(groups: list[str], has_country: bool) -> str | None:
    """What a telephone dials for these groups of digits, or None when they are no whole Dutch number: nine
    digits after the 0 or +31; 0800 and 090x with four or seven more (Telecommunicatiewet, Nummerplan)."""
    digits = "".join(groups)
    if has_country:
        digits = digits.removeprefix("0")
        return f"+31{digits}" if re.fullmatch("[1-9][0-9]{8}", digits) else None
    area = groups[0]
    if area in {"0800", "0900", "0906", "0909"}:
        return digits if len(digits) in {8, 11} else None
    if len(digits) != 10 or digits[1] == "0":
        return None
    is_grouped_well = len(groups) == 1 or area.startswith("06") or len(area) in {3, 4}
    return f"+31{digits[1:]}" if is_grouped_well else None


_READERS = {"web": _web, "mail": _mail, "phone": _phone}
