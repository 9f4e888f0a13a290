"""Messages as the routes send and read them: the same file is read by tests/node/wire.test.js."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from dashboard.wire import MOST_HEADER, WireError, decode, encode

GOLDEN = json.loads(Path("tests/node/wire.json").read_text("utf-8"))
KINDS = {"u1": np.uint8, "u4": np.uint32, "f4": np.float32, "i2": np.float32}


def given(message):
    """The header, the arrays and the scales of a message of the file."""
    arrays, scales = {}, {}
    for name, kind, shape, numbers, *scale in message["arrays"]:
        values = [np.nan if one is None else one for one in numbers]
        arrays[name] = np.array(values, KINDS[kind]).reshape(shape)
        if scale:
            scales[name] = scale[0]
    return message["header"], arrays, scales


@pytest.mark.parametrize("message", GOLDEN["messages"], ids=lambda one: one["about"])
def test_a_message_is_written_and_read_to_the_bit(message):
    header, arrays, scales = given(message)
    body = bytes.fromhex(message["hex"])
    assert encode(header, arrays, scales) == body
    found, read = decode(body)
    assert found == header
    assert list(read) == list(arrays)
    for name, array in arrays.items():
        assert (read[name].dtype, read[name].shape) == (array.dtype, array.shape)
        assert np.array_equal(read[name], array, equal_nan=array.dtype == np.float32)


@pytest.mark.parametrize("damaged", GOLDEN["damaged"], ids=lambda one: one[0])
def test_what_is_no_message_is_refused(damaged):
    with pytest.raises(WireError, match=r"^A message "):
        decode(bytes.fromhex(damaged[1]))


def message(text: str, body: bytes = b"") -> bytes:
    text += " " * (-(4 + len(text)) % 8)
    return struct.pack("<I", len(text)) + text.encode() + body


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "[[],[]]",
        "[{},{}]",
        "[{},[5]]",
        "[{},[[]]]",
        '[{},[[5,"u1",[1]]]]',
        '[{},[["a",[],[1]]]]',
        '[{},[["a","u1",1]]]',
        '[{},[["a","u1","1"]]]',
        '[{},[["a","u1",[true]]]]',
        '[{},[["a","u1",[1.0]]]]',
        '[{},[["a","u1",[1],1]]]',
        '[{},[["a","i2",[1]]]]',
        '[{},[["a","i2",[1],0]]]',
        '[{},[["a","i2",[1],-1]]]',
        '[{},[["a","f4",[3]]]]',
        '[{"a":NaN},[]]',
        '[{"a":Infinity},[]]',
        '[{"a":' + "9" * 5000 + "},[]]",
        "[" * 50_000,
        '[{},[["a","u1",[' + "1," * 20_000 + "1]]]]",
        "[{}," + " " * MOST_HEADER + "[]]",
    ],
    ids=range(24),
)
def test_a_stranger_gets_no_further_than_a_sentence(text):
    with pytest.raises(WireError):
        decode(message(text, bytes(8)))


def test_the_bytes_are_those_that_the_description_says():
    real = np.array([[0.1, -2.0], [3e38, np.inf]], np.float32)
    seen = np.array([1.5, np.nan, -0.25])
    body = encode({"step": 7}, {"real": real, "map": seen}, {"map": 4})
    text = '[{"step":7},[["real","f4",[2,2]],["map","i2",[3],4]]]'
    # 1.5 and -0.25 are 6 and -1 quarters; the last two bytes fill eight.
    assert body == message(text, real.tobytes() + struct.pack("<hhhh", 6, -32768, -1, 0))


def test_what_16_bits_cannot_hold_becomes_the_nearest_that_they_can():
    values = np.array([0.6, 1 / 512, 3 / 512, 200, -200, 3e38, np.inf, -np.inf], np.float32)
    _, arrays = decode(encode({}, {"map": values}, {"map": 256}))
    most = 32767 / 256
    assert arrays["map"].tolist() == [154 / 256, 0, 2 / 256, most, -most, most, most, -most]


@pytest.mark.parametrize("length", range(9))
def test_arrays_of_any_length_begin_at_a_multiple_of_eight(length):
    ones = {name: np.ones(length, np.float32) for name in ("a", "b", "c")}
    body = encode({"title": "x" * length}, ones, {"a": 1, "c": 256})
    header, arrays = decode(body)
    assert header["title"] == "x" * length
    assert len(body) % 8 == 0
    assert all(array.tolist() == [1] * length for array in arrays.values())


def test_arrays_that_are_not_in_the_order_of_memory_arrive_in_theirs():
    turned = np.arange(6, dtype=np.float32).reshape(2, 3).T
    _, arrays = decode(encode({}, {"a": turned, "b": turned}, {"b": 1}))
    assert arrays["a"].tolist() == arrays["b"].tolist() == [[0, 3], [1, 4], [2, 5]]


def test_a_header_never_holds_what_json_cannot_say():
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode({"elapsed": float("nan")})


def test_numbers_that_have_no_type_on_the_wire_are_not_sent():
    with pytest.raises(KeyError):
        encode({}, {"a": np.zeros(1, np.int64)})
