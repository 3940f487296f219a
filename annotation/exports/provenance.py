"""What every format says of where a label comes from."""

from annotation.exports.snapshot import Record

FIELDS = (
    "annotation", "version", "provenance", "author", "accepted_by", "model_version", "acceptance", "promised_kind",
    "promised_bound", "threshold", "seconds", "created_at", "schema", "audit", "inclusion_probability",
)  # fmt: skip
ABOUT = ("epoch_name", "later_epoch_name", "tile_name", "tile_files")  # where there are epochs, and of ready-made chips


def provenance(record: Record) -> Record:
    """Return who or what made the label, when, under which schema, whether it is an audit, and what it speaks of."""
    about = {name: record[name] for name in ABOUT if name in record}
    return {name: record[name] for name in FIELDS} | about
