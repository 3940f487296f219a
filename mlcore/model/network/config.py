"""The shape of a network: one size dial from unit tests to 630 million parameters."""

from dataclasses import asdict, dataclass
from typing import Any

from mlcore.errors import look_up


@dataclass(frozen=True)
class Config:
    """The shape of a network."""

    name: str = "nano"
    rank: int = 16  # K, spectral basis functions
    width: int = 128  # d, of a token
    depth: int = 4
    heads: int = 4
    vector: int = 64  # learned part of a tile's vector
    detail: int = 1  # side of the grid of sub-cell means that a token keeps; 1: moments of the whole cell only
    cell_px: int = 8  # largest side of a token's cell
    groups: int = 1  # most spectral groups of one sensor; above 1 a spectrometer's tokens are spatial-spectral
    registers: int = 0  # tokens that belong to no place (arXiv 2309.16588)
    qk_norm: bool = False
    dense: bool = False  # whether maps tell what it says of each cell: once it was tuned on painted ones
    forget: float = 0.5  # how often each kind of metadata is hidden from a sample in training

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready description."""
        return asdict(self)


PRESETS: dict[str, Config] = {
    config.name: config
    for config in (
        Config("test", rank=8, width=64, depth=2, heads=2, vector=16, detail=2, groups=2, registers=1),
        Config("nano"),
        Config("mini", rank=24, width=256, depth=6, heads=4, vector=64, detail=2, groups=4, registers=2),
        Config("small", rank=32, width=384, depth=12, heads=6, vector=128, detail=4, groups=8, registers=4),
        Config("base", rank=32, width=768, depth=12, heads=12, vector=256, detail=4, groups=8, registers=4),
        Config("large", 48, 1024, 24, 16, vector=384, detail=8, groups=12, registers=4, qk_norm=True),
        Config("huge", 64, 1280, 32, 16, vector=512, detail=8, groups=12, registers=4, qk_norm=True),
    )
}


def get_config(name: str) -> Config:
    """Return the preset called `name`.

    Raises:
        UnknownName: no such size; the message lists those there are.
    """
    return look_up(PRESETS, name, "model size")
