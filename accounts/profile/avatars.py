"""Users' pictures: each upload is decoded, cropped and encoded again, so that only pixels are stored."""

import hashlib
import logging
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Avatar, User
from accounts.profile import picture_decoder
from core.security.rate_limits import Limit

logger = logging.getLogger("accounts.avatars")

MAX_BYTES = 15 * 1024 * 1024
MAX_SECONDS = 15  # of a decoder; its limit of processor time does not count waiting for the processor
PER_USER = Limit("avatar.user", hits=6, per=timedelta(minutes=1))

# One decoder a process, and never more than half of its threads busy with pictures: the others serve pages.
_decoder = threading.Lock()
_places = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))


def read_picture(file: IO[bytes], size: int) -> bytes:
    """A square WebP of the picture in `file`, of `size` bytes, without its metadata. Raises ValidationError.

    The code of the error is "busy" where another attempt may succeed.
    """
    if size > MAX_BYTES:
        raise ValidationError(_("This picture is larger than 15 MB. Choose a smaller one."), code="bytes")
    if not _places.acquire(blocking=False):
        raise ValidationError(
            _("Other pictures are being opened right now. Try again in a few seconds."), code="busy"
        )
    try:
        with _decoder:
            return _decode(file.read())
    finally:
        _places.release()


def _decode(data: bytes) -> bytes:
    """Decode in a process of its own. It is not forked from this one, whose other threads may hold locks."""
    command = [sys.executable, "-m", picture_decoder.__name__]
    # The rest of the environment has secrets.
    inherited = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    environment = inherited | {"PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        decoder = subprocess.run(  # noqa: S603 - a fixed command
            command,
            cwd=settings.BASE_DIR,
            env=environment,
            input=data,
            capture_output=True,
            timeout=MAX_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _refusal(picture_decoder.TOO_COSTLY) from None
    if decoder.returncode != 0:
        raise _refusal(decoder.returncode, decoder.stderr.decode(errors="replace"))
    return decoder.stdout


def _refusal(code: int, trace: str = "") -> ValidationError:
    """The sentence for an exit code of the decoder, or for the signal that ended it as a negative number."""
    if code == picture_decoder.TOO_MANY_PIXELS:
        return ValidationError(_("This picture has too many pixels. Choose a smaller one."), code="pixels")
    if code in {picture_decoder.TOO_COSTLY, -signal.SIGXCPU, -signal.SIGKILL}:
        return ValidationError(
            _("This picture takes too long to open. Choose another one, or a smaller one."), code="costly"
        )
    if code != picture_decoder.UNREADABLE:
        logger.error("the decoder of pictures ended with %s: %s", code, trace[-1000:])
    return ValidationError(
        _("This file is not a picture that we can read. Choose a JPEG or a PNG."), code="picture"
    )


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
