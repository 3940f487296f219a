"""Overlays: drawings out of GeoJSON, kept for a project and cut to the surroundings of a tile."""

from annotation.overlays.around import overlays_around
from annotation.overlays.saved import add_overlay

__all__ = ["add_overlay", "overlays_around"]
