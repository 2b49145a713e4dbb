"""What groups of a sign-in server mean on the sites (SEC-8)."""

import django.db.models.deletion
from django.db import migrations, models

ROLES = [("viewer", "Viewer"), ("operator", "Operator"), ("administrator", "Administrator")]


class Migration(migrations.Migration):
    dependencies = [("cameras", "0006_site_media_days")]

    operations = [
        migrations.CreateModel(
            name="GroupRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group", models.CharField(max_length=200, verbose_name="group")),
                ("role", models.CharField(choices=ROLES, max_length=16, verbose_name="role")),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="cameras.site",
                        verbose_name="site",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("group", "site"), name="one_role_per_group_and_site"),
                    models.UniqueConstraint(
                        fields=("group",), condition=models.Q(site=None), name="one_portal_role_per_group"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(site__isnull=False) | models.Q(role="administrator"),
                        name="the_portal_has_administrators_only",
                    ),
                ]
            },
        ),
    ]
