"""The rows of the table: a new one is one file and one entry here."""

from mlcore.benchmarks.rows.encoders import EncoderRow
from mlcore.benchmarks.rows.handmade import PCAStatistics, RawBands
from mlcore.benchmarks.rows.row import FrozenRow, Kind, Row, TrainedRow
from mlcore.errors import UnknownName

OURS = "ours"
ROWS: dict[str, Row] = {
    row.name: row
    for row in (
        RawBands(),
        PCAStatistics(),
        EncoderRow("statistics", "ours without weights", Kind.OURS, "statistics"),
        EncoderRow(OURS, "ours, shipped nano", Kind.OURS, "nano"),
    )
}

__all__ = ["OURS", "ROWS", "FrozenRow", "Kind", "Row", "TrainedRow", "get_row"]


def get_row(name: str) -> Row:
    """Return the row called `name`.

    Raises:
        UnknownName: no such row; the message lists those there are.
    """
    try:
        return ROWS[name]
    except KeyError:
        raise UnknownName("row", name, ROWS) from None
