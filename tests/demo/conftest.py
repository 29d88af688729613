from __future__ import annotations

import pytest

from app.core.db import begin_reading, begin_writing, db
from tests import sample


@pytest.fixture(scope="session")
def loaded(engine, new_database, new_app):
    made = sample.loaded(engine, new_database, new_app)
    yield made
    made.close()


@pytest.fixture
def full(loaded):
    """The sample community in an application context, to be looked at."""
    begin_reading()
    with loaded.app.app_context():
        yield loaded
        db.session.rollback()
        db.session.remove()
    begin_writing()
