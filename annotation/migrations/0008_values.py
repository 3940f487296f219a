import json
from pathlib import Path

import django.db.models.deletion
import numpy as np
from django.conf import settings
from django.db import migrations, models
from PIL import Image

BATCH = 2000
NAMES = {"classification": "classes", "segmentation": "masks"}
# Of a class the code, of a mask its file beside the pixel counts that stood there before.
SAY = """
    UPDATE annotation_annotation a SET value = CASE WHEN a.mask = '' THEN jsonb_build_object('class', c.code)
                                                    ELSE a.value || jsonb_build_object('mask', a.mask) END
    FROM annotation_labelclass c WHERE c.id = a.label_id AND a.verdict = 'label'
"""
SUGGEST = """
    UPDATE {table} s SET value = jsonb_build_object('class', c.code)
    FROM annotation_labelclass c WHERE c.id = s.label_id AND s.mask = ''
"""
# Each mask is read once, however many rows name it, and all rows are written in one go.
MASKS = "SELECT mask FROM annotation_suggestion UNION SELECT mask FROM annotation_auditforecast"
COUNTED = "CREATE TEMPORARY TABLE counted (mask varchar(64) PRIMARY KEY, pixels jsonb) ON COMMIT DROP"
PAINT = """
    UPDATE {table} s SET value = jsonb_build_object('mask', s.mask, 'pixels', c.pixels)
    FROM counted c WHERE c.mask = s.mask
"""
# Every interval is told in one shape: value, low, high.
INTERVALS = [("annotation_modelversion", "metrics"), ("annotation_round", "report"), ("annotation_job", "result")]
RESHAPE = """
    UPDATE {table} SET {column} = replace({column}::text, '"estimate":', '"value":')::jsonb
    WHERE {column}::text LIKE '%%"estimate":%%'
"""


def rename(names):
    def run(apps, schema_editor):
        for old, new in names.items():
            apps.get_model("annotation", "Project").objects.filter(task=old).update(task=new)

    return run


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SAY)
        for table in ("annotation_suggestion", "annotation_auditforecast"):
            cursor.execute(SUGGEST.format(table=table))
        for table, column in INTERVALS:
            cursor.execute(RESHAPE.format(table=table, column=column).replace("%%", "%"))
        cursor.execute(MASKS)
        masks = [mask for (mask,) in cursor.fetchall() if mask]
        cursor.execute(COUNTED)
        for start in range(0, len(masks), BATCH):
            pixels = {mask: json.dumps(count(mask)) for mask in masks[start : start + BATCH]}
            cursor.execute(
                "INSERT INTO counted SELECT mask, pixels::jsonb FROM unnest(%s::text[], %s::text[]) c (mask, pixels)",
                [list(pixels), list(pixels.values())],
            )
        for table in ("annotation_suggestion", "annotation_auditforecast"):
            cursor.execute(PAINT.format(table=table))


def count(sha256):
    """Return how many pixels each class has; none where the file is gone."""
    path = Path(settings.DATA_DIR) / "masks" / sha256[:2] / f"{sha256}.png"
    if not path.is_file():
        return {}
    with Image.open(path, formats=("PNG",)) as image:
        numbers = np.bincount(np.asarray(image, np.uint8).ravel())
    return {str(code): int(number) for code, number in enumerate(numbers) if code and number}


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0007_rare_share"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditforecast",
            name="value",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="project",
            name="task_options",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="details",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="value",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="auditforecast",
            name="label",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="annotation.labelclass",
            ),
        ),
        migrations.AlterField(
            model_name="project",
            name="task",
            field=models.CharField(default="classes", max_length=20),
        ),
        migrations.RunPython(rename(NAMES), rename({new: old for old, new in NAMES.items()})),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
