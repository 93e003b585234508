"""What only PostgreSQL can do to us: go away and come back."""

from collections.abc import Callable

import pytest

from adapters.db import log
from adapters.db.postgres import connect_store
from adapters.db.troubles import is_unavailable
from tests.adapters.db.test_store_conformance import adds, settled
from tests.servers.postgres import running


def test_the_first_question_after_a_restart_is_answered() -> None:
    """The pool still holds connections to the server that was killed."""
    with running() as server:
        store = connect_store(server.address()).unwrap()
        reads = [store.reading(log.log_head) for _ in range(4)]  # so that the pool holds several
        assert {one.result().position for one in reads} == {0}
        settled(store, adds("c1", 1))
        server.kill()
        for ask in (lambda: settled(store, adds("c2", 1)), lambda: store.read(log.log_head)):
            trouble = raised(ask)
            assert is_unavailable(trouble), repr(trouble)
        server.start()
        assert settled(store, adds("c2", 1))[0].unwrap().position == 2
        assert [store.read(log.log_head).position for _ in range(4)] == [2] * 4
        store.close()


def raised(ask: Callable[[], object]) -> BaseException:
    """What asking ends in."""
    with pytest.raises(Exception) as trouble:  # noqa: PT011 - any; the test says which
        ask()
    return trouble.value
