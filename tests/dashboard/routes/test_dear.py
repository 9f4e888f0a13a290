"""Questions that cost a core take turns; each case holds a work until the test lets it go."""

import asyncio
import threading

import numpy as np
import pytest
from starlette.requests import Request

from dashboard.routes import dear as module
from dashboard.routes.asking import HttpError
from dashboard.routes.dear import dear
from tests.dashboard.asgi import refused


class Asker(Request):
    """Who waits for an answer, and perhaps goes."""

    def __init__(self, port=None):
        client = None if port is None else ("10.0.0.9", port)
        super().__init__({"type": "http", "server": ("here", 8501), "client": client})
        self.has_gone = False

    async def is_disconnected(self):
        return self.has_gone


@pytest.fixture
def held(monkeypatch):
    """A work that goes on until it is let go, and tells when it has begun."""
    monkeypatch.setattr(module, "EVERY", 0.001)
    monkeypatch.setattr(module, "_ROOM", threading.BoundedSemaphore(module.THREADS + 1))

    class Held:
        begun, go_on = threading.Semaphore(0), threading.Event()

        def __call__(self, answer):
            self.begun.release()
            assert self.go_on.wait(20)
            return answer

        async def all_begun(self):
            for _ in range(module.THREADS):
                await asyncio.to_thread(self.begun.acquire)

    yield (held := Held())
    held.go_on.set()


def test_the_answer_or_the_error_of_the_work_comes_back():
    assert asyncio.run(dear(Asker(), divmod, 7, 3)) == (2, 1)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(dear(Asker(), divmod, 7, 0))


def test_more_than_may_wait_are_told_to_ask_again(held):
    async def ask():
        busy = [asyncio.create_task(dear(Asker(), held, n)) for n in range(module.THREADS + 1)]
        await held.all_begun()
        with pytest.raises(HttpError, match="busy with other questions: ask again") as refusal:
            await dear(Asker(), held, 9)
        held.go_on.set()
        return refusal.value.status, await asyncio.gather(*busy), await dear(Asker(), held, 9)

    assert asyncio.run(ask()) == (503, list(range(module.THREADS + 1)), 9)


def test_one_connection_asks_one_question_at_a_time_and_others_of_its_address_do_not_mind(held):
    async def ask():
        first = asyncio.create_task(dear(Asker(5001), held, 1))
        await asyncio.to_thread(held.begun.acquire)
        with pytest.raises(HttpError, match="Your last question is not answered yet") as refusal:
            await dear(Asker(5001), held, 2)
        neighbour = asyncio.create_task(dear(Asker(5002), held, 3))
        await asyncio.to_thread(held.begun.acquire)
        held.go_on.set()
        return refusal.value.status, await first, await neighbour, await dear(Asker(5001), held, 4)

    assert asyncio.run(ask()) == (429, 1, 3, 4)


def test_what_nobody_waits_for_is_not_begun(held):
    async def ask():
        busy = [asyncio.create_task(dear(Asker(), held, n)) for n in range(module.THREADS)]
        await held.all_begun()
        gone = Asker(5001)
        gone.has_gone = True
        with pytest.raises(HttpError, match="has gone"):
            await dear(gone, pytest.fail, "it was begun")
        held.go_on.set()
        return await asyncio.gather(*busy), await dear(Asker(5001), held, 4)

    assert asyncio.run(ask()) == (list(range(module.THREADS)), 4)


def test_quick_questions_are_answered_while_no_dear_one_can_be(ask, trained, monkeypatch):
    run = trained(2)
    monkeypatch.setattr(module, "_ROOM", threading.Semaphore(0))
    vector = {"z": np.zeros((1, run.config.latent_dim), np.float32)}
    for dear_one in ("film/gif", "nearest", "spread", "inside/density", "inside/encoded"):
        assert refused(ask(run, dear_one, body=vector), 503) == module.BUSY
    for quick in ("live", "curves", "frames/0.webp", "real.webp", "plane", "measures"):
        assert ask(run, quick).status_code == 200
    assert ask(run, "decode", body=vector).status_code == 200
