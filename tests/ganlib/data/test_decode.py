import io
import struct
import sys
import zlib
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image

from ganlib.data import decode as module
from ganlib.data import pixels
from ganlib.data.decode import (
    PictureForm,
    SlowPictureError,
    decode,
    decode_picture,
    white_of,
)
from ganlib.data.pixels import MOST_PIXELS, MOST_PIXELS_OF_JPEG
from ganlib.errors import DataError, PictureError

GREY = PictureForm(28, "grey", "crop")
COLOUR = PictureForm(28, "colour", "crop")
PADDED = PictureForm(28, "colour", "pad")
WHITE, RED, BLACK = [255, 255, 255], [255, 0, 0], [0, 0, 0]


def encoded(image, kind="PNG", **options):
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def plain(mode, colour, size=(40, 40)):
    return Image.new(mode, size, colour)


def halves(first, second, size=(80, 40)):
    """The left half in one colour, the right in another."""
    image = plain("RGB", tuple(second), size)
    image.paste(tuple(first), (0, 0, size[0] // 2, size[1]))
    return image


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(side, bits=1, colour=0):
    """A black square of side x side pixels, made row by row."""
    row = bytes(1 + side * bits * (3 if colour == 2 else 1) // 8)
    packer = zlib.compressobj()
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, bits, colour, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.fixture
def here(monkeypatch):
    """Let pictures be decoded in this very process, where they can be watched."""

    class Here:
        def ask(self, query, data):
            try:
                del query["seconds"]
                return pixels.square(data, **query)
            except pixels.Refused as refused:
                raise PictureError(str(refused)) from None

    monkeypatch.setattr(module, "_DECODER", Here())


def read(data, form):
    return decode(data, form).pixels


def refusal(data, form=COLOUR):
    with pytest.raises(PictureError) as refused:
        read(data, form)
    return str(refused.value)


@pytest.mark.parametrize("size", [28, 32, 64])
@pytest.mark.parametrize(("colour", "channels"), [("grey", 1), ("colour", 3)])
def test_every_form_is_uint8_of_its_shape(size, colour, channels):
    picture = read(encoded(plain("RGB", (1, 2, 3))), PictureForm(size, colour, "crop"))
    assert picture.dtype == np.uint8
    assert picture.shape == (channels, size, size)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM"])
def test_each_kind_of_file_is_read(kind):
    picture = read(encoded(plain("RGB", (200, 200, 200)), kind), COLOUR)
    assert np.abs(picture.astype(int) - 200).max() <= 2


@pytest.mark.parametrize(
    ("values", "allowed"),
    [
        ((30, "grey", "crop"), "size is 30: choose one of 8, 28, 32, 64."),
        ((28, "blue", "crop"), "colour is 'blue': choose one of grey, colour."),
        ((28, "grey", "bend"), "fit is 'bend': choose one of crop, pad."),
    ],
)
def test_another_form_is_refused(values, allowed):
    with pytest.raises(DataError) as refused:
        PictureForm(*values)
    assert str(refused.value) == allowed


def test_cropping_takes_the_middle():
    thirds = plain("RGB", tuple(RED), (120, 40))
    thirds.paste((0, 255, 0), (40, 0, 80, 40))
    picture = read(encoded(thirds), COLOUR)
    # Antialiasing mixes a little of what is cut off into the outermost columns.
    assert (picture[:, :, 1:-1] == np.array([0, 255, 0])[:, None, None]).all()


def test_padding_keeps_all_of_it_between_white():
    picture = read(encoded(plain("RGB", tuple(RED), (80, 40))), PADDED)
    # 80 x 40 becomes 28 x 14: seven white rows above and below.
    assert (picture[:, :7] == 255).all()
    assert (picture[:, 21:] == 255).all()
    assert (picture[:, 7:21] == np.array(RED)[:, None, None]).all()


def test_the_thinnest_picture_keeps_a_pixel():
    picture = read(encoded(plain("RGB", tuple(BLACK), (5000, 1))), PADDED)
    assert (picture == 0).all(axis=(0, 2)).sum() == 1


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (3, 2)])
@pytest.mark.parametrize("form", [COLOUR, PADDED])
def test_any_size_becomes_the_same(size, form):
    assert read(encoded(plain("RGB", tuple(RED), size)), form).shape == (3, 28, 28)


def test_making_smaller_mixes_the_pixels():
    stripes = np.zeros((280, 280), np.uint8)
    stripes[:, ::2] = 255
    picture = read(encoded(Image.fromarray(stripes)), GREY)
    # A nearest pixel would be 0 or 255.
    assert np.abs(picture[0, :, 1:-1].astype(int) - 127).max() <= 3


def test_grey_is_the_luma_of_the_colours():
    # 0.299 * 255 = 76.2
    assert (read(encoded(plain("RGB", tuple(RED))), GREY) == 76).all()


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, "tl"), (2, "tr"), (3, "br"), (4, "bl"), (6, "tr"), (8, "bl")]
)
def test_a_camera_held_askew_gives_an_upright_picture(orientation, corner):
    image = plain("RGB", tuple(WHITE))
    image.paste(tuple(BLACK), (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = read(encoded(image, "JPEG", exif=exif, quality=95), GREY)[0]
    where = {"tl": (3, 3), "tr": (3, 24), "bl": (24, 3), "br": (24, 24)}
    assert {name for name, place in where.items() if picture[place] < 50} == {corner}


def test_a_padded_picture_is_turned_too():
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = encoded(plain("RGB", tuple(BLACK), (80, 40)), "JPEG", exif=exif)
    picture = read(lying, PictureForm(28, "grey", "pad"))[0]
    assert (picture[:, :7] == 255).all()
    assert (picture[:, 8:20] < 10).all()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_what_is_transparent_lies_over_white(mode):
    half = plain("RGBA", (0, 0, 0, 0)).convert(mode) if mode != "PA" else None
    data = encoded(half or plain("RGBA", (0, 0, 0, 0)).convert("P"), "PNG")
    assert (read(data, COLOUR) == 255).all()


def test_half_transparent_black_is_grey():
    picture = read(encoded(plain("RGBA", (0, 0, 0, 128))), GREY)
    assert (picture == 127).all()


def test_a_transparent_colour_of_a_palette_lies_over_white():
    image = plain("P", 0)
    image.putpalette([9, 9, 9, 250, 0, 0])
    image.paste(1, (0, 0, 20, 40))
    picture = read(encoded(image, "PNG", transparency=0), COLOUR)
    assert picture[:, 5, 5].tolist() == [250, 0, 0]
    assert picture[:, 5, 24].tolist() == WHITE


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
@pytest.mark.parametrize(("given", "wanted"), [(0, 0), (257 * 100, 100), (65535, 255), (400, 2)])
def test_sixteen_bits_become_eight(kind, given, wanted):
    image = Image.fromarray(np.full((40, 40), given, np.uint16))
    picture = read(encoded(image, kind), COLOUR)
    assert (picture == wanted).all()


def test_sixteen_bits_in_colour_become_eight():
    row = b"\0" + struct.pack(">HHH", 257 * 10, 257 * 20, 257 * 30) * 4
    header = struct.pack(">IIBBBBB", 4, 4, 16, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * 4)) + chunk(b"IEND", b"")
    picture = read(b"\x89PNG\r\n\x1a\n" + parts, COLOUR)
    assert picture[:, 0, 0].tolist() == [10, 20, 30]


def test_numbers_without_a_white_are_refused():
    image = Image.fromarray(np.full((4, 4), 0.5, np.float32))
    assert "32 bits a channel" in refusal(encoded(image, "TIFF"))


def test_the_inks_of_a_print_become_colours():
    # All cyan takes all red away.
    picture = read(encoded(plain("CMYK", (255, 0, 0, 0)), "JPEG", quality=100), COLOUR)
    assert picture[0].max() <= 2
    assert picture[1:].min() >= 253


def test_black_and_white_of_one_bit_is_read():
    assert (read(encoded(plain("1", 1)), GREY) == 255).all()


def test_of_an_animation_the_first_picture_is_taken():
    first, second = plain("RGB", tuple(RED)), plain("RGB", tuple(BLACK))
    data = encoded(first, "GIF", save_all=True, append_images=[second], duration=50)
    assert read(data, COLOUR)[:, 9, 9].tolist() == RED


def test_a_large_jpeg_is_decoded_small_and_looks_the_same(here, monkeypatch):
    decoded = []
    resize = Image.Image.resize

    def watch(image, *how):
        decoded.append(image.size)
        return resize(image, *how)

    monkeypatch.setattr(Image.Image, "resize", watch)
    data = encoded(halves(RED, BLACK, (4000, 2000)), "JPEG", quality=95)
    picture = read(data, PADDED)
    assert decoded == [(500, 250)]
    assert np.abs(picture[:, 14, 5].astype(int) - RED).max() <= 3
    assert picture[:, 14, 22].max() <= 3


@pytest.mark.parametrize("side", [10_000, 20_000])
def test_a_hundred_megapixels_are_refused_before_any_is_decoded(here, side, monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda image: pytest.fail("it was decoded"))
    data = huge_png(side)
    assert len(data) < 100_000
    assert "million is the most: make it smaller first." in refusal(data)


def test_as_many_pixels_as_are_allowed_are_decoded(here, monkeypatch):
    monkeypatch.setattr("ganlib.data.pixels.MOST_PIXELS", 1600)
    assert read(encoded(plain("L", 7)), GREY)[0, 0, 0] == 7
    assert "has 0 million pixels" in refusal(encoded(plain("L", 7, (40, 41))))


def test_the_limit_lets_a_good_camera_through():
    assert 6000 * 4000 < MOST_PIXELS < MOST_PIXELS_OF_JPEG < 100_000_000


def test_a_jpeg_may_have_more_pixels(here, monkeypatch):
    monkeypatch.setattr("ganlib.data.pixels.MOST_PIXELS", 1)
    assert read(encoded(plain("L", 7), "JPEG"), GREY)[0, 0, 0] == 7
    monkeypatch.setattr("ganlib.data.pixels.MOST_PIXELS_OF_JPEG", 1599)
    assert "0 million is the most" in refusal(encoded(plain("L", 7), "JPEG"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "This file is empty."),
        (b"Dear aunt, here is no picture.", "This is no picture, or a damaged one"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "SVG, which has no pixels"),
        (b"<?xml version='1.0'?>\n<!-- a --><svg></svg>", "SVG, which has no pixels"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"\0\0\0\x18ftypheis\0\0\0\0", "HEIC"),
        (b"\0\0\0\x18ftypmsf1\0\0\0\0", "HEIC"),
        (b"\0\0\0\x18ftypavis\0\0\0\0", "AVIF"),
        (b"\0\0\0\x1cftypXXXX\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "This is a film"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04 and more", "This is an archive"),
        (b"\x1f\x8b\x08\0", "This is an archive"),
        (b"\x89PNG\r\n\x1a\n", "This is no picture, or a damaged one"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "This is no picture"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else None,
)
def test_what_is_no_picture_gets_a_sentence(data, words):
    assert words in refusal(data)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL.*")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM"])
