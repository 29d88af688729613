import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.db import db
from app.topics.queries import similar as queries
from app.topics.queries.similar import likeness, pairs
from app.topics.services import screening as services

TEXT = st.text(alphabet="门禁坏了停车位广场舞噪音2栋，。 a", max_size=20)


@given(TEXT)
def test_a_title_is_most_alike_to_itself(text):
    assert likeness(pairs(text), pairs(text)) in {0.0, 1.0}
    assert (likeness(pairs(text), pairs(text)) == 1.0) == bool(pairs(text))


@given(TEXT, TEXT)
def test_likeness_is_mutual_and_between_none_and_all(a, b):
    assert likeness(pairs(a), pairs(b)) == likeness(pairs(b), pairs(a))
    assert 0.0 <= likeness(pairs(a), pairs(b)) <= 1.0


def test_punctuation_spaces_and_case_do_not_matter():
    assert pairs("门禁，坏了！ ABC") == pairs("门禁坏了abc")


@pytest.mark.both_engines
@pytest.mark.parametrize("title", ["", " ", "门", "，。！"])
def test_too_short_a_title_finds_nothing(cast, submitted, title):
    submitted(title="门禁坏了")

    assert queries.similar_topics(cast.actor("other_resident"), cast.community.id, title) == []


@pytest.mark.both_engines
def test_the_most_alike_come_first_and_other_matters_not_at_all(cast, submitted):
    near = submitted(title="广场舞太吵")
    nearest = submitted(title="广场舞晚上太吵了")
    submitted(title="电动车乱停")

    found = queries.similar_topics(cast.actor("staff"), cast.community.id, "广场舞晚上太吵")

    assert [topic.id for topic in found] == [nearest.id, near.id]


@pytest.mark.both_engines
def test_what_the_reader_may_not_see_is_not_suggested(cast, draft, submitted):
    draft(title="广场舞太吵")
    submitted(title="广场舞太吵闹", sensitive=True)
    ended = submitted(title="广场舞太吵啦")
    services.rule_out(cast.actor("staff"), ended, reason="不属于")
    db.session.commit()

    assert (
        queries.similar_topics(cast.actor("other_resident"), cast.community.id, "广场舞太吵") == []
    )


@pytest.mark.both_engines
def test_another_communitys_topics_are_not_suggested(cast, submitted):
    submitted(title="广场舞太吵")

    found = queries.similar_topics(cast.actor("street_officer"), cast.neighbour.id, "广场舞太吵")

    assert found == []
