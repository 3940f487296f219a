"""Epochs: the moments and periods that labels speak of, made by hand or grouped by date, and the project's scope."""

from annotation.epochs.changing import add_epoch, change_epoch, delete_epoch
from annotation.epochs.grouping import group_by_date
from annotation.epochs.scoping import set_scope, unpaired

__all__ = ["add_epoch", "change_epoch", "delete_epoch", "group_by_date", "set_scope", "unpaired"]
