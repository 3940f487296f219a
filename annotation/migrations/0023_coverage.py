"""How far scenes cover tiles, with how much cloud; and how far a scene is moved to lie right."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

# By the database, since a release that knows nothing of this table deletes tiles and scenes, too.
LINKED = """
    ALTER TABLE annotation_coverage
        ADD CONSTRAINT coverage_of_a_tile FOREIGN KEY (tile_id) REFERENCES annotation_tile (id)
            ON DELETE CASCADE,
        ADD CONSTRAINT coverage_of_a_scene FOREIGN KEY (scene_id) REFERENCES annotation_scene (id)
            ON DELETE CASCADE
"""
STATES = [
    ("open", "Open"),
    ("labelled", "Labelled"),
    ("unsure", "Unsure"),
    ("disputed", "People disagree"),
    ("empty", "Mostly no data"),
    ("cloudy", "Cloudy at every date"),
]
SHARE = [django.core.validators.MinValueValidator(0.0), django.core.validators.MaxValueValidator(1.0)]


class Migration(migrations.Migration):
    """Add the table and the columns."""

    dependencies = [
        ("annotation", "0022_views"),
    ]

    operations = [
        migrations.AlterField("sample", "state", models.CharField(choices=STATES, default="open", max_length=10)),
        migrations.AddField(
            "project", "cloudy_above", models.FloatField(db_default=1.0, default=1.0, validators=SHARE)
        ),
        migrations.AddField("scene", "covered", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("scene", "shift", models.JSONField(blank=True, null=True)),
        migrations.AddField("scene", "shift_check", models.JSONField(blank=True, null=True)),
        migrations.CreateModel(
            name="Coverage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid", models.FloatField()),
                ("cloud", models.FloatField(null=True)),
                (
                    "scene",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="coverages",
                        to="annotation.scene",
                    ),
                ),
                (
                    "tile",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="coverages",
                        to="annotation.tile",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tile", "scene"), name="one_coverage_a_tile_and_scene")
                ],
            },
        ),
        migrations.RunSQL(LINKED, migrations.RunSQL.noop),
    ]
