import os

from app import create_app

# Whatever the server and the commands write (database, uploads, backups) is their account's alone.
os.umask(0o077)

app = create_app()
# A command of Flask's needs nothing of what a server gets ready.
if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
    app.extensions["warming"].begin()
