"""What became of each file that somebody gave us."""

from dataclasses import dataclass
from enum import StrEnum

from annotation.models import Job


class Status(StrEnum):
    """What happened to a file."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True)
class FileResult:
    """One file, by the name that its sender knows, with a sentence for that sender."""

    name: str
    status: Status
    message: str

    def to_dict(self) -> dict[str, str]:
        """Return it JSON-ready."""
        return {"name": self.name, "status": self.status.value, "message": self.message}


@dataclass(frozen=True)
class Receipt:
    """The answer to a request: the job that will do the work, if there is any, and a line for each file."""

    job: Job | None
    files: list[FileResult]


def summary(results: list[FileResult]) -> str:
    """Return one line for people: counts, then the first reason for a refusal."""
    if len(results) == 1:
        return f"{results[0].name}: {results[0].message}"
    counts = {status: sum(result.status is status for result in results) for status in Status}
    words = {Status.ACCEPTED: "added", Status.DUPLICATE: "already there", Status.REFUSED: "refused"}
    line = ", ".join(f"{count} {words[status]}" for status, count in counts.items() if count) or "nothing to do"
    refused = next((result for result in results if result.status is Status.REFUSED), None)
    return f"{line}. First refusal: {refused.name}: {refused.message}" if refused else line
