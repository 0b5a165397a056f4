"""Every setting of Kapture, in the order a request meets them. Runs with no environment at all.

What an operator may change comes from the environment (or, for secrets, from a file named by NAME_FILE) and is
listed in docs/settings.md; a test holds that list against this file. No rule of the helpdesk lives here.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from kapture import admin_skin, audited, database, languages, mail, networks, secrets
from kapture.api_scopes import SCOPES

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

# Place and secrets ---------------------------------------------------------------------------------------------------
VAR_DIR = Path(env.str("KAPTURE_VAR", default=str(BASE_DIR / "var")))
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or secrets.load_or_create(VAR_DIR / "secret_key")
# First key seals, all keys open: put a new one in front to rotate (docs/operations.md).
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS", default=[]) or [
    secrets.load_or_create(VAR_DIR / "encryption_key", make=secrets.new_fernet_key)
]
# web, worker or "" (a command). Only the web process pools connections: the worker forks, a pool does not survive that.
PROCESS = env.str("KAPTURE_PROCESS", default="")

# The way to us -------------------------------------------------------------------------------------------------------
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The public address X and browsers reach us by; webhook addresses and OAuth callbacks are built from it.
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
HTTPS = PUBLIC_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("TRUST_PROXY", default=False) else None
SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=HTTPS)
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_SECONDS > 0
SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
# Load balancers ask by address, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

ROOT_URLCONF = "kapture.urls"
ASGI_APPLICATION = "kapture.asgi.application"
# Paths answered before Django: path prefix → ASGI application. The webhook must answer X even on our worst day.
ASGI_MOUNTS = {"/webhooks/x/": "twitter_integration.deliveries.receiver.application"}
WEBHOOK_PREFIX = "/webhooks/x/"

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "rest_framework",
    "django_htmx",
    "django_q",
    "csp",
    "auditlog",
    "kapture",
    "tickets",
    "twitter_integration",
]
MIDDLEWARE = [
    "kapture.api_middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "kapture.gzip_middleware.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "kapture.admin_policy.AdminPolicyMiddleware",
    "kapture.nul_middleware.NulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tickets.signing_in.middleware.SecondFactorMiddleware",
    "kapture.audit.AuditMiddleware",
    "tickets.zones.middleware.ZoneMiddleware",
    "tickets.zones.middleware.ThemeMiddleware",
    "tickets.zones.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
# Where pictures of posts and people come from; the sandbox adds itself.
MEDIA_HOSTS = env.list(
    "MEDIA_HOSTS", default=["https://pbs.twimg.com", "https://video.twimg.com", "https://abs.twimg.com"]
)
CONTENT_SECURITY_POLICY = {
    # The admin's skin evaluates Alpine expressions; it sets its own policy (kapture/admin_policy).
    "EXCLUDE_URL_PREFIXES": ["/admin/"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *MEDIA_HOSTS],
        "media-src": [SELF, *MEDIA_HOSTS],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

# People --------------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["tickets.zones.backend.DeskBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"

# Pages ---------------------------------------------------------------------------------------------------------------
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
                "tickets.reading.context.desk",
            ],
            "builtins": ["kapture.kept_tags", "tickets.templatetags.marks"],
            "libraries": dict.fromkeys(("i18n", "static"), "kapture.kept_tags"),
        },
    }
]
LANGUAGES = languages.offered(env.list("LANGUAGES", default=["en"]))
LANGUAGE_CODE = LANGUAGES[0][0]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = ["kapture.formats"]
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kapture.joined.JoiningStorage"},
}


def _icon(_request: object) -> str:
    return static("icon.svg")


UNFOLD = {
    "SITE_TITLE": "Kapture",
    "SITE_HEADER": "Kapture",
    "SITE_ICON": _icon,
    "STYLES": [admin_skin.css],
    "SCRIPTS": [admin_skin.theme_script],
    "THEME": admin_skin.theme,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _icon}],
    # The desk's petrol (static/css/tokens.css), in the steps the skin asks for.
    "COLORS": {
        "primary": {
            "50": "#edf7f9",
            "100": "#d2ecf1",
            "200": "#a8dbe6",
            "300": "#75c2d4",
            "400": "#41a0b9",
            "500": "#177e98",
            "600": "#00657e",
            "700": "#00546a",
            "800": "#08465a",
            "900": "#0b3a4b",
            "950": "#06252f",
        }
    },
    "SHOW_HISTORY": True,
    "DASHBOARD_CALLBACK": "kapture.admin_dashboard.add_health",
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {"show_search": True, "navigation": "kapture.admin_menu.navigation"},
}

# The REST API (docs/api.md) ------------------------------------------------------------------------------------------
API_PREFIX = "/api/v1/"
# Each app's part of it; all live under the one prefix.
API_URLS = ["tickets.api.urls", "twitter_integration.api.urls"]
API_SCOPES = SCOPES  # what a token may be given
# Requests a minute for a token that has no figure of its own, and for somebody signed in.
API_RATE = env.int("API_RATE", default=600)
# How long an answer is kept for the same idempotency key.
API_IDEMPOTENCY_HOURS = env.int("API_IDEMPOTENCY_HOURS", default=24)
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "kapture.api_errors.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Kapture",
    "DESCRIPTION": "The helpdesk's REST API. How to use it is told in docs/api.md.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": API_PREFIX,
    "SERVERS": [{"url": PUBLIC_URL}],
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_NAME_OVERRIDES": {
        "Status": "tickets.choices.Status",
        "Priority": "tickets.choices.Priority",
        "Metric": "tickets.choices.Metric",
        "BulkState": "tickets.choices.BulkState",
        "StateEnum": "tickets.choices.SendState",
        "StatusSet": "tickets.api.acts.SETTABLE",
        "YesNo": "twitter_integration.api.building.YES_NO",
    },
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer", "description": "manage.py api_token makes one."},
            "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "The desk's own."},
        }
    },
}

# Data ----------------------------------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASES = {
    "default": database.configuration(
        DATABASE_URL,
        var_dir=VAR_DIR,
        pooled=PROCESS == "web",
        idle_seconds=env.int("IDLE_TRANSACTION_SECONDS", default=database.IDLE_SECONDS),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The bell: django-q2 only wakes, the tables are the truth ------------------------------------------------------------
Q_CLUSTER = {
    "name": "kapture",
    "orm": "default",
    "broker_class": "kapture.broker.SkipLockedBroker",
    "workers": env.int("WORKERS", default=2),
    "queue_limit": 2,  # the retry clock starts at prefetch, so nothing may wait long in memory
    "bulk": 1,
    "timeout": 60,
    "retry": 120,
    "max_attempts": 1,  # our own tables retry, with a ladder and a dead-letter state
    "ack_failures": True,
    "save_limit": -1,
    "catch_up": False,
    "poll": 0.1,
    "recycle": 500,
    "label": "Tasks",
}

# Channels ------------------------------------------------------------------------------------------------------------
CHANNELS = {"twitter": "twitter_integration.channel.TwitterChannel"}
# Pages of a channel's own that the palette leads to: words, name of the address, drawing, permissions one of which is
# needed.
CHANNEL_PLACES = [
    (
        _("Accounts"),
        "consoles",
        "globe",
        ("twitter_integration.react_as_account", "twitter_integration.operate_account"),
    ),
    (_("Costs"), "costs", "tag", ("twitter_integration.view_usage",)),
    (_("Set up X"), "x_start", "plug", ("twitter_integration.change_partneraccount",)),
]
X_API_URL = env.str("X_API_URL", default="https://api.x.com").rstrip("/")
X_UPLOAD_URL = env.str("X_UPLOAD_URL", default="https://upload.twitter.com").rstrip("/")
X_WEB_URL = env.str("X_WEB_URL", default="https://x.com").rstrip("/")
X_TIMEOUT_SECONDS = env.float("X_TIMEOUT_SECONDS", default=15.0)
# How long each thing X charged is kept by itself; the sums of its day stay.
X_CHARGES_KEPT_DAYS = env.int("X_CHARGES_KEPT_DAYS", default=400)
X_REPEAT_HOURS = env.float("X_REPEAT_HOURS", default=6.0)
# What X's pages leave open about the rule that self-serve apps answer only who summoned them.
X_IMPLICIT_MENTION_SUMMONS = env.bool("X_IMPLICIT_MENTION_SUMMONS", default=True)
X_OWN_POSTS_ANSWERABLE = env.bool("X_OWN_POSTS_ANSWERABLE", default=True)
# How long it is believed that somebody who went to answer on X is at it.
HOOK_NETWORKS = networks.named("HOOK_NETWORKS", env.list("HOOK_NETWORKS", default=[]))
HAND_OFF_MINUTES = env.int("HAND_OFF_MINUTES", default=30)
# Who gets which ticket: who was heard of so lately is there; after so long away work goes back; whom a customer knows.
PRESENCE_MINUTES = env.float("PRESENCE_MINUTES", default=5)
AWAY_HOURS = env.float("AWAY_HOURS", default=24)
STICKY_DAYS = env.int("STICKY_DAYS", default=14)
# So long nobody is given by itself what somebody else took from them.
RELEASED_HOURS = env.float("RELEASED_HOURS", default=8)
FETCH_MOST_BYTES = env.int("FETCH_MOST_BYTES", default=100 * 1024 * 1024)
# After how many minutes an answer that nobody let go is its writer's draft again, where its rule says nothing.
APPROVAL_MINUTES = env.int("APPROVAL_MINUTES", default=240)
UNDO_SECONDS = env.int("UNDO_SECONDS", default=10)
OUTBOX_THREADS = env.int("OUTBOX_THREADS", default=8)

# Notices and mail ----------------------------------------------------------------------------------------------------
NOTICES_KEPT_DAYS = env.int("NOTICES_KEPT_DAYS", default=90)
# At most one digest per person in so many minutes.
NOTICE_MAIL_MINUTES = env.int("NOTICE_MAIL_MINUTES", default=15)
# Whether words said in public, and notes, are quoted in mail; private words never are.
NOTICE_MAIL_QUOTES = env.bool("NOTICE_MAIL_QUOTES", default=True)
_mail = mail.configuration(
    env.str("EMAIL_URL", default=""),
    host=env.str("EMAIL_HOST", default=""),
    port=env.int("EMAIL_PORT", default=0),
    user=env.str("EMAIL_USER", default=""),
    password=env.str("EMAIL_PASSWORD", default=""),
    security=env.str("EMAIL_SECURITY", default="starttls"),
)
MAIL_ON = _mail.on
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail.backend, _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.starttls, _mail.tls
EMAIL_FILE_PATH, EMAIL_TIMEOUT = _mail.folder, 15
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default=f"kapture@{urlsplit(PUBLIC_URL).hostname or 'localhost'}")

# The audit of the configuration ---------------------------------------------------------------------------------------
AUDITLOG_INCLUDE_TRACKING_MODELS = audited.MODELS
AUDITLOG_MASK_CALLABLE = "kapture.audit.masked"
AUDITLOG_USE_FK_STRING_REPRESENTATION = True  # a queue by its name, as it was called then
AUDITLOG_DISABLE_REMOTE_ADDR = True

# Operation: dotted paths, so that the project names its apps by strings only ------------------------------------------
# Called for /readyz and /metrics: () -> list[kapture.figures.Figure].
HEALTH_PROBES = ["kapture.probes.figures", "tickets.probes.figures", "twitter_integration.probes.figures"]
# Called for the admin's first page: (accounts, now=…) -> a verdict of each, by as many statements as for one.
ACCOUNT_JUDGE = "twitter_integration.monitoring.judging.judge"
# Called by `manage.py doctor`: () -> list[kapture.figures.Finding].
DOCTOR_CHECKS = ["kapture.doctor.findings", "tickets.doctor.findings", "twitter_integration.doctor.findings"]
# What else is to be done once a backup was restored (kapture/backup.py).
AFTER_RESTORE = ["tickets.sending.doubting.doubt_all"]
# Lists of (name, task path, minutes); `manage.py up` makes the schedule table hold exactly these.
SCHEDULES_PROVIDERS = [
    "kapture.schedules.SCHEDULES",
    "tickets.schedules.SCHEDULES",
    "twitter_integration.schedules.SCHEDULES",
]
# Whoever sends it as a bearer token sees the details of /readyz and /metrics from another machine.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# What happened -------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "kapture.logs.LineFormatter", "json": env.bool("LOG_JSON", default=False)}},
    "filters": {"refused": {"()": "kapture.logs.RefusedIsNoError"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refused"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # One line per enqueued and finished bell would drown everything else; failed requests are told by kapture.asgi.
    "loggers": {
        "django-q": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # two of Django's libraries are replaced on purpose (TEMPLATES)
