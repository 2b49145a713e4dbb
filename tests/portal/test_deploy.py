"""SEC-3: what a deployment behind TLS is checked for."""

import json
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


FACTS = """
import django, json
django.setup()
from django.conf import settings
from django.test import Client
from django.urls import reverse
client = Client(SERVER_NAME="localhost")
secure = client.get("/healthz", headers={"x-forwarded-proto": "https"})
plain = client.get("/sign-in/")
page = client.get("/sign-in/", headers={"x-forwarded-proto": "https"})
cookie = page.cookies[settings.CSRF_COOKIE_NAME]
print(json.dumps({
    "hsts": secure.headers.get("Strict-Transport-Security"),
    "plain": [plain.status_code, plain.headers.get("Location")],
    "cookie": [bool(cookie["secure"]), cookie["samesite"]],
    "session": [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE],
    "opener": page.headers.get("Cross-Origin-Opener-Policy"),
    "referrer": page.headers.get("Referrer-Policy"),
    "policy": page.headers.get("Content-Security-Policy"),
}))
"""


def test_behind_tls_nothing_goes_in_the_clear(tmp_path: Path) -> None:
    """SEC-3: HSTS of a year, cookies for TLS only, plain requests sent on; the sign-in server may take the form."""
    names = {"LOOKOUT_HTTPS": "true", "LOOKOUT_DATA": str(tmp_path), "PYTHONWARNINGS": "ignore"}
    names["DATABASE_URL"] = f"sqlite:///{tmp_path / 'portal.sqlite3'}"
    server = {"LOOKOUT_OIDC_URL": "https://id.example.org/town", "LOOKOUT_OIDC_CLIENT_ID": "lookout"}
    env = os.environ | names | server | {"LOOKOUT_LOG_LEVEL": "ERROR"}
    migrate = [sys.executable, "manage.py", "prepare"]
    subprocess.run(migrate, cwd=settings.BASE_DIR, env=env, check=True, capture_output=True, timeout=120)
    done = subprocess.run(
        [sys.executable, "-c", FACTS],
        cwd=settings.BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout.splitlines()[-1])
    assert facts["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert facts["plain"] == [301, "https://localhost/sign-in/"]
    assert facts["cookie"] == [True, "Lax"]
    assert facts["session"] == [True, True, "Lax"]
    assert (facts["opener"], facts["referrer"]) == ("same-origin", "same-origin")
    assert "form-action 'self' https://id.example.org" in facts["policy"]


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
