from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from app.core.db import db
from app.core.files import LARGEST, LARGEST_TOGETHER, MB
from app.tasks.models.steps import Evidence
from app.tasks.models.tasks import Task
from app.tasks.queries import history as queries
from app.tasks.states import TaskState
from tests.resolutions import given


@pytest.fixture
def task(cast, resolution):
    made = given.accepted(cast, resolution)
    db.session.commit()
    return made


def hand_in(client, task, *photos):
    answer = client.post(
        f"/tasks/{task.id}/submit",
        data={
            "submit-text": "棚已搭好",
            "submit-version": str(task.version),
            "submit-photos": list(photos),
        },
        content_type="multipart/form-data",
    )
    # The test client leaves the temporary file open in which it wrote a large request.
    answer.request.environ["wsgi.input"].close()
    return answer


def test_photos_are_kept_and_served_to_who_may_see_the_task(cast, sign_in, task):
    assert hand_in(sign_in(cast.unit_contact), task, (given.picture(), "棚.png")).status_code == 303
    photo = queries.evidence_of([task.id])[0]
    path = f"/tasks/{task.id}/photos/{photo.id}"
    served = sign_in(cast.staff).get(path)
    assert served.status_code == 200
    assert served.headers["Content-Type"] == "image/jpeg"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Cache-Control"].startswith("private")
    assert served.headers["Content-Disposition"].startswith("inline")
    assert Image.open(BytesIO(served.data)).size == (64, 48)
    assert sign_in(cast.staff).get(path + "/small").status_code == 200
    for stranger in (cast.neighbour_staff, cast.resident):
        assert sign_in(stranger).get(path).status_code == 404


def test_a_photo_of_another_task_is_not_served_under_this_one(cast, sign_in, task, resolution):
    other = given.submitted(cast, resolution, title="别的")
    db.session.commit()
    photo = queries.evidence_of([other.id])[0]
    assert sign_in(cast.staff).get(f"/tasks/{task.id}/photos/{photo.id}").status_code == 404


def test_a_photo_whose_file_is_gone_is_not_found(cast, sign_in, resolution):
    task = given.submitted(cast, resolution)
    db.session.commit()
    photo = queries.evidence_of([task.id])[0]
    assert sign_in(cast.staff).get(f"/tasks/{task.id}/photos/{photo.id}").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"MZ" + b"\0" * 2000,
        b"\xff\xd8\xff\xe0" + b"\0" * 50,
        given.picture().getvalue()[:400],
        b"\0" * (20 * 1024 * 1024),
    ],
    ids=["empty", "svg", "exe", "broken jpeg", "half a jpeg", "20 MB"],
)
def test_what_is_no_photo_is_refused_beside_its_field(cast, sign_in, task, content):
    answer = hand_in(sign_in(cast.unit_contact), task, (BytesIO(content), "现场.jpg"))
    assert answer.status_code == 422
    assert "棚已搭好" in answer.get_data(as_text=True)
    assert db.session.get(Task, task.id).state is TaskState.ACCEPTED
    assert db.session.query(Evidence).count() == 0


def test_one_bad_photo_among_good_ones_leaves_nothing_behind(cast, sign_in, task):
    answer = hand_in(
        sign_in(cast.unit_contact), task, (given.picture(), "1.jpg"), (BytesIO(b"x"), "2.jpg")
    )
    assert answer.status_code == 422
    assert db.session.query(Evidence).count() == 0


def test_none_at_all_is_refused(cast, sign_in, task):
    answer = hand_in(sign_in(cast.unit_contact), task, (BytesIO(b""), ""))
    assert answer.status_code == 422


def test_ten_are_too_many(cast, sign_in, task):
    photos = [(given.picture(), f"{n}.jpg") for n in range(10)]
    assert hand_in(sign_in(cast.unit_contact), task, *photos).status_code == 422


def test_the_limits_agree_and_stand_beside_the_field(app, cast, sign_in, task):
    page = sign_in(cast.unit_contact).get(f"/tasks/{task.id}").get_data(as_text=True)
    assert f"每张最大 {LARGEST // MB} MB，合计最大 {LARGEST_TOGETHER // MB} MB。" in page
    assert f'data-largest="{LARGEST}"' in page
    assert f'data-together="{LARGEST_TOGETHER}"' in page
    rest = app.config["MAX_FORM_MEMORY_SIZE"]
    assert app.config["MAX_CONTENT_LENGTH"] > LARGEST_TOGETHER + rest


def test_where_a_phone_took_it_is_not_kept(cast, sign_in, task):
    exif = Image.Exif()
    exif[0x010F] = "Phone"
    taken = BytesIO()
    Image.new("RGB", (40, 30)).save(taken, "JPEG", exif=exif)
    taken.seek(0)
    hand_in(sign_in(cast.unit_contact), task, (taken, "棚.jpg"))
    photo = queries.evidence_of([task.id])[0]
    served = sign_in(cast.staff).get(f"/tasks/{task.id}/photos/{photo.id}")
    assert not Image.open(BytesIO(served.data)).getexif()
