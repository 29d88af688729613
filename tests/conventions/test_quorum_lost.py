"""Check-ins taken back after the assembly that adopted a text."""

from app.core import clock
from app.core.db import db
from app.meetings.models.attendance import Invitation
from app.meetings.services import attendance as meetings
from tests.conventions.given import meetings_items

LOST = "已低于到会门槛"


def test_those_who_work_with_the_text_are_told_that_its_quorum_is_lost(filed, cast, sign_in):
    pages = [
        f"/conventions/{filed.convention_id}",
        f"/conventions/{filed.convention_id}/versions/1",
    ]
    client = sign_in(cast.staff)
    for page in pages:
        assert LOST not in client.get(page).text
    came = db.session.query(Invitation).filter(Invitation.present_at.is_not(None)).all()
    with clock.frozen(came[0].meeting.starts_at):
        for invitation in came:
            meetings.void_check_in(cast.actor("host"), invitation, reason="代签")
    assert meetings_items(came[0].meeting)[0].id == filed.item_id
    db.session.commit()
    for page in pages:
        assert LOST in client.get(page).text
    client = sign_in(cast.resident)
    for page in pages:
        assert LOST not in client.get(page).text
