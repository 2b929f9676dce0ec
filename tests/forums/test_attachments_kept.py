"""Files with a message, whatever goes wrong: sent twice, at the same moment, too many of them, or cut off half way. Never
a row without a file; a file without a row is cleared away."""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from community import clock, db, files
from community.errors import Invalid
from forums import actions, attachments
from forums.models import Post, Topic
from tests.forums.test_attachments import FORM, SMALL, Browser, counted, rows, store_of, topic, upload
from tests.forums.test_races import CROWD, at_once
from tests.pictures import photo
from tests.world import World

assert topic  # a fixture of these tests too


@pytest.fixture(autouse=True)
def own_store(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of files for each of these tests: they count what is in it and clear it away."""
    monkeypatch.setitem(app.config, "INSTANCE", tmp_path)


# ---- once, and not too much ----------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_is_one_post_with_its_photo(app: Flask, signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    for _again in range(2):
        answer = nel.post(
            f"/gesprekken/{topic}/reactie",
            data={"formulier": FORM, "tekst": "", "bestand": (io.BytesIO(photo(**SMALL)), "een.jpg")},
        )
        assert answer.status_code == 303 and answer.headers["Location"].endswith("#p-2")
    with app.app_context():
        assert [form for _post, form in rows()] == [None]
        assert db.session().scalars(select(Topic.last_number)).one() == 2


def test_one_form_sent_sixteen_times_at_once_claims_its_photos_once(app: Flask, world: World, topic: int) -> None:
    with app.app_context():
        nel = world.visitor("nel")
        for shade in range(3):
            attachments.bring(photo(**SMALL, quality=60 + shade), "x.jpg", FORM, by=nel)

    def reply() -> object:
        return actions.reply(topic_id=topic, source="", token=FORM, files=True, by=nel)

    assert at_once(app, [reply] * CROWD) == [2] * CROWD
    with app.app_context():
        post = db.session().scalars(select(Post).where(Post.number == 2)).one()
        assert rows() == [(post.id, None)] * 3 and post.files == 3


def test_placing_and_taking_away_at_once_leaves_a_photo_in_one_place(app: Flask, world: World, topic: int) -> None:
    with app.app_context():
        nel = world.visitor("nel")
        number = attachments.bring(photo(**SMALL), "x.jpg", FORM, by=nel)

    def place() -> object:
        return actions.reply(topic_id=topic, source="Kijk", token=FORM, files=True, by=nel)

    def drop() -> object:
        try:
            attachments.drop(number, by=nel)
        except Exception:
            return "late"
        return "gone"

    said = at_once(app, [place, drop])
    with app.app_context():
        post = db.session().scalars(select(Post).where(Post.number == 2)).one()
        assert post.files == counted() == (1 if said[1] == "late" else 0)


def test_the_same_photo_twice_in_a_form_is_one_and_in_another_form_another(
    app: Flask, world: World, topic: int
) -> None:
    with app.app_context():
        nel = world.visitor("nel")
        first, second, other = (
            attachments.bring(photo(**SMALL), "x.jpg", form, by=nel) for form in (FORM, FORM, "ander")
        )
        assert first == second != other
        assert store_of(first) != store_of(other)
        attachments.drop(first, by=nel)
        assert files.photo_path(store_of(other), 640, "jpg"), "what is thrown away there is not thrown away here"


def test_a_message_holds_eight_files_also_when_they_come_at_once(app: Flask, world: World) -> None:
    with app.app_context():
        nel = world.visitor("nel")
    pictures = [photo(**SMALL, quality=50 + shade) for shade in range(12)]

    def bring(raw: bytes) -> Callable[[], object]:
        def one() -> object:
            try:
                return attachments.bring(raw, "x.jpg", FORM, by=nel)
            except Invalid as refused:
                return refused.errors["bestand"]

        return one

    said = at_once(app, [bring(raw) for raw in pictures])
    assert len([one for one in said if isinstance(one, int)]) == attachments.PER_MESSAGE
    assert "Bij één bericht passen 8 foto's of bestanden. Maak er twee berichten van." in said
    with app.app_context():
        assert counted() == attachments.PER_MESSAGE


def test_one_person_cannot_keep_the_machine_busy_with_files(signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    answers = [upload(nel, b"geen foto", form=f"f{turn}").status_code for turn in range(attachments.BROUGHT_MAX + 2)]
    assert answers == [422] * attachments.BROUGHT_MAX + [429] * 2
    assert upload(signed_in("ton"), b"geen foto").status_code == 422


def test_what_hangs_on_forms_that_are_never_sent_has_an_end(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "LOOSE_MAX", 3)
    with app.app_context():
        nel = world.visitor("nel")
        for turn in range(3):
            attachments.bring(photo(**SMALL), "x.jpg", f"f{turn}", by=nel)
        with pytest.raises(Invalid):
            attachments.bring(photo(**SMALL), "x.jpg", "f3", by=nel)
        assert counted() == 3


# ---- what dies in between --------------------------------------------------------------------------------------------


def kept_files(app: Flask) -> list[Path]:
    return [path for path in (Path(app.config["INSTANCE"]) / "files" / "attached").rglob("*") if path.is_file()]


def look_everywhere() -> None:
    for part in range(files.PARTS):
        attachments.compare(part)


def test_a_row_that_fails_leaves_a_file_that_is_cleared_away_and_never_a_row_without_one(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        nel = world.visitor("nel")
        with monkeypatch.context() as broken:
            broken.setattr(attachments, "_hang", lambda *_args, **_more: (_ for _ in ()).throw(SystemExit))
            with pytest.raises(SystemExit):
                attachments.bring(photo(**SMALL), "x.jpg", FORM, by=nel)
        assert counted() == 0 and len(kept_files(app)) == 6
        look_everywhere()
        assert len(kept_files(app)) == 6, "perhaps its row is on its way"
        number = attachments.bring(photo(**SMALL), "x.jpg", "ander", by=nel)
        for path in kept_files(app):
            os.utime(path, (clock.now().timestamp() - 90_000,) * 2)
        look_everywhere()
        assert {path.name[:32] for path in kept_files(app)} == {store_of(number)}


def test_a_file_that_cannot_be_written_makes_no_row(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    with app.app_context():
        nel = world.visitor("nel")
        monkeypatch.setattr(files, "_write", full)
        with pytest.raises(OSError):
            attachments.bring(photo(**SMALL), "x.jpg", FORM, by=nel)
        assert counted() == 0


def test_a_row_whose_file_is_gone_is_told_in_the_log(
    app: Flask, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        number = attachments.bring(photo(**SMALL), "x.jpg", FORM, by=world.visitor("nel"))
        store = store_of(number)
        with caplog.at_level(logging.ERROR):
            look_everywhere()
            assert caplog.records == []
            files.throw_away(store)
            look_everywhere()
    assert [record.levelname for record in caplog.records] == ["ERROR"] and store in caplog.text


def test_a_form_that_was_never_sent_loses_its_files_after_a_day(app: Flask, world: World, topic: int) -> None:
    with app.app_context():
        nel = world.visitor("nel")
        kept = attachments.bring(photo(**SMALL), "x.jpg", "geplaatst", by=nel)
        actions.reply(topic_id=topic, source="Kijk", token="geplaatst", files=True, by=nel)
        left = store_of(attachments.bring(photo(**SMALL), "x.jpg", FORM, by=nel))
        attachments.look_after()
        assert counted() == 2
        with time_machine.travel(clock.now() + timedelta(hours=25), tick=True):
            attachments.look_after()
        assert counted() == 1 and files.photo_path(left, 640, "jpg") is None
        assert files.photo_path(store_of(kept), 640, "jpg")


def test_a_reply_that_fails_leaves_its_photos_on_the_form(
    app: Flask, world: World, topic: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError

    with app.app_context():
        nel = world.visitor("nel")
        attachments.bring(photo(**SMALL), "x.jpg", FORM, by=nel)
        monkeypatch.setattr("forums.actions.journal.record", breaks)
        with pytest.raises(RuntimeError):
            actions.reply(topic_id=topic, source="Kijk", token=FORM, files=True, by=nel)
        assert rows() == [(None, FORM)]
