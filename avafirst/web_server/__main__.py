"""Runs the web server: `python -m avafirst.web_server [options of gunicorn]`."""

import os
import sys

# Gunicorn converts this to a number while it is imported. Its options file reads it, with the other variables.
processes = os.environ.pop("WEB_CONCURRENCY", None)

from gunicorn.app.wsgiapp import run  # noqa: E402

if processes is not None:
    os.environ["WEB_CONCURRENCY"] = processes
sys.argv[1:1] = ["--config", "avafirst/gunicorn.py"]
sys.argv.append("avafirst.wsgi")
run(prog="python -m avafirst.web_server")
