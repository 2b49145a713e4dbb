"""Whether the pictures of a site's non-mask alarms show the faces of others (OPR-3)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cameras", "0004_camera_mac")]

    operations = [
        migrations.AddField(
            "site",
            "blur_faces",
            models.BooleanField(
                default=False,
                help_text="On the picture of a non-mask alarm only the face that it is about stays to be recognised.",
                verbose_name="blur the faces of others",
            ),
        )
    ]
