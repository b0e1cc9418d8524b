"""Sources in XML: whatever programs export, with names of their own making."""

from __future__ import annotations

import unicodedata

from ccvc.standard.encodings import Encoding
from ccvc.standard.names import TONES
from tests.intake.corpus.headings import AN_IS, BINH_IS, BOTH
from tests.intake.corpus.sources import AN, BINH, BIRTH, NAME, SEX, Case
from tests.standard.columns import written

HOME = "identity.home_town"


def tree(content: str, encoding: str = "utf-8", declared: str = "UTF-8") -> bytes:
    """A file with its declaration."""
    return f'<?xml version="1.0" encoding="{declared}"?>\n{content}'.encode(encoding)


def in_parts(letter: str) -> str:
    """A letter as windows-1258 writes it: with its tone as a letter of its own."""
    bare = unicodedata.normalize("NFD", letter)
    tones = "".join(mark for mark in bare if mark in TONES)
    return unicodedata.normalize("NFC", "".join(mark for mark in bare if mark not in TONES)) + tones


ELEMENTS = f"""<DanhSach><NgayLap>01/07/2026</NgayLap>
<CanBo><HoTen>Nguyễn Văn An</HoTen><GioiTinh>Nam</GioiTinh><NgaySinh>07/03/1985</NgaySinh><SoCCCD>{AN}</SoCCCD></CanBo>
<CanBo><HoTen>Trần Thị Bình</HoTen><GioiTinh>Nữ</GioiTinh><NgaySinh>02/10/1985</NgaySinh><SoCCCD>{BINH}</SoCCCD></CanBo>
</DanhSach>"""
ATTRIBUTES = f"""<hs:HoSo xmlns:hs="urn:phan-mem" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<hs:nguoi so_cccd="{AN}" ho_ten="Nguyễn Văn An" gioi_tinh="Nam" ngay_sinh="07/03/1985"/>
<hs:nguoi so_cccd="{BINH}" ho_ten="Trần Thị Bình" gioi_tinh="Nữ" ngay_sinh="02/10/1985" xsi:type="hs:n"/>
</hs:HoSo>"""
NESTED = f"""<DuLieu><DonVi Ten="Phòng Nội vụ">
<CanBo><LyLich><HoTen>Nguyễn Văn An</HoTen><GioiTinh>Nam</GioiTinh><NgaySinh>07/03/1985</NgaySinh></LyLich>
 <QuaTrinhDaoTao><VanBang><TrinhDo>Đại học</TrinhDo><ChuyenNganh>Luật</ChuyenNganh></VanBang>
 <VanBang><TrinhDo>Thạc sĩ</TrinhDo><ChuyenNganh>Quản lý công</ChuyenNganh></VanBang></QuaTrinhDaoTao>
 <GiayTo><SoCCCD>{AN}</SoCCCD></GiayTo></CanBo>
<CanBo><LyLich><HoTen>Trần Thị Bình</HoTen><GioiTinh>Nữ</GioiTinh><NgaySinh>02/10/1985</NgaySinh></LyLich>
 <GiayTo><SoCCCD>{BINH}</SoCCCD></GiayTo></CanBo></DonVi></DuLieu>"""
ALONE = f"""<LyLich><HoTen>Nguyễn Văn An</HoTen><GioiTinh>Nam</GioiTinh><NgaySinh>07/03/1985</NgaySinh>
<SoCCCD>{AN}</SoCCCD><QueQuan><![CDATA[xã Kim Liên, huyện Nam Đàn, tỉnh Nghệ An]]></QueQuan></LyLich>"""
PARTS = "".join(in_parts(letter) for letter in ELEMENTS).encode("cp1258")
OLD = written(ELEMENTS, Encoding.TCVN3).encode("cp1252")

TREES: list[Case] = [
    Case("XML of elements", tree(ELEMENTS), BOTH),
    Case("XML of attributes and a namespace", tree(ATTRIBUTES), BOTH),
    Case(
        "XML with rows inside, the number behind them",
        tree(NESTED),
        BOTH,
        tables={
            "education.degrees": [
                {"level": "6", "major": "Luật"},
                {"level": "7", "major": "Quản lý công"},
            ]
        },
    ),
    Case(
        "XML of one person",
        tree(ALONE),
        {AN: {NAME: "Nguyễn Văn An", SEX: "1", BIRTH: "1985-03-07"}},
    ),
    Case("XML in UTF-16", tree(ELEMENTS, "utf-16", "UTF-16"), BOTH),
    Case("XML in windows-1258", b'<?xml version="1.0" encoding="windows-1258"?>' + PARTS, BOTH),
    Case(
        "XML declared as TCVN3", b'<?xml version="1.0" encoding="TCVN3"?>' + OLD, {AN: AN_IS, BINH: BINH_IS}
    ),
]
