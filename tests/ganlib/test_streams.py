from ganlib.runtime import make_rng
from ganlib.streams import Stream


def test_the_numbers_of_streams_are_those_of_all_runs_before():
    assert {one.name: one.value for one in Stream} == {
        "WEIGHTS": 0,
        "LATENTS": 1,
        "PENALTIES": 2,
        "INSTANCE_NOISE": 3,
        "AUGMENTATION": 4,
        "CODES": 5,
        "BATCHES": 10,
        "FRAMES": 11,
        "PLANE_FAKES": 12,
        "PLANE_REALS": 13,
        "PLANE_CROWD": 14,
        "EXPORT": 20,
        "MEASURED_FAKES": 2**31,
        "DIRECTIONS": 2**31 + 1,
        "EXPLORED_FAKES": 2**31 + 2,
        "LIKELIHOOD_POINTS": 2**31 + 3,
        "MEASURED_POINTS": 2**31 + 4,
        "SHOWN_POINTS": 2**31 + 5,
    }


def test_a_stream_of_a_run_begins_with_its_seed():
    assert make_rng(7, Stream.FRAMES).initial_seed() == 7 * 1_000_003 + 11
    assert make_rng(0, Stream.SHOWN_POINTS).initial_seed() == 2**31 + 5
