from datetime import timedelta

import pytest

from app.conventions import queries, services
from app.conventions.models import ClauseClass, ConventionKind
from app.core import clock
from app.core.db import db


@pytest.fixture
def draft(cast):
    """A convention of the community with two clauses, being drafted; its first version."""
    staff = cast.actor("staff")
    convention = services.draft(
        staff,
        place=cast.community,
        community=cast.community,
        kind=ConventionKind.CONVENTION,
        title="桂花苑居民公约",
        preamble="坚持党组织领导，居民自治。",
        legal_basis="城市居民委员会组织法",
    )
    version = queries.version_of(convention.id, 1)
    for heading, text in (("停车", "先到先停。"), ("养犬", "遛犬牵绳。")):
        services.add_clause(
            staff, version, heading=heading, text=text, clause_class=ClauseClass.ORDER
        )
    db.session.commit()
    return version


@pytest.fixture
def later():
    """Inside `with later(days):` it is so many days later, at noon."""

    def context(days):
        return clock.frozen(clock.at(clock.today() + timedelta(days=days), 12))

    return context
