from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.core.db import db
from app.core.errors import Refused
from app.people.models import Person
from app.topics.models import ContentClass, TopicCosigner
from app.topics.policy import must_be_scheduled
from app.topics.queries import following, scheduling
from app.topics.services import cosigning, life, screening

COUNT = st.integers(0, 500)


@given(residents=COUNT, signers=COUNT, reps=COUNT, rep_signers=COUNT)
def test_a_tenth_of_the_residents_or_a_fifth_of_the_representatives_is_exactly_that(
    residents, signers, reps, rep_signers
):
    must = must_be_scheduled(
        residents=residents, signers=signers, reps=reps, rep_signers=rep_signers
    )

    tenth = residents > 0 and signers / residents >= 1 / 10 - 1e-12
    fifth = reps > 0 and rep_signers / reps >= 1 / 5 - 1e-12
    assert must == (signers >= 2 and (tenth or fifth))


@pytest.mark.parametrize(
    ("signers", "rep_signers", "must"),
    [(30, 0, True), (29, 0, False), (4, 4, True), (3, 3, False), (1, 1, False)],
)
def test_the_thresholds_include_their_own_figure(signers, rep_signers, must):
    assert (
        must_be_scheduled(residents=300, signers=signers, reps=20, rep_signers=rep_signers) is must
    )


def test_a_resident_signs_and_takes_it_back(cast, submitted, sign_in):
    topic = submitted()
    other = sign_in(cast.other_resident)

    assert other.post(f"/topics/{topic.id}/sign").status_code == 303
    assert list(following.cosigner_ids(topic.id)) == [cast.li.id]
    assert other.post(f"/topics/{topic.id}/take-back").status_code == 303
    assert list(following.cosigner_ids(topic.id)) == []
    assert other.post(f"/topics/{topic.id}/sign").status_code == 303
    assert db.session.scalars(select(TopicCosigner)).one().withdrawn_at is None


def test_signing_twice_counts_once(cast, submitted, sign_in):
    topic = submitted()
    other = sign_in(cast.other_resident)
    other.post(f"/topics/{topic.id}/sign")

    assert other.post(f"/topics/{topic.id}/sign").status_code == 409
    assert list(following.cosigner_ids(topic.id)) == [cast.li.id]


def test_the_author_has_signed_already(cast, submitted):
    with pytest.raises(Refused):
        cosigning.cosign(cast.actor("resident"), submitted(), person_id=cast.zhang.id)


def test_only_residents_of_the_community_sign(cast, submitted, sign_in):
    topic = submitted()

    assert sign_in(cast.neighbour_resident).post(f"/topics/{topic.id}/sign").status_code == 404
    assert sign_in(cast.unit_contact).post(f"/topics/{topic.id}/sign").status_code == 403
    with pytest.raises(Refused):
        cosigning.cosign(cast.actor("staff"), topic, person_id=cast.neighbour_person.id)


def test_once_on_an_agenda_signatures_are_settled(cast, accepted):
    topic = accepted()
    cosigning.cosign(cast.actor("other_resident"), topic, person_id=cast.li.id)
    life.schedule(cast.actor("staff"), [topic], where="议事会")

    with pytest.raises(Refused):
        cosigning.cosign(cast.actor("staff"), topic, person_id=cast.wang.id)
    with pytest.raises(Refused):
        cosigning.take_back_signature(cast.actor("other_resident"), topic, person_id=cast.li.id)


def test_staff_enter_signatures_from_paper_and_take_wrong_ones_back(cast, submitted, sign_in):
    topic = submitted()
    staff = sign_in(cast.staff)

    found = staff.get(
        f"/topics/{topic.id}/signatures",
        query_string={"person_id_search": "王"},
        headers={"HX-Request": "true", "HX-Target": "person_id-list"},
    ).text
    entered = staff.post(f"/topics/{topic.id}/signatures", data={"person_id": cast.wang.id})

    assert "王芳" in found
    assert entered.status_code == 303
    signature = db.session.scalars(select(TopicCosigner)).one()
    assert (signature.person_id, signature.entered_by_id) == (cast.wang.id, cast.staff.id)
    staff.post(f"/topics/{topic.id}/signatures/{cast.wang.id}/remove")
    assert list(following.cosigner_ids(topic.id)) == []


