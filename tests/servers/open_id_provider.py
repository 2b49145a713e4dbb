"""A sign-in server of its own Django: `… open_id_provider PORT CALLBACK DATABASE` (allauth's provider).

People are `NAME+GROUP+GROUP`: /enter/ada+guards/ signs Ada in, and her token names the group guards. What it says of
people can be bent: /bend/?… sets claims that replace those of the userinfo address, for everybody.
"""

import sys
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

CLIENT_ID, CLIENT_SECRET = "lookout", "only for tests"


def configure(port: int, database: str) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    apps = ("auth", "contenttypes", "sessions", "messages")
    settings.configure(
        SECRET_KEY="only-for-tests",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        INSTALLED_APPS=[*(f"django.contrib.{app}" for app in apps), "allauth", "allauth.account", "allauth.idp.oidc"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        SESSION_COOKIE_NAME=f"open_id_{port}",
        USE_TZ=True,
        IDP_OIDC_PRIVATE_KEY=pem,
        IDP_OIDC_ADAPTER=f"{__name__}_claims.GroupsAdapter",
    )
    django.setup()


def prepare(callback: str) -> None:
    """Its tables, and the portal as its client."""
    from allauth.idp.oidc.models import Client
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    client = Client(id=CLIENT_ID, name="Lookout", skip_consent=True, scopes="openid\nprofile\nemail")
    client.set_secret(CLIENT_SECRET)
    client.set_redirect_uris([callback])
    client.save()


def enter(request: Any, name: str) -> Any:
    """Signs somebody in here, as their browser would be."""
    from django.contrib.auth import get_user_model, login
    from django.http import HttpResponse

    user, _made = get_user_model().objects.get_or_create(username=name)
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return HttpResponse("entered", content_type="text/plain")


def bend(request: Any) -> Any:
    from django.http import HttpResponse

    from tests.servers.open_id_provider_claims import BENT

    BENT.clear()
    BENT.update(request.GET.dict())
    return HttpResponse("bent", content_type="text/plain")


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        pass


if __name__ == "__main__":
    sys.modules["tests.servers.open_id_provider"] = sys.modules["__main__"]
    __name__ = "tests.servers.open_id_provider"  # settings name this module
    configure(int(sys.argv[1]), sys.argv[3])
    prepare(sys.argv[2])

    from django.core.wsgi import get_wsgi_application
    from django.urls import include, path

    urlpatterns = [
        path("enter/<str:name>/", enter),
        path("bend/", bend),
        path("account/", include("allauth.account.urls")),
        path("", include("allauth.idp.urls")),
    ]
    server = make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application(), handler_class=_Quiet)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.serve_forever()
