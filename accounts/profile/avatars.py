"""Users' pictures: each upload is decoded, cropped and encoded again, so that only pixels are stored."""

import hashlib
import io
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import Avatar, User

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
SIZE = 256  # pixels a side
FORMATS = ("JPEG", "PNG", "WEBP")


def read_picture(file: IO[bytes], size: int) -> bytes:
    """A square WebP of the picture in `file`, of `size` bytes, without its metadata. Raises ValidationError.

    The header is read first: a picture with too many pixels is refused before it is decoded.
    """
    if size > MAX_BYTES:
        raise ValidationError(_("This picture is larger than 5 MB. Choose a smaller one."), code="bytes")
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError(
                    _("This picture has too many pixels. Choose a smaller one."), code="pixels"
                )
            return _square(picture)
    except ValidationError:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ValidationError(
            _("This file is not a picture that we can read. Choose a JPEG or a PNG."), code="picture"
        ) from None


def _square(picture: Image.Image) -> bytes:
    # Reduced before any copy is made: a file of 100 kB may decode to more pixels than fit in memory.
    picture.draft(None, (2 * SIZE, 2 * SIZE))  # a JPEG is decoded at a fraction of its size
    mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
    whole = picture if picture.mode == mode else picture.convert(mode)
    small = whole.reduce(max(min(whole.size) // (2 * SIZE), 1))
    square = ImageOps.fit(ImageOps.exif_transpose(small), (SIZE, SIZE))
    out = io.BytesIO()
    square.save(out, "WEBP", quality=82)
    return out.getvalue()


def set_avatar(user: User, picture: bytes) -> None:
    """Store the picture in place of the previous one."""
    digest = hashlib.sha256(picture).hexdigest()[:32]
    Avatar.objects.update_or_create(user=user, defaults={"picture": picture, "digest": digest})
    User.objects.filter(pk=user.pk).update(avatar_digest=digest)
    user.avatar_digest = digest


def remove_avatar(user: User) -> None:
    """Delete the picture; pages show the initials instead."""
    Avatar.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(avatar_digest="")
    user.avatar_digest = ""
