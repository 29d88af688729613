import os

from app import create_app

# Whatever the server and the commands write (database, uploads, backups) is their account's alone.
os.umask(0o077)

app = create_app()
