"""The foundation model: any sensor's samples become vectors and maps of features."""

from functools import lru_cache
from pathlib import Path

from mlcore.errors import UnknownName
from mlcore.model.checkpoint import read_encoder, read_spectra, save_encoder, save_spectra
from mlcore.model.encoder import Encoder, StatisticsEncoder
from mlcore.model.network import PRESETS, Config, Network, get_config

__all__ = [
    "PRESETS",
    "Config",
    "Encoder",
    "Network",
    "StatisticsEncoder",
    "get_config",
    "load_encoder",
    "read_encoder",
    "read_spectra",
    "save_encoder",
    "save_spectra",
]

_WEIGHTS = Path(__file__).parent / "weights"


def load_encoder(name_or_path: str | Path = "nano") -> Encoder | StatisticsEncoder:
    """Return a shipped encoder by name ('nano'), the one without weights ('statistics'), or one from a file.

    Raises:
        UnknownName: neither a shipped name nor a file.
        BadCheckpoint: the file is not a whole encoder or fails its self-test.
    """
    if name_or_path == "statistics":
        return StatisticsEncoder()
    shipped = {path.stem: path for path in _WEIGHTS.glob("*.safetensors")}
    path = shipped.get(str(name_or_path), Path(name_or_path))
    if not path.is_file():
        raise UnknownName("encoder", str(name_or_path), [*shipped, "statistics", "a .safetensors file"])
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, _modified: int) -> Encoder:
    return read_encoder(path)
