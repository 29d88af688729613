"""A roster through the pages: uploaded, looked at, corrected, taken over."""

from __future__ import annotations

import io
import json
import re
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, update

from app.audit.models import AuditEntry
from app.core import files
from app.core.db import db
from app.core.engines import Purpose, purpose
from app.people.models import Person
from app.places.models import EstateKind, Level, Place
from app.places.services import tree as places
from app.rosters import forms, queries, services, sheets, stored_files, writing
from app.rosters.columns import layout_of
from app.rosters.models import PersonImport
from tests.rosters.spreadsheets import replaced, xlsx

HEAD = ["姓名", "联系电话", "楼栋", "房号"]
IDENTITY = "510502195603120013"


@pytest.fixture
def staff(cast, sign_in):
    return sign_in(cast.staff)


@pytest.fixture
def upload(cast, staff):
    """Uploads rows (or bytes) as 陈社工 of 桂花社区; gives the answer."""

    def send(*rows, content=None, name="居民花名册.xlsx", community=None):
        content = xlsx([HEAD, *rows]) if content is None else content
        data = {
            "community_id": str((community or cast.community).id),
            "file": (io.BytesIO(content), name),
        }
        return staff.post("/rosters", data=data)

    return send


def only_import():
    return db.session.scalars(select(PersonImport)).one()


def people_count():
    return db.session.scalar(select(func.count()).select_from(Person))


def seen_on(page):
    marker = 'name="seen" value="'
    start = page.index(marker) + len(marker)
    return page[start : page.index('"', start)]


def take_over(staff, address, **data):
    page = staff.get(address).text
    return staff.post(f"{address}/take-over", data={"seen": seen_on(page), **data})


def test_an_upload_shows_what_becomes_of_each_row_and_changes_nothing(upload, staff):
    before = people_count()
    answer = upload(
        ["周涛", 13811112222, "2栋", "404"],
        ["张建国", "13911112222", "2栋", "101"],
        ["李秀英", "13900005678", "", ""],
        ["周涛", 13811112222, "", ""],
        ["=1+1", "", "2栋", "1"],
    )
    assert answer.status_code == 303
    page = staff.get(answer.location).text
    for said in ("周涛", "桂花苑 2栋 404", "13911112222", "=1+1"):
        assert said in page
    assert "138****1234 → 13911112222" in page
    assert people_count() == before


def test_one_button_takes_all_of_it_over(upload, staff):
    before = people_count()
    address = upload(["周涛", 13811112222, "2栋", "404"], ["", "1", "", ""]).location
    answer = take_over(staff, address)
    assert answer.status_code == 303
    assert people_count() == before + 1
    uploaded = only_import()
    assert (uploaded.added, uploaded.changed, uploaded.skipped) == (1, 0, 1)
    assert uploaded.applied_at is not None
    assert "take-over" not in staff.get(address).text
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"person_import.upload", "person_import.take_over"} <= actions


def test_what_has_become_part_of_the_register_is_masked_as_there(upload, staff):
    address = upload(["周涛", 13811112222, "2栋", "404"]).location
    assert "13811112222" in staff.get(address).text
    take_over(staff, address)
    page = staff.get(f"{address}?rows=all").text
    assert "138****2222" in page
    assert "13811112222" not in page


def test_afterwards_the_page_leads_on_and_shows_what_was_left_out_if_anything_was(
    upload, staff, cast
):
    address = upload(["周涛", 13811112222, "2栋", "404"]).location
    take_over(staff, address)
    page = staff.get(address).text
    assert "没有这样的行" not in page
    assert "周涛" in page
    assert "stats" not in page  # what would be entered now, beside what was entered then
    assert f"/people/households?community={cast.community.id}" in page
    address = upload(["吴涛", "", "2栋", "405"], ["", "1", "", ""]).location
    take_over(staff, address)
    assert "吴涛" not in staff.get(address).text


def test_taking_over_twice_does_nothing_twice(upload, staff):
    address = upload(["周涛", 13811112222, "2栋", "404"]).location
    seen = seen_on(staff.get(address).text)
    staff.post(f"{address}/take-over", data={"seen": seen})
    after = people_count()
    answer = staff.post(f"{address}/take-over", data={"seen": seen})
    assert answer.status_code == 409
    assert people_count() == after


