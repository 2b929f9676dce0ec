"""What a file would change, story by story; and that a plan carried out leaves nothing to plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from community.admin.changes import FieldChange, MovedOut, Plan, Reason, Snapshot
from community.admin.importing import preview, safe_copy
from tests.community.admin.carrying_out import COMBINED, DWELLINGS, TODAY, carry_out, with_partner

RESIDENTS = "VHE;Huurdernr;Naam;E-mail;Ingangsdatum;Einddatum\n"
NAMES_ONLY = "VHE;Naam\n"


def dwelling(number: str, house: str = "12", addition: str = "", building: str = "Lindehof", **more: str) -> str:
    said = {"wijk": "Zuid", "portiek": "A", "street": "Lindestraat", "floor": "1", **more}
    place = f"{number};{building};{said['wijk']};{said['portiek']};{said['street']};{house};{addition}"
    return f"{place};3023AB;Rotterdam;{said['floor']}\n"


def plan_of(text: str, state: Snapshot = Snapshot(), today: date = TODAY) -> Plan:  # noqa: B008
    """The plan for a file without errors; carried out and asked again it must be empty."""
    seen = preview(text.encode(), "x.csv", state, today)
    assert seen.errors == ()
    assert seen.is_ready and seen.plan
    after = carry_out(state, seen.plan, today)
    again = preview(text.encode(), "x.csv", after, today).plan
    assert again and again.is_empty, again
    return seen.plan


def after(text: str, state: Snapshot = Snapshot(), today: date = TODAY) -> Snapshot:  # noqa: B008
    return carry_out(state, plan_of(text, state, today), today)


def changed(plan: Plan) -> dict[str, int]:
    return {sort: n for sort, n in plan.counts().items() if n}


def who(left: tuple[MovedOut, ...]) -> list[tuple[str, str, date, Reason]]:
    return [(one.dwelling, one.resident.name, one.on, one.reason) for one in left]


HOF = after(DWELLINGS + dwelling("1", "10") + dwelling("2", "12") + dwelling("3", "14"))


# Dwellings


def test_the_first_file_makes_everything() -> None:
    plan = plan_of(DWELLINGS + dwelling("1", "10") + dwelling("2", "12", portiek="B") + dwelling("3", building="Toren"))
    assert changed(plan) == {"new_neighbourhoods": 1, "new_buildings": 2, "new_entrances": 3, "new_dwellings": 3}
    assert [one.row.external_id for one in plan.new_dwellings] == ["1", "2", "3"]
    assert [(one.building, one.name) for one in plan.new_entrances] == [
        ("Lindehof", "A"), ("Lindehof", "B"), ("Toren", "A"),
    ]  # fmt: skip


def test_the_same_file_twice_changes_nothing() -> None:
    plan = plan_of(DWELLINGS + dwelling("1", "10") + dwelling("2", "12") + dwelling("3", "14"), HOF)
    assert plan.is_empty
    assert plan.unchanged_dwellings == 3
    assert plan.not_in_file == ()


def test_a_changed_dwelling_shows_old_and_new_field_by_field() -> None:
    plan = plan_of(DWELLINGS + dwelling("2", "12", "a", floor="bg", portiek="B"), HOF)
    assert changed(plan) == {"new_entrances": 1, "changed_dwellings": 1}
    assert plan.changed_dwellings[0].changes == (
        FieldChange("entrance", "A", "B"), FieldChange("addition", "", "a"), FieldChange("floor", 1, 0),
    )  # fmt: skip


def test_an_empty_cell_takes_nothing_away_but_an_empty_addition_does() -> None:
    state = after(DWELLINGS + dwelling("1", "10", "a"))
    assert plan_of(DWELLINGS + dwelling("1", "10", "a", portiek="", floor="", wijk=""), state).is_empty
    plan = plan_of(DWELLINGS + dwelling("1", "10", ""), state)
    assert plan.changed_dwellings[0].changes == (FieldChange("addition", "a", ""),)
    without = "VHE;Gebouw;Straat;Huisnummer;Postcode;Plaats\n1;Lindehof;Lindestraat;10;3023AB;Rotterdam\n"
    assert plan_of(without, state).is_empty


def test_case_and_separators_are_no_change_where_they_mean_nothing() -> None:
    state = after(DWELLINGS + dwelling("1", "10", "A-2"))
    again = dwelling("1", "10", "a 2", building="LINDEHOF", wijk="zuid", portiek="a")
    assert plan_of(DWELLINGS + again, state).is_empty


def test_a_dwelling_that_is_not_in_the_file_stays_and_is_reported() -> None:
    plan = plan_of(DWELLINGS + dwelling("2", "12"), HOF)
    assert plan.is_empty
    assert plan.not_in_file == ("1", "3")


def test_a_dwelling_with_a_wrong_line_counts_as_mentioned() -> None:
    seen = preview((DWELLINGS + dwelling("1", "x") + dwelling("2", "12")).encode(), "x.csv", HOF, TODAY)
    assert len(seen.errors) == 1
    assert not seen.is_ready
    assert seen.plan and seen.plan.not_in_file == ("3",)


def test_a_building_without_a_neighbourhood_lies_in_its_town() -> None:
    plan = plan_of(DWELLINGS + dwelling("1", wijk=""))
    assert [(one.name, one.neighbourhood) for one in plan.new_buildings] == [("Lindehof", "Rotterdam")]


def test_a_building_in_two_neighbourhoods_goes_with_the_most_and_is_noted() -> None:
    text = DWELLINGS + dwelling("1", "1") + dwelling("2", "2", wijk="Noord") + dwelling("3", "3")
    plan = plan_of(text)
    assert plan.new_buildings[0].neighbourhood == "Zuid"
    assert [(note.line, note.value) for note in plan.notes] == [(3, "Noord")]
    assert "regel 2" in plan.notes[0].sentence
    state = after(DWELLINGS + dwelling("1", "1", wijk="Noord"))
    assert plan_of(text, state).changed_buildings == ()  # the present one is among them
    plan = plan_of(DWELLINGS + dwelling("1", "1", wijk="West"), state)
    assert plan.changed_buildings[0].changes == (FieldChange("neighbourhood", "Noord", "West"),)


def test_a_building_with_another_name_keeps_its_conversations() -> None:
    text = DWELLINGS + "".join(dwelling(n, f"{h}", building="De Linde") for n, h in [("1", 10), ("2", 12), ("3", 14)])
    plan = plan_of(text, HOF)
    assert changed(plan) == {"changed_buildings": 1}
    assert plan.changed_buildings[0].changes == (FieldChange("name", "Lindehof", "De Linde"),)


def test_a_building_is_not_renamed_when_a_dwelling_stays_behind() -> None:
    plan = plan_of(DWELLINGS + dwelling("1", "10", building="Nieuw") + dwelling("2", "12", building="Nieuw"), HOF)
    assert changed(plan) == {"new_buildings": 1, "new_entrances": 1, "changed_dwellings": 2}
    assert plan.changed_dwellings[0].changes[0] == FieldChange("building", "Lindehof", "Nieuw")


def test_two_rows_with_one_address_are_noted() -> None:
    plan = plan_of(DWELLINGS + dwelling("1", "10") + dwelling("2", "10"))
    (note,) = plan.notes
    assert (note.line, note.value) == (3, "Lindestraat 10")
    assert "regel 2" in note.sentence


# Renumbered, split, merged


def test_a_new_number_at_the_same_door_is_the_same_dwelling() -> None:
    state = after(RESIDENTS + "2;10;Gerda;;;\n", HOF)
    plan = plan_of(DWELLINGS + dwelling("1", "10") + dwelling("NL-2", "12") + dwelling("3", "14"), state)
    assert changed(plan) == {"changed_dwellings": 1}
    assert plan.changed_dwellings[0].external_id == "2"
    assert plan.changed_dwellings[0].changes == (FieldChange("external_id", "2", "NL-2"),)


def test_a_whole_building_may_be_renumbered_without_anybody_moving() -> None:
    doors = [("1", ""), ("2", "a"), ("3", "b")]
    state = after(DWELLINGS + "".join(dwelling(n, "12", addition) for n, addition in doors))
    plan = plan_of(DWELLINGS + "".join(dwelling(f"N{n}", "12", addition) for n, addition in doors), state)
    assert changed(plan) == {"changed_dwellings": 3}


def test_one_dwelling_that_becomes_several_is_split() -> None:
    state = after(RESIDENTS + "2;10;Gerda;;;\n", HOF)
    rest = dwelling("1", "10") + dwelling("3", "14")
    plan = plan_of(DWELLINGS + rest + dwelling("21", "12", "A") + dwelling("22", "12", "B"), state)
    assert changed(plan) == {"moved_out": 1, "split": 1, "new_dwellings": 2}
    assert (plan.split[0].old.external_id, plan.split[0].new, plan.split[0].line) == ("2", ("21", "22"), 4)
    assert who(plan.moved_out) == [("2", "Gerda", TODAY, Reason.SPLIT)]
    assert [one.external_id for one in plan.ended_dwellings] == ["2"]
    assert "Lees hierna meteen de bewoners in" in plan.notes[0].sentence
    assert plan.not_in_file == ()


def test_several_dwellings_that_become_one_are_merged() -> None:
    state = after(DWELLINGS + dwelling("1", "12", "A") + dwelling("2", "12", "B") + dwelling("3", "14"))
    plan = plan_of(DWELLINGS + dwelling("9", "12") + dwelling("3", "14"), state)
    assert changed(plan) == {"merged": 1, "new_dwellings": 1}
    assert [one.external_id for one in plan.merged[0].old] == ["1", "2"]
    assert plan.merged[0].new == "9"


def test_two_houses_made_one_are_merged_and_may_be_split_again_under_their_old_numbers() -> None:
    merged = DWELLINGS + dwelling("1", "10") + dwelling("9", "12-14")
    plan = plan_of(merged, HOF)
    assert changed(plan) == {"merged": 1, "new_dwellings": 1}
    back = plan_of(DWELLINGS + dwelling("1", "10") + dwelling("2", "12") + dwelling("3", "14"), after(merged, HOF))
    assert changed(back) == {"split": 1, "new_dwellings": 2}
    assert all(one.reopens for one in back.new_dwellings)


def test_a_dwelling_that_takes_in_its_neighbour_keeps_its_own_household() -> None:
    state = after(DWELLINGS + dwelling("1", "12", "A") + dwelling("2", "12", "B"))
    state = after(RESIDENTS + "1;10;Gerda;;;\n2;11;Henk;;;\n", state)
    plan = plan_of(DWELLINGS + dwelling("1", "12"), state)
    assert changed(plan) == {"moved_out": 1, "merged": 1, "changed_dwellings": 1}
    assert who(plan.moved_out) == [("2", "Henk", TODAY, Reason.MERGED)]


def test_what_is_not_evident_is_neither_split_nor_merged() -> None:
    state = after(DWELLINGS + dwelling("1", "12", "A") + dwelling("2", "12", "B") + dwelling("3", "1", "1"))
    other_letters = DWELLINGS + dwelling("8", "12", "C") + dwelling("9", "12", "D")
    assert changed(plan_of(other_letters, state)) == {"new_dwellings": 2}
    longer_numbers = DWELLINGS + dwelling("8", "1", "11") + dwelling("9", "1", "12")
    assert changed(plan_of(longer_numbers, state)) == {"new_dwellings": 2}
    other_street = DWELLINGS + dwelling("8", "12", street="Laan") + dwelling("9", "1", "1a", street="Laan")
    assert changed(plan_of(other_street, state)) == {"new_dwellings": 2}
    assert plan_of(other_letters, state).not_in_file == ("3", "1", "2")


# Residents


def test_residents_move_in_at_known_dwellings() -> None:
    plan = plan_of(RESIDENTS + "1;10;Gerda;g@x.nl;1-3-2020;\n1;11;Henk;g@x.nl;;\n", HOF)
    assert changed(plan) == {"moved_in": 2}
    assert [(one.row.name, one.since, one.row.email) for one in plan.moved_in] == [
        ("Gerda", date(2020, 3, 1), "g@x.nl"), ("Henk", TODAY, "g@x.nl"),
    ]  # fmt: skip


def test_residents_of_unknown_dwellings_are_left_out_and_reported() -> None:
    plan = plan_of(RESIDENTS + "1;10;Gerda;;;\nP7;11;Henk;;;\n", HOF)
    assert changed(plan) == {"moved_in": 1}
    assert plan.unknown_dwellings == ("P7",)
    assert [(note.line, note.value) for note in plan.notes] == [(0, "P7")]


def test_who_is_missing_from_a_listed_dwelling_has_moved_out_today() -> None:
    state = after(RESIDENTS + "1;10;Gerda;;;\n1;11;Henk;;;\n2;12;Anna;;;\n", HOF)
    plan = plan_of(RESIDENTS + "1;10;Gerda;;;\n", state)
    assert who(plan.moved_out) == [("1", "Henk", TODAY, Reason.NOT_IN_FILE)]
    assert plan.unchanged_residents == 1


def test_who_lives_at_a_dwelling_that_is_not_listed_stays() -> None:
    state = after(RESIDENTS + "1;10;Gerda;;;\n2;12;Anna;;;\n", HOF)
    assert plan_of(RESIDENTS + "2;12;Anna;;;\n", state).is_empty
    assert plan_of(DWELLINGS + dwelling("2", "12"), state).is_empty


def test_an_empty_dwelling_has_nobody_any_more() -> None:
    state = after(RESIDENTS + "1;10;Gerda;;;\n", HOF)
    state = with_partner(state, "1", "Joop")
    plan = plan_of(RESIDENTS + "1;;Leegstand;;;\n", state)
    assert who(plan.moved_out) == [("1", "Gerda", TODAY, Reason.VACANT), ("1", "Joop", TODAY, Reason.VACANT)]
    assert {one.line for one in plan.moved_out} == {2}


def test_an_end_date_that_has_come_ends_the_stay_on_that_day() -> None:
    state = after(RESIDENTS + "1;10;Gerda;;;\n", HOF, date(2026, 1, 1))
    plan = plan_of(RESIDENTS + "1;10;Gerda;;;30-9-2026\n", state)
    assert who(plan.moved_out) == [("1", "Gerda", date(2026, 9, 30), Reason.END_DATE)]
    assert who(plan_of(RESIDENTS + "1;10;Gerda;;;22-11-2026\n", state).moved_out)[0][2] == TODAY


def test_an_end_date_to_come_is_kept_and_may_be_taken_back() -> None:
    state = after(RESIDENTS + "1;10;Gerda;;;\n", HOF)
    leaving = RESIDENTS + "1;10;Gerda;;;31-12-2026\n"
    plan = plan_of(leaving, state)
    assert plan.changed_persons[0].changes == (FieldChange("until", None, date(2026, 12, 31)),)
    plan = plan_of(RESIDENTS + "1;10;Gerda;;;\n", after(leaving, state))
    assert plan.changed_persons[0].changes == (FieldChange("until", date(2026, 12, 31), None),)
    assert plan_of(NAMES_ONLY + "1;Gerda\n", after(leaving, state)).is_empty  # a file without the column says nothing


def test_somebody_who_left_long_ago_is_no_news() -> None:
    plan = plan_of(RESIDENTS + "1;10;Gerda;;1-1-2010;31-12-2019\n1;11;Henk;;;\n", HOF)
    assert changed(plan) == {"moved_in": 1}
    assert plan.past == 1


def test_somebody_still_to_come_may_stay_away() -> None:
    state = after(RESIDENTS + "1;10;Gerda;;1-1-2027;\n", HOF)
    plan = plan_of(RESIDENTS + "1;11;Henk;;;\n", state)
    assert who(plan.moved_out) == [("1", "Gerda", date(2027, 1, 1), Reason.NOT_IN_FILE)]


def test_a_move_within_the_association_names_where_they_come_from() -> None:
    state = after(RESIDENTS + "1;10;Gerda;;;\n", HOF)
    plan = plan_of(RESIDENTS + "1;10;Gerda;;;31-12-2026\n3;10;Gerda;;15-12-2026;\n", state)
    assert [(one.row.dwelling, one.comes_from) for one in plan.moved_in] == [("3", ("1",))]


def test_a_changed_person_shows_old_and_new_field_by_field() -> None:
    state = after(RESIDENTS + "1;10;G. Koster;;1-1-2020;\n", HOF)
    plan = plan_of(RESIDENTS + "1;10;G. de Vries;g@x.nl;1-2-2020;\n", state)
    assert plan.changed_persons[0].changes == (
        FieldChange("name", "G. Koster", "G. de Vries"), FieldChange("email", None, "g@x.nl"),
        FieldChange("since", date(2020, 1, 1), date(2020, 2, 1)),
    )  # fmt: skip
    assert plan_of(RESIDENTS + "1;10;G. Koster;;;\n", state).is_empty


def test_what_somebody_who_joined_chose_is_theirs() -> None:
    state = after(RESIDENTS + "1;10;Gerda;g@x.nl;;\n", HOF)
    joined = (replace(one, residents=tuple(replace(two, has_joined=True) for two in one.residents))
              for one in state.dwellings)  # fmt: skip
    state = replace(state, dwellings=tuple(joined))
    assert plan_of(RESIDENTS + "1;10;Gerda;anders@x.nl;;\n", state).is_empty


def test_without_numbers_a_name_in_another_dress_is_the_same_person() -> None:
    state = after(NAMES_ONLY + "1;G. Koster\n", HOF)
    plan = plan_of(NAMES_ONLY + '1;"Koster, G."\n', state)
    assert plan.is_empty
    plan = plan_of(NAMES_ONLY + "1;mw. G. Köster\n", state)
    assert plan.changed_persons[0].changes == (FieldChange("name", "G. Koster", "mw. G. Köster"),)


def test_without_numbers_another_name_is_another_person() -> None:
    state = after(NAMES_ONLY + "1;G. Jansen\n", HOF)
    assert changed(plan_of(NAMES_ONLY + "1;H. Jansen\n", state)) == {"moved_out": 1, "moved_in": 1}


def test_a_number_that_comes_later_is_added_and_nobody_moves() -> None:
    state = after(NAMES_ONLY + "1;Gerda\n", HOF)
    plan = plan_of(RESIDENTS + "1;10;Gerda;;;\n", state)
    assert plan.changed_persons[0].changes == (FieldChange("person_id", None, "10"),)


def test_two_numbers_are_two_people_unless_they_came_on_one_day() -> None:
    state = after(RESIDENTS + "1;10;J. Jansen;;1-1-1990;\n", HOF)
    assert changed(plan_of(RESIDENTS + "1;20;J. Jansen;;1-6-2026;\n", state)) == {"moved_out": 1, "moved_in": 1}
    plan = plan_of(RESIDENTS + "1;20;J. Jansen;;1-1-1990;\n", state)
    assert plan.changed_persons[0].changes == (FieldChange("person_id", "10", "20"),)


def test_a_number_given_to_somebody_else_is_not_given_again() -> None:
    state = replace(after(NAMES_ONLY + "1;Gerda\n", HOF), person_ids=frozenset({"10"}))
    plan = plan_of(RESIDENTS + "1;10;Gerda;;;\n", state)
    assert changed(plan) == {"moved_out": 1, "moved_in": 1}


# The household that no file knows


def test_a_partner_who_joined_with_the_letter_is_not_moved_out_by_a_file_that_never_knew_them() -> None:
    state = with_partner(after(RESIDENTS + "1;10;Gerda;;;\n", HOF), "1", "Joop")
    assert plan_of(RESIDENTS + "1;10;Gerda;;;\n", state).is_empty


def test_a_partner_leaves_when_the_household_leaves() -> None:
    state = with_partner(after(RESIDENTS + "1;10;Gerda;;;\n", HOF), "1", "Joop")
    plan = plan_of(RESIDENTS + "1;20;Nieuwe Huurder;;;\n", state)
    assert who(plan.moved_out) == [
        ("1", "Gerda", TODAY, Reason.NOT_IN_FILE), ("1", "Joop", TODAY, Reason.HOUSEHOLD_LEFT),
    ]  # fmt: skip


def test_a_partner_gets_the_end_date_of_the_household_and_loses_it_with_them() -> None:
    state = with_partner(after(RESIDENTS + "1;10;Gerda;;;\n", HOF), "1", "Joop")
    leaving = RESIDENTS + "1;10;Gerda;;;31-12-2026\n"
    plan = plan_of(leaving, state)
    assert [(one.resident.name, one.changes[0].new) for one in plan.changed_persons] == [
        ("Gerda", date(2026, 12, 31)), ("Joop", date(2026, 12, 31)),
    ]  # fmt: skip
    plan = plan_of(RESIDENTS + "1;10;Gerda;;;\n", after(leaving, state))
    assert [one.changes[0].new for one in plan.changed_persons] == [None, None]


def test_a_partner_who_takes_over_the_lease_stays_and_so_do_the_children() -> None:
    state = with_partner(after(RESIDENTS + "1;10;Gerda;;;\n", HOF), "1", "Joop Koster")
    state = with_partner(state, "1", "Kim")
    plan = plan_of(RESIDENTS + "1;20;Joop Koster;;;\n", state)
    assert who(plan.moved_out) == [("1", "Gerda", TODAY, Reason.NOT_IN_FILE)]
    assert plan.changed_persons[0].changes == (
        FieldChange("is_listed", False, True), FieldChange("person_id", None, "20"),
    )  # fmt: skip


def test_who_joined_before_any_file_named_residents_stays() -> None:
    state = with_partner(HOF, "1", "Joop")
    assert changed(plan_of(RESIDENTS + "1;10;Gerda;;;\n", state)) == {"moved_in": 1}


# The whole


def test_a_combined_file_does_both_at_once() -> None:
    text = COMBINED + "1;Hof;Straat;10;;3023AB;Delft;10;Gerda\n1;Hof;Straat;10;;3023AB;Delft;11;Henk\n"
    plan = plan_of(text)
    assert changed(plan) == {"new_neighbourhoods": 1, "new_buildings": 1, "new_dwellings": 1, "moved_in": 2}


def test_in_a_combined_file_the_household_of_a_split_dwelling_goes_to_its_new_door() -> None:
    state = after(COMBINED + "1;Hof;Straat;10;;3023AB;Delft;10;Gerda\n")
    text = COMBINED + "2;Hof;Straat;10;A;3023AB;Delft;10;Gerda\n3;Hof;Straat;10;B;3023AB;Delft;11;Henk\n"
    plan = plan_of(text, state)
    assert changed(plan) == {"moved_out": 1, "split": 1, "new_dwellings": 2, "moved_in": 2}
    assert plan.moved_in[0].comes_from == ("1",)
    assert plan.notes == ()


def test_residents_follow_a_new_number_of_their_dwelling() -> None:
    state = after(COMBINED + "1;Hof;Straat;10;;3023AB;Delft;10;Gerda\n")
    plan = plan_of(COMBINED + "N1;Hof;Straat;10;;3023AB;Delft;10;Gerda\n", state)
    assert changed(plan) == {"changed_dwellings": 1}


def test_a_typing_error_moves_nobody_out() -> None:
    state = after(RESIDENTS + "1;10;Gerda;;;\n1;11;Henk;;;\n", HOF)
    seen = preview((RESIDENTS + "1;10;Gerda;geen adres;;\n").encode(), "x.csv", state, TODAY)
    assert not seen.is_ready
    assert seen.plan and seen.plan.is_empty
    right = preview((RESIDENTS + "1;10;Gerda;;;\n").encode(), "x.csv", state, TODAY)
    assert right.plan and len(right.plan.moved_out) == 1


def test_a_file_that_empties_half_the_buildings_asks_whether_it_is_right() -> None:
    people = "".join(f"1;{n};Bewoner {n}a;;;\n" for n in range(40))
    state = after(RESIDENTS + people, HOF)
    plan = plan_of(RESIDENTS + "1;0;Bewoner 0a;;;\n", state)
    assert plan.notes[0].sentence.startswith("Volgens dit bestand zijn 39 van de 40 bewoners weg. Klopt dat?")
    most = RESIDENTS + "".join(f"1;{n};Bewoner {n}a;;;\n" for n in range(31))
    assert plan_of(most, state).notes == ()


def test_the_order_of_the_state_does_not_matter() -> None:
    state = after(RESIDENTS + "1;10;Gerda;;;\n1;11;Henk;;;\n2;12;Anna;;;\n", HOF)
    turned = replace(
        state, dwellings=tuple(replace(one, residents=one.residents[::-1]) for one in reversed(state.dwellings))
    )
    text = RESIDENTS + "1;;Leegstand;;;\n2;;Leegstand;;;\n"
    assert plan_of(text, state) == plan_of(text, turned)
    assert plan_of(text, state).fingerprint == plan_of(text, turned).fingerprint
    assert plan_of(text, state).fingerprint != plan_of(RESIDENTS + "1;;Leegstand;;;\n", state).fingerprint


def test_a_file_with_unclear_columns_gives_questions_and_no_plan() -> None:
    seen = preview(b"VHE;Wijk\n1;Zuid\n", "x.csv", HOF, TODAY)
    assert seen.plan is None and not seen.is_ready
    assert seen.mapping.missing


def test_what_may_be_kept_holds_no_rent_and_plans_the_same() -> None:
    text = '\nVHE;IBAN;Naam;Onbekend\n1;NL91;"Gerda\nKoster";x\n\n2;NL92;"Henk ""de"" Boer; sr.";y\n'
    seen = preview(text.encode("utf-16"), "x.csv", HOF, TODAY)
    assert seen.is_ready and seen.plan and len(seen.plan.moved_in) == 2
    kept = safe_copy(seen)
    assert b"NL9" not in kept and b'"x"' not in kept and b"Gerda Koster" in kept
    again = preview(kept, "x.csv", HOF, TODAY)
    assert again.plan == seen.plan
    undecided = safe_copy(seen, undecided=True)  # the administrator may still choose a column that we did not know
    assert b"NL9" not in undecided and b'"x"' in undecided


def test_progress_rises_to_the_whole() -> None:
    seen: list[tuple[int, int]] = []
    text = RESIDENTS + "".join(f"{n};{n};Bewoner {n}a;;;\n" for n in range(1500))
    preview(text.encode(), "x.csv", HOF, TODAY, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (3000, 3000)
    assert {total for _done, total in seen} == {3000}
