import os
import signal
from multiprocessing import current_process

# Only their own account may read what the server and the commands write (database, uploads, backups).
os.umask(0o077)
# Ctrl-C reaches the server and its workers alike, and the server then tells each worker to end. One
# that is told twice hangs until it is killed ten seconds later, so the workers leave Ctrl-C to it.
if current_process().name == "granian-worker" and hasattr(signal, "pthread_sigmask"):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

from app import create_app  # noqa: E402 - it takes a second, in which Ctrl-C may come

app = create_app()
# A command of Flask's needs nothing of what a server gets ready.
if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
    app.extensions["warming"].begin()
