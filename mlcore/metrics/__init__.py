"""How good predictions are, with intervals; from a random sample, or from one drawn with known probabilities."""

from mlcore.metrics.boxes import box_average_precision, corners, overlaps, turned_overlaps
from mlcore.metrics.classes import accuracy, confusion, f1_scores, intersection_over_union, macro_f1
from mlcore.metrics.labels import LabelScores, average_precision, label_scores
from mlcore.metrics.quantities import QuantityScores, quantity_scores
from mlcore.metrics.shares import Estimate, wilson_interval

__all__ = [
    "Estimate",
    "LabelScores",
    "QuantityScores",
    "accuracy",
    "average_precision",
    "box_average_precision",
    "confusion",
    "corners",
    "f1_scores",
    "intersection_over_union",
    "label_scores",
    "macro_f1",
    "overlaps",
    "quantity_scores",
    "turned_overlaps",
    "wilson_interval",
]
