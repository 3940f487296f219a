"""Faults of a bucket in words: who can mend it, and what happens meanwhile."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from boto3.exceptions import Boto3Error
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    IncompleteReadError,
    NoCredentialsError,
    ResponseStreamingError,
)
from urllib3.exceptions import HTTPError

from annotation.errors import StorageAway, StorageRefused

logger = logging.getLogger(__name__)

_AGAIN = "Nothing is lost: jobs go on by themselves once it does; try again in a minute."
_MISSING = {"NoSuchKey", "404", "NotFound"}
_REFUSED = {"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"}


class Truncated(Exception):
    """What came is not what was stored, or not all of it."""


@contextmanager
def in_words(url: str) -> Iterator[None]:
    """Turn what the client raises into errors of ours; conditions that are not met pass through.

    Raises:
        FileNotFoundError: there is no such object.
        StorageAway: the server does not answer, or not in time.
        StorageRefused: it does not let us.
        Truncated: an answer breaks off.
    """
    try:
        yield
    except (IncompleteReadError, ResponseStreamingError) as error:
        logger.warning("%s: %s", url, error)
        raise Truncated("An answer of the storage broke off.") from error
    except NoCredentialsError as error:
        raise StorageRefused(
            "The storage needs a key: an operator sets AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        ) from error
    except ClientError as error:
        if _status(error) == HTTPStatus.NOT_MODIFIED:
            raise
        raise _told(error, url) from error
    except (BotoCoreError, Boto3Error, HTTPError, ConnectionError, TimeoutError) as error:
        logger.error("%s does not answer: %s", url, error)
        raise StorageAway(f"The storage does not answer. {_AGAIN}") from error


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _told(error: ClientError, url: str) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in _MISSING:
        return FileNotFoundError(f"{url} has no such object")
    logger.error("%s: %s", url, error)
    if code == "NoSuchBucket":
        return StorageRefused("The storage has no such bucket: an operator makes it, or mends STORAGE_URL.")
    if code in _REFUSED or _status(error) in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return StorageRefused(
            f"The storage refuses our key ({code}): an operator checks it, its rights on the bucket, and the clock. "
            "Nothing is lost: jobs go on by themselves then."
        )
    return StorageAway(f"The storage has a fault ({code}). {_AGAIN}")
