"""What cameras told of people without a mask before the portal had a word for the cause (OUT-10)."""

from django.db import migrations


def to_no_mask(apps, _schema_editor):
    apps.get_model("analytics", "Alarm").objects.filter(extension="nonmask").update(cause="no_mask")


def to_threshold(apps, _schema_editor):
    apps.get_model("analytics", "Alarm").objects.filter(cause="no_mask").update(cause="threshold")


class Migration(migrations.Migration):
    dependencies = [("analytics", "0006_alarm_face")]

    operations = [migrations.RunPython(to_no_mask, to_threshold)]
