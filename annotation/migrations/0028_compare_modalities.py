from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotation", "0027_overlays")]

    operations = [
        migrations.AddField("project", "compare_modalities", models.BooleanField(db_default=False, default=False)),
    ]
