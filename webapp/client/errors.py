"""Errors: what a server, or its absence, refuses."""


class Refused(Exception):
    """The server said no; the message is its own."""

    status: int | None = None
    code = ""


class Missing(Refused):
    """There is no such thing, or this token may not know of it."""


class Conflict(Refused):
    """Something has changed, or is not ready, so that it cannot be done now."""


class Unanswered(Refused):
    """The server does not answer, or only that it cannot now."""
