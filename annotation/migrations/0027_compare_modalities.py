from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotation", "0026_bound_tokens")]

    operations = [
        migrations.AddField("project", "compare_modalities", models.BooleanField(db_default=False, default=False)),
    ]
