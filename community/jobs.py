"""What the worker does. Small things (mails, ending what has expired) it does itself; a long job, such as an import
or a stack of letters, runs in a process of its own, so that no reader waits for it, and tells how far it is."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy import ForeignKey, Index, LargeBinary, String, delete, or_, select, update
from sqlalchemy.orm import Mapped, deferred, mapped_column

from community import clock, db, mail
from community.dialect import Facts, Instant, Key

log = logging.getLogger(__name__)

# A job whose process has not said anything for so long is taken to have died.
LEASE = timedelta(seconds=120)
KEEP = timedelta(days=1)
PAUSE_S = 0.5


class Job(db.Base):
    """A long piece of work: what goes in, how far it is, what came out."""

    __tablename__ = "job"
    __table_args__ = (Index(None, "state", "created_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting, running, done, failed
    facts: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    sentence: Mapped[str | None] = mapped_column(String(500))  # what to tell the one who waits
    result: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    given: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    made: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    created_at: Mapped[datetime] = mapped_column(Instant)
    alive_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


Work = Callable[[Job, Callable[[int, int], None]], None]


def init_app(app: Flask) -> None:
    """Make the tables in which rooms write what the worker can do for them."""
    app.extensions["long work"] = {}
    app.extensions["rounds"] = [mail.send_due, _forget_old_jobs]
    app.extensions["long work running"] = threading.Lock()


def does(app: Flask, kind: str, work: Work) -> None:
    """Long work of this kind is done by `work(job, tell)`; `tell(done, total)` says how far it is."""
    app.extensions["long work"][kind] = work


def every_round(app: Flask, step: Callable[[], object]) -> None:
    """A small thing to look after at every round: it must be quick, and harmless when repeated."""
    app.extensions["rounds"].append(step)


def ask(kind: str, *, by: int | None, given: bytes | None = None, **facts: Any) -> Job:
    """Put long work on the list of the running action."""
    job = Job(kind=kind, by_id=by, given=given, facts=facts, created_at=clock.now(), result={}, done=0, total=0)
    db.session().add(job)
    db.session().flush()
    return job


def round_(app: Flask) -> None:
    """One round of the worker: the small things, then the next long job, if none is running here."""
    with app.app_context():
        for step in app.extensions["rounds"]:
            try:
                step()
            except Exception:
                log.exception("round: %r failed", step)
        free: threading.Lock = app.extensions["long work running"]
        if not free.acquire(blocking=False):
            return
        job = None
        try:
            job = _take_waiting()
        finally:
            if job is None:
                free.release()
    if job is not None:
        # Beside the rounds, so that nobody's sign-in mail waits for a stack of letters.
        threading.Thread(target=_run_apart, args=(app, job, free), daemon=True).start()


def run_forever(app: Flask, stopped: Callable[[], bool]) -> None:
    """The worker's day."""
    while not stopped():
        try:
            round_(app)
        except Exception:
            log.exception("a round of the worker failed")
        time.sleep(PAUSE_S)


def _run_apart(app: Flask, job: int, free: threading.Lock) -> None:
    """In a child process: it may take minutes of one core, and may die without taking us along."""
    try:
        child = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "work", str(job)], cwd=Path(app.root_path).parent
        )
        while True:
            try:
                child.wait(timeout=LEASE.total_seconds() / 4)
                break
            except subprocess.TimeoutExpired:
                with app.app_context():
                    _alive(job)
        if child.returncode:
            with app.app_context():
                _end(job, "failed", None)
    finally:
        free.release()


def run(key: int) -> None:
    """Do one long job here and now, to its end; called in the child process and by tests.

    A failure is told in a sentence; what it changed is rolled back by its own action.
    """
    job = db.session().get(Job, key)
    if job is None:
        return
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > 0.3 or done == total:
            last = time.monotonic()
            _tell(key, done, total)

    work: Work = current_app.extensions["long work"][job.kind]
    try:
        work(job, tell)
    except Exception as error:
        log.exception("job %s failed", key)
        _end(key, "failed", getattr(error, "sentence", None))
    else:
        _end(key, "done", None)


@db.action
def finish(
    key: int, *, made: bytes | None = None, sentence: str | None = None, result: dict[str, Any] | None = None
) -> None:
    """Keep what the work made; joins the work's own action, so that both are there or neither."""
    job = db.lock(Job, key)
    assert job is not None
    if made is not None:
        job.made = made
    job.sentence, job.result = sentence, result or {}


@db.action
def _take_waiting() -> int | None:
    late = clock.now() - LEASE
    job = db.session().scalar(
        select(Job)
        .where(or_(Job.state == "waiting", (Job.state == "running") & (Job.alive_at < late)))
        .order_by(Job.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if job is None:
        return None
    job.state, job.alive_at = "running", clock.now()
    return job.id


@db.action
def _tell(key: int, done: int, total: int) -> None:
    db.session().execute(update(Job).where(Job.id == key).values(done=done, total=total, alive_at=clock.now()))


@db.action
def _alive(key: int) -> None:
    db.session().execute(update(Job).where(Job.id == key).values(alive_at=clock.now()))


@db.action
def _end(key: int, state: str, sentence: str | None) -> None:
    job = db.lock(Job, key)
    if job is not None and job.state not in {"done", "failed"}:
        job.state, job.finished_at, job.given = state, clock.now(), None
        if sentence:
            job.sentence = sentence


def _forget_old_jobs() -> None:
    """Letters hold codes and imports hold names: both go after a day."""
    if db.session().scalar(select(Job.id).where(Job.created_at < clock.now() - KEEP).limit(1)):
        _forget()


@db.action
def _forget() -> None:
    db.session().execute(delete(Job).where(Job.created_at < clock.now() - KEEP))
