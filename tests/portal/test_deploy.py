"""SEC-3: what a deployment behind TLS is checked for."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.test import Client


def test_the_check_of_a_deployment_is_clean(tmp_path: Path) -> None:
    """SEC-3: `check --deploy`, every warning counts; settings are read at the start, so in a process of its own."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    env = os.environ | {"LOOKOUT_HTTPS": "true", "LOOKOUT_DATA": str(tmp_path)}
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 0, done.stderr


def test_every_answer_carries_the_policy(db: None) -> None:
    """SEC-3: no inline code, no frames, no sniffing; pages and API alike."""
    for url in ("/sign-in/", "/api/v1/cameras/"):
        headers = Client().get(url).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
