"""Nobody fills the memory: what is too large for an address is refused before it is taken apart."""

import pytest
from werkzeug.formparser import MultiPartParser

from app.core import bodies
from app.core.files import MB
from tests.house.test_access import requests

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
TAKE_FILES = {
    "rewards.add_item",
    "rewards.change_item",
    "rosters.upload_import",
    "tasks.report",
    "tasks.submit",
}


@pytest.fixture
def posts(shipped):
    return [request for request in requests(shipped) if request[1] == "POST"]


@pytest.fixture(params=["visitor", "staff"])
def client(request, shipped, staff):
    """A visitor's browser, and a staff's."""
    found = shipped.test_client() if request.param == "visitor" else staff
    found.signed_in = found is staff
    return found


@pytest.fixture
def parsed(monkeypatch):
    """What was taken apart, by name."""
    found = []
    for parser, method in (
        (bodies.FormDataParser, "_parse_urlencoded"),
        (MultiPartParser, "parse"),
    ):
        monkeypatch.setattr(
            parser, method, lambda *_args, _name=method, **_named: found.append(_name)
        )
    return found


def test_few_addresses_take_files(app):
    marked = {name for name, view in app.view_functions.items() if hasattr(view, bodies._TAKES)}
    assert marked == TAKE_FILES


@pytest.mark.matrix
@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_a_body_that_is_too_large_is_refused_unread(client, posts, parsed, kind):
    body = b"a&" * (MB + 1)
    read = TAKE_FILES if (kind, client.signed_in) == (MULTIPART, True) else set()
    wrong = [
        (endpoint, answer.status_code)
        for endpoint, _method, address in posts
        if endpoint not in read
        if (answer := client.post(address, data=body, content_type=kind)).status_code != 413
    ]
    assert len(posts) > 100
    assert wrong == []
    assert parsed == []


@pytest.mark.matrix
def test_a_form_of_too_many_fields_is_not_taken_apart(posts, staff, parsed, shipped):
    body = b"a&" * shipped.config["MAX_FORM_PARTS"]
    wrong = [
        (endpoint, answer.status_code)
        for endpoint, _method, address in posts
        if (answer := staff.post(address, data=body, content_type=FORM)).status_code != 413
    ]
    assert wrong == []
    assert parsed == []


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_a_form_has_as_many_fields_as_are_allowed_and_no_more(shipped, staff, kind):
    most = shipped.config["MAX_FORM_PARTS"]
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    sent = {}
    for many in (most, most + 1):
        body = part * many + b"--x--\r\n" if kind == MULTIPART else b"&".join([b"a=1"] * many)
        sent[many] = staff.post("/appearance", data=body, content_type=kind).status_code
    assert sent == {most: 400, most + 1: 413}  # read, and it has no token


@pytest.mark.parametrize("endpoint", sorted(TAKE_FILES))
def test_where_files_are_taken_typed_text_is_limited_all_the_same(posts, staff, endpoint):
    address = next(address for name, _method, address in posts if name == endpoint)
    body = b"text=" + b"a" * 3 * MB
    assert staff.post(address, data=body, content_type=FORM).status_code == 413


def test_a_body_that_does_not_say_how_long_it_is_is_read_up_to_the_limit(shipped):
    class Endless:
        given = 0

        def tell(self):
            return 0

        def seek(self, *_where):
            return 0

        def read(self, size=-1):
            assert size > 0, "it would be read to an end it has not got"
            self.given += size
            return b"a" * size

    stream = Endless()
    answer = shipped.test_client().post(
        "/appearance",
        content_type=FORM,
        input_stream=stream,
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert answer.status_code == 413
    assert stream.given <= 2 * MB + 2
