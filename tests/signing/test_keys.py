from __future__ import annotations

import unicodedata

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ccvc.signing import keys
from ccvc.standard.problems import Problem

GOOD = "mùa thu Hà Nội cốm xanh"


def code_of(passphrase: str, account: str = "nvan") -> str | None:
    try:
        keys.check_passphrase(passphrase, account)
    except Problem as problem:
        return problem.code
    return None


def test_a_key_opens_with_its_passphrase_however_the_letters_are_composed() -> None:
    key = keys.generate()
    pem = keys.to_pem(key, GOOD)
    assert keys.from_pem(pem, unicodedata.normalize("NFD", GOOD)).private_numbers() == key.private_numbers()
    assert pem.startswith("argon2id$v=19$m=")


def test_guessing_a_passphrase_costs_64_mebibytes_each_time() -> None:
    stretch = keys.Stretch(*keys.STRENGTH, bytes(16))
    assert stretch.line().startswith("argon2id$v=19$m=65536,t=3,p=4$")
    assert keys.Stretch.read(stretch.line()) == stretch
    assert stretch.password(GOOD) != keys.Stretch(*keys.STRENGTH, bytes(15) + b"1").password(GOOD)


def test_a_wrong_passphrase_and_a_damaged_key_say_the_same() -> None:
    pem = keys.to_pem(keys.generate(), GOOD)
    body = pem.index("KEY-----") + 60
    damaged = pem[:body] + ("A" if pem[body] != "A" else "B") + pem[body + 1 :]
    said = []
    for text, phrase in ((pem, GOOD + "!"), (pem, ""), (pem, None), (damaged, GOOD)):
        with pytest.raises(Problem) as raised:
            keys.from_pem(text, phrase)
        said.append((raised.value.code, raised.value.message()))
    assert set(said) == {("SIG-PASSPHRASE", "Mật khẩu khoá ký không đúng.")}


def test_an_open_key_needs_no_passphrase() -> None:
    key = keys.generate()
    assert keys.from_pem(keys.to_pem(key, None)).private_numbers() == key.private_numbers()
    assert "ENCRYPTED" not in keys.to_pem(key, None)


def test_parameters_no_honest_writer_chooses_are_not_followed() -> None:
    line = keys.Stretch(64, 1, 1, bytes(16)).line()
    greedy = [line.replace("m=64", "m=999999999"), line.replace("t=1", "t=999"), line.replace("p=1", "p=99")]
    assert keys.Stretch.read(line) is not None
    assert [keys.Stretch.read(other) for other in greedy] == [None, None, None]


def test_what_is_no_key_of_ours_is_refused() -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for text in (pem, b"", "không phải khoá"):
        with pytest.raises(Problem) as raised:
            keys.from_pem(text)
        assert raised.value.code == "SIG-KEY"


@pytest.mark.parametrize(
    ("passphrase", "code"),
    [
        (GOOD, None),
        ("correct horse battery", None),
        ("ngắn quá", "SIG-PASSPHRASE-SHORT"),
        ("11 ký tự đó", "SIG-PASSPHRASE-SHORT"),
        ("198503071985", "SIG-PASSPHRASE-WEAK"),
        ("abababababab", "SIG-PASSPHRASE-WEAK"),
        ("0123456789ab", "SIG-PASSPHRASE-WEAK"),
        ("qwertyuiopas", "SIG-PASSPHRASE-WEAK"),
        ("zyxwvutsrqponm", "SIG-PASSPHRASE-WEAK"),
        ("Password1234", "SIG-PASSPHRASE-WEAK"),
        ("matkhaumatkhau", "SIG-PASSPHRASE-WEAK"),
    ],
)
def test_the_policy_on_passphrases(passphrase: str, code: str | None) -> None:
    assert code_of(passphrase) == code


def test_the_account_name_is_no_passphrase() -> None:
    assert code_of("nguyenvananh1", account="nguyenvananh") == "SIG-PASSPHRASE-WEAK"
