"""Loaded before Django (`-p tests.environment`): the settings' environment, of its own for every test process.

With xdist each worker is a process that inherits its parent's environment, so values are set, not only defaulted.
"""

import atexit
import base64
import os
import shutil
import tempfile
from pathlib import Path

from tests.servers.valkey import Valkey

DATA = Path(tempfile.mkdtemp(prefix="lookout-test-"))
(DATA / "static").mkdir()  # WhiteNoise warns when it is missing
atexit.register(shutil.rmtree, DATA, ignore_errors=True)

VALKEY = Valkey(DATA / "valkey")  # started by the fixture `valkey`, for those who need it

os.environ |= {
    "DJANGO_SETTINGS_MODULE": "portal.settings",
    "LOOKOUT_DATA": str(DATA),
    "SECRET_KEY": "only-for-tests-" + "x" * 40,
    "FIELD_KEY": base64.urlsafe_b64encode(b"only for tests, 32 bytes of key.").decode(),
    "REDIS_URL": VALKEY.url,
    "DEBUG": "false",
    "PORT": "8000",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "LOOKOUT_HTTPS": "false",
    "LOOKOUT_ALLOWED_NETWORKS": "",
    "LOOKOUT_LOG_LEVEL": "INFO",
    "LOOKOUT_LOG_FORMAT": "",
    "CSRF_TRUSTED_ORIGINS": "",
}
# Not a developer's own database from .env; tests/servers/postgres.py names a private server here.
os.environ["DATABASE_URL"] = os.environ.get("LOOKOUT_TEST_DATABASE_URL") or f"sqlite:///{DATA / 'lookout.sqlite3'}"