def test_what_somebody_else_chose_meanwhile_is_kept(upload, cast):
    upload(["周涛", 13811112222, "2栋", "404"])
    uploaded, staff = only_import(), cast.actor("staff")
    chosen = update(PersonImport).values(choices={"left_out": ["2 Sheet1"]})
    db.session.execute(chosen, execution_options={"synchronize_session": False})
    services.choose_estate(staff, uploaded, community=cast.community, create_in=cast.estate.id)
    assert uploaded.choices == {"left_out": ["2 Sheet1"], "create_in": cast.estate.id}


def test_the_same_file_uploaded_again_changes_nothing(upload, staff):
    rows = [["周涛", 13811112222, "2栋", "404"], ["钱多多", "", "", ""]]
    take_over(staff, upload(*rows).location)
    after = people_count()
    page = staff.get(upload(*rows).location).text
    assert "take-over" not in page
    assert people_count() == after


def test_nothing_is_taken_over_that_was_not_seen(upload, staff, cast):
    address = upload(["周涛", 13811112222, "2栋", "404"]).location
    seen = seen_on(staff.get(address).text)
    db.session.add(
        Person(code="X1", name="周涛", phone="13811112222", community_id=cast.community.id)
    )
    db.session.commit()
    before = people_count()
    assert staff.post(f"{address}/take-over", data={"seen": seen}).status_code == 409
    assert people_count() == before
    assert only_import().applied_at is None


def test_a_failure_half_way_leaves_nothing(upload, staff, monkeypatch):
    address = upload(["周涛", "", "2栋", "404"], ["张建国", "13911112222", "2栋", "101"]).location
    seen = seen_on(staff.get(address).text)
    before = people_count()

    def fail(_changed):
        raise RuntimeError

    monkeypatch.setattr(writing, "_correct", fail)
    assert staff.post(f"{address}/take-over", data={"seen": seen}).status_code == 500
    assert people_count() == before
    assert only_import().applied_at is None


def test_the_rows_left_out_can_be_downloaded_corrected_and_uploaded_again(upload, staff):
    address = upload(
        ["周涛", "", "9栋", "404"], ["=cmd|'/C calc'!A0", "+86 13811112222", "2栋", "1"]
    ).location
    answer = staff.get(f"{address}/left-out")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    [(_name, [_title, head, first, second])] = sheets_of(answer.data)
    assert head[:-2] == HEAD
    assert first[:5] == ["周涛", "", "9栋", "404", 2]
    assert second[:4] == ["=cmd|'/C calc'!A0", "+86 13811112222", "2栋", "1"]
    corrected = xlsx([head, [*first[:2], "2栋", *first[3:]]])
    page = staff.get(upload(content=corrected, name="x.xlsx").location).text
    assert "桂花苑 2栋 404" in page


def sheets_of(content):
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        return [(n, book.get_sheet_by_name(n).to_python()) for n in book.sheet_names]


def test_identity_numbers_are_kept_nowhere(upload, staff, app):
    content = xlsx(
        [[*HEAD, "身份证号", "备注"], ["周涛", "", "2栋", "404", IDENTITY, f"x{IDENTITY}"]]
    )
    address = upload(content=content).location
    assert IDENTITY not in staff.get(address).text
    stored = db.session.get(files.StoredFile, only_import().file_id)
    kept = files.path_of(app.config["FILES_FOLDER"], stored.digest).read_text()
    assert IDENTITY not in kept
    assert IDENTITY[:6] not in kept
    assert json.loads(kept)[0][1][1][1][4] == "******19560312**1*"
    take_over(staff, address)
    person = db.session.scalars(select(Person).where(Person.name == "周涛")).one()
    assert str(person.born_on) == "1956-03-12"


def test_missing_buildings_are_made_when_asked_for(upload, staff, cast):
    address = upload(["周涛", "", "9栋", "404"], ["吴涛", "", "9栋", "405"]).location
    assert "9栋" in staff.get(address).text
    assert staff.post(f"{address}/buildings", data={"create_in": cast.estate.id}).status_code == 303
    take_over(staff, address)
    building = db.session.scalars(select(Place).where(Place.name == "9栋")).one()
    assert building.parent_id == cast.estate.id
    names = db.session.scalars(
        select(Person.name).where(Person.household.has(building_id=building.id))
    )
    assert set(names) == {"周涛", "吴涛"}


