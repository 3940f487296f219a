"""What is known of a file moves into one document, whose shape its kind decides."""

import math

from django.db import migrations, models


def move(apps, schema_editor):
    """Write down what the columns say."""
    asset_model = apps.get_model("annotation", "Asset")
    changed = []
    for asset in asset_model.objects.defer("footprint").iterator(chunk_size=1000):
        nodata = asset.nodata
        asset.facts = {
            "kind": "raster",
            "driver": "GTiff",
            "width": asset.width,
            "height": asset.height,
            "count": asset.bands,
            "dtype": asset.dtype,
            "crs": asset.crs or None,
            "transform": asset.transform,
            "nodata": nodata if nodata is None or math.isfinite(nodata) else str(nodata),
            "descriptions": asset.descriptions,
            "is_cog": True,
            "tags": {},
            "has_alpha": False,
            "statistics": asset.statistics,
        }
        changed.append(asset)
        if len(changed) == 1000:
            asset_model.objects.bulk_update(changed, ["facts"])
            changed = []
    asset_model.objects.bulk_update(changed, ["facts"])


COLUMNS = ["width", "height", "bands", "dtype", "crs", "transform", "nodata", "descriptions", "statistics"]


class Migration(migrations.Migration):
    """Add the document, fill it, drop the columns."""

    dependencies = [
        ("annotation", "0013_epochs"),
    ]

    operations = [
        migrations.AddField("asset", "kind", models.CharField(default="raster", max_length=20)),
        migrations.AddField("asset", "facts", models.JSONField(default=dict), preserve_default=False),
        migrations.RunPython(move),
        *(migrations.RemoveField("asset", name) for name in COLUMNS),
    ]
