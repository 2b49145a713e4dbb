"""Every setting of the portal; every value of a deployment comes from the environment (.env.example lists them)."""

import logging
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from analytics.engine.inference.providers import InferenceChoice
from portal.common.open_id import OpenIdServer
from portal.common.rate import Limit
from portal.common.secret_store import secrets_load
from portal.supervisor.crew import camera_workers, inference_threads, own_core

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()
env.read_env(BASE_DIR / ".env")

# --- Places -----------------------------------------------------------------------------------------------------------
DATA = Path(env.str("LOOKOUT_DATA", str(BASE_DIR / "var"))).resolve()
DATA.mkdir(parents=True, exist_ok=True)
_SHARED = BASE_DIR.parent / "shared"


def _folder(name: str, default: Path) -> Path | None:
    given = env.str(name, "")
    folder = Path(given).resolve() if given else default
    return folder if folder.is_dir() else None


MEDIA_CLIPS = _folder("LOOKOUT_MEDIA", _SHARED / "media")
OWN_NETWORKS = BASE_DIR / "analytics" / "networks"
_GIVEN = [Path(folder).resolve() for folder in env.str("LOOKOUT_NETWORKS", "").split(":") if folder]
UPLOADED_NETWORKS = DATA / "networks"  # on several hosts one folder that all of them share
_OTHERS = _GIVEN or [UPLOADED_NETWORKS, _SHARED / "models"]
# Our own first, whatever else is given: a portal always has something to detect with.
NETWORK_FOLDERS = tuple(dict.fromkeys((OWN_NETWORKS, *_OTHERS, UPLOADED_NETWORKS)))
INFERENCE = InferenceChoice.parse(
    env.list("LOOKOUT_PROVIDERS", default=[]), env.int("LOOKOUT_BATCH", 0), DATA / "compiled"
)
CAMERA_WORKERS = camera_workers(env.int("LOOKOUT_CAMERA_WORKERS", 0), share_runs=INFERENCE.share_runs)
INFERENCE_THREADS = inference_threads(env.int("LOOKOUT_CAMERA_WORKERS", 0))
OWN_CORE = own_core(env.str("LOOKOUT_CAMERA_WORKER_NUMBER", ""), env.int("LOOKOUT_CAMERA_WORKERS", 0))

# --- Secrets ----------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", f"sqlite:///{DATA / 'lookout.sqlite3'}")}
_SQLITE = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"


def _secret(name: str) -> str:
    """The environment's value; only a portal on its own SQLite file may make one by itself."""
    value = env.str(name, "")
    if value:
        return str(value)
    if not _SQLITE:
        raise ImproperlyConfigured(
            f"{name} is not set. With DATABASE_URL several hosts may share the database: give all the same {name}."
        )
    return secrets_load(DATA)[name]


SECRET_KEY = _secret("SECRET_KEY")
FIELD_KEYS = [key for key in _secret("FIELD_KEY").split(",") if key]  # the first encrypts, all decrypt

# --- Web --------------------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
PORT = env.int("PORT", 8000)
HOST = env.str("LOOKOUT_HOST", "127.0.0.1")  # 0.0.0.0 for visitors from elsewhere; list their names in ALLOWED_HOSTS
LISTENER_MQTT = env.str("LOOKOUT_LISTENER_MQTT", "")  # `manage.py alarm_listener` subscribes there
TRUSTED_PROXIES = env.list("LOOKOUT_TRUSTED_PROXIES", default=[])  # whose X-Forwarded-For counts, as in 10.0.0.5/32
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("LOOKOUT_HTTPS", False)  # true behind a proxy that speaks TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # probes speak plain HTTP to this very process
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = f"lookout_session_{PORT}"  # two portals on one host keep their visitors apart
CSRF_COOKIE_NAME = f"lookout_csrf_{PORT}"
X_FRAME_OPTIONS = "DENY"
# OpenID Connect (SEC-8): one server beside the portal's own passwords; none without LOOKOUT_OIDC_URL.
OPEN_ID = OpenIdServer(
    url=env.str("LOOKOUT_OIDC_URL", ""),
    client_id=env.str("LOOKOUT_OIDC_CLIENT_ID", ""),
    client_secret=env.str("LOOKOUT_OIDC_CLIENT_SECRET", ""),
    name=env.str("LOOKOUT_OIDC_NAME", "OpenID Connect"),
    scopes=tuple(env.list("LOOKOUT_OIDC_SCOPES", default=["openid", "profile", "email"])),
    groups_claim=env.str("LOOKOUT_OIDC_GROUPS_CLAIM", "groups"),
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'", *OPEN_ID.form_targets],
        "frame-ancestors": ["'none'"],
    }
}

INSTALLED_APPS = [
    "portal",
    "portal.common",
    "portal.accounts",
    "cameras",
    "analytics",
    "notifications",
    "portal.dashboard",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "auditlog",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.common.upload_limit.TooLargeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "portal.common.audit.AuditMiddleware",
    "portal.common.rate_limit.RateLimitMiddleware",
    "portal.common.nul.NulMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.common.idempotency_middleware.IdempotencyMiddleware",
]
ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.dashboard.context.frame",
            ]
        },
    }
]

# --- Database, key-value server, files --------------------------------------------------------------------------------
if _SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 10,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "lookout"},
    }
}
MEDIA_ROOT = DATA / "media"
STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("uplot", BASE_DIR / "node_modules" / "uplot" / "dist")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.storage.HashedStaticStorage"},
}