def test_buildings_cannot_be_made_in_another_community(upload, staff, cast):
    address = upload(["周涛", "", "9栋", "404"]).location
    elsewhere = cast.neighbour_person.household.building.parent_id
    answer = staff.post(f"{address}/buildings", data={"create_in": elsewhere})
    assert answer.status_code == 422
    assert only_import().choices.get("create_in") is None


NEEDS_ESTATE = xlsx([
    ["姓名", "小区", "楼栋", "房号"], ["周涛", "锦绣花园", "2栋", "404"], ["吴涛", "锦绣花园", "3栋", "1"],
])  # fmt: skip


def test_an_estate_that_is_missing_is_entered_from_here_and_then_its_buildings(upload, staff, cast):
    address = upload(content=NEEDS_ESTATE).location
    page = staff.get(address).text
    assert "没有需要导入的内容" not in page
    assert "锦绣花园：2 行" in page
    assert 'value="锦绣花园"' in page
    kind = {"name": "锦绣花园", "estate_kind": "old", "parent_id": cast.grid.id}
    assert staff.post(f"{address}/estates", data=kind).location == address
    estate = db.session.scalars(select(Place).where(Place.name == "锦绣花园")).one()
    assert (estate.level, estate.estate_kind) == (Level.ESTATE, EstateKind.OLD)
    assert "锦绣花园 2栋：1 行" in staff.get(address).text
    staff.post(f"{address}/buildings", data={"create_in": cast.estate.id})
    take_over(staff, address)
    buildings = select(Place.name).where(Place.parent_id == estate.id).order_by(Place.name)
    assert db.session.scalars(buildings).all() == ["2栋", "3栋"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"estate_kind": ""}, "请填写此项"),
        ({"name": ""}, "请填写此项"),
        ({"parent_id": 1}, "请从列出的选项中选择"),
    ],
)
def test_an_estate_entered_half_is_refused_and_nothing_made(upload, staff, cast, changes, said):
    address = upload(content=NEEDS_ESTATE).location
    sent = {"name": "锦绣花园", "estate_kind": "old", "parent_id": cast.grid.id, **changes}
    answer = staff.post(f"{address}/estates", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalar(select(Place).where(Place.name == "锦绣花园")) is None


def test_an_estate_named_in_addresses_only_is_offered_too(upload, staff):
    content = xlsx([["姓名", "住址"], ["周涛", "锦绣花园9栋404"], ["吴涛", "2栋202"]])
    page = staff.get(upload(content=content).location).text
    assert "锦绣花园：1 行" in page
    assert "9栋：1 行" in page


@pytest.fixture
def twin(cast):
    """丹桂里 with a 2栋 of its own, as in 桂花苑."""
    grid = cast.grid
    estate = places.add(
        None, parent=grid, level=Level.ESTATE, name="丹桂里", estate_kind=EstateKind.OLD
    )
    places.add(None, parent=estate, level=Level.BUILDING, name="2栋")
    db.session.commit()  # reading a roster ends the transaction
    return estate


AMBIGUOUS = ["周涛", "13811112222", "2栋", "404"]


def test_the_estate_a_roster_is_of_is_chosen_once_for_all_rows(upload, staff, cast, twin):
    address = upload(AMBIGUOUS).location
    page = staff.get(address).text
    assert "请写明小区" in page
    assert "本花名册属于哪个小区" in page
    answer = staff.post(f"{address}/estate", data={"estate": twin.id})
    assert answer.location == address
    page = staff.get(address).text
    assert "请写明小区" not in page
    assert "丹桂里 2栋 404" in page
    take_over(staff, address)
    person = db.session.scalars(select(Person).where(Person.name == "周涛")).one()
    assert person.household.building.parent_id == twin.id


@pytest.mark.usefixtures("twin")
def test_the_estate_in_the_name_of_the_file_is_chosen_already_and_may_be_taken_back(upload, staff):
    address = upload(AMBIGUOUS, name="桂花苑花名册.xlsx").location
    page = staff.get(address).text
    assert "桂花苑 2栋 404" in page
    assert re.search(r"<option selected[^>]*>桂花苑</option>", page)
    staff.post(f"{address}/estate", data={"estate": ""})
    assert "请写明小区" in staff.get(address).text


@pytest.mark.usefixtures("twin")
def test_the_estate_in_the_title_above_the_head_is_chosen_already(upload, staff):
    content = xlsx([["丹桂里居民登记表", "", "", ""], HEAD, AMBIGUOUS])
    assert "丹桂里 2栋 404" in staff.get(upload(content=content).location).text


def test_a_roster_is_of_no_estate_of_another_community(upload, staff, cast):
    address = upload(AMBIGUOUS).location
    elsewhere = cast.neighbour_person.household.building.parent_id
    answer = staff.post(f"{address}/estate", data={"estate": elsewhere})
    assert answer.status_code == 422
    assert "estate" not in only_import().choices


def test_an_estate_retired_since_is_no_longer_meant(upload, staff, twin):
    address = upload(AMBIGUOUS).location
    staff.post(f"{address}/estate", data={"estate": twin.id})
    twin.retired_on = date(2026, 1, 1)
    db.session.flush()
    assert staff.get(address).status_code == 200


def test_a_file_without_a_column_of_names_asks_for_the_columns(upload, staff):
    content = xlsx([["甲", "乙", "丙"], ["周涛", "13811112222", "2栋404"]])
    address = upload(content=content).location
    answer = staff.get(address)
    assert answer.status_code == 303
    page = staff.get(answer.location).text
    assert "周涛" in page
    for guessed in ("name", "phone", "address"):
        assert f'selected value="{guessed}"' in page
    chosen = {"first": "2", "fields-0": "name", "fields-1": "phone", "fields-2": "address"}
    assert staff.post(f"{address}/columns?sheet=1", data=chosen).status_code == 303
    assert "桂花苑 2栋 404" in staff.get(address).text
    take_over(staff, address)
    assert db.session.scalars(select(Person).where(Person.name == "周涛")).one().phone


@pytest.mark.parametrize(
    "chosen",
    [
        {"first": "2", "fields-0": "phone", "fields-1": "phone", "fields-2": ""},
        {"first": "2", "fields-0": "name", "fields-1": "name", "fields-2": ""},
        {"first": "0", "fields-0": "name", "fields-1": "", "fields-2": ""},
        {"first": "x", "fields-0": "name", "fields-1": "", "fields-2": ""},
        {"first": "2", "fields-0": "nonsense", "fields-1": "", "fields-2": ""},
    ],
)
def test_columns_that_make_no_sense_are_refused(upload, staff, chosen):
    address = upload(content=xlsx([["甲", "乙", "丙"], ["周涛", "1", "2"]])).location
    assert staff.post(f"{address}/columns?sheet=1", data=chosen).status_code == 422
    assert only_import().choices == {}


def test_too_few_or_too_many_columns_are_no_form_of_ours(upload, staff):
    address = upload(["周涛", "1", "2", "3"]).location
    answer = staff.post(f"{address}/columns", data={"first": "2", "fields-0": "name"})
    assert answer.status_code == 404


BAD = {
    "a program": b"MZ\x90\0" + bytes(200),
    "nothing": b"",
    "only a head": xlsx([HEAD]),
    "words": b"not a sheet at all",
    "words with a comma": "关于召开会议的通知\n各位居民, 您们好\n请准时参加".encode(),
    "a web page": b"<html><table><tr><td>x</td></tr></table></html>",
    "a truncated workbook": xlsx([HEAD, ["x"]])[:3000],
    "a zip bomb": replaced(xlsx([HEAD]), "xl/media/a.bin", bytes(300_000_000)),
    "too large a file": "的".encode() * 140_000,
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_bad_files_are_refused_beside_the_field_and_leave_nothing(upload, content, monkeypatch):
    monkeypatch.setattr(forms, "LARGEST", 400_000)
    answer = upload(content=content)
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    if content.startswith((b"not", "关于".encode())):
        assert "无法识别此表格文件" in answer.text
    assert db.session.scalar(select(func.count()).select_from(PersonImport)) == 0
    assert db.session.scalar(select(func.count()).select_from(files.StoredFile)) == 0


def test_no_file_is_refused(staff, cast):
    answer = staff.post("/rosters", data={"community_id": str(cast.community.id)})
    assert answer.status_code == 422


def test_markup_in_a_cell_is_only_text(upload, staff):
    page = staff.get(upload(["<script>alert(1)</script>", "", "", ""]).location).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    "query", ["", "?rows=refused", "?rows=new&page=2", "?rows=x&page=-1", "?page=x"]
)
def test_the_rows_are_filtered_and_paged_by_the_address(upload, staff, query):
    address = upload(*[[f"测{chr(0x4E00 + n)}", "", "2栋", str(n)] for n in range(60)]).location
    answer = staff.get(address + query)
    assert answer.status_code == 200
    page_two = "测" + chr(0x4E00 + 59)
    assert (page_two in answer.text) == ("page=2" in query)


def test_a_roster_of_another_community_is_not_there(upload, sign_in, cast):
    address = upload(["周涛", "", "2栋", "404"]).location
    other = sign_in(cast.neighbour_staff)
    for path in ("", "/columns", "/left-out"):
        assert other.get(address + path).status_code == 404
    for path in ("/take-over", "/columns", "/buildings"):
        assert other.post(address + path, data={"seen": "x"}).status_code == 404
    assert "居民花名册.xlsx" not in other.get("/rosters").text


def test_nothing_is_uploaded_for_another_community(upload, cast):
    assert upload(["周涛", "", "", ""], community=cast.neighbour).status_code == 422


@pytest.mark.parametrize("member", ["resident", "grid_worker", "street_officer", "oversight"])
def test_only_who_manages_people_takes_rosters_in(sign_in, cast, member):
    assert sign_in(getattr(cast, member)).get("/rosters").status_code == 403


def test_the_empty_roster_is_read_as_it_is_meant(staff):
    answer = staff.get("/rosters/template")
    layout = layout_of(sheets.read("f", answer.data))
    assert layout.has_names
    assert None not in layout.fields


@pytest.mark.both_engines
def test_the_pages_cost_the_same_number_of_queries_for_any_number_of_rows(upload, staff, counted):
    def queries_for(count):
        rows = [[f"测{chr(0x4E00 + n)}", "", "2栋", f"{count}{n}"] for n in range(count)]
        address = upload(*rows).location
        with counted() as sent:
            assert staff.get(address).status_code == 200
        return len(sent)

    assert queries_for(40) == queries_for(2)


def test_the_file_reaches_its_disk_under_its_digest_only(upload, app):
    upload(["周涛", "", "2栋", "404"], name="../../x.xlsx")
    stored = db.session.get(files.StoredFile, only_import().file_id)
    assert files.path_of(app.config["FILES_FOLDER"], stored.digest).exists()
    assert stored.name == "../../x.xlsx"


def test_a_heading_between_people_is_nobody(upload, staff):
    answer = upload(
        ["第一网格", "第一网格", "第一网格", "第一网格"],
        ["周涛", "13811112222", "2栋", "404"],
        ["第二网格", "", "", ""],
        ["低保户", "", "", ""],
    )
    page = staff.get(f"{answer.location}?rows=heading").text.partition('id="rows-title"')[2]
    assert all(heading in page for heading in ("第一网格", "第二网格", "低保户", "标题行（3）"))
    assert 'name="row"' not in page
    assert "排除勾选的行" not in page
    before = people_count()
    take_over(staff, answer.location)
    assert people_count() == before + 1
    assert db.session.scalar(select(Person.id).where(Person.name.like("%网格"))) is None


def test_a_row_is_left_out_by_hand_and_taken_in_again(upload, staff):
    address = upload(
        ["周涛", "13811112222", "2栋", "404"], ["吴桂兰", "13811113333", "2栋", "405"]
    ).location
    key = re.search(r'name="row" value="([^"]+)"[^>]+周涛', staff.get(address).text).group(1)
    assert staff.post(f"{address}/left-out?rows=new", data={"row": key}).status_code == 303
    assert "手工排除" in staff.get(address).text
    assert "将新增 1 人，更新 0 人，1 行不导入" in staff.get(address).text
    staff.post(f"{address}/left-out", data={"row": key, "again": "1"})
    assert "手工排除" not in staff.get(address).text
    staff.post(f"{address}/left-out", data={"row": [key, "9 nowhere", "x"]})
    assert only_import().choices["left_out"] == [key]
    before = people_count()
    take_over(staff, address)
    assert people_count() == before + 1
    assert db.session.scalar(select(Person.id).where(Person.name == "周涛")) is None
    assert staff.post(f"{address}/left-out", data={"row": key}).status_code == 409


def test_a_column_of_remarks_is_called_so(upload, staff):
    address = upload(content=xlsx([["姓名", "备注"], ["周涛", "独居"]])).location
    page = staff.get(f"{address}/columns").text
    assert 'selected value="remark">备注<' in page
    assert "核验说明" not in page


# --- nobody waits ---


def test_nothing_is_held_while_a_roster_is_read_or_compared(upload, staff, monkeypatch):
    """On SQLite nobody else could write meanwhile."""
    held = []

    def watched(call):
        def wrapper(*args, **kwargs):
            writes = purpose.get() is Purpose.WRITE
            held.append(db.session().in_transaction() and writes)
            return call(*args, **kwargs)

        return wrapper

    monkeypatch.setattr(stored_files, "kept", watched(stored_files.kept))
    monkeypatch.setattr(services, "plan_of", watched(services.plan_of))
    address = upload(["夏一", "", "2栋", "404"]).location
    take_over(staff, address)
    assert len(held) >= 3
    assert not any(held)


def test_what_changes_between_comparing_and_taking_over_is_not_overwritten(
    upload, staff, cast, monkeypatch
):
    address = upload(["夏一", "", "2栋", "404"]).location
    state_of = queries.state_of
    states = []

    def changing(*args):
        states.append(state_of(*args))
        if len(states) == 2:  # as if another had corrected a resident meanwhile
            return states[1]._replace(versions=states[1].versions + 1)
        return states[-1]

    monkeypatch.setattr(queries, "state_of", changing)
    answer = take_over(staff, address)
    assert answer.status_code == 409
    assert "居民信息在此期间有变动" in answer.text
    assert db.session.scalar(select(func.count()).where(Person.name == "夏一")) == 0


# --- rows to be decided ---

DOUBTFUL = [
    ["姓名", "联系电话", "楼栋", "房号", "备注"],
    ["夏一", "13811112222", "2栋", "404", "已迁出"],
    ["夏二", "", "2栋", "404", "2024年去世"],
    ["夏三", "", "2栋", "404", ""],
]


def gone_people():
    rows = db.session.execute(
        select(Person.name, Person.moved_out_on, Person.deceased).where(Person.name.like("夏%"))
    )
    return {name: (day and day.year, deceased) for name, day, deceased in rows}


def test_rows_about_people_who_are_gone_are_left_out_and_said(upload, staff):
    address = upload(content=xlsx(DOUBTFUL)).location
    page = staff.get(f"{address}?rows=asked").text
    assert "待您决定" in page
    assert "“已迁出”" in page
    assert "夏三" not in page
    take_over(staff, address)
    assert gone_people() == {"夏三": (None, False)}
    page = staff.get(address).text  # what was left out is what is shown first
    assert "夏一" in page
    assert "夏三" not in page


def test_they_are_entered_as_is_decided_one_by_one_or_as_the_roster_says(upload, staff):
    address = upload(content=xlsx(DOUBTFUL)).location
    where = f"{address}/left-out"
    staff.post(where, data={"row": "2 Sheet1", "as": "resident"})
    staff.post(where, data={"all": "1"})
    page = staff.get(address).text
    assert "按已去世录入" in page
    take_over(staff, address)
    assert gone_people() == {"夏一": (None, False), "夏二": (2024, True), "夏三": (None, False)}


def test_a_decision_can_be_undone_and_changed(upload, staff):
    address = upload(content=xlsx(DOUBTFUL)).location
    where = f"{address}/left-out"
    staff.post(where, data={"all": "1"})
    staff.post(where, data={"row": "2 Sheet1", "again": "1"})
    staff.post(where, data={"row": ["3 Sheet1", "4 Sheet1", "x"], "as": "moved_out"})
    staff.post(where, data={"row": "3 Sheet1", "as": "nonsense"})  # left out, as without `as`
    take_over(staff, address)
    assert gone_people() == {"夏三": (None, False)}


def test_the_command_line_says_what_the_page_says(app, cast, tmp_path):
    file = tmp_path / "名册.xlsx"
    file.write_bytes(xlsx([*DOUBTFUL, ["夏四", "13811112222（女儿）", "2栋", "405", ""]]))
    result = app.test_cli_runner().invoke(
        args=["people", "import", str(file), "--community", cast.community.name, "--apply"]
    )
    assert result.exit_code == 0
    assert "夏一 [Yours to decide 待您决定]" in result.output
    assert "夏三 [To be entered" in result.output
    assert "不是居民本人的（女儿）" in result.output
    assert gone_people() == {"夏三": (None, False), "夏四": (None, False)}
