from __future__ import annotations

import pytest

from app.core.db import begin_reading, begin_writing, db


@pytest.fixture
def full(whole_sample):
    """The sample community in an application context, to be looked at."""
    begin_reading()
    with whole_sample.app.app_context():
        yield whole_sample
        db.session.rollback()
        db.session.remove()
    begin_writing()