def test_a_picture_cut_short_anywhere_is_a_picture_or_a_sentence(kind):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    refused = 0
    for end in range(1, len(data), max(1, len(data) // 97)):
        try:
            assert read(data[:end], COLOUR).shape == (3, 28, 28)
        except PictureError:
            refused += 1
    assert refused > 80


@pytest.mark.filterwarnings("ignore::UserWarning:PIL.*")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM"])
def test_a_picture_with_wrong_bytes_is_a_picture_or_a_sentence(kind):
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    options = {"exif": exif} if kind in ("PNG", "JPEG", "WEBP") else {}
    data = encoded(Image.fromarray(noise), kind, **options)
    shapes = set()
    for _ in range(300):
        wrong = bytearray(data)
        for place in rng.integers(0, len(data), 5):
            wrong[place] = rng.integers(256)
        with suppress(PictureError):
            shapes.add(read(bytes(wrong), COLOUR).shape)
    assert shapes <= {(3, 28, 28)}


def scanned(times):
    """A JPEG whose last scan comes again and again."""
    data = encoded(plain("L", 7, (2000, 2000)), "JPEG", progressive=True)
    scan = data[data.rfind(b"\xff\xda") : -2]
    return data[:-2] + scan * times + data[-2:]


def with_chunks(*chunks):
    data = encoded(plain("L", 7))
    return data[:33] + b"".join(chunks) + data[33:]


def run_by_run(runs):
    """A BMP of 5,000 x 5,000 pixels that come one by one."""
    body = b"\1\0" * runs
    sizes = struct.pack("<IiiHHIIiiII", 40, 5000, 5000, 1, 8, 1, len(body), 0, 0, 256, 0)
    head = struct.pack("<IHHI", 54 + 1024 + len(body), 0, 0, 54 + 1024)
    return b"BM" + head + sizes + bytes(1024) + body


DEAR = {
    "scans of a JPEG": lambda: scanned(100),
    "parts of a JPEG": lambda: b"\xff\xd8" + b"\xff\xe5\0\2" * 400_000,
    "chunks of a PNG": lambda: with_chunks(chunk(b"tRNS", b"\0\0") * 400_000),
    "runs of a BMP": lambda: run_by_run(1_000_000),
    "shades of a PPM": lambda: b"P6 500 500 100\n" + bytes(500 * 500 * 3),
    "words of a PPM": lambda: b"P2 900 900 100\n" + b"1 " * 900**2,
    "a comment of a PPM": lambda: b"P5 #" + b"x" * 3_000_000,
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not count a process's work.")
@pytest.mark.parametrize("file", DEAR.values(), ids=DEAR)
def test_a_file_that_keeps_a_processor_busy_is_ended_and_the_next_is_read(file, monkeypatch):
    good = encoded(plain("L", 7))
    assert read(good, GREY)[0, 0, 0] == 7
    monkeypatch.setattr(module, "SECONDS", 0.05)
    with pytest.raises(SlowPictureError, match=r"^This file keeps a processor busy for more than"):
        read(file(), GREY)
    monkeypatch.undo()
    assert read(good, GREY)[0, 0, 0] == 7


def test_a_process_that_breaks_down_at_a_picture_is_told(tmp_path, monkeypatch):
    (tmp_path / "broken.py").write_text("raise SystemExit(3)")
    monkeypatch.setattr(module, "PIXELS", tmp_path / "broken.py")
    module._DECODER.close()
    with pytest.raises(PictureError, match="broke down at this one") as refused:
        read(encoded(plain("L", 7)), GREY)
    assert not isinstance(refused.value, SlowPictureError)


def test_a_process_that_stands_still_is_ended(tmp_path, monkeypatch):
    (tmp_path / "still.py").write_text("import time\ntime.sleep(600)")
    monkeypatch.setattr(module, "PIXELS", tmp_path / "still.py")
    monkeypatch.setattr(module, "PATIENCE", 0.1)
    module._DECODER.close()
    with pytest.raises(SlowPictureError):
        read(encoded(plain("L", 7)), GREY)
    monkeypatch.undo()
    assert read(encoded(plain("L", 7)), GREY)[0, 0, 0] == 7


def test_a_process_that_was_ended_meanwhile_is_begun_again():
    good = encoded(plain("L", 7))
    read(good, GREY)
    module._DECODER._process.kill()
    module._DECODER._process.wait()
    assert read(good, GREY)[0, 0, 0] == 7


def with_chunk(kind, data, picture=None):
    """A PNG of a red square with one more chunk before its pixels."""
    body = encoded(picture or plain("RGB", tuple(RED)))
    head = body.index(b"IDAT") - 4
    return body[:head] + chunk(kind, data) + body[head:]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (b"eXIf", b"no TIFF at all"),
        (b"eXIf", b"II*\0" + b"\xff" * 8),
        (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(3_000_000))),
        (b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(bytes(3_000_000))),
        (b"tEXt", b"Comment\0" + b"x" * 3_000_000),
        (b"iCCP", b"profile\0\0" + zlib.compress(bytes(3_000_000))),
        (b"iCCP", b"profile\0\0no zlib"),
        (b"pHYs", b"short"),
    ],
)
def test_what_lies_beside_the_pixels_of_a_png_does_not_decide_about_them(kind, data):
    assert read(with_chunk(kind, data), COLOUR)[:, 9, 9].tolist() == RED


