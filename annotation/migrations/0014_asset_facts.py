"""What is known of a file moves into one document, whose shape its kind decides."""

from django.db import migrations, models

# In one go: a project of ready-made chips has as many files as tiles. JSON has no word for what is no number.
MOVE = """
    UPDATE annotation_asset SET facts = jsonb_build_object(
        'kind', 'raster', 'driver', 'GTiff', 'width', width, 'height', height, 'count', bands, 'dtype', dtype,
        'crs', NULLIF(crs, ''), 'transform', transform, 'nodata',
        CASE WHEN nodata = 'NaN' THEN to_jsonb('nan'::text)
             WHEN nodata = 'Infinity' THEN to_jsonb('inf'::text)
             WHEN nodata = '-Infinity' THEN to_jsonb('-inf'::text)
             ELSE to_jsonb(nodata) END,
        'descriptions', descriptions, 'is_cog', true, 'tags', '{}'::jsonb, 'has_alpha', false, 'statistics', statistics)
"""
COLUMNS = ["width", "height", "bands", "dtype", "crs", "transform", "nodata", "descriptions", "statistics"]


class Migration(migrations.Migration):
    """Add the document, fill it, drop the columns."""

    dependencies = [
        ("annotation", "0013_epochs"),
    ]

    operations = [
        migrations.AddField("asset", "kind", models.CharField(default="raster", max_length=20)),
        migrations.AddField("asset", "facts", models.JSONField(default=dict), preserve_default=False),
        migrations.RunSQL(MOVE),
        *(migrations.RemoveField("asset", name) for name in COLUMNS),
    ]
