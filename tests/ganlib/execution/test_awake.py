from ganlib.execution.awake import LONGEST, AwakeClock


def test_standing_counts_for_some_seconds_and_time_never_goes_back():
    now = [100.0]
    clock = AwakeClock(lambda: now[0])
    calls = []
    # The process is stopped from 101 to 200, and is asked before it gives a sign of life again.
    for now[0], beats in ((100, True), (101, True), (200, False), (200, True), (201, False)):
        if beats:
            clock.beat()
        calls.append(clock() - 100)
    assert calls == [0, 1, 1 + LONGEST, 1 + LONGEST, 2 + LONGEST]
