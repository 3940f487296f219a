"""Taking back: accepted labels give way to a person's word; their history stays."""

from collections.abc import Sequence

from django.db import connection

from annotation.labeling.retracting import retract_many
from annotation.models import Acceptance

# First the locks, then a second look: a label that its author replaced while this waited must not be read as current.
_LOCK = """
    SELECT s.id FROM annotation_sample s
    WHERE s.id IN (SELECT a.sample_id FROM annotation_annotation a
                   WHERE a.acceptance_id = %s AND a.current AND (%s::bigint[] IS NULL OR a.id = ANY(%s)))
    ORDER BY s.id FOR NO KEY UPDATE
"""
# Only what still counts: a label that a person has changed or replaced meanwhile stays as that person said.
_CHOSEN = """
    SELECT a.id, a.sample_id FROM annotation_annotation a
    WHERE a.acceptance_id = %s AND a.current AND a.verdict = 'label' AND (%s::bigint[] IS NULL OR a.id = ANY(%s))
    ORDER BY a.sample_id
"""
_REOPEN = """
    UPDATE annotation_sample s SET state = 'open', answer_id = NULL
    FROM unnest(%s::bigint[], %s::bigint[]) c (id, sample_id) WHERE s.id = c.sample_id AND s.answer_id = c.id
"""
_SUGGEST = """
    UPDATE annotation_suggestion g SET state = CASE WHEN v.state = 'published' THEN 'open' ELSE 'superseded' END
    FROM annotation_modelversion v, unnest(%s::bigint[]) c (sample_id)
    WHERE v.id = g.model_version_id AND v.id = %s AND g.state = 'accepted' AND g.sample_id = c.sample_id
"""


def take_back(acceptance: Acceptance, *, annotations: Sequence[int] | None = None) -> int:
    """Take back all labels of an acceptance that still count, or some of them; return how many samples reopen.

    To be called in a transaction. Their samples are open again and so are their suggestions, for people to decide on.
    """
    with connection.cursor() as cursor:
        wanted = None if annotations is None else list(annotations)
        cursor.execute(_LOCK, [acceptance.pk, wanted, wanted])
        cursor.execute(_CHOSEN, [acceptance.pk, wanted, wanted])
        rows = cursor.fetchall()
        ids, samples = [row[0] for row in rows], [row[1] for row in rows]
        retract_many(ids)
        cursor.execute(_REOPEN, [ids, samples])
        reopened = cursor.rowcount
        cursor.execute(_SUGGEST, [samples, acceptance.model_version_id])
    return int(reopened)
