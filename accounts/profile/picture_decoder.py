"""Turns the picture on standard input into a square WebP on standard output: a program that `avatars` starts.

Decoders bound neither their time nor their memory, and a file of a few kilobytes can need more than the machine has.
So each picture is decoded in a process of its own, with limits. It imports only Pillow: it starts fast, and a fault in
a decoder finds no secrets.
"""

import contextlib
import io
import resource
import sys
from typing import IO, Any

from PIL import Image, ImageFile, ImageOps

SIZE = 256  # pixels a side
MAX_SIDE = 16_384  # pixels
# By format, for about 400 MB of memory. A JPEG is decoded at a fraction of its size, a WebP is held four times.
MAX_PIXELS = {"JPEG": 52_000_000, "MPO": 52_000_000, "PNG": 40_000_000, "WEBP": 24_000_000}
MAX_MEMORY = 640 * 1024 * 1024  # bytes of address space
MAX_CPU = 5  # seconds; the largest permitted pictures take one

# Exit codes.
UNREADABLE, TOO_MANY_PIXELS, TOO_COSTLY = 10, 11, 12


class PixelsError(Exception):
    """The header announces more pixels than are accepted."""


def make_square(file: IO[bytes]) -> bytes:
    """A square WebP of the picture in `file`, of which nothing but pixels is kept.

    Raises PixelsError before decoding, and anything that Pillow raises for a broken file.
    """
    # A JPEG that holds a second picture, as many phones write, has the format MPO.
    with Image.open(file, formats=("JPEG", "PNG", "WEBP")) as picture:
        if max(picture.size) > MAX_SIDE or picture.width * picture.height > MAX_PIXELS[str(picture.format)]:
            raise PixelsError
        picture.draft(None, (2 * SIZE, 2 * SIZE))  # decodes a JPEG at a fraction of its size
        whole = _with_8_bits(picture)
        small = whole.reduce(max(min(whole.size) // (2 * SIZE), 1))
        square = ImageOps.fit(ImageOps.exif_transpose(small), (SIZE, SIZE))
        out = io.BytesIO()
        square.save(out, "WEBP", quality=82)
        return out.getvalue()


def _with_8_bits(picture: ImageFile.ImageFile) -> Image.Image:
    """The picture as RGB, or as RGBA where parts of it are transparent."""
    raw_mode = picture.tile[0].args if picture.format == "PNG" else None
    picture.load()
    if "transparency" in picture.info:
        picture.info["transparency"] = _key(picture.info["transparency"], raw_mode)
    scaled = _scaled(picture) if picture.mode == "I;16" else picture
    mode = "RGBA" if "A" in scaled.getbands() or "transparency" in scaled.info else "RGB"
    return scaled if scaled.mode == mode else scaled.convert(mode)


def _scaled(picture: Image.Image) -> Image.Image:
    """16 bits of grey in 8 bits. Pillow's own conversion clips, so that all but the darkest greys are white."""
    values = picture.convert("I")
    grey = values.point([value >> 8 for value in range(1 << 16)], "L")
    key = grey.info.pop("transparency", None)
    if key is not None:
        grey.putalpha(values.point([0 if value == key else 255 for value in range(1 << 16)], "L"))
    return grey


def _key(key: Any, raw_mode: object) -> Any:
    """A PNG's transparent colour, scaled like its pixels: Pillow leaves it in the depth of the file."""
    if raw_mode in {"L;2", "L;4"}:
        return key * (85 if raw_mode == "L;2" else 17)
    return tuple(value >> 8 for value in key) if raw_mode == "RGB;16B" else key


def _set_limits() -> None:
    for kind, limit in (
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_CPU, MAX_CPU),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS has no limit on addresses
            resource.setrlimit(kind, (limit, limit))


def main() -> int:
    """Decode standard input within the limits. Returns the exit code."""
    _set_limits()
    try:
        square = make_square(io.BytesIO(sys.stdin.buffer.read()))
    except PixelsError:
        return TOO_MANY_PIXELS
    except MemoryError:
        return TOO_COSTLY
    except Exception:  # decoders raise anything for a broken file
        return UNREADABLE
    sys.stdout.buffer.write(square)
    return 0


if __name__ == "__main__":
    sys.exit(main())
