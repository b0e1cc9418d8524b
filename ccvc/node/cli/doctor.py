"""`ccvc doctor`: what is wrong with this node, and how to mend it."""

from __future__ import annotations

import typer

from ccvc.node.cli.application import DEFAULT_HOME, Home, Json, app, output, use_home


@app.command()
def doctor(home: Home = DEFAULT_HOME, json: Json = False) -> None:
    """Nói nút này sai ở đâu và cách khắc phục; mã 1 nếu có chỗ sai."""
    use_home(home)
    from ccvc.node.health import examine

    findings = examine()
    lines = [
        f"{'✓' if f.ok else '✗'} {f.what}" + ("" if f.ok else f"\n    {f.detail}\n    → {f.remedy}")
        for f in findings
    ]
    result = {"ok": all(f.ok for f in findings), "findings": [f.as_json() for f in findings]}
    output.result(result, as_json=json, text="\n".join(lines))
    if not result["ok"]:
        raise typer.Exit(1)
