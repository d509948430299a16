"""Reads where recordings are stored from the environment, as an entry of Django's STORAGES."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

HOW_TO_WRITE_IT = (
    "write a folder like /srv/ava/recordings, or s3://KEY:SECRET@s3.eu-west-3.amazonaws.com/bucket"
)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def read_recording_storage(env: environ.Env, base_dir: Path, *, development: bool) -> dict[str, Any]:
    """`AVA_RECORDINGS`: an absolute path, or the address of a bucket at an S3-compatible service."""
    value: str = env("AVA_RECORDINGS", default="") or str(base_dir / "var" / "recordings")
    if "://" in value:
        return _bucket(urlsplit(value), development=development)
    folder = Path(value)
    if not folder.is_absolute() or (folder.exists() and not folder.is_dir()):
        raise ImproperlyConfigured(
            f"AVA_RECORDINGS is {value!r}, which is no absolute path of a folder: {HOW_TO_WRITE_IT}."
        )
    return {"BACKEND": "calls.recordings.storage.LocalStorage", "OPTIONS": {"location": value}}


def _bucket(url: SplitResult, *, development: bool) -> dict[str, Any]:
    """The address is not repeated in errors: it holds a secret."""
    options = parse_qs(url.query)
    bucket = url.path.strip("/")
    schemes = {"s3": "https"} | ({"s3+http": "http"} if development else {})
    is_whole = url.username and url.password and url.hostname and _BUCKET.fullmatch(bucket)
    if url.scheme not in schemes or not is_whole or not options.keys() <= {"region"}:
        raise ImproperlyConfigured(f"AVA_RECORDINGS cannot be read: {HOW_TO_WRITE_IT}?region=eu-west-3.")
    if not find_spec("storages") or not find_spec("boto3"):
        raise ImproperlyConfigured(
            "AVA_RECORDINGS names a bucket, which needs more packages: pip install -r requirements-s3.txt."
        )
    host = url.netloc.rpartition("@")[2]
    return {
        "BACKEND": "calls.recordings.s3.BucketStorage",
        "OPTIONS": {
            "access_key": unquote(str(url.username)),
            "secret_key": unquote(str(url.password)),
            "bucket_name": bucket,
            "endpoint_url": f"{schemes[url.scheme]}://{host}",
            "region_name": options.get("region", [None])[0],
        },
    }
