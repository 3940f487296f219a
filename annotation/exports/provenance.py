"""What every format says of where a sample and its label come from: flat, one column each."""

from annotation.exports.records import Record

PLACE = ("sample", "index", "tile_name", "status", "grid", "column", "row")
SOURCE = ("scene", "source", "sensor", "acquired")
LABEL = (
    "annotation", "version", "provenance", "author", "accepted_by", "model_version", "confidence", "acceptance",
    "promised_kind", "promised_bound", "threshold", "seconds", "created_at", "schema", "audit",
    "inclusion_probability", "opinions", "agreement",
)  # fmt: skip
REVIEW = ("review", "reviewer")
SOMETIMES = (  # left out where there is none
    "epoch_name", "epoch_acquired", "later_epoch_name", "later_epoch_acquired", "tile_files", "soft", "reason", "split",
    "copied_from",
)  # fmt: skip


def place(record: Record) -> Record:
    """Return which sample it is, and which imagery shows it."""
    return {name: record.get(name) for name in (*PLACE, *SOURCE)}


def provenance(record: Record) -> Record:
    """Return who or what made the label, when, under which schema, and how far it was checked."""
    review = record.get("review", {})
    told = {name: record.get(name) for name in LABEL}
    told["review"], told["reviewer"] = review.get("verdict"), review.get("by")
    return told | {name: record[name] for name in SOMETIMES if name in record}
