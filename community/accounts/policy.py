"""May I? What a letter still opens, and how long somebody who stopped may come back."""

from __future__ import annotations

from datetime import timedelta

from community import clock
from community.accounts.households import households
from community.accounts.models import COME_BACK, Invitation, Person
from community.errors import Refused
from community.language import gettext as _

# So long after signing in by mail or letter one may choose a password without knowing the old one.
FRESH = timedelta(minutes=30)


def check_open(invitation: Invitation) -> None:
    """That the code still lets somebody in. Only who has the right code gets to read these sentences.

    Raises:
        Refused: all seats are taken, it is too old, the household has moved out, or there is a newer letter.
    """
    answers = households()
    phone = answers.frame_of(invitation.household_id).phone
    if invitation.used >= invitation.seats:
        raise Refused(_("Met deze code is al iemand ingelogd. Was u dat niet? Bel %(phone)s.", phone=phone))
    if invitation.expires_at <= clock.now() or not answers.is_current(invitation.household_id):
        raise Refused(_("Deze code is te oud. Bel %(phone)s, dan krijgt u een nieuwe brief.", phone=phone))
    if invitation.cancelled_at is not None:
        sentence = _("Deze code geldt niet meer. Kreeg u een nieuwe brief? Neem die. Of bel %(phone)s.", phone=phone)
        raise Refused(sentence)


def may_enter(person: Person) -> bool:
    """False for who stopped so long ago that there is no way back but a new letter."""
    return person.left_at is None or person.left_at > clock.now() - COME_BACK
