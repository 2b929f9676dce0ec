"""Long work: told how far it is, done once, failing in words, forgotten after a day, and in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from community import clock, db, jobs
from community.errors import Refused
from community.jobs import Job


@pytest.fixture
def work(app: Flask) -> Iterator[dict[str, Any]]:
    """`work["does"]` is what jobs of the kind "test" do."""
    held: dict[str, Any] = {"does": lambda job, tell: None}
    app.extensions["long work"]["test"] = lambda job, tell: held["does"](job, tell)
    yield held
    del app.extensions["long work"]["test"]


@db.action
def ask() -> int:
    return jobs.ask("test", by=None, given=b"wat er in gaat", file="x.csv").id


def held(key: int) -> Job:
    db.session().expire_all()
    found = db.session().get(Job, key)
    assert found is not None
    return found


def test_it_is_done_and_says_how_far_it_is(app: Flask, work: dict[str, Any]) -> None:
    seen: list[tuple[int, int]] = []

    def does(job: Job, tell: Callable[[int, int], None]) -> None:
        assert job.given == b"wat er in gaat" and job.facts == {"file": "x.csv"}
        tell(3, 3)
        with app.app_context():
            told = db.session().get(Job, job.id)
            assert told is not None
            seen.append((told.done, told.total))
        jobs.finish(job.id, made=b"klaar", sentence="Het is klaar.", result={"n": 3})

    work["does"] = does
    with app.app_context():
        key = ask()
        jobs.run(key)
        job = held(key)
        assert (job.state, job.made, job.sentence, job.result) == ("done", b"klaar", "Het is klaar.", {"n": 3})
        assert job.given is None, "what went in may hold names; it is not kept"
    assert seen == [(3, 3)]


def test_a_failure_is_told_in_its_own_sentence_and_never_as_a_trace(app: Flask, work: dict[str, Any]) -> None:
    def refuses(_job: Job, _tell: object) -> None:
        raise Refused("Dit bestand is leeg.")

    def breaks(_job: Job, _tell: object) -> None:
        raise ZeroDivisionError("division by zero")

    with app.app_context():
        work["does"] = refuses
        first = ask()
        jobs.run(first)
        work["does"] = breaks
        second = ask()
        jobs.run(second)
        assert (held(first).state, held(first).sentence) == ("failed", "Dit bestand is leeg.")
        assert (held(second).state, held(second).sentence) == ("failed", None)


def test_each_job_is_taken_once_and_again_only_when_its_process_died(app: Flask) -> None:
    with app.app_context():
        first, second = ask(), ask()
        assert jobs._take_waiting() == first
        assert jobs._take_waiting() == second
        assert jobs._take_waiting() is None
        with time_machine.travel(clock.now() + jobs.LEASE + timedelta(seconds=1), tick=True):
            assert jobs._take_waiting() == first


def test_after_a_day_it_is_forgotten(app: Flask) -> None:
    with app.app_context():
        ask()
        jobs._forget_old_jobs()
        assert len(db.session().scalars(select(Job.id)).all()) == 1
        with time_machine.travel(clock.now() + timedelta(hours=25), tick=True):
            jobs._forget_old_jobs()
            assert db.session().scalars(select(Job.id)).all() == []


def test_the_worker_does_small_things_even_when_one_of_them_fails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    steps: list[Callable[[], object]] = [lambda: 1 // 0, lambda: done.append("tweede")]
    monkeypatch.setitem(app.extensions, "rounds", steps)
    jobs.round_(app)
    assert done == ["tweede"]


def test_a_child_process_that_dies_leaves_a_failed_job(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Dies:
        returncode = -9

        def __init__(self, *_: object, **__: object) -> None:
            pass

        def wait(self, timeout: float) -> int:
            return self.returncode

    monkeypatch.setattr("community.jobs.subprocess.Popen", Dies)
    with app.app_context():
        key = ask()
    jobs.round_(app)
    until = time.monotonic() + 10
    with app.app_context():
        while held(key).state != "failed" and time.monotonic() < until:
            time.sleep(0.05)
        assert held(key).state == "failed"
