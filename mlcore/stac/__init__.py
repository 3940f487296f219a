"""STAC: what items of a catalogue say of their imagery, and how a catalogue is asked; nothing of an item is obeyed."""

from mlcore.stac.items import Asset, Item, read_item
from mlcore.stac.sensing import sensor_of_bands

__all__ = ["Asset", "Item", "read_item", "sensor_of_bands"]
