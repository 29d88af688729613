"""The resolution by which a convention was adopted is no work to do: the convention is."""

import pytest

from app.core import clock
from app.core.db import db, rows
from app.core.errors import Refused
from app.meetings.models.agenda import AgendaItem
from app.resolutions import services
from app.resolutions.queries import resolutions
from app.resolutions.queries.resolutions import Stage
from app.tasks.queries import waiting


@pytest.fixture
def resolution(in_force, cast):
    item = db.session.get(AgendaItem, in_force.item_id)
    found = services.record(cast.actor("staff"), item, title="通过居民公约", text=item.motion)
    db.session.commit()
    return found


def listed(cast, stage):
    statement = resolutions.resolutions(cast.actor("staff"), stage=stage)
    return [row.id for row in rows(statement)]


def test_it_waits_for_nobody_not_even_when_its_result_would_be_due(resolution, cast):
    assert waiting.waiting(cast.actor("staff")) == []
    with clock.frozen(clock.at(resolution.feedback_due_on, 12)):
        assert waiting.waiting(cast.actor("staff")) == []
    for stage in (Stage.UNPUBLISHED, Stage.UNDER_WAY, Stage.FEEDBACK_LATE):
        assert listed(cast, stage) == []
    assert listed(cast, None) == [resolution.id]


def test_its_page_and_the_list_ask_for_no_tasks_and_no_notice(resolution, cast, sign_in):
    staff = sign_in(cast.staff)
    page = staff.get(f"/resolutions/{resolution.id}").text
    assert "文本已通过" in page
    for words in ("尚未公示", "落实中", "请把决议分解为任务", "公示决议", "反馈期限"):
        assert words not in page, words
    row = staff.get("/resolutions").text.split("</thead>")[1]
    assert "文本已通过" in row
    assert "未公示" not in row
    with pytest.raises(Refused):
        services.publish(cast.actor("staff"), resolution, contact="一楼")
