"""Uploaded files: photos and papers, kept by digest under the instance folder.

Photos are decoded and written again: that proves they are pictures, drops the
place and device that phones write into them, and keeps them small.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Model, UtcDateTime, db
from app.core.downloads import safe_name
from app.core.errors import Refused
from app.core.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.datastructures import FileStorage

MB = 1024 * 1024
LARGEST = 15 * MB  # bytes of one upload
LARGEST_TOGETHER = 60 * MB  # of all that come with one form
# What phones and cameras make. The library reads forty more, one of them by starting a program.
FORMATS = ("JPEG", "PNG", "WEBP")
_LONGEST_SIDE = 1600  # pixels: sharp on a screen and on A4, a few hundred kB
Image.MAX_IMAGE_PIXELS = 80_000_000  # refuses decompression bombs
_LARGEST_IN_MEMORY = 25_000_000  # pixels of 4 bytes, for a moment twice


def init(app: Flask) -> None:
    """A field for files names its limits, and the browser keeps to them before it sends anything."""
    app.jinja_env.globals.update(largest_file=LARGEST, largest_together=LARGEST_TOGETHER)


class StoredFile(Model):
    """One file. `digest` is the SHA-256 of the content and names it on disk."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


@dataclass(frozen=True)
class Photo:
    """A picture that has been read and written again as JPEG, not kept yet."""

    name: str
    content: bytes


def read_photo(upload: FileStorage) -> Photo:
    """Read an uploaded picture. Refused (field "photos") if it isn't one, or too large.

    This takes up to a second and asks nothing of the database: do it before anything is locked.
    """
    raw = _read(upload)
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as opened:
            if opened.width * opened.height > (Image.MAX_IMAGE_PIXELS or 0):
                raise _unreadable()
            opened.draft("RGB", (2 * _LONGEST_SIDE, 2 * _LONGEST_SIDE))  # JPEG is read smaller
            if opened.width * opened.height > _LARGEST_IN_MEMORY:
                raise _unreadable()
            ImageOps.exif_transpose(opened, in_place=True)
            picture = opened.convert("RGB")
            picture.info.clear()  # where and by whom it was taken, and what the camera remarked
    except (
        UnidentifiedImageError,
        OSError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        ValueError,
        SyntaxError,
        TypeError,  # this and the next: what a phone wrote about the picture makes no sense
        struct.error,
    ) as error:
        raise _unreadable() from error
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    out = BytesIO()
    picture.save(out, "JPEG", quality=82, optimize=True)
    name = safe_name(Path(upload.filename or "photo").stem[:80] + ".jpg")
    return Photo(name, out.getvalue())


def keep_photo(folder: Path, photo: Photo) -> StoredFile:
    return store(folder, photo.name, "image/jpeg", photo.content)


def small_photo(path: Path, side: int = 360) -> bytes:
    """A kept photo, small enough for a row of them."""
    with Image.open(path) as opened:
        opened.draft("RGB", (side, side))
        picture = opened.convert("RGB")
    picture.thumbnail((side, side))
    out = BytesIO()
    picture.save(out, "JPEG", quality=78)
    return out.getvalue()


def _unreadable() -> Refused:
    return Refused(_l("This is not a picture we can read (JPEG, PNG or WebP)."), field="photos")


def store(folder: Path, name: str, media_type: str, content: bytes) -> StoredFile:
    """Keep content under its digest and add its row (flushed, not committed)."""
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(folder, digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    row = StoredFile(digest=digest, name=name, media_type=media_type, size=len(content))
    db.session.add(row)
    db.session.flush()
    return row


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that no reader ever gets half of it, even if others write it, too."""
    scratch = path.with_name(f"{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        scratch.write_bytes(content)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def path_of(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest


def _read(upload: FileStorage) -> bytes:
    raw = upload.stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise Refused(_l("This file is too large: 15 MB at most."), field="photos")
    return raw
