"""Django settings, derived from the node's settings (`ccvc.node.settings`)."""

from __future__ import annotations

import logging
import secrets
import sys
from pathlib import Path
from typing import Any

import structlog

from ccvc.node import database
from ccvc.node.settings import node_settings

_node = node_settings()

CCVC_KIND = _node.kind
CCVC_AGENCY = _node.agency
CCVC_NATIONAL_AGENCY = _node.national_agency
CCVC_HOME = _node.home
CCVC_NAME = _node.name
CCVC_STANDARD = _node.standard
CCVC_SYNTHETIC = _node.synthetic
CCVC_PACKAGE_RECORDS = _node.package_records
CCVC_INTAKE_ROWS = _node.intake_rows
CCVC_INTAKE_MEGABYTES = _node.intake_megabytes
CCVC_JUDGING_PROCESSES = _node.judging_processes
CCVC_EVIDENCE_MEGABYTES = _node.evidence_megabytes
CCVC_EVIDENCE_SCANNER = _node.evidence_scanner
CCVC_EVIDENCE_MISSING = _node.evidence_missing
CCVC_PASSPHRASE_LENGTH = _node.passphrase_length
CCVC_SIGNER_PORT = _node.signer_port
CCVC_SIGNING_MODULES = _node.signing_modules
CCVC_SIGNING_SERVICES = _node.signing_services
CCVC_PIN_LENGTH = _node.pin_length
CCVC_PIN_ATTEMPTS = _node.pin_attempts
CCVC_PUBLIC_ADDRESS = _node.checking_address
CCVC_DOCUMENT_SYMBOL = _node.document_symbol
CCVC_TIMESTAMP_URLS = _node.timestamp_urls
CCVC_TIMESTAMP_POLICY = _node.timestamp_policy
CCVC_TIMESTAMP_TOLERANCE = _node.timestamp_tolerance
CCVC_TIMESTAMP_BACKLOG = _node.timestamp_backlog
CCVC_OCSP_TOLERANCE = _node.ocsp_tolerance
CCVC_PAGES_ADDRESS = _node.pages_address

EMAIL_HOST = _node.smtp_host
EMAIL_PORT = _node.smtp_port
EMAIL_USE_TLS = _node.smtp_security == "starttls"
EMAIL_USE_SSL = _node.smtp_security == "tls"
EMAIL_HOST_USER = _node.smtp_user
EMAIL_HOST_PASSWORD = _node.smtp_password
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = _node.mail_from

ROOMS = (
    "accounts",
    "signing",
    "ledger",
    "access",
    "organisations",
    "means",
    "dossiers",
    "evidence",
    "changes",
    "documents",
    "inspection",
    "catalogues",
    "intake",
    "exchange",
    "registry",
    "insight",
    "headcount",
    "transfers",
    "quality",
    "closings",
    "decisions",
    "candidates",
    "worklists",
    "proposals",
    "web",
    "node",
)


def _secret(home: Path) -> str:
    """The node's secret for sessions and forms, made once and kept readable by its owner alone."""
    file = home / "keys" / "django.secret"
    if not file.exists():
        if not home.exists():
            return secrets.token_urlsafe(50)
        file.parent.mkdir(mode=0o700, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text()


SECRET_KEY = _secret(_node.home)
DEBUG = _node.debug
ALLOWED_HOSTS = _node.allowed_hosts
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    *(f"ccvc.{room}" for room in ROOMS),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ccvc.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ccvc.web.middleware.SecurityHeadersMiddleware",
    "ccvc.catalogues.middleware.CataloguesMiddleware",
    "ccvc.access.middleware.RequestSubjectMiddleware",
]
ROOT_URLCONF = "ccvc.node.urls"
WSGI_APPLICATION = "ccvc.node.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "ccvc.web.context.node",
            ],
        },
    },
]
DATABASES = {"default": database.django_database(_node)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = None  # static files are served from the rooms themselves
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = _node.debug
SESSION_COOKIE_NAME = f"ccvc_{_node.agency.lower().replace('.', '_')}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = _node.secure_cookies
SESSION_COOKIE_AGE = 8 * 3600
CSRF_COOKIE_SECURE = _node.secure_cookies
CSRF_TRUSTED_ORIGINS = _node.web_origins
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _node.behind_gateway else None
CSRF_COOKIE_NAME = f"{SESSION_COOKIE_NAME}_csrf"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
LOGGING_CONFIG = None
structlog.configure(  # standard output is for results: programs read them
    wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[_node.log_level]),
    logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
)
