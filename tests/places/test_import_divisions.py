from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.db import db
from app.places.models import Level, Place
from app.places.services.divisions import DivisionsRefused, _contradictions, _read, import_divisions

HEAD = "code,name,level,parent_code\n"
GOOD = (
    HEAD
    + "5120,资阳市,city,\n512002,雁江区,district,5120\n512002001,莲花街道,street,512002\n512002101,迎接镇,town,512002\n"
)


@pytest.fixture
def run(app, tmp_path):
    def running(content, encoding="utf-8"):
        file = tmp_path / "divisions.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return app.test_cli_runner().invoke(args=["places", "import", str(file)])

    return running


def named(name):
    return db.session.scalar(select(Place).where(Place.name == name))


def test_a_list_makes_the_tree_from_the_city_down(run):
    result = run(GOOD)
    assert (result.exit_code, result.output.splitlines()[0]) == (
        0,
        "4 added, 0 renamed, 0 unchanged.",
    )
    city, district, street, town = (
        named(name) for name in ("资阳市", "雁江区", "莲花街道", "迎接镇")
    )
    assert [place.level for place in (city, district, street, town)] == [
        Level.CITY,
        Level.DISTRICT,
        Level.STREET,
        Level.STREET,
    ]
    assert street.path == f"/{city.id}/{district.id}/{street.id}/"
    assert town.parent_id == district.id


def test_levels_are_written_in_chinese_too(run):
    words = {"city": "市", "district": "区", "street": "街道", "town": "镇"}
    content = GOOD
    for english, chinese in words.items():
        content = content.replace(f",{english},", f",{chinese},")
    more = (
        "512021,安岳县,县,5120\n512021200,云峰乡,乡,512021\n512021001,石桥街道,subdistrict,512021\n"
    )
    assert run(content + more).output.startswith("7 added")
    levels = [named(name).level for name in ("资阳市", "雁江区", "安岳县")]
    assert levels == [Level.CITY, Level.DISTRICT, Level.DISTRICT]
    subdistricts = {named(name).level for name in ("莲花街道", "迎接镇", "云峰乡", "石桥街道")}
    assert subdistricts == {Level.STREET}


def test_a_second_run_changes_only_names(run):
    run(GOOD)
    ids = {place.code: place.id for place in db.session.scalars(select(Place))}
    assert run(GOOD).output.startswith("0 added, 0 renamed, 4 unchanged.")
    assert run(GOOD.replace("莲花", "荷花")).output.startswith("0 added, 1 renamed, 3 unchanged.")
    assert {place.code: place.id for place in db.session.scalars(select(Place))} == ids
    assert named("荷花街道") is not None
    entries = db.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.action == "place.import").order_by(AuditEntry.id)
    ).all()
    assert entries[-1] == {"added": 0, "renamed": 1, "unchanged": 3}


def test_lines_may_stand_in_any_order(run):
    head, *lines = GOOD.splitlines()
    result = run("\n".join([head, *reversed(lines)]))
    assert result.output.startswith("4 added")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_saved_by_excel_is_read(run, encoding):
    assert run(GOOD, encoding).exit_code == 0
    assert named("资阳市") is not None


def test_empty_lines_and_other_columns_do_not_matter(run):
    content = "remark,parent_code,code,name,level\r\nx,,5120, 资阳市 ,city\r\n,,,,\r\n"
    assert run(content).output.startswith("1 added")


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        ("5120,资阳市,city,\n512002,雁江区,quarter,5120\n", 3),
        ("5120,资阳市,city,\n512002,,district,5120\n", 3),
        ("5120,资阳市,city,\n51-2002,雁江区,district,5120\n", 3),
        ("5120,资阳市,city,\n,雁江区,district,5120\n", 3),
        ("5120,资阳市,city,\n512002,雁江区,district,5199\n", 3),
        ("5120,资阳市,city,\n512002001,莲花街道,street,510502002\n", 3),
        ("5120,资阳市,city,\n5120,资阳市,city,\n", 3),
        ("5120,资阳市,city,\n512002,雁江区,district,5120\n512021,雁江区,district,5120\n", 4),
        ("5120,资阳市,city,5105\n", 2),
        ("5120,资阳市,city,\n510502,江阳区,district,5120\n", 3),
        ("5120,资阳市,city,\n510502,江阳区,street,5105\n", 3),
        ("5120,资阳市,city,\n512002," + "x" * 81 + ",district,5120\n", 3),
        ("5120,泸州市,city,\n", 2),
        ("512002,雁江区,district,512002\n", 2),
    ],
)
def test_a_mistake_names_its_line_and_nothing_is_written(run, lines, line):
    before = len(db.session.scalars(select(Place.id)).all())
    result = run(HEAD + lines)
    assert result.exit_code == 1
    assert f"line {line}:" in result.stderr
    assert len(db.session.scalars(select(Place.id)).all()) == before


def test_every_mistake_is_named_at_once(run):
    result = run(HEAD + "1,,city,\n2,x,y,\n3,z,district,9\n")
    assert [row.split("line ")[1][0] for row in result.stderr.splitlines()] == ["2", "3", "4"]


@pytest.mark.parametrize(
    "content",
    ["", "code,name\n1,2\n", "\n\n", b"\xff\xfe\x00\x81", b"PK\x03\x04" + bytes(range(256))],
)
def test_a_file_that_is_no_such_list_is_refused(run, content):
    result = run(content)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)


def test_the_list_of_two_cities_is_taken_in(run):
    listed = Path(__file__).parent / "divisions.csv"
    result = run(listed.read_bytes())
    rows = len(listed.read_text("utf-8").splitlines()) - 1
    assert result.exit_code == 0, result.stderr
    # Three are the cast's, whose subdistrict has another one's code.
    assert result.output.startswith(f"{rows - 3} added, 1 renamed, 2 unchanged.")
    assert named("内江市").level is Level.CITY
    assert "flask user grant" in result.output


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "code": st.sampled_from(["1", "2", "3", "4", "", "x y", "é"]),
                "name": st.sampled_from(["甲", "乙", "", " 甲 "]),
                "level": st.sampled_from(["city", "district", "street", "town", "", "x"]),
                "parent_code": st.sampled_from(["1", "2", "3", "", "9"]),
            }
        ),
        max_size=6,
    )
)
def test_whatever_is_not_refused_is_a_tree(rows):
    listed, mistakes = _read(rows)
    mistakes += _contradictions(listed, {})
    if mistakes:
        assert all(2 <= line <= len(rows) + 1 for line, _message in mistakes)
        return
    by_code = {row.code: row for row in listed}
    assert len(by_code) == len(listed)
    for row in listed:
        above = [row]
        while above[-1].parent_code:
            above.append(by_code[above[-1].parent_code])
            assert len(above) <= len(listed)  # no circle
        assert above[-1].level is Level.CITY


@pytest.mark.usefixtures("app")
def test_the_service_says_what_is_wrong():
    with pytest.raises(DivisionsRefused) as refused:
        import_divisions(
            None, [{"code": "5120", "name": "资阳市", "level": "city", "parent_code": "9"}]
        )
    assert [line for line, _message in refused.value.errors] == [2]


def test_the_city_entered_at_the_first_start_gets_its_code(run):
    run(GOOD)
    city = named("资阳市")
    city.code = None
    db.session.commit()
    assert run(GOOD).output.startswith("0 added, 0 renamed, 4 unchanged.")
    db.session.expire_all()
    assert named("资阳市").code == "5120"
