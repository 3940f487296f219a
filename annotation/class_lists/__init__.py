"""Lists of classes as a whole: out of tables, JSON and pasted lines, and in another order."""

from annotation.class_lists.judging import Fate, Standing, Verdict, add_list, judge
from annotation.class_lists.ordering import Placed, order_classes
from annotation.class_lists.reading import MOST_TEXT

__all__ = ["MOST_TEXT", "Fate", "Placed", "Standing", "Verdict", "add_list", "judge", "order_classes"]
