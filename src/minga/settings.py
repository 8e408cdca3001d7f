"""The one settings file. Every value can be set by an environment variable that starts with MINGA_."""

import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from minga import env

PACKAGE = Path(__file__).parent
HOME = Path(env.text("MINGA_HOME", str(Path.cwd() / "var"))).absolute()
HOME.mkdir(parents=True, exist_ok=True)

DEBUG = env.switch("MINGA_DEBUG", False)
MINGA_DEMONSTRATION = env.switch("MINGA_DEMONSTRATION", False)


def _secret_key() -> str:
    """The key of this installation: given by the operator, or drawn once and kept beside the database."""
    if key := env.text("MINGA_SECRET_KEY"):
        return key
    path = HOME / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.words("MINGA_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env.words("MINGA_ORIGINS")
MINGA_ADDRESS = env.text("MINGA_ADDRESS", "http://localhost:8000")
HTTPS = MINGA_ADDRESS.startswith("https://")

MINGA_BODY_NAME = env.text("MINGA_BODY_NAME", "Valle Alto Procurement Office" if MINGA_DEMONSTRATION else "Minga")
MINGA_BODY_TAGLINE = env.text("MINGA_BODY_TAGLINE")
# Said on every page of a demonstration, in place of the usual sentence.
MINGA_EXAMPLE_NOTE = env.text("MINGA_EXAMPLE_NOTE")
MINGA_CONTACT = env.text("MINGA_CONTACT", "ai@valle-alto.example" if MINGA_DEMONSTRATION else "")
# Hosts that an import by address may reach although they are private or local.
MINGA_IMPORT_HOSTS = env.words("MINGA_IMPORT_HOSTS")
# Hosts of services that may advise on cases: what a case's named fields say is sent to them. None: nothing leaves.
MINGA_TOOL_HOSTS = env.words("MINGA_TOOL_HOSTS")
# Tools of other installed packages that may run inside this service.
MINGA_TOOLS = env.words("MINGA_TOOLS")

# The desk: cases per draw, share drawn at random among the unflagged, share decided before the advice is shown.
MINGA_DESK_CAPACITY = env.number("MINGA_DESK_CAPACITY", 40)
MINGA_DESK_UNFLAGGED_SHARE = env.share("MINGA_DESK_UNFLAGGED_SHARE", 0.25)
MINGA_DESK_FIRST_SHARE = env.share("MINGA_DESK_FIRST_SHARE", 0.2)
MINGA_DESK_SECOND_SHARE = env.share("MINGA_DESK_SECOND_SHARE", 0.05)
MINGA_EXPERIENCE_SET = env.text("MINGA_EXPERIENCE_SET", "")
MINGA_CURRENCY = env.text("MINGA_CURRENCY", "EUR")
# A provider.toml that translates what is searched in the inventory; empty: only our own lists of terms.
MINGA_QUERY_PROVIDER = env.text("MINGA_QUERY_PROVIDER", "")
MINGA_DATA_LICENCE = env.text("MINGA_DATA_LICENCE", "CC-BY-4.0")
# Days to decide a case, for the party to reply before publication, to answer a contest.
MINGA_DESK_DAYS = env.number("MINGA_DESK_DAYS", 15)
MINGA_REPLY_DAYS = env.number("MINGA_REPLY_DAYS", 10)
MINGA_ANSWER_DAYS = env.number("MINGA_ANSWER_DAYS", 15)
# Working days to answer a question about a public record.
MINGA_QUESTION_DAYS = env.number("MINGA_QUESTION_DAYS", 20)
# Fewer decided cases than this give no share.
MINGA_ENOUGH_CASES = env.number("MINGA_ENOUGH_CASES", 10)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Before allauth, whose pages it dresses.
    "minga.people",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "django_tasks_db",
    "ninja",
    "minga.web",
    "minga.jobs",
    "minga.ledger",
    "minga.instruments",
    "minga.learning",
    "minga.projects",
    "minga.inventory",
    "minga.commission",
    "minga.engage",
    "minga.design",
    "minga.procurement",
    "minga.deliver",
    "minga.assess",
    "minga.register",
    "minga.steering",
    "minga.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "minga.people.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "minga.urls"
WSGI_APPLICATION = "minga.wsgi.application"
AUTH_USER_MODEL = "people.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "minga.web.context.site",
            ]
        },
    }
]


def _database(url: str) -> dict[str, object]:
    """SQLite at a path, or PostgreSQL at postgres://user:password@host:port/name."""
    if not url.startswith(("postgres://", "postgresql://")):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:///"),
            # Why these, and what a power cut can cost: docs/decisions/0004.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000; "
                # What is erased is overwritten in the file, not only unlinked.
                "PRAGMA secure_delete=ON;",
            },
        }
    parts = urlsplit(url)
    if not parts.path.strip("/"):
        raise ImproperlyConfigured("MINGA_DATABASE names no database. Write postgres://user:password@host:port/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


DATABASES = {"default": _database(env.text("MINGA_DATABASE", str(HOME / "minga.sqlite3")))}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": HOME / "cache"}}
MEDIA_ROOT = HOME / "files"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("MINGA_STATIC", str(HOME / "static")))

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = env.text("MINGA_TIME_ZONE", "UTC")

AUTHENTICATION_BACKENDS = ["minga.people.backends.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = env.text("MINGA_EMAIL_VERIFICATION", "none" if MINGA_DEMONSTRATION else "mandatory")
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": env.text("MINGA_OIDC_NAME") or _("Sign in with your organisation"),
                    "client_id": env.text("MINGA_OIDC_CLIENT_ID"),
                    "secret": env.text("MINGA_OIDC_SECRET"),
                    "settings": {"server_url": env.text("MINGA_OIDC_URL")},
                }
            ]
        }
    }
    if env.text("MINGA_OIDC_URL")
    else {}
)

# Without a mail server, mail is written to files, so that nothing leaves the house unasked.
MAILERS = {
    "default": (
        {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": env.text("MINGA_SMTP_HOST"),
                "port": env.number("MINGA_SMTP_PORT", 587),
                "username": env.text("MINGA_SMTP_USER"),
                "password": env.text("MINGA_SMTP_PASSWORD"),
                "use_tls": env.switch("MINGA_SMTP_TLS", True),
            },
        }
        if env.text("MINGA_SMTP_HOST")
        else {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(HOME / "mail")},
        }
    )
}
DEFAULT_FROM_EMAIL = env.text("MINGA_MAIL_FROM", MINGA_CONTACT or "minga@localhost")

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.switch("MINGA_BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# Only a body that serves all its subdomains over https can say so.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS and env.switch("MINGA_HSTS_SUBDOMAINS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("MINGA_LOG_LEVEL", "WARNING")},
    "loggers": {
        name: {"handlers": ["console"], "level": env.text("MINGA_LOG_LEVEL", "WARNING"), "propagate": False}
        for name in ("django.tasks", "django_tasks_db")
    },
}
