"""What the database itself refuses, whoever asks."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.conventions import services
from app.core import clock
from app.core.db import db

CHANGES = [
    "UPDATE clause SET text = 'x' WHERE version_id = :version",
    "INSERT INTO clause (version_id, position, heading, text) VALUES (:version, 99, '', 'x')",
    "UPDATE convention_version SET preamble = 'x' WHERE id = :version",
    "DELETE FROM clause WHERE version_id = :version",
    "UPDATE version_step SET text = 'x' WHERE version_id = :version",
    "DELETE FROM convention_version WHERE id = :version",
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_text_stays_once_the_public_reads_it(draft, cast, change):
    services.open_comment(cast.actor("staff"), draft, until=clock.today() + timedelta(days=7))
    db.session.commit()
    with pytest.raises(DatabaseError), db.session.begin_nested():
        db.session.execute(text(change), {"version": draft.id})