@pytest.mark.filterwarnings("ignore::UserWarning:PIL.*")
@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_an_orientation_that_cannot_be_read_is_upright(kind, here, monkeypatch):
    def broken(image):
        raise SyntaxError("not a TIFF file")

    monkeypatch.setattr(Image.Image, "getexif", broken)
    assert read(encoded(halves(RED, WHITE), kind), PADDED)[1, 14, 3] < 100


def sixteen_bits(peak, kind="PNG"):
    """Levels of 16 bits from 0 to `peak`, growing to the right."""
    row = np.linspace(0, peak, 40).round().astype(np.uint16)
    return encoded(Image.fromarray(np.tile(row, (40, 1))), kind)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize(
    ("peak", "white"), [(200, 255), (950, 1023), (4095, 4095), (16383, 16383), (16384, 65535)]
)
def test_a_picture_of_few_levels_is_as_bright_as_its_bits_let_it_be(peak, white, kind):
    data = sixteen_bits(peak, kind)
    assert (decode(data, GREY).peak, white_of(peak)) == (peak, white)
    brightest = decode_picture(data, GREY).max()
    assert abs(int(brightest) - 255 * peak / white) < 6
    assert abs(int(read(data, GREY).max()) - 255 * peak / 65535) < 6


def test_what_has_8_bits_has_no_peak():
    assert decode(encoded(plain("L", 7)), GREY).peak == 0
    assert (decode_picture(encoded(plain("L", 7)), GREY) == 7).all()
