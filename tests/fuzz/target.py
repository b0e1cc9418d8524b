"""What is tried, and what may come of it: a success or a declared Problem, soon, and nothing else."""

from __future__ import annotations

import base64
import functools
import json
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import orjson

from ccvc.standard.problems import Problem

Input = dict[str, Any]
"""Named parts of one input: texts, bytes, numbers, lists of them. The same parts are the same input anywhere."""

LONGEST = (
    10.0  # seconds of this process's own work for one input: recognising a sheet of 702 columns takes some
)
ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Target:
    """One place that reads what others wrote. `run` raises Problem for what it refuses; `share` of a run is relative.

    `stored`: it needs the database of `world`.
    """

    name: str
    make: Callable[[Random], Input]
    run: Callable[[Input], str | None]
    share: int
    stored: bool = False

    def drawn(self, seed: int, number: int) -> Input:
        """The input of a number."""
        return self.make(Random(f"{seed}/{self.name}/{number}"))


@dataclass(frozen=True)
class Failure:
    """An input that did what none may. `signature`: what kind of failure it is, and where it came up."""

    target: str
    given: Input
    signature: str
    details: str = field(compare=False, repr=False)


class WrongError(AssertionError):
    """Something is as it may not be, though nothing was raised."""


def tried(target: Target, given: Input) -> str | Failure:
    """What came of an input: "taken" or a code; or the failure."""
    began = time.process_time()
    try:
        said = target.run(given) or "taken"
    except Problem as problem:
        said = problem.code
        if fault := _unspeakable(problem):
            return Failure(target.name, given, f"unspeakable {problem.code}", fault)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever else there is, a panic of a library too, is the failure sought
        return Failure(target.name, given, _signature(error), traceback.format_exc())
    took = time.process_time() - began
    if took > LONGEST:
        return Failure(target.name, given, f"slow {said}", f"{took:.1f} s")
    return said


def _unspeakable(problem: Problem) -> str:
    """Why a problem cannot be shown or sent; empty where it can."""
    try:
        for language in ("vi", "en"):
            orjson.dumps(problem.as_json(language))
            str(problem).encode()
    except Exception:  # noqa: BLE001 - as above
        return traceback.format_exc()
    return ""


def _signature(error: BaseException) -> str:
    """The error and the place in our code it came up at."""
    frames = [
        f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(str(ROOT / "ccvc"))
    ]
    where = f"{Path(frames[-1].filename).relative_to(ROOT)}:{frames[-1].name}" if frames else "?"
    more = f": {error}" if isinstance(error, WrongError) else ""
    return f"{type(error).__name__} at {where}{more}"[:200]


def smallest(target: Target, failure: Failure, most: int = 300) -> Failure:
    """The failure with as little left of its input as still gives the same one; at most so many tries."""
    best, tries = failure, iter(range(most))
    for path in list(_leaves(failure.given)):
        size = len(_at(best.given, path)) // 2
        while size:
            best, size = _shorter(target, best, path, size, tries), size // 2
    return best


def _shorter(
    target: Target, best: Failure, path: tuple[Any, ...], size: int, tries: Iterator[int]
) -> Failure:
    at = 0
    while at < len(value := _at(best.given, path)) and next(tries, None) is not None:
        found = tried(target, _put(best.given, path, value[:at] + value[at + size :]))
        if isinstance(found, Failure) and found.signature == best.signature:
            best = found
        else:
            at += size
    return best


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, str | bytes | list) and path:
        yield path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        if not isinstance(value, list):
            yield from _leaves(member, (*path, key))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    return functools.reduce(lambda holder, key: holder[key], path, value)


def _put(value: Input, path: tuple[Any, ...], new: Any) -> Input:
    key, *rest = path
    return {**value, key: _put(value[key], tuple(rest), new) if rest else new}


def written(failure: Failure) -> str:
    """A failing input as it is kept."""
    kept = {"target": failure.target, "failed": failure.signature, "input": _as_json(failure.given)}
    return json.dumps(kept, indent=1) + "\n"


def read(text: str) -> tuple[str, Input]:
    """Target and input of a kept file."""
    kept = json.loads(text)
    return kept["target"], _from_json(kept["input"])


def _as_json(value: Any) -> Any:
    if isinstance(value, bytes):
        try:
            return {"bytes": value.decode("ascii")}
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {"object": [[key, _as_json(member)] for key, member in value.items()]}
    return [_as_json(member) for member in value] if isinstance(value, list | tuple) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        ((kind, held),) = value.items()
        if kind == "object":
            return {key: _from_json(member) for key, member in held}
        return held.encode() if kind == "bytes" else base64.b64decode(held)
    return [_from_json(member) for member in value] if isinstance(value, list) else value
