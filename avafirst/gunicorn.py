"""Gunicorn's options. Without PORT it binds to 127.0.0.1:8000, with it to every interface.

Processes × threads is the number of requests that one machine handles at once, and of its database connections.
"""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from avafirst.environment import read_environment, read_number
from avafirst.logs import logging_config

try:
    _env = read_environment(Path(__file__).resolve().parent.parent)
    workers = read_number(_env, "WEB_CONCURRENCY", 2, least=1)
    threads = read_number(_env, "WEB_THREADS", 4, least=1)
    _port = read_number(_env, "PORT", 0)
except ImproperlyConfigured as error:
    raise SystemExit(str(error)) from None

bind = f"0.0.0.0:{_port}" if _port else "127.0.0.1:8000"
worker_class = "avafirst.web_server.worker.SharingWorker"  # gthread, which receives requests without threads
# In each process; a new client replaces the slowest one. With temporary files and connections that are about to close
# they stay below the usual limit of 1024 open files.
worker_connections = 400

# Seconds. Longer than the 10 s that a request may wait for a pooled database connection.
timeout = 30
graceful_timeout = 25  # platforms send SIGKILL 30 s after SIGTERM
keepalive = 5

# Python's sendfile waits for a slow reader without a limit.
sendfile = False

# Bounds memory leaks; the jitter keeps the processes from restarting together.
max_requests = 5000
max_requests_jitter = 500

# No header of a client or proxy sets the path, the scheme or the address: Django reads X-Forwarded-Proto and
# X-Forwarded-For by itself, from as many proxies as TRUSTED_PROXIES says.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}

# The product logs each request itself. Gunicorn's access line would hold the whole URL; its error lines do, and are
# redacted like ours.
accesslog = None
logconfig_dict = logging_config(development=False)

# Not used: platforms stop and start the server.
control_socket_disable = True
