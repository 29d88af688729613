"""The pages: who sees what, what fragments htmx gets, and that every form works without it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, func, select

from app.accounts.models import RoleGrant
from app.audit.models import AuditEntry
from app.core import clock
from app.core.access import Role
from app.core.db import db
from app.meetings.models.agenda import AgendaItem
from app.meetings.models.attendance import CheckIn, Invitation
from app.meetings.models.meetings import Meeting
from app.meetings.models.rules import Majority, MeetingKind, MeetingRule
from app.meetings.models.votes import Vote, VoteMode, VoteRoll
from app.meetings.services import attendance, convening, invitations, minutes, session, voting
from app.meetings.states import MeetingState, VoteState
from app.people.models import Person
from tests.meetings import given
from tests.meetings.test_rules import set_rule


def fragment(target):
    return {"HX-Request": "true", "HX-Target": target}


def kept(made=None):
    """Commit what the test has made, so that a refused request takes nothing of it back."""
    db.session.commit()
    return made


def body(response):
    return response.get_data(as_text=True)


@contextmanager
def counted_queries():
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def everywhere(cast):
    """A meeting in session with a vote open, and pages of it."""
    meeting, item, vote = given.voting(cast, items=2)
    invitation = kept(given.invitation(meeting, cast.zhang))
    return {
        "meeting": meeting,
        "item": item,
        "vote": vote,
        "pages": [
            "/meetings",
            "/meetings?when=past",
            f"/meetings/{meeting.id}",
            f"/meetings/{meeting.id}/agenda",
            f"/meetings/{meeting.id}/items/new",
            f"/meetings/items/{item.id}/edit",
            f"/meetings/items/{item.id}/withdraw",
            f"/meetings/{meeting.id}/invitations",
            f"/meetings/{meeting.id}/convene",
            f"/meetings/{meeting.id}/call-off",
            f"/meetings/{meeting.id}/edit",
            f"/meetings/invitations/{invitation.id}/reply",
            f"/meetings/{meeting.id}/check-in",
            f"/meetings/{meeting.id}/check-in-screen",
            f"/meetings/invitations/{invitation.id}/void-check-in",
            f"/meetings/check-in/{meeting.check_in_code}",
            f"/meetings/{meeting.id}/quorum",
            f"/meetings/{meeting.id}/console",
            f"/meetings/items/{item.id}/speakers",
            f"/meetings/votes/{vote.id}/tally?ayes=2",
            f"/meetings/items/{item.id}/notes",
            f"/meetings/{meeting.id}/minutes",
            f"/meetings/{meeting.id}/minutes/paper",
            f"/meetings/{meeting.id}/notice-paper",
            f"/meetings/{meeting.id}/attendance-sheet",
            "/meetings/new",
            f"/meetings/new?platform={meeting.platform_id}",
            "/meetings/rules",
        ],
    }


def test_staff_see_every_page(everywhere, cast, sign_in):
    client = sign_in(cast.staff)
    assert [p for p in everywhere["pages"] if client.get(p).status_code != 200] == []


def test_a_code_that_no_phone_can_open_says_so(cast, sign_in, app, monkeypatch, everywhere):
    client, screen = sign_in(cast.staff), f"/meetings/{everywhere['meeting'].id}/check-in-screen"
    assert "手机打不开" in client.get(screen).text
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://linli.example")
    assert "手机打不开" not in client.get(screen).text


def test_residents_see_the_list_the_meeting_and_its_notice(everywhere, cast, sign_in):
    meeting = everywhere["meeting"]
    client = sign_in(cast.resident)
    seen = [p for p in everywhere["pages"] if client.get(p).status_code == 200]
    assert seen == [
        "/meetings",
        "/meetings?when=past",
        f"/meetings/{meeting.id}",
        f"/meetings/check-in/{meeting.check_in_code}",
        f"/meetings/{meeting.id}/notice-paper",
    ]


def test_the_neighbours_find_nothing_of_it(everywhere, cast, sign_in):
    client = sign_in(cast.neighbour_staff)
    open_to_them = {"/meetings", "/meetings?when=past", "/meetings/new", "/meetings/rules"}
    for page in everywhere["pages"]:
        assert client.get(page).status_code == (200 if page in open_to_them else 404), page


def test_the_oversight_committee_reads_and_runs_nothing(everywhere, cast, sign_in):
    client, meeting = sign_in(cast.oversight), everywhere["meeting"]
    assert client.get(f"/meetings/{meeting.id}/minutes").status_code == 200
    assert client.get(f"/meetings/{meeting.id}/console").status_code == 403
    assert client.post(f"/meetings/{meeting.id}/close").status_code == 403
    assert client.get(f"/meetings/{meeting.id}/agenda").status_code == 403


def test_a_host_runs_the_meeting_but_does_not_prepare_it(everywhere, cast, sign_in):
    client, meeting = sign_in(cast.host), everywhere["meeting"]
    assert client.get(f"/meetings/{meeting.id}/console").status_code == 200
    assert client.get(f"/meetings/{meeting.id}/convene").status_code == 403


def test_a_host_of_one_building_runs_only_what_is_held_there(cast, sign_in):
    grant = db.session.query(RoleGrant).filter_by(user_id=cast.host.id).one()
    grant.place_id = cast.building.id
    elsewhere = given.convened(cast)
    elsewhere.host_id = cast.staff.id
    here = given.convened(cast, on=given.platform(cast, name="2栋楼前", place=cast.building))
    here.host_id = cast.staff.id
    named = given.convened(cast, on=given.platform(cast, name="10栋楼前"))
    kept()
    client = sign_in(cast.host)
    assert client.get(f"/meetings/{elsewhere.id}/console").status_code == 404
    assert client.get(f"/meetings/{here.id}/console").status_code == 200
    assert client.get(f"/meetings/{named.id}/console").status_code == 200


def test_a_draft_is_for_those_who_work_on_it(cast, sign_in):
    meeting = given.council(cast)
    assert meeting.title in body(sign_in(cast.staff).get("/meetings"))
    client = sign_in(cast.resident)
    assert meeting.title not in body(client.get("/meetings"))
    assert client.get(f"/meetings/{meeting.id}").status_code == 404


def test_residents_read_confirmed_minutes_with_the_names_of_others_masked(cast, sign_in):
    meeting, _item, vote = given.voting(cast)
    voting.close_vote(cast.actor("host"), vote, counts=(3, 0, 0))
    session.close_meeting(cast.actor("host"), meeting)
    kept()
    page = f"/meetings/{meeting.id}/minutes"
    assert sign_in(cast.resident).get(page).status_code == 404
    minutes.confirm_minutes(cast.actor("host"), meeting)
    kept()
    for address in (page, page + "/paper"):
        read = body(sign_in(cast.other_resident).get(address))
        assert "张*国" in read
        assert "张建国" not in read
    assert "张建国" in body(sign_in(cast.staff).get(page))


def test_after_the_end_a_wrong_entry_is_still_taken_back_on_the_list(cast, sign_in):
    meeting = given.sits(cast)
    session.close_meeting(cast.actor("host"), meeting)
    zhang = kept(given.invitation(meeting, cast.zhang))
    client = sign_in(cast.host)
    listed = body(client.get(f"/meetings/{meeting.id}/check-in"))
    address = f"/meetings/invitations/{zhang.id}/void-check-in"
    assert address in listed
    assert "every 3s" not in listed
    assert client.post(address, data={"reason": ""}).status_code == 422
    assert client.post(address, data={"reason": "代签"}).status_code == 303
    assert f"{address}" not in body(client.get(f"/meetings/{meeting.id}/check-in"))


def test_after_a_check_in_was_taken_back_the_quorum_is_said_and_the_form_is_gone(cast, sign_in):
    meeting = given.sits(cast, present=("zhang", "li"))
    zhang = kept(given.invitation(meeting, cast.zhang))
    client = sign_in(cast.host)
    address = f"/meetings/invitations/{zhang.id}/void-check-in"
    taken_back = client.post(address, data={"reason": "代签"}, follow_redirects=True)
    assert "实到成员仅 1 人" in body(taken_back)
    assert "2 人" in body(taken_back)
    again = client.get(address)
    assert (again.status_code, again.location) == (303, f"/meetings/{meeting.id}/check-in")
    assert "无需撤销" in body(client.get(again.location))


@pytest.mark.both_engines
@pytest.mark.parametrize("word", ["<script>alert(1)</script>", "𠮷野家", "' OR 1=1", "%"])
def test_searching_the_list_takes_anything(everywhere, cast, sign_in, word):
    meeting = everywhere["meeting"]
    for page in ("check-in", "invitations"):
        answer = sign_in(cast.staff).get(
            f"/meetings/{meeting.id}/{page}", query_string={"q": word, "person": word}
        )
        assert answer.status_code == 200
        assert "<script>alert" not in body(answer)


# --- What htmx gets ---


def test_the_quorum_bar_is_asked_for_alone(everywhere, cast, sign_in):
    client, meeting = sign_in(cast.host), everywhere["meeting"]
    answer = client.get(f"/meetings/{meeting.id}/quorum", headers=fragment("quorum"))
    assert body(answer).lstrip().startswith('<section id="quorum"')
    assert "<html" not in body(answer)
    assert 'hx-trigger="every 1500ms"' in body(client.get(f"/meetings/{meeting.id}/console"))


def test_when_the_meeting_is_over_the_bar_leads_away(cast, sign_in):
    meeting = given.sits(cast)
    session.close_meeting(cast.actor("host"), meeting)
    answer = sign_in(cast.host).get(f"/meetings/{meeting.id}/quorum", headers=fragment("quorum"))
    assert answer.headers["HX-Redirect"] == f"/meetings/{meeting.id}"


def test_a_row_of_the_check_in_list_is_swapped_alone(cast, sign_in):
    meeting = kept(given.convened(cast))
    zhang = given.invitation(meeting, cast.zhang)
    client = sign_in(cast.host)
    with clock.frozen(meeting.starts_at):
        answer = client.post(
            f"/meetings/invitations/{zhang.id}/check-in",
            headers=fragment(f"invitation-{zhang.id}"),
        )
        assert body(answer).startswith(f'<li id="invitation-{zhang.id}" class="is-here">')
        plain = client.post(f"/meetings/invitations/{zhang.id}/check-in")
    assert plain.status_code == 303
    assert plain.headers["Location"].endswith("/check-in")


def test_the_arithmetic_is_shown_while_numbers_are_typed_and_writes_nothing(
    everywhere, cast, sign_in
):
    vote = everywhere["vote"]
    entries = select(func.count(AuditEntry.id))
    before = db.session.scalar(entries)
    client = sign_in(cast.host)

    def typed(**numbers):
        return body(
            client.get(
                f"/meetings/votes/{vote.id}/tally", query_string=numbers, headers=fragment("tally")
            )
        )

    assert "还差 2 票" in typed(ayes=0, nays=1)
    assert "可通过" in typed(ayes=2, nays=1)
    assert "超过应表决人数 1 票" in typed(ayes=2, nays=1, abstentions=1)
    assert "还差" not in typed(ayes="", nays="x", abstentions=-5)
    assert "<html" in body(client.get(f"/meetings/votes/{vote.id}/tally"))
    db.session.expire_all()
    assert (vote.ayes, vote.nays) == (0, 0)
    assert db.session.scalar(entries) == before


def test_no_number_is_called_for_before_one_means_something(everywhere, cast, sign_in):
    """Of ayes and nays alone one aye would do as long as nobody says nay: nobody needs that."""
    client, vote = sign_in(cast.host), everywhere["vote"]
    console = body(client.get(f"/meetings/{everywhere['meeting'].id}/console"))
    tally = console[console.index('<div id="tally"') :]
    assert "尚未计票" in tally
    assert "赞成多于反对，平局不通过" in tally
    assert "还差" not in tally
    address = f"/meetings/votes/{vote.id}/tally"
    assert "还没有赞成票" in body(client.get(f"{address}?abstentions=2"))
    carried = body(client.get(f"{address}?ayes=2"))
    assert "可通过：赞成 2 票，无反对票" in carried
    counted = {"ayes": 2, "nays": 0, "abstentions": 0, "uncalled": 1}
    client.post(f"/meetings/votes/{vote.id}/close", data=counted)
    result = body(client.get(f"/meetings/{everywhere['meeting'].id}/console"))
    assert "result-carried" in result
    assert "通过需" not in result


def test_of_those_present_the_number_is_known_from_the_start(cast, sign_in):
    half_of_present = (Majority.OF_PRESENT, 1, 2, True)
    set_rule(cast, effective_from=clock.today() + timedelta(days=1), majority=half_of_present)
    meeting, _item, vote = given.voting(cast)
    kept()
    console = body(sign_in(cast.host).get(f"/meetings/{meeting.id}/console"))
    assert vote.present == 3
    assert "通过需 2 票，还差 2 票" in console
    assert "到会人员过半数赞成" in console


@pytest.mark.both_engines
def test_the_speakers_are_found_by_name(everywhere, cast, sign_in):
    item = everywhere["item"]
    answer = sign_in(cast.host).get(
        f"/meetings/items/{item.id}/speakers?q=秀", headers=fragment("speakers")
    )
    assert "李秀英" in body(answer)
    assert "张建国" not in body(answer)


# --- Forms, as they work without a script ---


def test_a_count_that_cannot_be_stays_in_the_form_with_its_error(everywhere, cast, sign_in):
    vote = everywhere["vote"]
    client = sign_in(cast.host)
    answer = client.post(
        f"/meetings/votes/{vote.id}/close", data={"ayes": 2, "nays": 2, "abstentions": 0}
    )
    assert answer.status_code == 422
    assert 'aria-describedby="nays-error"' in body(answer)
    assert "应表决的 3 人" in body(answer)
    nonsense = client.post(f"/meetings/votes/{vote.id}/close", data={"ayes": "三", "nays": ""})
    assert nonsense.status_code == 422
    assert db.session.get(Vote, vote.id).state is VoteState.OPEN


def test_two_writers_see_both_texts(everywhere, cast, sign_in):
    item = everywhere["item"]
    address = f"/meetings/items/{item.id}/notes"
    name = f"item{item.id}-"
    minutes.save_notes(cast.actor("staff"), item, notes="别人的记录", dissent="", version=1)
    kept()
    answer = sign_in(cast.host).post(
        address, data={name + "notes": "我的记录", name + "dissent": "", name + "version": 1}
    )
    assert answer.status_code == 422
    assert "别人的记录" in body(answer)
    assert "我的记录" in body(answer)
    assert f'name="{name}version" type="hidden" value="2"' in body(answer)
    again = sign_in(cast.host).post(
        address, data={name + "notes": "合并", name + "dissent": "", name + "version": 2}
    )
    assert again.status_code == 303


@pytest.fixture
def typing(everywhere, cast, sign_in):
    """Sends the minutes of the item as the page does by itself."""
    item = everywhere["item"]
    name, client = f"item{item.id}-", sign_in(cast.host)

    def send(notes, version):
        return client.post(
            f"/meetings/items/{item.id}/notes",
            data={name + "notes": notes, name + "dissent": "", name + "version": version},
            headers={"X-Autosave": "1"},
        )

    send.item = item
    return send


def test_notes_save_themselves_and_are_told_the_next_version(typing):
    first = typing("要点", 1)
    second = typing("要点二", int(first.headers["X-Version"]))
    assert (first.status_code, second.status_code) == (204, 204)
    assert re.fullmatch(r"\d\d:\d\d", first.headers["X-Saved-At"])
    assert db.session.get(AgendaItem, typing.item.id).notes == "要点二"
    same = typing("要点二", int(second.headers["X-Version"]))
    assert same.headers["X-Version"] == second.headers["X-Version"]


def test_notes_that_save_themselves_overwrite_nobody_and_say_so(typing, cast):
    minutes.save_notes(cast.actor("staff"), typing.item, notes="别人的记录", dissent="", version=1)
    kept()
    answer = typing("我的记录", 1)
    assert answer.status_code == 422
    assert answer.headers["X-Version"] == "2"
    assert "别人的记录" in body(answer)
    assert "<html" not in body(answer)
    assert db.session.get(AgendaItem, typing.item.id).notes == "别人的记录"


def test_notes_too_long_are_refused_in_words(typing):
    answer = typing("字" * 20_001, 1)
    assert answer.status_code == 422
    assert "20000" in body(answer).replace(",", "")


def test_text_that_saves_itself_does_not_fill_the_trail(typing):
    version = 1
    for n in range(5):
        version = int(typing(f"第{n}句", version).headers["X-Version"])
    entries = select(func.count()).where(AuditEntry.action == "meeting.save_notes")
    assert db.session.scalar(entries) == 1


class Desk:
    """A user at their pages, pressing buttons."""

    def __init__(self, client):
        self.client = client

    def post(self, address, data=None, *, status=303):
        answer = self.client.post(address, data=data or {})
        assert answer.status_code == status, body(answer)
        return answer


def test_a_meeting_from_its_draft_to_a_correction(cast, sign_in):
    """The whole life of a meeting through the forms of its pages."""
    platform, topic = kept((given.platform(cast), given.topic(cast)))
    meeting = prepare(Desk(sign_in(cast.staff)), cast, platform.id, topic.id)
    here = f"/meetings/{meeting.id}"
    own = given.invitation(meeting, cast.zhang).id
    resident = Desk(sign_in(cast.resident))
    resident.post(f"/meetings/invitations/{own}/reply", {"answer": "leave"}, status=422)
    resident.post(f"/meetings/invitations/{own}/reply", {"answer": "coming"})
    with clock.frozen(meeting.starts_at):
        resident.post(f"/meetings/check-in/{meeting.check_in_code}")
        hold(Desk(sign_in(cast.host)), cast, meeting)
    write_up(Desk(sign_in(cast.host)), meeting)
    paper = body(sign_in(cast.host).get(f"{here}/minutes/paper"))
    assert "桂花社区会议纪要" in paper
    assert "赞成 3 票（100.0%）" in paper
    assert "2026-居民议事会-001" in paper
    assert "“雨棚”应为“车棚”。" in paper


def prepare(staff, cast, platform_id, topic_id):
    starts = clock.local(clock.now() + timedelta(days=7)).strftime("%Y-%m-%dT19:30")
    there = f"/meetings/new?platform={platform_id}"
    entered = {
        "title": "充电棚议事会",
        "starts_at": starts,
        "venue": "议事厅",
        "composition": "invited",
    }
    staff.post(there, entered | {"host_id": ""}, status=422)
    staff.post(there, entered | {"host_id": cast.host.id, "recorder_id": ""})
    meeting = db.session.query(Meeting).one()
    here = f"/meetings/{meeting.id}"
    staff.post(f"{here}/agenda/topics", {"kind": "vote"}, status=422)
    staff.post(f"{here}/agenda/topics", {"kind": "vote", "topic": topic_id})
    staff.post(f"{here}/items/new", {"title": "通报", "kind": "report", "planned": 5})
    voted, report = (item.id for item in given.items(meeting))
    staff.post(f"{here}/agenda/order", {"order": [voted, report], "move": f"{report}:up"})
    people = [cast.zhang.id, cast.li.id, cast.wang.id]
    staff.post(f"{here}/invitations/people", {"person": people, "capacity": "member"})
    staff.post(f"{here}/invitations/units", {"unit": cast.school.id, "capacity": "observer"})
    staff.post(f"{here}/convene")
    db.session.expire_all()
    return meeting


def hold(host, cast, meeting):
    here = f"/meetings/{meeting.id}"
    report, voted = (item.id for item in given.items(meeting))
    host.post(f"{here}/open")
    for person in (cast.li, cast.wang):
        row = given.invitation(meeting, person)
        host.post(f"/meetings/invitations/{row.id}/check-in")
    host.post(f"{here}/walk-ins", {"person": cast.chen.id})
    host.post(f"/meetings/items/{report}/start")
    host.post(f"/meetings/items/{voted}/start")
    own = given.invitation(meeting, cast.zhang).id
    host.post(f"/meetings/items/{voted}/speakers", {"invitation": own, "stance": "for"})
    host.post(f"/meetings/items/{voted}/vote", {"open-mode": "roll_call"})
    vote = db.session.query(Vote).one()
    for roll_id in db.session.scalars(select(VoteRoll.id)).all():
        host.post(f"/meetings/votes/{vote.id}/cast", {"roll": roll_id, "choice": "aye"})
    host.post(f"/meetings/votes/{vote.id}/close-roll")
    late = {"late-title": "雨棚", "late-kind": "discussion", "late-planned": 5}
    host.post(f"{here}/late-items", late)
    asked = body(host.post(f"{here}/close", status=422))
    (left,) = (item for item in given.items(meeting) if item.title == "雨棚")
    assert f'name="left-out" value="{left.id}"' in asked
    host.post(f"{here}/close", {"left-out": left.id})


def write_up(host, meeting):
    here = f"/meetings/{meeting.id}"
    late = given.items(meeting)[-1].id
    host.client.post(f"{here}/minutes/confirm", headers={"Referer": f"http://localhost{here}"})
    db.session.refresh(meeting)
    assert meeting.state is MeetingState.CLOSED
    settled = {f"settle{late}-outcome": "deferred", f"settle{late}-reason": ""}
    host.post(f"/meetings/items/{late}/settle", settled, status=422)
    settled[f"settle{late}-reason"] = "下次再议"
    host.post(f"/meetings/items/{late}/settle", settled)
    host.post(f"{here}/minutes/confirm")
    host.post(f"{here}/minutes/corrections", {"text": ""}, status=422)
    host.post(f"{here}/minutes/corrections", {"text": "“雨棚”应为“车棚”。"})


@pytest.fixture
def filled_in(cast):
    """A form of /meetings/new that a user has begun to fill in."""
    return {
        "title": "物业费听证会",
        "starts_at": "2026-11-20T19:30",
        "venue": "二楼会议室",
        "composition": "invited",
        "host_id": cast.host.id,
        "recorder_id": "",
    }


@pytest.mark.parametrize("target", [None, "new-meeting"])
def test_another_kind_keeps_what_was_filled_in(cast, sign_in, filled_in, target):
    platform = kept(given.platform(cast))
    answer = sign_in(cast.staff).post(
        f"/meetings/new?platform={platform.id}&kind=council",
        data=filled_in | {"kind": "residents_assembly", "other-kind": "1"},
        headers=fragment(target) if target else {},
    )
    page = body(answer)
    assert answer.status_code == 200
    assert ("<html" in page) is (target is None)
    for word in ("物业费听证会", "2026-11-20T19:30", "二楼会议室"):
        assert f'value="{word}"' in page
    assert f'<option selected value="{cast.host.id}">' in page
    assert '<option value="residents_assembly" selected>' in page
    assert 'value="households"' in page  # this kind is made up differently
    assert "field-error" not in page
    assert db.session.query(Meeting).count() == 0


def test_the_kind_in_the_form_is_the_one_that_is_prepared(cast, sign_in, filled_in):
    platform = kept(given.platform(cast))
    there = f"/meetings/new?platform={platform.id}&kind=council"
    client = sign_in(cast.staff)
    assert client.post(there, data=filled_in | {"kind": "hearing"}).status_code == 303
    assert db.session.query(Meeting).one().kind is MeetingKind.HEARING
    # Adults or households, that has to be seen before it is chosen.
    unseen = client.post(there, data=filled_in | {"kind": "residents_assembly"})
    assert unseen.status_code == 422
    assert 'value="households"' in body(unseen)


def test_another_kind_leaves_nothing_of_the_old_one_on_the_page(cast, sign_in, filled_in):
    platform = kept(given.platform(cast))
    page = body(
        sign_in(cast.staff).post(
            f"/meetings/new?platform={platform.id}&kind=council",
            data=filled_in | {"kind": "residents_assembly", "other-kind": "1"},
        )
    )
    heading = page[page.index('class="lead"') : page.index('id="new-meeting"')]
    assert "议事会" not in heading


def test_a_platform_without_a_venue_begins_with_what_is_known_of_it(cast, sign_in):
    platform = given.platform(cast)
    platform.venue = ""
    page = body(kept(sign_in(cast.staff)).get("/meetings/new"))
    assert '<span class="list-meta">居民议事会</span>' in page


def test_everything_wrong_with_a_new_meeting_is_said_at_once(cast, sign_in, filled_in):
    platform = kept(given.platform(cast))
    wrong = filled_in | {"venue": "", "starts_at": "2026-01-01T19:30"}
    page = body(sign_in(cast.staff).post(f"/meetings/new?platform={platform.id}", data=wrong))
    assert 'id="venue-error"' in page
    assert 'id="starts_at-error"' in page


def test_a_form_sent_twice_does_nothing_twice(cast, sign_in):
    meeting = kept(given.council(cast))
    client = sign_in(cast.staff)
    here = f"/meetings/{meeting.id}"
    assert client.post(f"{here}/convene").status_code == 303
    convened_at = db.session.get(Meeting, meeting.id).convened_at
    assert client.post(f"{here}/convene").status_code == 422
    assert db.session.get(Meeting, meeting.id).convened_at == convened_at


@pytest.mark.parametrize(
    "data",
    [
        {"order": ["1", "1"]},
        {"order": ["x"]},
        {"order": ["999999"]},
        {},
        {"order": ["1"], "move": "1:sideways"},
    ],
)
def test_a_forged_order_changes_nothing(cast, sign_in, data):
    meeting = kept(given.council(cast, items=2))
    before = [item.id for item in given.items(meeting)]
    answer = sign_in(cast.staff).post(f"/meetings/{meeting.id}/agenda/order", data=data)
    assert answer.status_code in {400, 409, 303}
    assert [item.id for item in given.items(meeting)] == before


def test_ids_that_no_column_can_hold_are_not_found(cast, sign_in):
    client = sign_in(cast.staff)
    assert client.get(f"/meetings/{10**30}").status_code in {400, 404}
    meeting = kept(given.convened(cast))
    for data in ({"person": "9" * 30}, {"person": "x"}, {}):
        answer = client.post(f"/meetings/{meeting.id}/walk-ins", data=data)
        assert answer.status_code in {400, 404}


def test_the_street_sets_a_rule(cast, sign_in):
    client = sign_in(cast.street_officer)
    assert client.get("/meetings/rules/new").status_code == 200
    entered = {
        "kind": "council",
        "effective_from": (clock.today() + timedelta(days=30)).isoformat(),
        "notice_days": 2,
        "quorum": "３/4",
        "quorum_strict": "",
        "passing": "1/2",
        "passing_strict": "y",
        "majority": "of_cast",
        "source": "大山坪街道居民议事会议事规则",
    }
    for wrong in ("4/3", "half", "1/0", "-1/2", ""):
        assert (
            client.post("/meetings/rules/new", data=entered | {"quorum": wrong}).status_code == 422
        )
    assert client.post("/meetings/rules/new", data=entered).status_code == 303
    rule = db.session.query(MeetingRule).order_by(MeetingRule.id.desc()).first()
    assert (rule.quorum_numerator, rule.quorum_denominator) == (3, 4)
    assert sign_in(cast.staff).post("/meetings/rules/new", data=entered).status_code == 403


# --- As many queries for sixty people as for three ---


def crowd(cast, size):
    people = [
        Person(
            code=f"C{size:03}{n:03}", name=f"居民{n}", pinyin=f"jumin{n}", initials="jm",
            community_id=cast.community.id, household_id=cast.zhang.household_id,
        )
        for n in range(size)
    ]  # fmt: skip
    db.session.add_all(people)
    db.session.flush()
    meeting = given.draft(cast, on=given.platform(cast, name=f"{size}人"))
    given.vote_item(cast, meeting)
    invitations.invite_people(cast.actor("staff"), meeting, [p.id for p in people])
    convening.convene(cast.actor("staff"), meeting)
    with clock.frozen(meeting.starts_at):
        session.open_meeting(cast.actor("host"), meeting)
    for row in db.session.query(Invitation).filter_by(meeting_id=meeting.id, capacity="member"):
        attendance.check_in(cast.actor("host"), row, method=CheckIn.LIST)
    item = given.items(meeting)[0]
    session.start_item(cast.actor("host"), item)
    voting.open_vote(cast.actor("host"), item, mode=VoteMode.ROLL_CALL)
    return meeting


PAGES = (
    "/meetings/{}/console",
    "/meetings/{}/minutes",
    "/meetings/{}/minutes/paper",
    "/meetings/{}/check-in",
    "/meetings/{}/invitations",
    "/meetings/{}/attendance-sheet",
    "/meetings/{}/quorum",
    "/meetings/{}",
)


@pytest.mark.both_engines
def test_pages_cost_the_same_number_of_queries_for_three_and_for_sixty(cast, sign_in):
    few, many = crowd(cast, 3).id, crowd(cast, 60).id
    client = sign_in(cast.staff)
    costs = {}
    for page in PAGES:
        for meeting_id in (few, many):
            db.session.expunge_all()
            with counted_queries() as seen:
                assert client.get(page.format(meeting_id)).status_code == 200
            costs[page, meeting_id] = seen
    for page in PAGES:
        assert len(costs[page, few]) == len(costs[page, many]), (
            costs[page, few],
            costs[page, many],
        )
    assert len(costs["/meetings/{}/console", many]) <= 12
    assert len(costs["/meetings/{}/quorum", many]) <= 6


def test_a_role_that_is_gone_opens_nothing(cast, sign_in):
    meeting = given.sits(cast)
    grant = db.session.query(RoleGrant).filter_by(user_id=cast.host.id, role=Role.HOST).one()
    grant.withdrawn_at = clock.now()
    db.session.flush()
    assert sign_in(cast.host).get(f"/meetings/{meeting.id}/console").status_code == 403
