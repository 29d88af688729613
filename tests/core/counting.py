"""How many statements something costs."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from app.core.db import db


@pytest.fixture
def counted(app):
    """`with counted() as sent:` collects the statements sent to the database inside."""

    @contextmanager
    def collecting():
        sent = []

        def note(_connection, _cursor, statement, *_rest):
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                sent.append(statement)

        connection = db.session.connection()
        event.listen(connection, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(connection, "before_cursor_execute", note)

    return collecting
