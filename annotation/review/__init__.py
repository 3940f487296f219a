"""Review: a reviewer decides on suggestions, singly or by the hundred, and takes a batch of decisions back."""

from annotation.review.alike import most_alike
from annotation.review.batches import batches
from annotation.review.deciding import Decided, decide
from annotation.review.undoing import Undone, undo

__all__ = ["Decided", "Undone", "batches", "decide", "most_alike", "undo"]
