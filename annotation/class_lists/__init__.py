"""Lists of classes as a whole: in another order."""

from annotation.class_lists.ordering import Placed, order_classes

__all__ = ["Placed", "order_classes"]
