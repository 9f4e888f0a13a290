import io
import struct
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from tensorboardX.proto.event_pb2 import Event
from tensorboardX.record_writer import masked_crc32c

from ganlib.config import RunConfig
from ganlib.events import FrameDrawn
from ganlib.export import write_tensorboard


@pytest.fixture
def events(tmp_path):
    """What a reader finds in the event file of a snapshot: every record, each with a right sum."""

    def read(snapshot, began=1000.0, config=None):
        path = tmp_path / "run.tfevents"
        write_tensorboard(snapshot, config or RunConfig(), began, path)
        found, file = [], io.BytesIO(path.read_bytes())
        while head := file.read(8):
            (length,) = struct.unpack("<Q", head)
            (sum_of_head,) = struct.unpack("<I", file.read(4))
            body = file.read(length)
            (sum_of_body,) = struct.unpack("<I", file.read(4))
            assert (sum_of_head, sum_of_body) == (masked_crc32c(head), masked_crc32c(body))
            found.append(Event.FromString(body))
        assert found[0].file_version == "brain.Event:2"
        return found[1:]

    return read


def scalars(events):
    return [
        (event.step, value.tag, value.simple_value)
        for event in events
        for value in event.summary.value
        if value.HasField("simple_value")
    ]


def images(events):
    return [
        (event.step, value.tag, Image.open(io.BytesIO(value.image.encoded_image_string)))
        for event in events
        for value in event.summary.value
        if value.HasField("image")
    ]


def test_every_measured_value_stands_at_its_step(events, snapshot):
    assert scalars(events(snapshot)) == [
        (1, "d_loss", 0.5),
        (2, "d_loss", pytest.approx(0.1)),
        (2, "d_r1", 2.0),
        (3, "d_loss", pytest.approx(1e-7)),
    ]


def test_wall_times_are_those_of_the_training(events, snapshot):
    assert [event.wall_time for event in events(snapshot)] == [1000.5, 1004, 1006]


def test_a_picture_of_each_moment_stands_at_its_step(events, draw):
    found = images(events(draw(0, 2, 9)))
    assert [(step, tag) for step, tag, _ in found] == [
        (0, "samples/fake"),
        (2, "samples/fake"),
        (9, "samples/fake"),
    ]
    assert [image.size for *_, image in found] == [(56, 56)] * 3
    assert [image.getpixel((5, 5)) for *_, image in found] == [0, 2, 9]


def test_events_stand_in_the_order_of_their_steps_and_times(events, draw):
    found = events(draw(0, 1, 2, 3))
    assert [event.step for event in found] == [0, 1, 1, 2, 2, 3, 3]
    assert [event.wall_time for event in found] == [1000, 1000.5, 1000.5, 1004, 1004, 1006, 1006]


def test_real_samples_stand_at_the_start(events, draw):
    real = np.full((4, 28, 28, 3), 200, np.uint8)
    step, tag, image = images(events(draw(0, channels=3, real=real)))[0]
    assert (step, tag) == (0, "samples/real")
    assert image.getpixel((0, 0)) == (200, 200, 200)


def test_a_class_that_can_be_asked_for_has_a_column(events, in_classes):
    run, config = in_classes
    for *_, image in images(events(run, config=config)):
        assert image.size == (280, 168)
        assert np.array_equal(np.asarray(image)[::28, ::28], [list(range(0, 200, 20))] * 6)


def test_points_are_drawn_on_white(events, snapshot):
    points = np.array([[0, 0]], np.float32)
    run = replace(snapshot, frames=(FrameDrawn(0, points),), real=points)
    (_, _, real), (_, _, fake) = images(events(run))
    assert real.getpixel((0, 0)) == fake.getpixel((0, 0)) == (255, 255, 255)
    assert real.getpixel((240, 240)) != fake.getpixel((240, 240)) != (255, 255, 255)
