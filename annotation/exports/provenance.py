"""What every format says of where a label comes from."""

from annotation.exports.snapshot import Record

FIELDS = (
    "annotation", "version", "provenance", "author", "accepted_by", "model_version", "acceptance", "promised_kind",
    "promised_bound", "threshold", "seconds", "created_at", "schema", "audit", "inclusion_probability",
)  # fmt: skip


def provenance(record: Record) -> Record:
    """Return who or what made the label, when, under which schema, and whether it is an audit."""
    return {name: record[name] for name in FIELDS}
