"""Uploaded pictures: each is refused with a sentence, or stored as a square without metadata."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, UnidentifiedImageError

from accounts.models import Avatar, User
from accounts.profile.picture_decoder import PixelsError, make_square
from accounts.tests.helpers import text_of
from accounts.tests.hostile_pictures import png_that_claims

PAGE = "/fr/settings/profile"
UPLOAD = f"{PAGE}/picture"
GPS = 0x8825
ORIENTATION = 0x0112


def picture(mode: str = "RGB", size: tuple[int, int] = (40, 30), kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    colour = {"RGB": (200, 30, 30), "RGBA": (200, 30, 30, 128), "CMYK": (0, 200, 200, 20)}.get(mode, 1)
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def with_gps(kind: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = 1
    exif[GPS] = {1: "N", 2: (48.0, 51.0, 30.0), 3: "E", 4: (2.0, 17.0, 40.0)}
    exif[0x010E] = "taken at home"
    return picture(kind=kind, exif=exif.tobytes())


def lying_on_its_side(kind: str, side: int) -> bytes:
    """Left half red and right half blue as stored; turned upright (6: 90° clockwise) red is above."""
    image = Image.new("RGB", (side, side), (255, 0, 0))
    image.paste((0, 0, 255), (side // 2, 0, side, side))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    out = io.BytesIO()
    image.save(out, kind, exif=exif.tobytes(), quality=95)
    return out.getvalue()


def send(client: Client, data: bytes, name: str = "me.png", content_type: str = "image/png") -> Any:
    return client.post(UPLOAD, {"picture": SimpleUploadedFile(name, data, content_type)})


def kept(user: User) -> Image.Image:
    row = Avatar.objects.get(user=user)
    image = Image.open(io.BytesIO(bytes(row.picture)))
    image.load()
    return image


def transparent_palette() -> bytes:
    image = Image.new("P", (40, 30), 1)
    image.putpalette([255, 255, 255, 200, 30, 30])
    out = io.BytesIO()
    image.save(out, "PNG", transparency=1)
    return out.getvalue()


GOOD: dict[str, Callable[[], bytes]] = {
    "png": lambda: picture(),
    "one pixel": lambda: picture(size=(1, 1)),
    "very wide": lambda: picture(size=(3000, 2)),
    "very tall": lambda: picture(size=(2, 3000)),
    "jpeg": lambda: picture(kind="JPEG"),
    "progressive jpeg": lambda: picture(kind="JPEG", progressive=True),
    "large jpeg": lambda: picture(size=(6000, 4000), kind="JPEG"),
    "large transparent png": lambda: picture("RGBA", size=(3000, 2000)),
    "grey jpeg": lambda: picture("L", kind="JPEG"),
    "cmyk jpeg": lambda: picture("CMYK", kind="JPEG"),
    "webp": lambda: picture(kind="WEBP"),
    "transparent webp": lambda: picture("RGBA", kind="WEBP"),
    "transparent png": lambda: picture("RGBA"),
    "palette": lambda: picture("P"),
    "transparent palette": lambda: transparent_palette(),
    "palette with alphas": lambda: picture("P", transparency=bytes([0, 128])),
    "grey with alpha": lambda: picture("LA"),
    "black and white": lambda: picture("1"),
    "16 bits of grey": lambda: picture("I;16"),
    "jpeg with gps": lambda: with_gps(),
    "webp with gps": lambda: with_gps("WEBP"),
    "png with gps": lambda: with_gps("PNG"),
    "animated": lambda: picture(kind="WEBP", save_all=True, append_images=[Image.new("RGB", (40, 30))]),
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
BAD: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "pdf": lambda: b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    "svg with script": lambda: SVG,
    "html": lambda: b"<!doctype html><script>alert(1)</script>",
    "gif": lambda: picture("P", kind="GIF"),
    "bmp": lambda: picture(kind="BMP"),
    "tiff": lambda: picture(kind="TIFF"),
    "ico": lambda: picture(kind="ICO", size=(32, 32)),
    "postscript": lambda: picture(kind="EPS"),
    "pixel bomb": lambda: png_that_claims(50_000, 50_000),
    "largest bomb": lambda: png_that_claims(2**31 - 1, 2**31 - 1),
    "just too many pixels": lambda: png_that_claims(8_000, 5_001),
    "no pixels": lambda: png_that_claims(0, 10),
    "claims more than it holds": lambda: png_that_claims(600, 600),
    "truncated jpeg": lambda: picture(kind="JPEG", size=(400, 400))[:900],
    "truncated png": lambda: picture(size=(400, 400))[:120],
    "truncated webp": lambda: picture(kind="WEBP", size=(400, 400))[:60],
    "only a header": lambda: b"\x89PNG\r\n\x1a\n",
    "noise": lambda: bytes(range(256)) * 40,
    "sixteen megabytes": lambda: picture() + b"\0" * (16 * 1024 * 1024),
}


@pytest.mark.variants
@pytest.mark.django_db
@pytest.mark.parametrize("name", GOOD)
def test_a_picture_becomes_a_clean_square(as_user, owner, name):
    client = as_user(owner)
    answer = send(client, GOOD[name]())
    assert (answer.status_code, getattr(answer, "url", "")) == (302, PAGE)
    image = kept(owner)
    assert (image.format, image.size) == ("WEBP", (256, 256))
    assert dict(image.getexif()) == {}
    assert {"exif", "icc_profile", "xmp"}.isdisjoint(image.info)
    raw = bytes(Avatar.objects.get(user=owner).picture)
    assert b"taken at home" not in raw
    assert b"EXIF" not in raw
    assert len(raw) < 60_000


@pytest.mark.variants
@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD)
def test_invalid_picture_is_refused_and_nothing_is_lost(as_user, owner, name):
    client = as_user(owner)
    send(client, picture())
    before = User.objects.get(pk=owner.pk).avatar_digest
    answer = send(client, BAD[name](), name="me.svg" if "svg" in name else "me.png")
    assert answer.status_code == 422
    (sentence,) = answer.context["avatar_form"].errors["picture"]
    assert sentence.endswith(".")
    assert sentence in text_of(answer)
    assert "alert(1)" not in text_of(answer)
    assert User.objects.get(pk=owner.pk).avatar_digest == before != ""
    assert kept(owner).size == (256, 256)


@pytest.mark.slow
@pytest.mark.django_db
def test_each_refusal_says_what_to_do(as_user, owner):
    client = as_user(owner)
    told = {
        name: str(send(client, BAD[name]()).context["avatar_form"].errors["picture"][0])
        for name in ("pdf", "sixteen megabytes", "just too many pixels", "empty")
    }
    nothing = client.post(UPLOAD, {})
    assert nothing.status_code == 422
    told["nothing"] = str(nothing.context["avatar_form"].errors["picture"][0])
    assert len(set(told.values())) == 5


@pytest.mark.django_db
def test_the_name_and_the_type_a_browser_claims_do_not_matter(as_user, owner):
    client = as_user(owner)
    assert send(client, picture(), "../../evil.php", "application/x-php").status_code == 302
    assert send(client, b"%PDF-1.7", "photo.jpg", "image/jpeg").status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize("side", [80, pytest.param(2500, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_taken_sideways_stands_upright(as_user, owner, kind, side):
    send(as_user(owner), lying_on_its_side(kind, side))
    image = kept(owner).convert("RGB")
    top, bottom = image.getpixel((128, 20)), image.getpixel((128, 236))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > 60 > top[2]
    assert bottom[2] > 200 > 60 > bottom[0]


@pytest.mark.django_db
def test_what_is_transparent_stays_so(as_user, owner):
    send(as_user(owner), GOOD["transparent palette"]())
    image = kept(owner)
    assert image.mode == "RGBA"
    assert image.getchannel("A").getextrema() == (0, 0)


@pytest.mark.django_db
def test_colours_of_print_become_colours_of_screens(as_user, owner):
    send(as_user(owner), GOOD["cmyk jpeg"]())
    pixel = kept(owner).convert("RGB").getpixel((128, 128))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 180 > 100 > max(pixel[1], pixel[2])


@pytest.mark.django_db
def test_the_picture_is_closed_to_the_signed_out(as_user, owner, admin):
    client = as_user(owner)
    send(client, picture())
    url = User.objects.get(pk=owner.pk).avatar_url
    assert url in text_of(client.get(PAGE))
    shut = Client().get(url)
    assert shut.status_code == 302
    assert "immutable" not in shut.headers.get("Cache-Control", "")
    opened = as_user(admin).get(url)
    assert (opened.status_code, opened.headers["Content-Type"]) == (200, "image/webp")
    assert "private" in opened.headers["Cache-Control"]
    assert opened.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        "sandbox" in opened.headers["Content-Security-Policy"]
        or "default-src 'none'" in (opened.headers["Content-Security-Policy"])
    )


@pytest.mark.django_db
@pytest.mark.parametrize("digest", ["0" * 32, "x", "..%2f..%2fetc%2fpasswd", "a" * 3000])
def test_a_picture_that_is_not_there_is_404(as_user, owner, digest):
    assert as_user(owner).get(f"/pictures/{digest}.webp").status_code == 404


@pytest.mark.django_db
def test_a_new_picture_replaces_the_old_and_its_address(as_user, owner):
    client = as_user(owner)
    send(client, picture())
    first = User.objects.get(pk=owner.pk).avatar_url
    send(client, picture("RGBA"))
    second = User.objects.get(pk=owner.pk).avatar_url
    assert first != second
    assert [client.get(url).status_code for url in (first, second)] == [404, 200]
    assert Avatar.objects.count() == 1


@pytest.mark.django_db
def test_removed_it_gives_way_to_initials(as_user, owner):
    client = as_user(owner)
    send(client, picture())
    url = User.objects.get(pk=owner.pk).avatar_url
    assert client.post(UPLOAD, {"remove": "1"}).status_code == 302
    assert Avatar.objects.count() == 0
    page = text_of(client.get(PAGE))
    assert url not in page
    assert "/pictures/" not in page
    assert "CM" in page
    assert client.post(UPLOAD, {"remove": "1"}).status_code == 302


@pytest.mark.django_db
def test_two_users_may_have_the_same_picture(as_user, owner, admin):
    for user in (owner, admin):
        assert send(as_user(user), picture()).status_code == 302
    as_user(owner).post(UPLOAD, {"remove": "1"})
    assert as_user(admin).get(User.objects.get(pk=admin.pk).avatar_url).status_code == 200


SEEDS = [GOOD[name]() for name in ("jpeg with gps", "png with gps", "webp with gps", "transparent palette")]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of broken metadata; the picture is valid
@settings(max_examples=300, deadline=None)
@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=12),
    cut=st.none() | st.integers(0, 5000),
)
def test_a_broken_file_is_a_sentence_or_a_picture_and_never_an_error(seed, changes, cut):
    data = bytearray(seed)
    for place, value in changes:
        data[place % len(data)] = value
    broken = bytes(data[:cut])
    try:
        kept_bytes = make_square(io.BytesIO(broken))
    except (PixelsError, UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return
    assert Image.open(io.BytesIO(kept_bytes)).size == (256, 256)