# --- People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "sign_in"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "portal.accounts.adapter.ClosedAdapter"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # how long an invitation can be taken up
MFA_ADAPTER = "portal.accounts.adapter.EncryptedSecondFactor"
MFA_FORMS = {
    "authenticate": "portal.accounts.code_forms.SignInCodeForm",
    "reauthenticate": "portal.accounts.code_forms.ConfirmCodeForm",
}
MFA_TOTP_ISSUER = "Lookout"
MFA_TOTP_TOLERANCE = 1  # clocks of closed networks run apart: the code before and the one after are good, too
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs in by an address here
SOCIALACCOUNT_ADAPTER = "portal.dashboard.open_id.OpenIdAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": OPEN_ID.provider()}

DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # it trusts any X-Forwarded-For; the audit log's middleware binds `ip`
AUDITLOG_LOGENTRY_MODEL = "common.AuditEntry"
AUDITLOG_STORE_JSON_CHANGES = True  # numbers stay numbers in the audit log

# --- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.accounts.permissions.ScopePermission"],
    "DEFAULT_THROTTLE_CLASSES": ["portal.accounts.throttles.CallerThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.common.parsers.JsonParser"],
    "DEFAULT_PAGINATION_CLASS": "portal.common.pagination.StableCursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "portal.common.openapi.DescribedSchema",
    "EXCEPTION_HANDLER": "portal.common.problems.problem_handler",
    "PAGE_SIZE": 100,
}
# Requests for each of these, as in 3000/m (s, m, h, d), or off. address: of callers without a sign-in or a good token.
RATE_LIMITS = {
    "token": Limit.parse("token", env.str("LOOKOUT_RATE_TOKEN", "3000/m")),
    "user": Limit.parse("user", env.str("LOOKOUT_RATE_USER", "6000/m")),
    "address": Limit.parse("address", env.str("LOOKOUT_RATE_ADDRESS", "300/m")),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lookout",
    "DESCRIPTION": "Occupancy and non-mask detection for many cameras on many sites.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "TokenScopeEnum": "portal.accounts.models.ApiToken.Scope",
        "ExtensionKindEnum": "cameras.models.Extension.Kind",
        "JobKindEnum": "cameras.models.Job.Kind",
        "CounterHowEnum": "analytics.models.PublicCounter.How",
        "TogetherEnum": ["sum", "max"],
        "QualityEnum": ["live", "stale", "limited", "unknown"],
        "CombinedQualityEnum": ["live", "limited", "unknown"],
        "NotificationStateEnum": "notifications.models.Notification.State",
        "StepEnum": "analytics.desk_serializers.STEPS",
        "TakenStepEnum": "analytics.models.AlarmStep.Kind",
    },
    "PATH_CONVERTER_OVERRIDES": {"extension": {"type": "string", "enum": ["occupancy", "nonmask"]}},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cameras.openapi.describe_settings",
        "portal.common.openapi.describe_problems",
        "portal.api_examples.describe_examples",
    ],
}

# --- Background work (DESIGN 1, 2) ------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # the lease is the only recovery; a late ack would start a camera twice
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_POOL_LIMIT = 4
CELERY_REDIS_MAX_CONNECTIONS = 20
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "analytics.tasks.run_camera": {"queue": "watch"},
    "analytics.tasks.write_stream": {"queue": "writer"},
    "analytics.tasks.run_combined": {"queue": "writer"},
    "analytics.tasks.ensure_cameras_running": {"queue": "reconcile"},
    "notifications.tasks.write_csv_files": {"queue": "default"},  # a thousand files must not hold up a message
    "notifications.*": {"queue": "notify"},
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- Events (API-6) ---------------------------------------------------------------------------------------------------
EVENTS_DAYS = env.int("LOOKOUT_EVENTS_DAYS", 7)  # how long whoever was away can still go on where it was
EVENTS_MOST = env.int("LOOKOUT_EVENTS_MOST", 500_000)  # rows, whatever their age
EVENTS_STREAMS = env.int("LOOKOUT_EVENTS_STREAMS", 20)  # open streams of one token, or one session, in one web process

# --- Outgoing addresses (SEC-4) ---------------------------------------------------------------------------------------
ALLOWED_NETWORKS = env.list("LOOKOUT_ALLOWED_NETWORKS", default=[])  # beyond the ordinary ones, such as 127.0.0.0/8

# --- Mail (OUT-6) -----------------------------------------------------------------------------------------------------
EMAIL_HOST = env.str("EMAIL_HOST", "")  # blank: the portal sends no mail
EMAIL_PORT = env.int("EMAIL_PORT", 587)
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", True)  # STARTTLS
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", False)  # TLS from the first byte, as on port 465
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "lookout@localhost")

# --- Language, time, logs ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOG_LEVEL = env.str("LOOKOUT_LOG_LEVEL", "INFO")
LOG_FORMAT = env.str("LOOKOUT_LOG_FORMAT", "")  # console, json; empty: console on a terminal, else JSON
LOGGING_CONFIG = None  # portal/logs.py sets up structlog for every process
DJANGO_STRUCTLOG_CELERY_ENABLED = True  # the id of the request goes along with the task that it orders
# That a task which comes every two seconds began, ended or came too late is no news; a failure is told as an error.
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = DJANGO_STRUCTLOG_CELERY_TASK_RETRY_LOG_LEVEL = logging.DEBUG
SENTRY_DSN = env.str("LOOKOUT_SENTRY_DSN", "")  # blank: errors are in the log only
SENTRY_ENVIRONMENT = env.str("LOOKOUT_SENTRY_ENVIRONMENT", "production")
