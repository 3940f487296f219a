"""Looks: how a scene's numbers become colours, in every view, thumbnail and export alike."""

from annotation.looks.drawing import look_of
from annotation.looks.histograms import histogram_of
from annotation.looks.numbers import Place
from annotation.looks.saved import (
    add_layout,
    add_view,
    change_layout,
    change_view,
    sensors_of,
    view_in,
)

__all__ = [
    "Place",
    "add_layout",
    "add_view",
    "change_layout",
    "change_view",
    "histogram_of",
    "look_of",
    "sensors_of",
    "view_in",
]
