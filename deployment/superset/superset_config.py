"""Settings of Apache Superset: read by Superset itself, in its own environment. No telemetry, nothing from outside."""

import os
from pathlib import Path

_STATE = Path(os.environ["OPORA_SUPERSET_STATE"])

SECRET_KEY = (_STATE / "secret_key").read_text(encoding="ascii").strip()
SQLALCHEMY_DATABASE_URI = f"sqlite:///{_STATE / 'superset.db'}"
# Datasets of a release are small, and a release may be replaced at any moment: nothing is kept.
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = CACHE_CONFIG

BABEL_DEFAULT_LOCALE = "ru"
LANGUAGES = {"ru": {"flag": "ru", "name": "Русский"}, "en": {"flag": "us", "name": "English"}}
APP_NAME = "Opora"

# The pages load nothing but themselves: the counter of visits that Superset's pages ask for is outside of the policy.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
        "font-src": ["'self'", "data:"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
SESSION_COOKIE_SAMESITE = "Lax"
FAB_ADD_SECURITY_API = True
SQLLAB_TIMEOUT = 30
ROW_LIMIT = 5000
