"""Runs that do as they are told, at once."""

import time

import pytest


@pytest.fixture
def wait_until():
    def wait(fact, seconds=20.0):
        end = time.monotonic() + seconds
        while not fact():
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.002)

    return wait
