"""The socket, to everybody who may come: who gets one, what they may watch with it, and that it carries numbers only."""

from __future__ import annotations

import json
from typing import Any

import pytest
import time_machine
from flask_socketio import SocketIOTestClient
from sqlalchemy import update

from community import clock, db, live
from community.accounts import access
from community.places import actions as place_actions
from forums import actions as forum_actions
from forums import presence
from forums.models import Topic
from tests.authorisation.house import House
from tests.authorisation.people import BAKEN, LINDEHOF, MEMBERS, PEOPLE, RESIDENTS, WEST

MARKER = "Zwijntje-knorretje-7731"


def socket_of(house: House, kind: str) -> SocketIOTestClient:
    """A socket from the browser of a kind of person."""
    sockets = house.app.extensions["live"].sockets
    return SocketIOTestClient(house.app, sockets, flask_test_client=house.browser(kind))


def asks(socket: SocketIOTestClient, event: str, *asked: Any) -> Any:
    return socket.emit(event, *asked, callback=True)


def hints(socket: SocketIOTestClient) -> list[dict[str, Any]]:
    return [packet["args"][0] for packet in socket.get_received() if packet["name"] == "hint"]


# ---- connect -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(PEOPLE))
def test_a_socket_is_for_who_lives_or_works_here(house: House, kind: str) -> None:
    assert socket_of(house, kind).is_connected() == (kind in MEMBERS)


# ---- watch and leave ---------------------------------------------------------------------------------------------

# what -> who may watch it
WATCHABLE = {
    "topic:{topic}": LINDEHOF,
    "topic:{west_topic}": WEST,
    "topic:{all_topic}": MEMBERS,
    "topic:{baken_topic}": BAKEN,
    "forum:{forum}": LINDEHOF,
    "forum:{west_forum}": WEST,
    "forum:{all_forum}": MEMBERS,
    "neighbours:{forum}": frozenset({"writer", "neighbour", "chair", "moderator"}),
    "neighbours:{all_forum}": RESIDENTS,
    "occurrence:{date}": LINDEHOF,
    "occurrence:{west_date}": WEST,
    "occurrence:{all_date}": MEMBERS,
    "occurrence:{baken_date}": BAKEN,
    "calendar:{building_number}": LINDEHOF,
    "calendar:{baken_number}": BAKEN,
}


@pytest.mark.parametrize("kind", sorted(MEMBERS))
@pytest.mark.parametrize("what", sorted(WATCHABLE))
def test_a_person_watches_what_they_may_read_and_nothing_else(house: House, kind: str, what: str) -> None:
    socket = socket_of(house, kind)
    there, absent = house.address(what), house.absent_address(what)
    answer = asks(socket, "watch", {"what": there})
    assert asks(socket, "watch", {"what": absent}) == {"ok": False}
    if kind in WATCHABLE[what]:
        assert answer["ok"] is True
        assert isinstance(answer["number"], int) and isinstance(answer["version"], int)
    else:
        assert answer == {"ok": False}, "a foreign thing answers as an absent one"


def test_every_kind_of_thing_that_can_be_watched_stands_in_the_table(house: House) -> None:
    assert set(house.app.extensions["live"].may) == {what.partition(":")[0] for what in WATCHABLE}


@pytest.mark.parametrize("kind", sorted(MEMBERS))
def test_a_reply_is_heard_by_who_watches_and_by_nobody_else(house: House, kind: str) -> None:
    socket = socket_of(house, kind)
    asks(socket, "watch", {"what": house.address("topic:{topic}")})
    with house.app.app_context():
        forum_actions.reply(
            topic_id=int(house.things["topic"][0]), source=MARKER, token=None, by=house.world.visitor("willemijn")
        )
    heard = [hint for hint in hints(socket) if "topic" in hint]
    assert bool(heard) == (kind in LINDEHOF)


def test_what_was_left_is_heard_no_longer(house: House) -> None:
    socket = socket_of(house, "neighbour")
    what = house.address("topic:{topic}")
    asks(socket, "watch", {"what": what})
    assert asks(socket, "leave", {"what": what}) == {"ok": True}
    with house.app.app_context():
        forum_actions.reply(
            topic_id=int(house.things["topic"][0]), source="Nog iets", token=None, by=house.world.visitor("willemijn")
        )
    assert hints(socket) == []


def test_nobody_gets_into_the_room_of_another_person(house: House) -> None:
    socket = socket_of(house, "neighbour")
    room = f"person:{house.world.people['ton']}"
    assert asks(socket, "watch", {"what": room}) == {"ok": False}
    assert asks(socket, "leave", {"what": room}) == {"ok": True}
    with house.app.app_context():
        topic = int(house.things["topic"][0])
        forum_actions.reply(topic_id=topic, source="Voor Ton", token=None, by=house.world.visitor("willemijn"))
    assert hints(socket) == []


