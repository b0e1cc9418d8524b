"""The command: a bundle in, every step and a verdict out."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys  # noqa: F401 - the joined file ends with it
from pathlib import Path
from typing import Any

from ccvc.inspection.offline.checking import Checker
from ccvc.inspection.offline.der import Bad
from ccvc.inspection.offline.words import EXIT, LABELS, VERDICTS, WORDS, Step


def compare(bundle: dict[str, Any], data: bytes) -> Step:
    """Whether a file is one the bundle speaks of: a document, or one an entry names by its digest."""
    digest = hashlib.sha256(data).hexdigest()
    named = [item.get("statement", "") for item in bundle["items"]] + [
        entry["payload"] for entry in bundle["entries"]
    ]
    return Step("", "FILE", "ok" if any(digest in text for text in named) else "bad", digest)


def _read(data: bytes) -> dict[str, Any]:
    bundle: dict[str, Any] = json.loads(data)
    if bundle["format"] != "ccvc-proof/1":
        raise Bad(str(bundle["format"]))
    return bundle


def check(data: bytes, fingerprints: set[str], file: bytes | None = None) -> list[Step]:
    """Every step of checking a bundle; what cannot be read is a step with the code FORM."""
    checker = None
    try:
        bundle = _read(data)
        checker = Checker(bundle, fingerprints)
        steps = checker.run()
    except (
        Bad,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        done = checker.steps if checker else []
        return (
            done
            if any(step.status == "bad" for step in done)
            else [*done, Step("", "FORM", "bad", repr(error))]
        )
    return steps if file is None else [*steps, compare(bundle, file)]


def compare_sides(data: bytes, other: bytes, fingerprints: set[str]) -> list[Step]:
    """The bundles of both sides of a hand-over: every step of each, and whether both hold the same receipt."""
    steps = [*check(data, fingerprints), *check(other, fingerprints)]
    if any(step.code == "FORM" for step in steps):
        return steps
    handed: list[tuple[str, str]] = []
    for one in (data, other):
        checker = Checker(_read(one), fingerprints)
        checker.run()
        handed += checker.handed
    sides, digests = sorted(side for side, _ in handed), {digest for _, digest in handed}
    fits = sides == ["giver", "receiver"] and len(digests) == 1
    return [*steps, Step("", "HANDOVER", "ok" if fits else "bad", ", ".join(sorted(digests)))]


def verdict(steps: list[Step]) -> str:
    """What the steps come to."""
    found = {step.status for step in steps}
    return "invalid" if "bad" in found else "unknown" if "unknown" in found else "valid"


def main() -> int:
    """Check the bundle named on the command line."""
    parser = argparse.ArgumentParser(
        description="Kiểm tra bộ bằng chứng hồ sơ / check a proof bundle (ccvc-proof/1)"
    )
    parser.add_argument("bundle")
    parser.add_argument(
        "--fingerprint",
        default="",
        help="dấu vân tay (SHA-256) của cơ quan cấp chứng thư gốc / of the root authority",
    )
    parser.add_argument("--file", help="tệp đối chiếu: văn bản, trích lục / a file to compare")
    parser.add_argument(
        "--other", help="bộ bằng chứng của bên kia trong một lần chuyển hồ sơ / the other side of a hand-over"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lang", choices=["vi", "en"], default="vi")
    given = parser.parse_args()
    fingerprints = {part.strip().lower() for part in given.fingerprint.replace("+", " ").split()}
    data = Path(given.bundle).read_bytes()
    file = Path(given.file).read_bytes() if given.file else None
    if given.other:
        steps = compare_sides(data, Path(given.other).read_bytes(), fingerprints)
    else:
        steps = check(data, fingerprints, file)
    found, lang = verdict(steps), 0 if given.lang == "vi" else 1
    if given.json:
        print(json.dumps({"verdict": found, "steps": [step._asdict() for step in steps]}, ensure_ascii=False))
    else:
        for step in steps:
            print(
                " ".join(
                    filter(
                        None,
                        [
                            f"[{LABELS[step.status][lang]}]",
                            step.about,
                            f"{WORDS[step.code][lang]} ({step.code})",
                            step.detail,
                        ],
                    )
                )
            )
        print(VERDICTS[found][lang])
    return 3 if any(step.code == "FORM" for step in steps) else EXIT[found]
