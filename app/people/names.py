"""Names as they are searched for: pinyin and initials, with surnames read as surnames.

A dictionary reads a character by its commonest sense (单 dān, 解 jiě, 仇 chóu); as a surname it
is often read otherwise. What is wrong all the same can be corrected by hand in the person's entry.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST_PINYIN = 120  # the width of person.pinyin
LONGEST_INITIALS = 30  # the width of person.initials

# Surnames that the dictionary reads otherwise. Where two readings are in use, the commoner one.
_SURNAMES = {
    "仇": "qiu", "佴": "nai", "冼": "xian", "区": "ou", "卜": "bu", "单": "shan", "句": "gou",
    "召": "shao", "员": "yun", "哈": "ha", "查": "zha", "种": "chong",
    "繁": "po", "缪": "miao", "翟": "zhai", "能": "nai", "薄": "bo", "藏": "zang", "祭": "zhai",
    "秘": "bi", "粘": "nian", "缴": "jiao", "解": "xie", "覃": "qin", "折": "she", "晟": "cheng",
    "曾": "zeng", "朴": "piao", "洗": "xian", "炅": "gui", "燕": "yan", "盖": "ge", "乐": "yue",
    "乜": "nie", "任": "ren", "华": "hua", "宁": "ning", "尉": "wei", "幺": "yao", "都": "du",
    "逄": "pang", "阚": "kan", "黑": "he", "谌": "chen", "撒": "sa", "钭": "tou", "隽": "juan",
    "單": "shan", "區": "ou", "華": "hua", "寧": "ning", "樂": "yue", "蓋": "ge", "員": "yun",
    "繆": "miao", "諶": "chen", "闞": "kan", "種": "chong",
}  # fmt: skip

_DOUBLE_SURNAMES = {
    "万俟": "mo qi", "上官": "shang guan", "东方": "dong fang", "东郭": "dong guo",
    "东门": "dong men", "乐正": "yue zheng", "亓官": "qi guan", "令狐": "ling hu",
    "仲孙": "zhong sun", "公冶": "gong ye", "公孙": "gong sun", "公羊": "gong yang",
    "公良": "gong liang", "公西": "gong xi", "单于": "chan yu", "南宫": "nan gong",
    "南门": "nan men", "司寇": "si kou", "司徒": "si tu", "司空": "si kong", "司马": "si ma",
    "呼延": "hu yan", "哥舒": "ge shu", "壤驷": "rang si", "夏侯": "xia hou", "太史": "tai shi",
    "太叔": "tai shu", "夹谷": "jia gu", "完颜": "wan yan", "宇文": "yu wen", "宗政": "zong zheng",
    "宰父": "zai fu", "尉迟": "yu chi", "左丘": "zuo qiu", "巫马": "wu ma", "微生": "wei sheng",
    "慕容": "mu rong", "拓跋": "tuo ba", "梁丘": "liang qiu", "欧阳": "ou yang",
    "歐陽": "ou yang", "段干": "duan gan", "淳于": "chun yu", "漆雕": "qi diao",
    "澹台": "tan tai", "濮阳": "pu yang", "独孤": "du gu", "申屠": "shen tu", "百里": "bai li",
    "皇甫": "huang fu", "端木": "duan mu", "第五": "di wu", "纳兰": "na lan", "羊舌": "yang she",
    "西门": "xi men", "诸葛": "zhu ge", "諸葛": "zhu ge", "谷梁": "gu liang", "赫连": "he lian",
    "轩辕": "xuan yuan", "钟离": "zhong li", "长孙": "zhang sun", "長孫": "zhang sun",
    "闻人": "wen ren", "闾丘": "lv qiu", "颛孙": "zhuan sun", "鲜于": "xian yu",
}  # fmt: skip

# In names but not in the dictionary.
_RARE = {"𠮷": "ji", "𫍽": "xuan", "𫖯": "fu", "𬀩": "wei", "𬭎": "hong", "𬱖": "di", "㛃": "jie"}

# In names never read as the dictionary does: 卜 is bo only in 萝卜.
_ALWAYS = {"卜": "bu"}

_LONGEST_HAN_NAME = 5  # longer ones are transliterations, whose first character is no surname
_PIECES = re.compile(r"([㐀-䶿一-鿿豈-﫿\U00020000-\U000323af]+)|([^\W\d_]+)")


def pinyin_of(name: str) -> tuple[str, str]:
    """Pinyin without tones and spaces, and its initials: 吕单 → ("lvdan", "ld").

    ü is written v, as it is typed. Latin names are taken as they are, without accents; digits
    and signs do not count. Never raises, and never exceeds the width of the columns.
    """
    pieces = _PIECES.findall(name)
    syllables: list[str] = []
    whole_is_han = len(pieces) == 1 and 0 < len(pieces[0][0]) <= _LONGEST_HAN_NAME
    for han, other in pieces:
        if han:
            syllables += _chinese(han) if whole_is_han else _read(han)
        else:
            syllables.append(spelt(other))
    spoken = [syllable for syllable in syllables if syllable]
    pinyin = "".join(spoken)[:LONGEST_PINYIN]
    return pinyin, "".join(syllable[0] for syllable in spoken)[:LONGEST_INITIALS]


@lru_cache(maxsize=1)
def _dictionary():  # type: ignore[no-untyped-def]  # noqa: ANN202 - a function of pypinyin
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - a quarter of a second most requests never need

    return lazy_pinyin


def _chinese(name: str) -> list[str]:
    """Syllables of a whole Chinese name: the surname as a surname, the rest as words."""
    if len(name) > 2 and name[:2] in _DOUBLE_SURNAMES:  # noqa: PLR2004 - two and a given name
        return [*_DOUBLE_SURNAMES[name[:2]].split(), *_read(name[2:])]
    if name[0] in _SURNAMES:
        return [_SURNAMES[name[0]], *_read(name[1:])]
    # On its own, so that surname and given name are not read as one word.
    return [*_read(name[0]), *_read(name[1:])]


@lru_cache(maxsize=8192)
def _read(characters: str) -> tuple[str, ...]:
    """Syllables of Chinese characters, read in their context; unknown ones are left out."""
    syllables = _dictionary()(characters, errors=_rare)
    if len(syllables) != len(characters):
        return tuple(spelt(syllable) for syllable in syllables)
    return tuple(
        _ALWAYS.get(character) or spelt(syllable)
        for character, syllable in zip(characters, syllables, strict=True)
    )


def _rare(unknown: str) -> list[str]:
    return [_RARE.get(character, "") for character in unknown]


def spelt(word: str | None) -> str:
    """Pinyin as it is kept: small Latin letters only, without accents."""
    plain = unicodedata.normalize("NFKD", word or "").lower()
    return "".join(letter for letter in plain if "a" <= letter <= "z")
