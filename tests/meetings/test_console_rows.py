"""The host's console reads rows: they say what the objects say, in as few statements at any length."""

from dataclasses import fields

import pytest
from sqlalchemy import event

from app.core.db import db
from app.core.errors import NotFoundError
from app.meetings import policy
from app.meetings.models.votes import VoteMode
from app.meetings.queries import session as queries
from app.meetings.services import agenda, voting
from tests.meetings import given


def host(cast):
    return cast.actor("host")


def names(row):
    return row._fields if hasattr(row, "_fields") else [field.name for field in fields(row)]


def assert_says_the_same(row, thing):
    for name in names(row):
        ours, theirs = getattr(row, name), getattr(thing, name)
        if hasattr(ours, "_fields") or hasattr(ours, "__dataclass_fields__"):
            assert_says_the_same(ours, theirs)
        else:
            assert (name, ours) == (name, theirs)


@pytest.fixture
def statements(app):
    found = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("mode", list(VoteMode))
def test_rows_say_what_the_objects_say(cast, mode):
    meeting, item, vote = given.voting(cast, items=2, mode=mode)
    row = queries.running_meeting(host(cast), meeting.id)
    now = queries.console(row)
    assert_says_the_same(row, meeting)
    assert [pair[0].id for pair in now.items] == [one.id for one in given.items(meeting)]
    assert_says_the_same(now.current, item)
    assert_says_the_same(now.vote, vote)
    assert (now.vote.silent, str(now.vote.silence)) == (vote.silent, str(vote.silence))
    assert now.items[1][1] is None


def test_rows_lead_to_the_same_decisions(cast):
    meeting, item, vote = given.voting(cast)
    for state in ("open", "closed"):
        row = queries.running_meeting(host(cast), meeting.id)
        now = queries.console(row)
        asked = (policy.open_outcomes, policy.may_open_vote)
        for ask in asked:
            assert ask(row, now.current, now.vote) == ask(meeting, item, vote)
        assert policy.may_void(row, now.vote) == policy.may_void(meeting, vote)
        assert policy.lacks_vote(now.current, now.vote) == policy.lacks_vote(item, vote)
        assert policy.may_host(host(cast), row) is policy.may_host(host(cast), meeting) is True
        if state == "open":
            voting.close_vote(host(cast), vote, counts=(1, 1, 0), uncalled=1)


def test_a_draft_has_no_rule_yet(cast):
    assert queries.running_meeting(host(cast), given.council(cast).id).rule is None


def test_a_withdrawn_item_and_a_void_vote_are_not_there(cast):
    meeting, _item, vote = given.voting(cast, items=2)
    voting.void_vote(host(cast), vote, reason="数错了")
    gone = given.items(meeting)[1]
    agenda.withdraw_item(host(cast), gone, reason="另行研究")
    now = queries.console(queries.running_meeting(host(cast), meeting.id))
    assert [(pair[0].id, pair[1]) for pair in now.items] == [(given.items(meeting)[0].id, None)]


def test_only_those_who_may_run_it_read_it(cast):
    meeting = given.sits(cast)
    with pytest.raises(NotFoundError):
        queries.running_meeting(cast.actor("resident"), meeting.id)
    with pytest.raises(NotFoundError):
        queries.running_meeting(host(cast), meeting.id + 1000)


def test_a_vote_is_read_with_its_meeting_by_those_who_may_run_that(cast):
    meeting, _item, vote = given.voting(cast)
    its_meeting, row = queries.running_vote(host(cast), vote.id)
    assert_says_the_same(its_meeting, meeting)
    assert_says_the_same(row, vote)
    with pytest.raises(NotFoundError):
        queries.running_vote(cast.actor("resident"), vote.id)
    with pytest.raises(NotFoundError):
        queries.running_vote(host(cast), vote.id + 1000)


@pytest.mark.both_engines
@pytest.mark.parametrize("items", [2, 12])
def test_the_console_asks_as_much_for_two_items_as_for_twelve(cast, sign_in, statements, items):
    meeting, _item, _vote = given.voting(cast, items=items)
    meeting_id = meeting.id
    client = sign_in(cast.host)
    client.get(f"/meetings/{meeting_id}/console")  # what a process asks once is asked
    db.session.expunge_all()
    statements.clear()
    assert client.get(f"/meetings/{meeting_id}/console").status_code == 200
    assert len(statements) == 6
    db.session.expunge_all()
    statements.clear()
    fragment = {"HX-Request": "true", "HX-Target": "quorum"}
    assert client.get(f"/meetings/{meeting_id}/quorum", headers=fragment).status_code == 200
    assert len(statements) == 3
