"""Options: what whoever asks for an export may choose beside its format."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from annotation.errors import BadSettings

_LARGEST_BLOCK = 10_000  # tiles a side
_LONGEST_LICENCE, _LONGEST_NOTES = 100, 2000  # characters


@dataclass(frozen=True)
class Options:
    """Choices, all with a default."""

    images: bool = False  # add a picture of each tile
    pseudonyms: bool = False  # tell of people by names that only the project's server can undo
    own_crs: bool = False  # of GeoPackage and GeoParquet: geometry in the CRS of the tiles, not in WGS 84
    dissolve: bool = False  # of maps: also one polygon of a class over the borders of tiles
    splits: bool = False  # give labelled samples to train, validation and test
    shares: tuple[float, ...] = (70.0, 15.0, 15.0)  # of these
    seed: int = 0  # of the draw
    licence: str = ""  # of a release: under which terms it may be used
    notes: str = ""  # of a release: what is new in it
    block: int = 0  # tiles a side of what goes to one of these; 0: chosen by how many labels there are

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            BadSettings: it can't; the message says what can.
        """
        if len(self.shares) != 3 or min(self.shares) < 0 or not 0 < sum(self.shares) < float("inf"):
            raise BadSettings("Say three shares, of train, validation and test, such as 70, 15, 15; none below 0.")
        if not 0 <= self.block <= _LARGEST_BLOCK or not 0 <= self.seed < 2**32:
            raise BadSettings(f"A block has 1 to {_LARGEST_BLOCK:,} tiles a side, or 0; a seed is 0 to {2**32 - 1:,}.")

    def check_release(self) -> None:
        """Refuse a release without a licence.

        Raises:
            BadSettings: it has none, or one that is too long.
        """
        if not self.licence.strip() or not self.licence.isprintable() or len(self.licence) > _LONGEST_LICENCE:
            raise BadSettings(f"A release needs a licence of at most {_LONGEST_LICENCE} characters, such as CC-BY-4.0.")
        if len(self.notes) > _LONGEST_NOTES:
            raise BadSettings(f"Notes of a release have at most {_LONGEST_NOTES:,} characters.")

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Self:
        """Return the choices that a job keeps; what else stands there is not its own."""
        told = {name: params[name] for name in cls.__dataclass_fields__ if name in params}
        return cls(**told | ({"shares": tuple(told["shares"])} if "shares" in told else {}))

    def to_dict(self) -> dict[str, Any]:
        """Return them ready for JSON."""
        return asdict(self) | {"shares": list(self.shares)}
