"""Simulation: synthetic people, careers, agencies and faults, seeded, repeatable, the truth kept beside.

No person here exists. Frequencies of names, ages and careers follow published or commonly known figures
(each data file says which); everything else is drawn from a seed. Wherever these people are shown, the page
carries ``SYNTHETIC_NOTICE``.
"""

from __future__ import annotations

SYNTHETIC_NOTICE = (
    "Dữ liệu mô phỏng: mọi người, số định danh và đơn vị cơ sở ở đây đều do máy tính tạo ra để trình diễn và "
    "kiểm thử, không phải là người, hồ sơ hay đơn vị có thật."
)
SYNTHETIC_NOTICE_EN = (
    "Synthetic data: every person, number and local unit shown here was generated for demonstration and "
    "testing; none is a real person, dossier or unit."
)
