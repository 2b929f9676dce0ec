"""What people are called: any name with a letter in it, in any script. The guesses are Dutch, and only the first
suggestion; everybody says for themselves how they are called."""

from __future__ import annotations

from community import text
from community.accounts.models import NAME_MAX
from community.language import gettext as _

_INFIXES = frozenset(
    {"van", "de", "den", "der", "het", "ten", "ter", "te", "'t", "’t", "in", "op", "aan", "el", "la", "von"}
)
# Long enough to see that it was too long; what is longer was no name to begin with.
_READ = 1000


def clean(value: str) -> str:
    """The name as it is kept: one line, no hidden characters. Not yet judged."""
    return text.clean_line(value, _READ)


def complaint(name: str) -> str | None:
    """Why a cleaned name will not do, in a sentence."""
    if not any(letter.isalpha() for letter in name):
        return _("Typ een naam met minstens één letter.")
    if len(name) > NAME_MAX:
        return _("Deze naam is te lang: %(n)s tekens. Er passen er %(most)s.", n=len(name), most=NAME_MAX)
    return None


def short(name: str) -> str:
    """What neighbours say: "Ton" for "Ton Visser"; a name that opens with initials stays whole."""
    first = (_words(name) or [name])[0]
    is_initials = "." in first or (first.isupper() and len(first) <= 3)
    return name if is_initials else first


def surname(name: str) -> str:
    """What goes with a title: "P.J. van den Berg" -> "Van den Berg"; empty for a name of one word."""
    words = _words(name)
    if len(words) < 2:
        return ""
    place = next((at for at, word in enumerate(words) if at and word.casefold() in _INFIXES), len(words) - 1)
    found = " ".join(words[place:])
    return found[0].upper() + found[1:]


def greetings(name: str, short_name: str) -> dict[str, str]:
    """The usual ways to be greeted, by the key of the choice in the form."""
    last = surname(name)
    ways = {"kort": short_name}
    if last:
        # Kept in Dutch; a page in another language says it in its own way (language.in_sentence).
        ways |= {"mevrouw": f"mevrouw {last}", "meneer": f"meneer {last}"}
    return ways


def _words(name: str) -> list[str]:
    return [word for word in name.split() if any(letter.isalpha() for letter in word)]