def test_a_room_is_entered_only_after_looking_whether_one_may(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise whoever asks for a foreign room over and over would hear now and then what is said in it."""
    entered: list[str] = []
    monkeypatch.setattr(live, "join_room", entered.append)
    socket = socket_of(house, "elsewhere")
    entered.clear()
    for what in ("topic:{topic}", "forum:{forum}", "topic:{west_topic}"):
        asks(socket, "watch", {"what": house.address(what)})
    asks(socket, "watch", {"what": "person:1"})
    assert entered == []
    asks(socket, "watch", {"what": house.address("topic:{baken_topic}")})
    assert entered == [house.address("topic:{baken_topic}")], "or this test proves nothing"


@pytest.mark.parametrize(
    "asked",
    [
        None, "topic:1", 7, [], {}, {"what": None}, {"what": 7}, {"what": ["topic:1"]}, {"what": {"what": "topic:1"}},
        {"what": ""}, {"what": ":"}, {"what": "topic"}, {"what": "topic:"}, {"what": "topic:x"}, {"what": "topic:-1"},
        {"what": "topic:1:2"}, {"what": "topic:" + "9" * 18}, {"what": "topic:" + "9" * 500}, {"what": "topic:1\0"},
        {"what": "topic:1e3"}, {"what": "topic:²"}, {"what": "\ud800"}, {"what": "/:1"}, {"what": "topic: 1"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("event", ["watch", "leave"])
def test_whatever_is_asked_there_is_an_answer_and_no_room(house: House, event: str, asked: Any) -> None:
    socket = socket_of(house, "elsewhere")
    assert asks(socket, event, asked) == {"ok": event == "leave"}
    assert socket.is_connected()


def test_nobody_watches_everything(house: House) -> None:
    socket = socket_of(house, "director")
    with house.app.app_context():
        ton, lindehof = house.world.visitor("ton"), house.world.forums["lindehof"]
        topics = [
            forum_actions.start_topic(forum_id=lindehof, kind="help", title="Nr", source="x", token=None, by=ton)
            for _ in range(live.WATCH_MAX + 2)
        ]
    answers = [asks(socket, "watch", {"what": f"topic:{topic}"})["ok"] for topic in topics]
    assert answers == [True] * live.WATCH_MAX + [False] * 2


# ---- rights that end -----------------------------------------------------------------------------------------------


def test_who_moves_out_is_shown_the_door(house: House) -> None:
    socket, other = socket_of(house, "neighbour"), socket_of(house, "writer")
    with house.app.app_context():
        place_actions.move_out(
            house.world.people["henk"], house.world.households["lindehof", 4], clock.today(), by=None
        )
        assert live.recheck(house.app.extensions["live"]) == 1
    assert not socket.is_connected()
    assert other.is_connected()


def test_who_moved_out_and_asks_before_anybody_looked_is_shown_the_door_too(house: House) -> None:
    socket = socket_of(house, "neighbour")
    with house.app.app_context():
        place_actions.move_out(
            house.world.people["henk"], house.world.households["lindehof", 4], clock.today(), by=None
        )
    assert not asks(socket, "watch", {"what": house.address("topic:{topic}")})["ok"]


def test_a_role_that_ends_takes_its_rooms_along_and_leaves_the_others(house: House) -> None:
    with house.app.app_context():
        extra = house.world.give_role("bas", "woonconsulent", "lindehof")
        db.session().commit()
        extra_id = extra.id
    socket = socket_of(house, "elsewhere")
    own, foreign = house.address("topic:{baken_topic}"), house.address("topic:{topic}")
    assert asks(socket, "watch", {"what": own})["ok"] and asks(socket, "watch", {"what": foreign})["ok"]
    with house.app.app_context():
        place_actions.end_role(extra_id, by=None)
        assert live.recheck(house.app.extensions["live"]) == 1
        for topic, key in (("topic", "ton"), ("baken_topic", "bram")):
            forum_actions.reply(
                topic_id=int(house.things[topic][0]), source="Dag", token=None, by=house.world.visitor(key)
            )
    heard = [hint for hint in hints(socket) if "topic" in hint]
    gone = {"topic": int(house.things["topic"][0]), "kind": "gone"}
    assert heard[0] == gone, "the page is told that what it shows is not there any more"
    assert [hint["topic"] for hint in heard[1:]] == [int(house.things["baken_topic"][0])]


@pytest.mark.parametrize("moment", ["connecting", "watching"])
def test_a_right_lost_between_the_look_and_the_room_is_noticed(
    house: House, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The membership ends after the first look, and nobody else is watching over it at that moment."""
    held = house.app.extensions["live"]
    socket = socket_of(house, "neighbour") if moment == "watching" else None
    identify, looks = held.identify, []

    def then_moves_out(token: str) -> Any:
        found = identify(token)
        if not looks:
            place_actions.move_out(
                house.world.people["henk"], house.world.households["lindehof", 4], clock.today(), by=None
            )
        looks.append(found)
        return found

    monkeypatch.setattr(held, "identify", then_moves_out)
    if socket is None:
        assert not socket_of(house, "neighbour").is_connected()
    else:
        assert asks(socket, "watch", {"what": house.address("topic:{topic}")}) == {"ok": False}
    assert looks[0] is not None and looks[0].belongs, "the first look found a member, or this proves nothing"


@db.action
def hide(topic: int) -> None:
    db.session().execute(update(Topic).where(Topic.id == topic).values(hidden_at=clock.now()))
    access.rooms_changed(f"topic:{topic}")


def _losses(house: House, before: int) -> live.Losses:
    lost = house.app.extensions["live"].losses_since(before)
    assert isinstance(lost, live.Losses)
    return lost


def test_a_topic_that_is_hidden_is_left_by_everybody_who_watches_it(house: House) -> None:
    sockets = [socket_of(house, kind) for kind in ("writer", "neighbour", "caretaker")]
    elsewhere = socket_of(house, "elsewhere")
    own = house.address("topic:{topic}")
    assert all(asks(socket, "watch", {"what": own})["ok"] for socket in sockets)
    assert asks(elsewhere, "watch", {"what": house.address("topic:{baken_topic}")})["ok"]
    with house.app.app_context():
        before = access.losses()
        hide(int(house.things["topic"][0]))
        lost = _losses(house, before)
        assert (lost.people, lost.rooms) == (frozenset(), frozenset({own}))
        assert live.recheck(house.app.extensions["live"], lost.people, lost.rooms) == 3
    assert all(socket.is_connected() for socket in sockets)
    assert all({"topic": int(house.things["topic"][0]), "kind": "gone"} in hints(socket) for socket in sockets)
    assert hints(elsewhere) == []


def test_only_the_sockets_of_who_lost_a_right_are_looked_at(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    held = house.app.extensions["live"]
    leaving, staying = socket_of(house, "neighbour"), socket_of(house, "writer")
    asked: list[str] = []
    identify = held.identify
    monkeypatch.setattr(held, "identify", lambda token: asked.append(token) or identify(token))
    with house.app.app_context():
        before = access.losses()
        place_actions.move_out(
            house.world.people["henk"], house.world.households["lindehof", 4], clock.today(), by=None
        )
        lost = _losses(house, before)
        assert lost.people == {house.world.people["henk"]}
        assert live.recheck(held, lost.people, lost.rooms) == 1
    assert len(asked) == 1 and not leaving.is_connected() and staying.is_connected()


def test_when_it_is_not_known_who_lost_a_right_everybody_is_looked_at(house: House) -> None:
    with house.app.app_context():
        before = access.losses()
        _lose(7)
        _lose()
        assert _losses(house, before).people is None
        between = access.losses()
        _lose(8)
        _lose(9)
        assert _losses(house, between).people == {8, 9}
        with time_machine.travel(clock.now() + access.KEPT * 2):
            _lose(10)
        assert _losses(house, between).people is None, "what was lost first is no longer known"
        assert _losses(house, access.losses()).people == frozenset()


@db.action
def _lose(*people: int) -> None:
    access.right_lost(*people)


# ---- hints ---------------------------------------------------------------------------------------------------------


def only_numbers(hint: dict[str, Any]) -> bool:
    kinds = {"topic", "reply", "edit", "withdraw", "thanks", "busy", "head", "hide", "gone"}
    return all(isinstance(value, int) or (name == "kind" and value in kinds) for name, value in hint.items())


def test_a_hint_holds_numbers_and_never_a_word_of_what_was_written(house: House) -> None:
    socket = socket_of(house, "writer")
    for what in ("topic:{topic}", "forum:{forum}"):
        assert asks(socket, "watch", {"what": house.address(what)})["ok"]
    topic = int(house.things["topic"][0])
    with house.app.app_context():
        willemijn, ton = house.world.visitor("willemijn"), house.world.visitor("ton")
        forum_actions.reply(topic_id=topic, source=MARKER, token=MARKER, by=willemijn)
        post = db.connection().exec_driver_sql(f"SELECT id FROM post WHERE topic_id = {topic} AND number = 5").scalar()
        assert isinstance(post, int)
        forum_actions.edit(post_id=post, source=f"{MARKER}!", by=willemijn)
        forum_actions.thank(post_id=post, by=ton)
        forum_actions.withdraw(post_id=post, by=willemijn)
        forum_actions.restore(post_id=post, by=willemijn)
        forum_actions.start_topic(
            forum_id=house.world.forums["lindehof"], kind="help", title=MARKER, source=MARKER, token=None, by=willemijn
        )
        presence.note(topic_id=topic, writes=True, by=willemijn)
    heard = hints(socket)
    assert {hint.get("kind") for hint in heard} >= {"reply", "edit", "thanks", "withdraw", "topic", "busy"}
    assert all(only_numbers(hint) for hint in heard), heard
    assert MARKER not in json.dumps(heard)
    assert "Willemijn" not in json.dumps(heard)
