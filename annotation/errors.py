"""The errors of the domain: one base, one-sentence subclasses. Messages say what, where and what to do."""

import errno

DISK_FULL = "The disk is full. What was there stays; ask the operator to make room, and do it again."


def is_disk_full(error: BaseException) -> bool:
    """Return whether the disk, or a person's share of it, has no room left."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


class AnnotationError(Exception):
    """Anything that the domain refuses to do."""


class NotAllowed(AnnotationError):
    """The member's role does not include this."""


class NotFound(AnnotationError):
    """There is no such thing, or the user may not know of it."""


class UnknownClass(AnnotationError):
    """The label names a class that the project does not have, or no longer uses."""


class BadAnswer(AnnotationError):
    """The submitted label does not fit the project's task."""


class BadUpload(AnnotationError):
    """The uploaded file cannot become imagery of the project."""


class OverQuota(AnnotationError):
    """There is no room for it, or too much of the kind is under way."""


class NotLookedAt(BadUpload):
    """The file could not be looked at within the time and memory that there are for it."""


class UploadTooLarge(BadUpload):
    """The uploaded file is larger than this installation accepts."""


class StorageAway(Exception):
    """The store of the files does not answer now; jobs wait until it does.

    It is no refusal of what somebody gave us, so nobody who tells people of those may take this for one.
    """


class StorageRefused(StorageAway):
    """The store does not let us in, which an operator can mend."""


class FileChanged(AnnotationError):
    """A file that is read where it lies is another one now, or gone."""


class BadChecksum(BadUpload):
    """A part of a file did not arrive as it was sent."""


class BadSettings(AnnotationError):
    """The project's settings or classes contradict each other."""


class SampleNotOpen(AnnotationError):
    """The sample takes no label: it is empty, or belongs to another project."""


class AlreadyAnswered(AnnotationError):
    """Somebody else submitted an answer since this one was begun."""

    def __init__(self, message: str, *, theirs: int) -> None:
        """Remember the other answer's annotation id as `theirs`."""
        super().__init__(message)
        self.theirs = theirs


class Overtaken(AnnotationError):
    """What was agreed to has changed since it was shown."""


class NotReady(AnnotationError):
    """What was asked for has not been made yet."""


class JobFailed(AnnotationError):
    """A job cannot go on; the message is shown to people as its reason."""


class JobCancelled(AnnotationError):
    """Somebody asked a running job to end."""


class JobPostponed(AnnotationError):
    """A job leaves its worker to others, and goes on later."""


class BadBackup(AnnotationError):
    """The file is no backup, or a damaged one."""


class NotRestorable(AnnotationError):
    """The backup does not go into this installation."""


class NoDatabaseTool(AnnotationError):
    """The program that copies databases is missing, or failed."""
