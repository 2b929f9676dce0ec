"""With whom one can sign in to the demonstration. docs/demo.md says the same, and a test holds them together."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "welkom in de hal"  # noqa: S105  (works in demo mode alone, which has no real people)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One of the people to be: `key` is theirs in content/people.toml."""

    what: str
    key: str

    @property
    def address(self) -> str:
        return f"{self.key}@demo.example"


SIGN_INS = (
    SignIn("resident", "willemijn"),
    SignIn("second resident of the same dwelling", "piet"),
    SignIn("resident of another building", "frans"),
    SignIn("moved-out resident", "cor"),
    SignIn("committee chair", "gerda"),
    SignIn("ambassador", "indra"),
    SignIn("caretaker", "rachid"),
    SignIn("consultant", "marjan"),
    SignIn("director", "anouk"),
    SignIn("moderator", "nel"),
    SignIn("administrator", "walter"),
)
