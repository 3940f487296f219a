"""An embedding is cut into parts, which any number of workers do; a kind of job helps with them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the parts."""

    dependencies = [
        ("annotation", "0017_review_batches"),
    ]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ingest", "Ingest imagery"),
                    ("embed", "Embed tiles"),
                    ("part", "Embed a part of the tiles"),
                    ("refit", "Refit and rank"),
                    ("publish", "Publish a model version"),
                    ("export", "Export"),
                    ("finetune", "Fine-tune on the labels"),
                    ("pretrain", "Pretrain on this imagery"),
                    ("select", "Compare encoders"),
                    ("switch", "Change the encoder"),
                    ("insight", "Work out the insights"),
                    ("prune", "Remove what nothing needs"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("encoder", models.CharField(max_length=64)),
                ("rows", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("taken", "Taken"), ("done", "Done")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("held_since", models.DateTimeField(blank=True, null=True)),
                ("takes", models.PositiveIntegerField(default=0)),
                ("tiles", models.PositiveIntegerField(default=0)),
                ("reasons", models.JSONField(default=dict)),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="annotation.job",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="annotation.project"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["project", "encoder", "state"], name="annotation__project_c20d83_idx")
                ],
            },
        ),
    ]
