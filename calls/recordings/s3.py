"""Recordings in a bucket of an S3-compatible service. Needs the packages of requirements-s3.txt."""

from collections.abc import Iterator
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage

from calls.recordings.storage import PIECE, RecordingStorage

# A service that hangs must not hold a page or a worker for long: boto3 waits for minutes by default.
PATIENCE = Config(
    connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2}, signature_version="s3v4"
)


class BucketStorage(S3Storage, RecordingStorage):  # type: ignore[misc]
    """A private bucket. A file that is stored twice takes the place of itself."""

    def __init__(self, **options: Any) -> None:
        super().__init__(client_config=PATIENCE, file_overwrite=True, default_acl=None, **options)

    def part(self, name: str, start: int, stop: int) -> Iterator[bytes]:
        """See RecordingStorage. `open` would fetch the whole file first."""
        try:
            found = self.bucket.Object(self._normalize_name(name)).get(Range=f"bytes={start}-{stop - 1}")
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(name) from error
            raise
        body: Iterator[bytes] = found["Body"].iter_chunks(PIECE)
        return body
