"""What administrators type: telephone numbers, roles and employees."""

from __future__ import annotations

from datetime import date

import pytest

from community.errors import Invalid
from community.places import forms


@pytest.mark.parametrize("typed", ["010 - 123 45 67", "+31 (0)10 1234567", "0612345678", "14 010", ""])
def test_a_telephone_number_is_kept_as_it_was_typed(typed: str) -> None:
    assert forms.read_phone(typed) == typed


@pytest.mark.parametrize("typed", ["bel mij", "010 <b>", "123", "1" * 31, "0" * 16])
def test_what_is_no_telephone_number_gets_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match="telefoonnummer klopt nog niet"):
        forms.read_phone(typed)


def test_a_role_needs_somebody_and_a_kind() -> None:
    with pytest.raises(Invalid) as refused:
        forms.read_role({"rol": "koning"})
    assert set(refused.value.errors) == {"wie", "rol"}


def test_a_committee_needs_a_name_and_other_roles_forget_it() -> None:
    typed = {"wie": "Nel", "rol": "commissielid"}
    with pytest.raises(Invalid) as refused:
        forms.read_role(typed)
    assert set(refused.value.errors) == {"commissie"}
    assert forms.read_role({**typed, "commissie": " tuin  commissie "}).title == "tuin commissie"
    assert forms.read_role({**typed, "rol": "moderator", "commissie": "tuincommissie"}).title == ""


def test_a_role_cannot_end_before_it_begins() -> None:
    typed = {"wie": "Nel", "rol": "moderator", "vanaf": "12-3-2026", "tot": "11-3-2026"}
    with pytest.raises(Invalid) as refused:
        forms.read_role(typed)
    assert set(refused.value.errors) == {"tot"}
    assert forms.read_role({**typed, "tot": "13-3-2026"}).until == date(2026, 3, 13)


def test_a_chosen_person_that_is_no_number_is_nobody() -> None:
    typed = {"wie": "Nel", "rol": "moderator"}
    assert forms.read_role({**typed, "persoon": "12"}).person_id == 12
    for bad in ("1 OR 1", "9" * 30, "-1", "²"):
        assert forms.read_role({**typed, "persoon": bad}).person_id is None


def test_every_wrong_field_of_an_employee_is_named_at_once() -> None:
    typed = {"telefoon": "bel mij", "over": "x" * 501, "uren-3": "nooit", "uren-4": "maandag 9 tot 10"}
    with pytest.raises(Invalid) as refused:
        forms.read_employee(typed, [3, 4])
    assert set(refused.value.errors) == {"telefoon", "over", "uren-3"}


@pytest.mark.parametrize("address", ["rachid", "rachid@", "@zuid.nl", "a@b@c.nl", "ra chid@zuid", "<a@b.nl>,c@d.nl"])
def test_a_mail_address_that_cannot_be_is_refused(address: str) -> None:
    with pytest.raises(Invalid) as refused:
        forms.read_new_employee({"naam": "Rachid", "mail": address, "rol": "huismeester"})
    assert set(refused.value.errors) == {"mail"}


def test_spaces_and_capitals_in_a_mail_address_do_not_matter() -> None:
    typed = {"naam": "Rachid Amrani", "mail": " Rachid@Zuiderlicht.NL. ", "rol": "huismeester"}
    assert forms.read_new_employee(typed).address == "rachid@zuiderlicht.nl"


def test_a_new_employee_has_a_name_and_an_employees_function() -> None:
    with pytest.raises(Invalid) as refused:
        forms.read_new_employee({"naam": "42", "mail": "a@b.nl", "rol": "moderator"})
    assert set(refused.value.errors) == {"naam", "rol"}
