"""Chains: jobs that ask for jobs say what there is for those to do, and no chain of them is without an end."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from annotation.errors import JobFailed

MOST_LINKS = 25  # jobs in a row, each asked for by the one before; what people and files set off takes ten at the most
LINK = "chain"  # where a job's params keep it


@dataclass(frozen=True)
class Link:
    """A job's place in a chain, and what those before it and itself were asked to look at, by kind."""

    number: int = 0  # of the jobs before it
    sees: Mapping[str, str] = field(default_factory=dict)


_current: ContextVar[Link | None] = ContextVar("link of the job that runs here", default=None)


@contextmanager
def within(params: Mapping[str, Any]) -> Iterator[None]:
    """Let what is asked for in the body follow from the job with these params."""
    token = _current.set(Link(**params.get(LINK, {})))
    try:
        yield
    finally:
        _current.reset(token)


def brings_news(kind: str, sees: str) -> bool:
    """Return whether a job of a kind would see something else than the last one of its chain did; '' is always new."""
    link = _current.get()
    return link is None or not sees or link.sees.get(kind) != sees


def next_link(kind: str, sees: str = "") -> dict[str, Any]:
    """Return the params of a job that is asked for here: none for a person's, the next link for a job's.

    Raises:
        JobFailed: the chain is too long; jobs ask for each other and nothing comes of it.
    """
    link = _current.get()
    if link is None:
        return {}
    if link.number >= MOST_LINKS:
        raise JobFailed(
            f"{MOST_LINKS} jobs in a row asked for the next without anybody's doing, so the chain ends here. "
            "Please report it; labelling goes on, and the next label or file asks anew."
        )
    seen = {**link.sees, kind: sees} if sees else dict(link.sees)
    return {LINK: {"number": link.number + 1, "sees": seen}}
