"""What can go wrong, and how HTTP says it.

    TrefpuntError
    ├── Refused      403  you may see this, but not do that; carries the sentence to show
    │   └── TooFast  429  try again later; carries the number of seconds
    ├── Missing      404  it does not exist, or not for you: both look the same
    ├── Invalid      422  what was typed cannot be used; carries a sentence per field
    └── Unavailable  503  something we need does not answer

Every sentence is meant for the reader, in the reader's language; none holds a technical word.
"""

from __future__ import annotations


class TrefpuntError(Exception):
    """The root: an error that has a sentence for the reader and a status for the browser."""

    status = 500

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Refused(TrefpuntError):
    """The reader sees the thing but may not do this with it."""

    status = 403


class TooFast(Refused):
    """Too many tries; `wait` is the number of seconds until the next one counts."""

    status = 429

    def __init__(self, sentence: str, wait: int = 60) -> None:
        super().__init__(sentence)
        self.wait = wait


class Missing(TrefpuntError):
    """Not there, or not for this reader; on purpose the same answer."""

    status = 404


class Invalid(TrefpuntError):
    """Input that cannot be used. `errors` maps a field's name to the sentence to show above it."""

    status = 422

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(next(iter(errors.values()), ""))
        self.errors = errors


class Unavailable(TrefpuntError):
    """A server that we depend on does not answer now."""

    status = 503