def test_what_somebody_signed_themselves_only_they_take_back(cast, submitted, sign_in):
    topic = submitted()
    cosigning.cosign(cast.actor("other_resident"), topic, person_id=cast.li.id)
    db.session.commit()

    answer = sign_in(cast.staff).post(f"/topics/{topic.id}/signatures/{cast.li.id}/remove")

    assert answer.status_code == 409
    assert list(following.cosigner_ids(topic.id)) == [cast.li.id]


def test_a_grid_worker_is_led_to_entering_signatures(cast, submitted, sign_in):
    address = f"/topics/{submitted().id}"

    assert f"{address}/signatures" in sign_in(cast.grid_worker).get(address).text


def test_a_grid_worker_enters_signatures_of_their_grid_only(cast, submitted, sign_in):
    outsider = Person(code="NOGRID1", name="外住人", community_id=cast.community.id)
    db.session.add(outsider)
    topic = submitted()
    grid_worker = sign_in(cast.grid_worker)

    page = grid_worker.post(f"/topics/{topic.id}/signatures", data={"person_id": outsider.id})

    assert page.status_code == 422
    assert 'id="person_id-error"' in page.text


def test_entering_nobody_is_refused_beside_the_field(cast, submitted, sign_in):
    answer = sign_in(cast.staff).post(f"/topics/{submitted().id}/signatures", data={})

    assert answer.status_code == 422
    assert 'id="person_id-error"' in answer.text


def test_support_counts_adults_who_live_here_and_the_author_once(cast, submitted):
    topic = submitted()
    staff = cast.actor("staff")
    works_here = Person(code="WORKS01", name="只上班", community_id=cast.community.id)
    child = Person(
        code="CHILD01", name="小朋友", community_id=cast.community.id, born_on=date(2020, 1, 1),
        household_id=cast.zhang.household_id,
    )  # fmt: skip
    db.session.add_all([works_here, child])
    db.session.flush()
    for person in (cast.wang, works_here, child):
        cosigning.cosign(staff, topic, person_id=person.id)

    support = following.support_of(topic)

    assert (support.signers, support.residents) == (2, 5)
    assert (support.rep_signers, support.reps) == (1, 2)


def test_who_moved_out_no_longer_counts(cast, submitted):
    topic = submitted()
    cosigning.cosign(cast.actor("staff"), topic, person_id=cast.wang.id)
    cast.wang.moved_out_on = date(2020, 1, 1)
    db.session.flush()

    assert following.support_of(topic).signers == 1


def test_the_author_of_a_merged_topic_counts_as_a_signer_of_the_other(cast, submitted):
    first, second = submitted(title="一"), submitted("other_resident", title="二")
    screening.merge(cast.actor("staff"), first, into=second)

    assert following.support_of(second).signers == 2


def test_topics_that_must_be_scheduled_come_first(cast, accepted):
    plain = accepted("grid_worker", title="一", author_id=cast.chen.id)
    signed = accepted(title="二")
    cosigning.cosign(cast.actor("other_resident"), signed, person_id=cast.li.id)

    rows = scheduling.schedulable(cast.community.id)

    assert [(row.id, row.must_be_scheduled) for row in rows] == [
        (signed.id, True),
        (plain.id, False),
    ]


@pytest.mark.both_engines
def test_what_can_be_scheduled_is_read_in_the_same_number_of_queries(cast, accepted, counted):
    accepted(title="一")
    with counted() as one:
        scheduling.schedulable(cast.community.id)
    for number in range(5):
        accepted(title=f"又{number}")
    with counted() as six:
        scheduling.schedulable(cast.community.id)

    assert len(one) == len(six)


def test_what_is_submitted_or_settled_cannot_be_scheduled(cast, submitted, accepted):
    submitted()
    agreed = accepted()
    life.schedule(cast.actor("staff"), [agreed], where="议事会")
    life.settle(cast.actor("staff"), agreed, event="agree")
    deferred = accepted(title="缓议")
    life.schedule(cast.actor("staff"), [deferred], where="议事会")
    life.settle(cast.actor("staff"), deferred, event="defer")

    assert [row.id for row in scheduling.schedulable(cast.community.id)] == [deferred.id]
    assert ContentClass.DIFFICULTIES is scheduling.schedulable(cast.community.id)[0].content_class


def test_signatures_of_a_sensitive_topic_are_not_for_grid_workers(cast, submitted, sign_in):
    topic = submitted()
    address = f"/topics/{topic.id}/signatures"
    assert sign_in(cast.grid_worker).get(address).status_code == 200
    topic.sensitive = True
    db.session.commit()
    assert sign_in(cast.grid_worker).get(address).status_code == 404
