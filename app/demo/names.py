"""Invented people: common surnames by their frequency, given names by generation."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from app.people.interface import pinyin_of

# Per cent of the population, roughly, from the census of surnames.
_SURNAMES = {
    "王": 72, "李": 72, "张": 68, "刘": 54, "陈": 45, "杨": 31, "黄": 22, "赵": 21, "周": 19, "吴": 19,
    "徐": 15, "孙": 14, "马": 13, "胡": 12, "朱": 12, "郭": 11, "何": 11, "罗": 11, "高": 10, "林": 10,
    "郑": 9, "梁": 8, "谢": 8, "唐": 7, "许": 7, "冯": 7, "宋": 6, "韩": 6, "邓": 6, "彭": 5, "曹": 5,
    "曾": 5, "田": 5, "萧": 4, "潘": 4, "袁": 4, "蔡": 4, "蒋": 4, "余": 4, "于": 4, "杜": 4, "叶": 4,
    "程": 4, "魏": 4, "苏": 4, "吕": 4, "丁": 3, "任": 3, "卢": 3, "姚": 3, "钟": 3, "姜": 3, "崔": 3,
    "谭": 3, "廖": 3, "范": 3, "汪": 3, "陆": 3, "金": 3, "石": 3, "戴": 2, "贾": 2, "韦": 2, "夏": 2,
    "邱": 2, "方": 2, "侯": 2, "邹": 2, "熊": 2, "孟": 2, "秦": 2, "白": 2, "江": 2, "阎": 2, "薛": 2,
    "尹": 2, "段": 1, "雷": 1, "黎": 1, "史": 1, "龙": 1, "陶": 1, "贺": 1, "毛": 1, "单": 1, "解": 1,
    "覃": 1, "欧阳": 1, "诸葛": 1, "仇": 1, "翟": 1,
}  # fmt: skip
_OLD = {
    True: [
        "建国",
        "建华",
        "国庆",
        "德明",
        "志强",
        "文华",
        "光荣",
        "永福",
        "正清",
        "天才",
        "世贵",
        "大华",
        "国强",
        "长贵",
        "忠良",
        "学文",
        "兴发",
        "治平",
        "明德",
        "安邦",
    ],
    False: [
        "秀英",
        "桂兰",
        "淑珍",
        "玉梅",
        "素华",
        "秀珍",
        "桂英",
        "玉兰",
        "凤英",
        "琼芳",
        "光碧",
        "德芬",
        "天秀",
        "淑芬",
        "明珍",
        "世芳",
        "永秀",
        "兴碧",
        "贵芳",
        "国珍",
    ],
}
_MIDDLE = {
    True: [
        "勇",
        "军",
        "伟",
        "强",
        "涛",
        "斌",
        "刚",
        "鹏",
        "杰",
        "辉",
        "波",
        "毅",
        "海",
        "松",
        "平",
        "建军",
        "志勇",
        "晓东",
        "国栋",
        "俊峰",
        "立新",
        "小林",
        "永刚",
        "红兵",
    ],
    False: [
        "芳",
        "敏",
        "静",
        "丽",
        "艳",
        "娟",
        "霞",
        "燕",
        "玲",
        "萍",
        "红",
        "梅",
        "英",
        "晓燕",
        "丽娟",
        "春梅",
        "小红",
        "雪梅",
        "海燕",
        "红梅",
        "利群",
        "小玲",
        "建英",
        "月华",
    ],
}
_YOUNG = {
    True: [
        "浩然",
        "子轩",
        "宇航",
        "俊杰",
        "梓豪",
        "博文",
        "一鸣",
        "天宇",
        "思远",
        "明轩",
        "嘉豪",
        "泽宇",
        "家乐",
        "子涵",
        "文博",
        "睿",
        "昊",
        "晨",
        "奕辰",
        "铭泽",
    ],
    False: [
        "欣怡",
        "雨桐",
        "梓涵",
        "诗琪",
        "佳怡",
        "思琪",
        "雨欣",
        "可馨",
        "梦瑶",
        "语嫣",
        "静雯",
        "若曦",
        "怡然",
        "嘉欣",
        "子萱",
        "悦",
        "瑶",
        "颖",
        "思涵",
        "一诺",
    ],
}
_OLDER, _YOUNGER = 1966, 1992  # years of birth between the generations


class Names:
    """Draws names; the same random source gives the same people."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._surnames = list(_SURNAMES)
        self._weights = list(_SURNAMES.values())

    def surname(self) -> str:
        return self.random.choices(self._surnames, self._weights)[0]

    def given(self, born: int, *, male: bool) -> str:
        pool = _OLD if born < _OLDER else _MIDDLE if born < _YOUNGER else _YOUNG
        if self.random.random() < 0.7:
            # Two halves of two names make a third, so that namesakes stay as rare as in life.
            return self.random.choice(pool[male])[0] + self.random.choice(pool[male])[-1]
        first = self.random.choice(pool[male])
        if len(first) == 1 and self.random.random() < 0.5:
            second = self.random.choice(pool[male])
            return first + second if len(second) == 1 else second
        return first


@lru_cache(maxsize=20_000)
def spelt(name: str) -> tuple[str, str]:
    """Pinyin and initials, each name looked up once."""
    return pinyin_of(name)
