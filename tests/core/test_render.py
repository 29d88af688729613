"""`render` answers with the page, or with the one fragment of it that htmx is going to replace."""

import pytest

LIST = "/tasks"
FRAGMENT = "tasks"


@pytest.fixture
def answer(sign_in, cast):
    client = sign_in(cast.staff)

    def get(**headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(LIST, headers=names).get_data(as_text=True).lstrip()

    return get


def test_a_named_target_gets_its_fragment(answer):
    fragment = answer(HX_Request="true", HX_Target=FRAGMENT)
    assert "<html" not in fragment
    assert f'id="{FRAGMENT}"' in fragment[:200]


def test_the_page_has_the_fragment_in_it(answer):
    assert f'id="{FRAGMENT}"' in answer()
    assert answer().startswith("<!doctype html>")


@pytest.mark.parametrize(
    "headers",
    [
        {"HX_Target": FRAGMENT},
        {"HX_Request": "true"},
        {"HX_Request": "true", "HX_Target": "elsewhere"},
        {"HX_Request": "true", "HX_Target": FRAGMENT, "HX_Boosted": "true"},
        {"HX_Request": "true", "HX_Target": FRAGMENT, "HX_History_Restore_Request": "true"},
    ],
    ids=["no htmx", "no target", "unknown target", "boosted link", "history restore"],
)
def test_everything_else_gets_the_whole_page(answer, headers):
    assert answer(**headers).startswith("<!doctype html>")
