from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0009_jobs_that_try_again"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="modelversion",
            name="fitted_on",
        ),
    ]
