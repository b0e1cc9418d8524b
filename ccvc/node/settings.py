"""Settings of one node: one TOML file in its home folder, each key overridable by environment.

`CCVC_HOME` names the home folder; `<home>/node.toml` holds the keys below; `CCVC_<KEY>` overrides a key.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ccvc.standard.loading import UNREADABLE_TOML
from ccvc.standard.problems import Problem

FILE_NAME = "node.toml"
DEFAULT_HOME = ".ccvc"


class SigningService(BaseModel):
    """A remote signing service; files are below the home. Without `client_id` the secret is a bearer token."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern=r"^(https://|http://127\.0\.0\.1[:/])")
    client_id: str = ""
    secret_file: Path | None = None
    trust_file: Path | None = None


class NodeSettings(BaseSettings):
    """Every setting of a node; an unknown key in the file is refused (Problem NOD-SETTINGS)."""

    model_config = SettingsConfigDict(env_prefix="CCVC_", extra="forbid", frozen=True)

    home: Path = Field(
        default=Path(DEFAULT_HOME), description="Home folder: keys, trust, files, embedded database"
    )
    kind: Literal["component", "national"] = Field(
        "component", description="Which of the two parts the node plays"
    )
    agency: str = Field("G09", description="Electronic code of the agency (Decision 20/2020/QĐ-TTg)")
    name: str = Field("CCVC", description="Name shown on every page")
    database_url: str | None = Field(
        None, description="Any PostgreSQL 15 or newer; empty: the embedded server"
    )
    database: str = Field("ccvc", description="Database name on the embedded server")
    postgres_folder: Path | None = Field(
        None, description="Embedded server's folder; default <home>/postgres"
    )
    web_host: str = Field("127.0.0.1", description="Address the pages listen on")
    web_port: int = Field(8000, ge=1, le=65535, description="Port of the pages")
    allowed_hosts: list[str] = Field(["127.0.0.1", "localhost", "[::1]"], description="Host names answered")
    exchange_host: str = Field("127.0.0.1", description="Address the exchange endpoint listens on (TLS)")
    exchange_port: int = Field(8443, ge=1, le=65535, description="Port of the exchange endpoint")
    exchange_address: str | None = Field(
        None, description="Address components reach (https://host:port), where it is not the one listened on"
    )
    standard: str | None = Field(
        None, description="Version of the information standard the node works by (2023-05); empty: the newest"
    )
    national_agency: str = Field("G09", description="Agency code of the national node")
    package_records: int = Field(5000, ge=1, le=50_000, description="Most records put into one package")
    exchange_interval: float = Field(
        10.0, gt=0, description="Seconds between two rounds of sending and receiving"
    )
    intake_rows: int = Field(250_000, ge=1, description="Most people in one spreadsheet")
    intake_megabytes: int = Field(500, ge=1, description="Largest spreadsheet, in megabytes")
    judging_processes: int = Field(
        0, ge=0, description="Processes that judge much at once (a large file, all dossiers); 0: one a core"
    )
    evidence_megabytes: int = Field(20, ge=1, le=200, description="Largest paper attached, in megabytes")
    evidence_scanner: str = Field(
        "",
        description="Scanner for malware: unix:/path of clamd, tcp:127.0.0.1:3310, command:program; empty: none",
    )
    passphrase_length: int = Field(12, ge=12, description="Least length of a signing key's passphrase")
    pin_length: int = Field(6, ge=6, le=16, description="Least length of a signing token's or service's PIN")
    pin_attempts: int = Field(
        5, ge=1, le=5, description="Wrong passphrases or PINs in a row before a means of signing is blocked"
    )
    signing_modules: dict[str, Path] = Field(
        {}, description="PKCS#11 modules the node may sign with, by name: tokens or an HSM at the server"
    )
    signing_services: dict[str, SigningService] = Field(
        {}, description="Remote signing services the node may ask (CSC API v2), by name"
    )
    public_address: str = Field(
        "", description="Address at which anyone checks documents, https://host; empty: the one of the pages"
    )
    document_symbol: str = Field(
        "", description="The agency's abbreviation in numbers of documents (UBND); empty: its code"
    )
    evidence_missing: Literal["", "warn", "waive", "refuse"] = Field(
        "",
        description="Changes that lack a paper they rest on: warn, waive (a reason is written first), refuse; "
        "empty: the dated rule",
    )
    timestamp_urls: list[str] = Field(
        [],
        description="Time-stamping services (RFC 3161), asked in this order; empty: approvals carry no stamp",
    )
    timestamp_policy: str = Field(
        "", description="Policy (dotted number) asked of the time-stamping service; empty: its own"
    )
    timestamp_tolerance: int = Field(
        14_400, ge=0, description="Seconds approving goes on while no time stamps can be had"
    )
    timestamp_backlog: int = Field(
        10_000,
        ge=1,
        description="Most approvals that may wait for a time stamp; a warning comes at 70 percent",
    )
    ocsp_tolerance: int = Field(
        3_600, ge=0, description="Seconds the last word on a certificate's revocation serves for approving"
    )
    signer_port: int = Field(
        14841, ge=1024, le=65535, description="Port of the signing program on officers' own machines"
    )
    smtp_host: str = Field("", description="Mail server for digests of work lists; empty: no mail is sent")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the way to the mail server is encrypted"
    )
    smtp_user: str = Field("", description="Account at the mail server; empty: none is asked for")
    smtp_password_file: Path | None = Field(
        None, description="File below the home with that account's password"
    )
    mail_from: str = Field("ccvc@localhost", description="Sender of the node's mail")
    web_origins: list[str] = Field([], description="Addresses of the pages behind a gateway, https://host")
    behind_gateway: bool = Field(default=False, description="True where a TLS gateway sets X-Forwarded-Proto")
    secure_cookies: bool = Field(default=False, description="True where pages are served over HTTPS")
    synthetic: bool = Field(
        default=False, description="True where the people are synthetic: said on every page"
    )
    debug: bool = Field(default=False, description="Developer pages; never in production")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level logged")

    @field_validator("evidence_scanner")
    @classmethod
    def _names_a_scanner(cls, text: str) -> str:
        from ccvc.evidence.scanning import scanner_of

        scanner_of(text)
        return text

    @property
    def exchange_url(self) -> str:
        """Where components reach the exchange endpoint."""
        return self.exchange_address or f"https://{self.exchange_host}:{self.exchange_port}"

    @property
    def checking_address(self) -> str:
        """Address printed on documents, at which anyone checks them."""
        return self.public_address or f"http://{self.web_host}:{self.web_port}"

    @property
    def pages_address(self) -> str:
        """Where people reach the pages: what links in mail and calendars begin with."""
        return self.web_origins[0] if self.web_origins else f"http://{self.web_host}:{self.web_port}"

    @property
    def smtp_password(self) -> str:
        """The mail account's password; Problem NOD-SETTINGS where its file cannot be read."""
        if self.smtp_password_file is None:
            return ""
        file = self.home / self.smtp_password_file
        try:
            return file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Problem("NOD-SETTINGS", where=str(file), faults=str(error)) from error

    @property
    def embedded_folder(self) -> Path:
        """Folder of the embedded server, absolute."""
        folder = self.postgres_folder or Path("postgres")
        return (self.home / folder).resolve()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Constructor first, then environment, then the node's file."""
        file = home_folder() / FILE_NAME
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)


def home_folder() -> Path:
    """The home folder named by CCVC_HOME, else `.ccvc` here."""
    return Path(os.environ.get("CCVC_HOME", DEFAULT_HOME)).resolve()


@lru_cache(maxsize=1)
def node_settings() -> NodeSettings:
    """Settings of this process's node, read once; raises Problem NOD-SETTINGS naming each bad key."""
    return load(home=home_folder())


def load(**given: Any) -> NodeSettings:
    """Settings from the given values, the environment and the file, in this order."""
    try:
        return NodeSettings(**given)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise Problem("NOD-SETTINGS", where=str(home_folder() / FILE_NAME), faults=faults) from error
    except (OSError, *UNREADABLE_TOML) as error:
        raise Problem("NOD-SETTINGS", where=str(home_folder() / FILE_NAME), faults=str(error)) from error
