"""Photos are decoded and written again: proof that they are pictures, without where and by what
they were taken."""

import warnings
from contextlib import suppress
from io import BytesIO
from random import Random

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from app.core import files
from app.core.errors import Refused


def keep(folder, uploaded):
    return files.keep_photo(folder, files.read_photo(uploaded))


def upload(content: bytes, name: str = "照片.jpg") -> FileStorage:
    return FileStorage(BytesIO(content), filename=name)


def picture(kind: str = "JPEG", size: tuple[int, int] = (3000, 2000), **options) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "#7b8f6a").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_photo_becomes_a_small_jpeg(tmp_path, kind):
    kept = keep(tmp_path, upload(picture(kind)))
    with Image.open(files.path_of(tmp_path, kept.digest)) as small:
        assert small.format == "JPEG"
        assert max(small.size) == 1600
    assert kept.media_type == "image/jpeg"
    assert kept.name == "照片.jpg"


@pytest.mark.usefixtures("app")
def test_where_it_was_taken_is_not_kept(tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "Phone of Zhang"
    exif.get_ifd(0x8825)[1] = "N"
    said = {
        "comment": b"Zhang, at home",
        "xmp": b"Zhang",
        "dpi": (300, 300),
        "icc_profile": b"Zhang",
    }
    kept = keep(tmp_path, upload(picture(size=(40, 30), exif=exif, **said)))
    with Image.open(files.path_of(tmp_path, kept.digest)) as small:
        assert not dict(small.getexif())
        assert set(small.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Zhang" not in files.path_of(tmp_path, kept.digest).read_bytes()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"MZ\x90\x00" + b"\x00" * 400,
        picture()[:200],
        b"\xff\xd8\xff\xe0" + b"\x00" * 50,
    ],
    ids=["empty", "text", "program", "cut off", "only a head"],
)
def test_what_is_no_picture_is_refused_beside_the_field(tmp_path, content):
    with pytest.raises(Refused) as refusal:
        keep(tmp_path, upload(content))
    assert refusal.value.field == "photos"
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("app")
def test_more_than_fifteen_megabytes_are_refused(tmp_path):
    with pytest.raises(Refused):
        keep(tmp_path, upload(b"\xff\xd8" + b"\x00" * files.LARGEST))


@pytest.mark.usefixtures("app")
def test_a_picture_that_unpacks_without_end_is_refused(tmp_path):
    bomb = picture("PNG", (20_000, 10_000))
    with pytest.raises(Refused):
        keep(tmp_path, upload(bomb))


@pytest.mark.usefixtures("app")
def test_the_same_photo_is_kept_once(tmp_path):
    first = keep(tmp_path, upload(picture(size=(40, 30))))
    second = keep(tmp_path, upload(picture(size=(40, 30))))
    assert first.digest == second.digest
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("kind", ["EPS", "TIFF", "BMP", "PDF"])
def test_other_kinds_of_picture_are_not_even_opened(kind):
    with pytest.raises(Refused):
        files.read_photo(upload(picture(kind, (40, 30))))


def test_nonsense_about_a_picture_never_breaks_the_server():
    """Bytes of what the phone wrote into it, changed at random but the same in every run."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "x"
    whole = picture(size=(60, 40), exif=exif)
    random = Random(1)
    for _ in range(3000):
        changed = bytearray(whole)
        for _ in range(random.randint(1, 6)):
            changed[random.randrange(20, 90)] = random.randrange(256)
        with suppress(Refused), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            files.read_photo(upload(bytes(changed)))
