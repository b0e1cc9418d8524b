"""The page that checks bundles, in a real browser, from a file and without a network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ccvc.inspection.domain import encode
from ccvc.inspection.verifiers import single_file
from tests.inspection.others import MORE
from tests.inspection.stamping import cases
from tests.inspection.test_bundles import fingerprint, named_rightly, other_kinds, spoilt, told_rightly, whole
from tests.people import Agency

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM.exists() and os.environ.get("CI") != "true",
        reason="Chromium is not installed (apt-get install chromium)",
    ),
]
SCRIPT = """
import json, sys
from playwright.sync_api import sync_playwright
page_file, bundles_file, shots = sys.argv[1:4]
given = json.load(open(bundles_file))
with sync_playwright() as play:
    browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("file://" + page_file)
    asking = '''async ([bundles, marks, more]) => {
        const found = [];
        ALLOWED.push(...more);
        for (const bundle of bundles) {
            const steps = await check(bundle, marks);
            found.push([verdictOf(steps), steps.filter((step) => step.status === "bad").map((step) => step.code)]);
        }
        return found;
    }'''
    found = page.evaluate(asking, [given["bundles"], given["marks"], []])
    others = page.evaluate(asking, [given["others"], given["marks"], []])
    later = page.evaluate(asking, [given["others"][2:3], given["marks"], given["more"]])
    page.set_input_files("#bundle", given["file"])
    page.wait_for_selector("#result:not([hidden])")
    doubtful = page.inner_text("#verdict")
    page.fill("#fingerprint", given["marks"][0])
    page.wait_for_selector("#verdict.valid")
    said = page.inner_text("#verdict")
    page.screenshot(path=shots + "/verifier-laptop.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.screenshot(path=shots + "/verifier-phone.png", full_page=True)
    page.click("[data-lang='1']")
    page.wait_for_function("document.getElementById('verdict').textContent.startsWith('VALID')")
    browser.close()
told = {"found": found, "others": others, "later": later, "doubtful": doubtful, "said": said}
print(json.dumps({**told, "wide": wide, "asked": asked}))
"""


@pytest.mark.django_db
def test_the_page_finds_what_the_program_finds(node: Agency, tmp_path: Path) -> None:
    page, bundle, wanted = tmp_path / "ccvc-verify.html", tmp_path / "bundle.json", tmp_path / "wanted.json"
    page.write_bytes(single_file("ccvc-verify.html"))
    text = encode(whole(node)).decode()
    bundle.write_text(text, encoding="utf-8")
    others, marks = other_kinds(text, tmp_path)
    doubtful = cases(node, text)
    asked: dict[str, Any] = {
        "bundles": spoilt(text),
        "marks": [fingerprint(node), *marks],
        "file": str(bundle),
    }
    asked |= {"others": [*others, *(bundle for bundle, _ in doubtful.values())], "more": MORE}
    wanted.write_text(json.dumps(asked), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(page), str(wanted), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    named_rightly([(verdict, codes) for verdict, codes in found["found"]])
    said = [(verdict, codes) for verdict, codes in found["others"]]
    told_rightly(said[: len(others)], tuple(found["later"][0]))
    assert dict(zip(doubtful, said[len(others) :], strict=True)) == {
        name: told for name, (_, told) in doubtful.items()
    }
    assert found["doubtful"].startswith("CHƯA KẾT LUẬN ĐƯỢC")
    assert found["said"].startswith("CÓ GIÁ TRỊ")
    assert found["wide"] <= 390
    assert found["asked"] == [f"file://{page}"], "nothing is asked of a network"
