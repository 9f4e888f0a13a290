"""How many runs train concurrently, who trains and who waits, without a thread or a semaphore.

It is told what happens, and says who goes on. How many CPU threads each gets is decided in
`ganlib.execution.launcher`.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

from ganlib.errors import QueueFullError, RunError


@dataclass(frozen=True)
class Entry:
    """Runs that begin in the same instant, and whose they are."""

    run_ids: tuple[str, ...]
    owner: str
    is_ready: bool = True
    """Whether they are written down, so that they may begin."""


class Scheduler:
    """The rule.

    So many runs hold a slot and train; the others wait. Each owner has a queue: next is one of the
    owner who has the fewest slots, the first to come among equals, and who resumes stands first in
    the owner's queue. A paused run holds no slot, and single steps need none: so whoever takes them
    is paused here. One free slot is enough for all that begin together.

    Nothing here may be called from two threads at a time. What changes who may go on returns the
    runs that do so now, which have their slots from then on.

    Args:
        slots: runs that may go on at once.
        room: runs that may wait or be paused.
    """

    def __init__(self, slots: int, room: int) -> None:
        self._slots, self._room = slots, room
        self._owner: dict[str, str] = {}
        self._running: dict[str, None] = {}
        self._paused: dict[str, None] = {}
        self._waiting: list[Entry] = []

    @property
    def running(self) -> tuple[str, ...]:
        """The runs that hold a slot, in the order in which they took it."""
        return tuple(self._running)

    @property
    def paused(self) -> tuple[str, ...]:
        """The runs that hold none and do not wait for one, in the order in which they paused."""
        return tuple(self._paused)

    @property
    def waiting(self) -> tuple[str, ...]:
        """The runs that wait, in the order in which they begin."""
        return tuple(run_id for entry in self._in_turn() for run_id in entry.run_ids)

    def reserve(self, run_ids: Sequence[str], owner: str = "", resumes: bool = False) -> None:
        """Give places to runs that are yet to be written down; all of them or none.

        Raises:
            QueueFullError: too many wait already.
            RunError: one of them is here already.
        """
        if any(run_id in self._owner for run_id in run_ids):
            raise RunError("This run goes on already: watch it, or stop it first.")
        entry = Entry(tuple(run_ids), owner, is_ready=False)
        free = max(0, self._slots - len(self._running))
        left = [run_id for one in [*self._waiting, entry][free:] for run_id in one.run_ids]
        if left and len(left) + len(self._paused) > self._room:
            paused = f", {len(self._paused)} paused" if self._paused else ""
            raise QueueFullError(
                f"Too many runs: {len(self._running)} going on, "
                f"{len(self.waiting)} waiting{paused}. Stop one, or try again when one has ended."
            )
        self._owner |= dict.fromkeys(run_ids, owner)
        self._queue(entry, resumes)

    def arrive(self, run_ids: Sequence[str]) -> list[str]:
        """Runs with a place are written down: they may begin in their turn."""
        self._waiting = [
            replace(one, is_ready=one.is_ready or set(one.run_ids) <= set(run_ids))
            for one in self._waiting
        ]
        return self._fill()

    def pause(self, run_id: str) -> list[str]:
        """A run is to rest, or takes single steps."""
        if run_id in self._owner and run_id not in self._paused:
            self._take_out(run_id)
            self._paused[run_id] = None
        return self._fill()

    def resume(self, run_id: str) -> list[str]:
        """A paused run is to go on: it waits for a slot as the first of its owner."""
        if run_id in self._paused:
            del self._paused[run_id]
            self._queue(Entry((run_id,), self._owner[run_id]), first=True)
        return self._fill()

    def leave(self, run_id: str) -> list[str]:
        """A run is over, or could not be written down."""
        self._take_out(run_id)
        self._owner.pop(run_id, None)
        return self._fill()

    def place(self, run_id: str) -> int:
        """1 for the run that begins next, 0 for one that does not wait."""
        waiting = self.waiting
        return waiting.index(run_id) + 1 if run_id in waiting else 0

    def seconds_until(self, run_id: str, seconds_left: Mapping[str, float]) -> float:
        """When a run that waits is expected to begin; infinite where nobody knows.

        Args:
            run_id: of the run.
            seconds_left: to the end of runs at their present speed; who is missing may take any
                time. Nobody is taken to pause, to come or to leave before its end.
        """
        ends = [seconds_left.get(one, math.inf) for one in self._running]
        heapify(ends)
        now = 0.0
        for entry in self._in_turn():
            while len(ends) >= self._slots:
                now = heappop(ends)
            if run_id in entry.run_ids:
                return now
            for one in entry.run_ids:
                heappush(ends, now + seconds_left.get(one, math.inf))
        return math.inf

    def unwatched(self, visited: Mapping[str, float], before: float) -> list[str]:
        """Paused runs that nobody has visited since then."""
        return [one for one in self._paused if visited.get(one, -math.inf) < before]

    def _queue(self, entry: Entry, first: bool) -> None:
        places = [n for n, one in enumerate(self._waiting) if one.owner == entry.owner]
        self._waiting.insert(places[0] if first and places else len(self._waiting), entry)

    def _take_out(self, run_id: str) -> None:
        self._running.pop(run_id, None)
        self._paused.pop(run_id, None)
        left = (
            replace(entry, run_ids=tuple(one for one in entry.run_ids if one != run_id))
            for entry in self._waiting
        )
        self._waiting = [entry for entry in left if entry.run_ids]

    def _in_turn(self) -> Iterator[Entry]:
        """Those that wait, in the order in which they begin."""
        held = Counter(self._owner[run_id] for run_id in self._running)
        left = list(self._waiting)
        while left:
            chosen = min(left, key=lambda entry: held[entry.owner])  # The first among equals.
            left.remove(chosen)
            held[chosen.owner] += len(chosen.run_ids)
            yield chosen

    def _fill(self) -> list[str]:
        """Give free slots to those whose turn it is."""
        begun: list[str] = []
        for entry in list(self._in_turn()):
            if len(self._running) >= self._slots:
                break
            if entry.is_ready:
                self._waiting.remove(entry)
                self._running |= dict.fromkeys(entry.run_ids)
                begun += entry.run_ids
        return begun
