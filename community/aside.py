"""Heavy computing beside the loop: hashing a password, shrinking a photo. One loop serves everybody in a process of
gevent, so whoever computes a tenth of a second there lets all others wait; its threads do not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar, cast

from gevent import get_hub, monkey
from gevent.threadpool import ThreadPool

P = ParamSpec("P")
R = TypeVar("R")

# Two at a time: a password takes 64 MB while it is hashed and a large photo 150 MB while it is read.
AT_ONCE = 2
_free = threading.BoundedSemaphore(AT_ONCE)


@lru_cache
def _pool(_hub: object) -> ThreadPool:
    return ThreadPool(AT_ONCE)


def compute(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `work(*args)` returns or raises, computed in a thread of its own where there is a loop to keep free.
    `work` speaks the reader's language, but may not touch the request or the database."""
    if monkey.is_module_patched("threading"):
        pool: Any = _pool(get_hub())
        return cast(R, pool.apply(copy_context().run, (work, *args), kwargs))
    with _free:
        return work(*args, **kwargs)
