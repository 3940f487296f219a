"""The learned part: tokens conditioned on wavelength, a transformer over them, a short vector out."""

from mlcore.model.network.config import PRESETS, Config, get_config
from mlcore.model.network.network import Network
from mlcore.model.network.tokens import PLACE, TEXT, WEATHER, Layout, Tokens

__all__ = ["PLACE", "PRESETS", "TEXT", "WEATHER", "Config", "Layout", "Network", "Tokens", "get_config"]
