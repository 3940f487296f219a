"""Options: what whoever asks for an export may choose beside its format."""

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Options:
    """Choices, all with a default."""

    images: bool = False  # add a picture of each tile
    pseudonyms: bool = False  # tell of people by names that only the project's server can undo

    @classmethod
    def of(cls, params: dict[str, Any]) -> Self:
        """Return the choices that a job keeps; what else stands there is not its own."""
        return cls(**{name: params[name] for name in cls.__dataclass_fields__ if name in params})

    def to_dict(self) -> dict[str, Any]:
        """Return them ready for JSON."""
        return asdict(self)
