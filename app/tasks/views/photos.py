"""Photos of finished work, for those who may see the task."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from flask import current_app, send_file
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.core.access import Capability, requires
from app.core.db import db
from app.core.errors import NotFoundError, Refused
from app.core.files import StoredFile, keep_photo, path_of, read_photo, small_photo
from app.core.guard import actor
from app.core.i18n import lazy_gettext as _l
from app.tasks.queries import tasks as queries
from app.tasks.services.steps import MOST_PHOTOS
from app.tasks.views import bp

C = Capability
READERS = (C.SEE_TASKS, C.HANDLE_TASK, C.EVALUATE)
_AN_HOUR = 3600


@bp.get("/tasks/<int:task_id>/photos/<int:evidence_id>")
@requires(*READERS)
def photo(task_id: int, evidence_id: int) -> Response:
    file = queries.photo_of(actor(), task_id, evidence_id)
    return _sent(file, _kept(file).read_bytes())


@bp.get("/tasks/<int:task_id>/photos/<int:evidence_id>/small")
@requires(*READERS)
def small(task_id: int, evidence_id: int) -> Response:
    file = queries.photo_of(actor(), task_id, evidence_id)
    return _sent(file, small_photo(_kept(file)))


def kept_photos(uploads: list[FileStorage] | None) -> list[StoredFile]:
    """Keep what was uploaded. Reading pictures takes a while: the transaction in which the
    request has only read so far is ended first, so that nobody waits for it."""
    if len(uploads or []) > MOST_PHOTOS:
        raise Refused(_l("At most %(most)s photos.", most=MOST_PHOTOS), field="photos")
    db.session.rollback()
    pictures = [read_photo(upload) for upload in uploads or []]
    return [keep_photo(_folder(), picture) for picture in pictures]


def _kept(file: StoredFile) -> Path:
    path = path_of(_folder(), file.digest)
    if not path.exists():
        raise NotFoundError
    return path


def _sent(file: StoredFile, content: bytes) -> Response:
    """Shown in the browser, saved under its name; kept by the reader's browser alone, an hour."""
    response = send_file(
        BytesIO(content),
        mimetype=file.media_type,
        download_name=file.name,
        etag=f"{file.digest}-{len(content)}",
    )
    response.headers["Cache-Control"] = f"private, max-age={_AN_HOUR}"
    return response


def _folder() -> Path:
    return Path(current_app.config["FILES_FOLDER"])
