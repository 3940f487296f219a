from django.db import migrations, models

COALESCED = ["embed", "refit", "publish", "finetune", "pretrain", "select", "switch", "insight"]


def one_waiting(kinds: list[str]) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        condition=models.Q(("kind__in", kinds), ("state", "queued")),
        fields=("project", "kind"),
        name="one_waiting_job_a_kind",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0008_values"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="job",
            name="not_before",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ingest", "Ingest imagery"),
                    ("embed", "Embed tiles"),
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
        migrations.RemoveConstraint(
            model_name="job",
            name="one_waiting_job_a_kind",
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=one_waiting([*COALESCED, "prune"]),
        ),
    ]
