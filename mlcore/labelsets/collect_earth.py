"""Collect Earth Online: in its tables of samples a column a question, in those of plots one an answer, in percent."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mlcore.labelsets.columns import number_in, plain
from mlcore.labelsets.items import Book, Wishes

_OWN = {
    "plotid", "sampleid", "centerlon", "centerlat", "flagged", "analyses", "collectiontime", "imagerytitle", "sizem",
    "flaggedreason", "analysisduration", "imageryattributions", "samplepoints",
}  # fmt: skip
_BROUGHT = ("pl_", "smpl_")  # columns of the tables by which its plots were made
_LETTER = re.compile(r"[A-Za-z]")
MAJORITY = 50.0


@dataclass(frozen=True)
class Question:
    """A question, and where in a row of plots the share of each answer stands; none: the answer itself stands there."""

    name: str
    shares: dict[str, str]  # columns by answers

    def answered(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return what counts in a row: the answer that more than half of the plot has, with its share in percent."""
        if not self.shares:
            return row
        told = {answer: number_in(row.get(column)) or 0.0 for answer, column in self.shares.items()}
        answer = max(told, key=lambda each: told[each])
        more = {self.name: answer, "share": told[answer]} if told[answer] > MAJORITY else {self.name: None}
        return {name: value for name, value in row.items() if name not in self.shares.values()} | more


def question_of(columns: Sequence[str], places: Iterable[str], wishes: Wishes, book: Book) -> Question | None:
    """Return the question that is asked for, else the first; None where the table is another program's."""
    if len(_OWN & {plain(column) for column in columns}) < 3 or wishes.measured:
        return None
    own = _OWN | set(places)
    last = max(at for at, column in enumerate(columns) if plain(column) in own)
    rest = [name for name in columns[last + 1 :] if _LETTER.search(name) and not name.startswith(_BROUGHT)]
    plots = "sampleid" not in {plain(column) for column in columns}
    names = list(dict.fromkeys(name.partition(":")[0] if plots else name for name in rest))
    name = wishes.column or next(iter(names), "")
    if name not in names:
        return None
    book.columns, book.column = [*columns[: last + 1], *names], name
    shares = {each.partition(":")[2]: each for each in rest if each.startswith(f"{name}:")} if plots else {}
    return Question(name, shares)
