"""Staff name the units a topic concerns, until it is on an agenda."""

from datetime import date

import pytest

from app.core.db import db
from app.core.errors import Refused, Stale
from app.people.models import Unit, UnitKind
from app.topics.models import ContentClass
from app.topics.queries import topics as queries
from app.topics.services import life, screening


def names(topic):
    return [unit.name for unit in queries.units_concerned(topic.id)]


def name(cast, topic, *units, version=None):
    screening.name_units(
        cast.actor("staff"), topic, version=version or topic.version,
        unit_ids=[unit.id for unit in units],
    )  # fmt: skip


def test_who_enters_a_topic_names_them(cast, sign_in):
    answer = sign_in(cast.staff).post(
        f"/topics/enter?community={cast.community.id}",
        data={
            "source": "party",
            "title": "校门口接送车辆乱停",
            "concerned_ids": [cast.school.id, cast.property_firm.id],
        },
    )
    assert answer.status_code == 303
    page = sign_in(cast.staff).get(answer.headers["Location"]).text
    assert "安居物业服务有限公司、大山坪小学" in page.replace("\n", "")


def test_so_does_who_accepts_it(cast, submitted, sign_in):
    topic = submitted()
    client = sign_in(cast.staff)
    assert (
        f'name="accept-concerned_ids" value="{cast.school.id}"'
        in client.get(f"/topics/{topic.id}/screen").text
    )
    answer = client.post(
        f"/topics/{topic.id}/accept",
        data={"accept-content_class": "difficulties", "accept-concerned_ids": cast.school.id},
    )
    assert answer.status_code == 303
    assert names(topic) == ["大山坪小学"]


def test_they_are_changed_while_it_waits(cast, accepted, sign_in):
    topic = accepted()
    client, address = sign_in(cast.staff), f"/topics/{topic.id}/units"
    assert f'href="{address}"' in client.get(f"/topics/{topic.id}").text
    data = {"version": topic.version, "concerned_ids": cast.school.id}
    assert client.post(address, data=data).status_code == 303
    assert names(topic) == ["大山坪小学"]
    assert " checked" in client.get(address).text
    data = {"version": topic.version, "concerned_ids": cast.property_firm.id}
    client.post(address, data=data)
    assert names(topic) == ["安居物业服务有限公司"]


def test_two_who_change_them_do_not_overwrite_each_other(cast, accepted):
    topic = accepted()
    before = topic.version
    name(cast, topic, cast.school)
    with pytest.raises(Stale):
        name(cast, topic, version=before)


def test_on_an_agenda_they_stand(cast, accepted, sign_in):
    topic = accepted()
    life.schedule(cast.actor("staff"), [topic], where="议事会")
    db.session.commit()
    client = sign_in(cast.staff)
    assert f"/topics/{topic.id}/units" not in client.get(f"/topics/{topic.id}").text
    answer = client.post(f"/topics/{topic.id}/units", data={"version": topic.version})
    assert answer.status_code == 422
    assert "列入议程前" in answer.text


def test_a_unit_of_elsewhere_is_none(cast, submitted):
    other = Unit(name="梧桐中学", kind=UnitKind.STATIONED, community_id=cast.neighbour.id)
    db.session.add(other)
    db.session.flush()
    with pytest.raises(Refused) as refusal:
        screening.accept(
            cast.actor("staff"), submitted(), content_class=ContentClass.POLICY,
            concerned_ids=[other.id],
        )  # fmt: skip
    assert refusal.value.field == "concerned_ids"


def test_a_unit_that_has_ended_since_may_stay(cast, accepted):
    topic = accepted()
    name(cast, topic, cast.school)
    cast.school.ended_on = date(2026, 1, 1)
    name(cast, topic, cast.school, cast.property_firm)
    assert len(names(topic)) == 2


def test_a_merged_topic_hands_them_on(cast, accepted):
    one, other = accepted(), accepted("other_resident", title="校门口堵车")
    name(cast, other, cast.school)
    screening.merge(cast.actor("staff"), other, into=one)
    assert names(one) == ["大山坪小学"]


def test_only_who_screens_names_them(cast, accepted, sign_in):
    topic = accepted()
    for user in (cast.resident, cast.grid_worker):
        assert f"/topics/{topic.id}/units" not in sign_in(user).get(f"/topics/{topic.id}").text
        assert sign_in(user).get(f"/topics/{topic.id}/units").status_code == 403
