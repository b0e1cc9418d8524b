from tests.fuzz.target import Target

TARGETS: list[Target] = []
