"""Gunicorn's options; it binds to 0.0.0.0:$PORT by itself where PORT is set.

Processes × threads is what one machine serves at once, and what it may hold of database connections.
"""

import os

worker_class = "avafirst.web_worker.SharingWorker"  # gthread that shares
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))

# A page answers in well under a second. Longer than the 10 s a request may wait for a pooled connection.
timeout = 30
graceful_timeout = 25  # platforms send SIGKILL 30 s after SIGTERM
keepalive = 5

# A slow leak never grows old; the jitter keeps the processes from leaving together.
max_requests = 5000
max_requests_jitter = 500

# The product logs each request itself, as JSON and without tokens: gunicorn's line would hold the whole URL.
accesslog = None
errorlog = "-"

# Nobody steers a running server through a socket; platforms stop and start it.
control_socket_disable = True
