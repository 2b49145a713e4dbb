"""Which of an area's two alarms it was (OCC-32); what is stored is of the count threshold."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="alarm",
            name="cause",
            field=models.CharField(
                choices=[("threshold", "Count threshold reached"), ("minimum", "Fewer than the minimum")],
                default="threshold",
                max_length=10,
                verbose_name="cause",
            ),
        ),
    ]
