"""Which nodes the demonstration has, who signs in on them, and how people are shared out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

NATIONAL = "G09"
EXCHANGE_PORT = 8443
SERVICES_PORT = 8600
FIRST_PORT = 8000
POSTGRES = "postgres"
AUTHORITY = "demo-authority"
ACCOUNTS = "accounts.json"
RESULT = "result.json"


@dataclass(frozen=True, slots=True)
class NodePlan:
    """One node of the demonstration: its agency, name, port of its pages, and its share of the people."""

    agency: str
    name: str
    port: int
    share: float

    def home(self, root: Path) -> Path:
        """The node's home folder."""
        return root / self.agency

    @property
    def index(self) -> int:
        """The node's place in the plan, which its seed is drawn from."""
        return self.port - FIRST_PORT

    @property
    def database(self) -> str:
        """The node's database on the shared embedded server."""
        return f"ccvc_{self.agency.lower()}"


NATIONAL_NODE = NodePlan(NATIONAL, "Bộ Nội vụ — Cơ sở dữ liệu quốc gia", FIRST_PORT, 0.0)
COMPONENTS = (
    NodePlan("G03", "Bộ Giáo dục và Đào tạo", FIRST_PORT + 1, 0.1),
    NodePlan("H26", "Thành phố Hà Nội", FIRST_PORT + 2, 0.4),
    NodePlan("H41", "Tỉnh Nghệ An", FIRST_PORT + 3, 0.3),
    NodePlan("H56", "Tỉnh Thanh Hóa", FIRST_PORT + 4, 0.2),
)
CLAIMANT, CLAIMED_FROM = "H41", "H26"
CLAIMED = 0.003
MOST_CLAIMED = 400
NODES = (NATIONAL_NODE, *COMPONENTS)


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """One account: its role, and the words people see."""

    username: str
    full_name: str
    role: str
    label: str


COMPONENT_ACCOUNTS = (
    AccountPlan("canbo", "Trần Thị Cán Bộ", "officer", "Cán bộ tổ chức (nhập tệp, khai)"),
    AccountPlan("kiemtra", "Lê Văn Kiểm", "officer", "Cán bộ kiểm tra"),
    AccountPlan("thamdinh", "Phạm Thị Thẩm", "verifier", "Người thẩm định"),
    AccountPlan("phe.duyet", "Hoàng Văn Duyệt", "approver", "Người phê duyệt, ký số"),
    AccountPlan("vanthu", "Đỗ Thị Thư", "clerk", "Văn thư cơ quan"),
    AccountPlan("quantri", "Vũ Văn Trị", "administrator", "Quản trị viên (không đọc hồ sơ)"),
    AccountPlan("thanhtra", "Bùi Thị Tra", "inspector", "Người thanh tra"),
)
NATIONAL_ACCOUNTS = (
    AccountPlan("phantich", "Ngô Thị Phân", "analyst", "Chuyên viên phân tích (số liệu tổng hợp)"),
    AccountPlan("thamtra", "Đặng Văn Tra", "appraiser", "Người thẩm định nhân sự"),
    AccountPlan("chatluong", "Lý Thị Chất", "steward", "Người theo dõi chất lượng dữ liệu"),
    AccountPlan("danhmuc", "Mai Thị Mục", "cataloguer", "Người quản lý danh mục (công bố danh mục mã)"),
    AccountPlan("quantri", "Vũ Văn Trị", "administrator", "Quản trị viên"),
    AccountPlan("thanhtra", "Bùi Thị Tra", "inspector", "Người thanh tra"),
)
OFFICES = {"G": "Bộ trưởng", "H": "Chủ tịch"}
"""As what an approver signs, by the letter an agency's code begins with: a ministry's, a province's."""
PERSON = AccountPlan("canhan", "", "person", "Người có hồ sơ (xem và khai hồ sơ của mình)")


def shares(people: int) -> dict[str, int]:
    """How many people each component gets; they add up to `people`, each at least one."""
    counts = {node.agency: max(1, int(people * node.share)) for node in COMPONENTS}
    counts[COMPONENTS[1].agency] += people - sum(counts.values())
    return counts
