"""Encoders: every way to turn samples into vectors, ours and those of others, by one name each. No torch up to here."""

from mlcore.encoders.cached import Cached
from mlcore.encoders.named import Named
from mlcore.encoders.protocol import AnyEncoder
from mlcore.encoders.registry import ENCODERS, get_encoder
from mlcore.encoders.weights import Weights, list_weights, open_weights

__all__ = ["ENCODERS", "AnyEncoder", "Cached", "Named", "Weights", "get_encoder", "list_weights", "open_weights"]
