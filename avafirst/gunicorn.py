"""Gunicorn's options; it binds to 0.0.0.0:$PORT by itself if PORT is set.

Processes × threads is the number of requests that one machine handles at once, and of its database connections.
"""

import os

worker_class = "avafirst.web_worker.SharingWorker"  # gthread, sharing connections
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))

# Seconds. Longer than the 10 s that a request may wait for a pooled database connection.
timeout = 30
graceful_timeout = 25  # platforms send SIGKILL 30 s after SIGTERM
keepalive = 5

# Bounds memory leaks; the jitter keeps the processes from restarting together.
max_requests = 5000
max_requests_jitter = 500

# The product logs each request itself, without tokens; gunicorn's line would hold the whole URL.
accesslog = None
errorlog = "-"

# Not used: platforms stop and start the server.
control_socket_disable = True
