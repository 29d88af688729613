"""An answer to an opinion can be thought over while the draft is open."""

import re

import pytest
from sqlalchemy import Engine, event, update

from app.audit.models import AuditEntry
from app.conventions.models import ConventionVersion, Verdict
from app.conventions.queries import texts as queries
from app.conventions.services import opinions, review
from app.conventions.states import VersionState
from app.core.db import db
from app.core.errors import Refused


@pytest.fixture
def opinion(commented, cast):
    given = opinions.give_opinion(
        cast.actor("resident"), commented, text="写上电梯", clause=None, person=cast.zhang
    )
    db.session.commit()
    return given


def answer(cast, opinion, verdict, **more):
    opinions.answer_opinion(
        cast.actor("staff"), opinion, verdict=verdict, reason="电梯另有规定", **more
    )


def address(opinion):
    return f"/conventions/opinions/{opinion.id}/answer"


def test_an_answer_is_replaced_and_the_trail_keeps_both(cast, opinion):
    answer(cast, opinion, Verdict.ADOPTED)
    answer(cast, opinion, Verdict.NOT_ADOPTED, was=Verdict.ADOPTED)
    assert opinion.verdict is Verdict.NOT_ADOPTED
    told = db.session.query(AuditEntry).filter_by(action="convention.answer_opinion").all()
    assert [entry.detail["verdict"] for entry in told] == ["adopted", "not_adopted"]
    assert told[1].detail["was"] == "adopted"


def test_whoever_did_not_see_the_answer_does_not_replace_it(cast, opinion):
    answer(cast, opinion, Verdict.ADOPTED)
    with pytest.raises(Refused):
        answer(cast, opinion, Verdict.NOT_ADOPTED)


def test_not_once_the_text_says_it(cast, opinion, commented):
    answer(cast, opinion, Verdict.ADOPTED)
    opinions.point_out(cast.actor("staff"), opinion, clause=queries.clauses_of(commented.id)[0])
    with pytest.raises(Refused):
        answer(cast, opinion, Verdict.NOT_ADOPTED, was=Verdict.ADOPTED)


def test_not_once_the_draft_has_gone_to_the_street(cast, opinion, commented, later):
    answer(cast, opinion, Verdict.NOT_ADOPTED)
    with later(8):
        review.submit(cast.actor("staff"), commented)
        with pytest.raises(Refused):
            answer(cast, opinion, Verdict.ADOPTED, was=Verdict.NOT_ADOPTED)


def test_not_once_somebody_has_just_sent_the_draft_to_the_street(cast, opinion, commented):
    answer(cast, opinion, Verdict.NOT_ADOPTED)
    assert commented.state is VersionState.PUBLIC_COMMENT
    db.session.execute(
        update(ConventionVersion)
        .where(ConventionVersion.id == commented.id)
        .values(state=VersionState.UNDER_REVIEW)
        .execution_options(synchronize_session=False)
    )
    with pytest.raises(Refused):
        answer(cast, opinion, Verdict.ADOPTED, was=Verdict.NOT_ADOPTED)


@pytest.mark.both_engines
def test_the_version_is_locked_before_the_opinion(cast, sign_in, opinion, engine):
    """As they are when a clause is changed because of it: neither waits for the other."""
    clause = queries.clauses_of(opinion.version_id)[0].id
    client, locked = sign_in(cast.staff), []

    def note(_connection, _cursor, statement, *_rest):
        locked.extend(re.findall(r"FOR UPDATE OF (\w+)", statement))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        answered = client.post(address(opinion), data={"verdict": "adopted"})
        path = f"/conventions/opinions/{opinion.id}/point-out"
        pointed_out = client.post(path, data={"clause": clause})
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert (answered.status_code, pointed_out.status_code) == (303, 303)
    # SQLite has one lock for everything.
    assert locked == ([] if engine == "sqlite" else ["convention_version", "opinion"] * 2)


def test_nothing_is_chosen_beforehand(cast, sign_in, opinion, commented):
    client = sign_in(cast.staff)
    page = client.get(f"/conventions/{commented.convention_id}/versions/{commented.number}").text
    choices = page.partition(f'id="verdict-{opinion.id}"')[2].partition("</select>")[0]
    assert "selected" not in choices
    assert choices.count("<option") == len(Verdict) + 1
    refused = client.post(address(opinion), data={"verdict": "", "reason": "x"})
    assert refused.status_code == 422
    assert client.post(address(opinion), data={"verdict": "adopted"}).status_code == 303
    again = client.post(
        address(opinion), data={"verdict": "not_adopted", "reason": "另有规定", "was": "adopted"}
    )
    assert again.status_code == 303
    assert opinion.verdict is Verdict.NOT_ADOPTED
