"""Colours and transparency of uploaded pictures are kept, for each kind of pixel that the accepted formats carry."""

import io
import struct
import zlib

import pytest
from PIL import Image

from accounts.profile.picture_decoder import make_square
from accounts.tests.hostile_pictures import chunk
from accounts.tests.test_avatar import ORIENTATION

GREY, COLOUR, PALETTE, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
SAMPLES = {GREY: 1, COLOUR: 3, PALETTE: 1, GREY_ALPHA: 2, COLOUR_ALPHA: 4}
DEPTHS = {
    GREY: (1, 2, 4, 8, 16),
    COLOUR: (8, 16),
    PALETTE: (1, 2, 4, 8),
    GREY_ALPHA: (8, 16),
    COLOUR_ALPHA: (8, 16),
}
KINDS = [(kind, depth) for kind, depths in DEPTHS.items() for depth in depths]
SIDE = 256
NEAR = 8  # a lossy WebP


def row_of(depth: int, samples: list[int]) -> bytes:
    """One row of a PNG: no filter, and its samples packed into bytes."""
    bits = "".join(f"{sample:0{depth}b}" for sample in samples)
    return b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")


def png(kind: int, depth: int, samples: list[int], *extra: bytes) -> bytes:
    """A PNG whose rows all have these samples."""
    palette = b"".join(bytes([255 * grey // (2**depth - 1)] * 3) for grey in range(2 ** min(depth, 8)))
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, depth, kind, 0, 0, 0)),
            chunk(b"PLTE", palette) if kind == PALETTE else b"",
            *extra,
            chunk(b"IDAT", zlib.compress(row_of(depth, samples) * SIDE)),
            chunk(b"IEND", b""),
        ]
    )


def square(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(make_square(io.BytesIO(data))))


def across(image: Image.Image, channel: str) -> list[int]:
    """The channel at the left end, in the middle and at the right end."""
    band = image.convert("RGBA").getchannel(channel)
    return [int(str(band.getpixel((x, SIDE // 2)) or 0)) for x in (2, SIDE // 2, SIDE - 3)]


def is_near(found: list[int], expected: list[int]) -> bool:
    return all(abs(one - other) <= NEAR for one, other in zip(found, expected, strict=True))


@pytest.mark.parametrize(("kind", "depth"), KINDS)
def test_a_png_keeps_its_greys_at_every_depth(kind, depth):
    top = 2**depth - 1
    ramp = [top * x // (SIDE - 1) for x in range(SIDE)]
    opaque = [top] if kind in {GREY_ALPHA, COLOUR_ALPHA} else []
    colours = SAMPLES[kind] - len(opaque)
    image = square(png(kind, depth, [sample for grey in ramp for sample in [grey] * colours + opaque]))
    expected = [255 * ramp[x] // top for x in (2, SIDE // 2, SIDE - 3)]
    for channel in "RGB":
        assert is_near(across(image, channel), expected)
    assert across(image, "A") == [255, 255, 255]


@pytest.mark.parametrize(("kind", "depth"), [each for each in KINDS if each[0] in {GREY_ALPHA, COLOUR_ALPHA}])
def test_a_png_keeps_its_gradual_transparency(kind, depth):
    top = 2**depth - 1
    samples = [
        sample for x in range(SIDE) for sample in [top // 2] * (SAMPLES[kind] - 1) + [top * x // (SIDE - 1)]
    ]
    image = square(png(kind, depth, samples))
    assert is_near(across(image, "A"), [2, 128, 253])
    assert is_near(across(image, "G")[1:], [127, 127])


# The opaque grey and the transparent one; in 16 bits they share their lower bytes.
KEYS = {1: (0, 1), 2: (1, 2), 4: (3, 9), 8: (40, 200), 16: (0x30C8, 0x90C8)}


@pytest.mark.parametrize(("kind", "depth"), [each for each in KINDS if each[0] in {GREY, COLOUR, PALETTE}])
def test_a_png_keeps_its_one_transparent_colour(kind, depth):
    shown, hidden = KEYS[depth]
    samples = [shown] * (SIDE // 2 * SAMPLES[kind]) + [hidden] * (SIDE // 2 * SAMPLES[kind])
    named = struct.pack(">H", hidden) * SAMPLES[kind]
    key = b"\xff" * hidden + b"\0" if kind == PALETTE else named
    image = square(png(kind, depth, samples, chunk(b"tRNS", key)))
    assert [across(image, "A")[0], across(image, "A")[2]] == [255, 0]
    assert is_near(across(image, "R")[:1], [255 * shown // (2**depth - 1)])


def test_a_scaled_png_stands_upright_and_keeps_its_transparency():
    half = SIDE * SIDE // 2
    grey = Image.frombytes("I;16", (SIDE, SIDE), b"\x00\xc0" * half + b"\x00\x40" * half)
    exif, out = Image.Exif(), io.BytesIO()
    exif[ORIENTATION] = 6
    grey.save(out, "PNG", exif=exif, transparency=0xC000)
    image = square(out.getvalue())
    assert [across(image, "A")[0], across(image, "A")[2]] == [255, 0]
    assert is_near(across(image, "R")[:1], [64])


def saved(mode: str, kind: str, **options: object) -> bytes:
    """A ramp of grey from black to white, converted to `mode`."""
    ramp = Image.linear_gradient("L").rotate(90).convert("RGB")
    out = io.BytesIO()
    ramp.convert(mode).save(out, kind, quality=95, **options)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBX", "CMYK", "YCbCr"])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_keeps_its_greys(mode, progressive):
    image = square(saved(mode, "JPEG", progressive=progressive))
    for channel in "RGB":
        assert is_near(across(image, channel), [2, 128, 253])


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "HSV"])
def test_a_webp_keeps_its_greys(mode):
    image = square(saved(mode, "WEBP"))
    for channel in "RGB":
        assert is_near(across(image, channel), [2, 128, 253])


@pytest.mark.parametrize("lossless", [False, True])
def test_a_webp_keeps_its_transparency(lossless):
    half = Image.new("RGBA", (SIDE, SIDE), (200, 30, 30, 255))
    half.paste((0, 0, 0, 0), (SIDE // 2 + 1, 0, SIDE, SIDE))
    out = io.BytesIO()
    half.save(out, "WEBP", lossless=lossless)
    image = square(out.getvalue())
    assert [across(image, "A")[0], across(image, "A")[2]] == [255, 0]
    assert is_near(across(image, "R")[:1], [200])
