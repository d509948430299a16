"""The benchmark's settings for a browser on this machine, which reaches the server without a proxy and without TLS."""

from benchmarks.settings import *  # noqa: F403

SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = None
ALLOWED_HOSTS = ["127.0.0.1"]
