from datetime import timedelta

import pytest

from app.conventions.models import ClauseClass, ConventionKind
from app.conventions.queries import texts as queries
from app.conventions.services import drafting, effect, opinions, review
from app.core import clock
from app.core.db import db
from tests.conventions.given import assembly, decide
from tests.points.conftest import count_queries  # noqa: F401 - a fixture


@pytest.fixture
def draft(cast):
    """A convention of the community with two clauses, being drafted; its first version."""
    staff = cast.actor("staff")
    convention = drafting.draft(
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
        drafting.add_clause(
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


@pytest.fixture
def commented(draft, cast):
    opinions.open_comment(cast.actor("staff"), draft, until=clock.today() + timedelta(days=7))
    db.session.commit()
    return draft


@pytest.fixture
def reviewed(commented, cast, later):
    with later(8):
        review.submit(cast.actor("staff"), commented)
        review.pass_review(cast.actor("street_officer"), commented, opinion="同意", number="1号")
    return commented


@pytest.fixture
def filed(reviewed, cast):
    """Adopted and filed; the day after the assembly."""
    staff = cast.actor("staff")
    meeting = assembly(cast)
    review.put_to_vote(staff, reviewed, meeting)
    decide(cast, meeting, ayes_but=0)
    with clock.frozen(meeting.starts_at + timedelta(days=1)):
        review.take_result(staff, reviewed)
        effect.file(staff, reviewed, number="备1号", on=clock.today())
        yield reviewed


@pytest.fixture
def in_force(filed, cast):
    effect.publish(cast.actor("staff"), filed, in_force_from=clock.today(), contact="一楼")
    db.session.commit()
    return filed
