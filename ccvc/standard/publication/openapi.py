"""The standard as components of OpenAPI 3.1, whose schemas are JSON Schema 2020-12."""

from __future__ import annotations

from typing import Any

from ccvc.standard.fields import Standard
from ccvc.standard.json_schema import json_schema


def openapi(standard: Standard) -> dict[str, Any]:
    """Give a document of components: the dossier, its national part, and what both are made of."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": standard.name_vi,
            "version": standard.version,
            "description": f"Căn cứ: {standard.basis}.",
        },
        "paths": {},
        "components": {
            "schemas": {
                **_components("Dossier", json_schema(standard)),
                **_components("NationalDossier", json_schema(standard.national)),
            }
        },
    }


def _components(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema and its definitions as components of their own, each reference led to its new place."""
    definitions = schema.pop("$defs")
    named = {f"{name}.{key}": value for key, value in definitions.items()}
    kept = {key: value for key, value in schema.items() if key not in {"$schema", "$id"}}
    found: dict[str, Any] = _led({name: kept, **named}, name)
    return found


def _led(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _reference(v, name) if key == "$ref" else _led(v, name) for key, v in value.items()}
    return [_led(item, name) for item in value] if isinstance(value, list) else value


def _reference(text: str, name: str) -> str:
    return text.replace("#/$defs/", f"#/components/schemas/{name}.")
