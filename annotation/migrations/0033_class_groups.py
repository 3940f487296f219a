import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0032_interactions"),
    ]

    operations = [
        migrations.AddField(
            model_name="labelclass",
            name="group",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=80,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[^<>\\x00-\\x1f\\x7f]+$", "Leave out <, > and control characters."
                    )
                ],
            ),
        ),
        migrations.AddField(
            model_name="labelclass",
            name="position",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
