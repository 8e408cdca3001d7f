"""Files of question sets that a body adds: SurveyJS definitions (JSON) and Minga's own (TOML), as published."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from minga.instruments import library
from minga.instruments.checks import DefinitionError
from minga.instruments.definition import Definition, say
from minga.instruments.instrument import Instrument
from minga.instruments.surveyjs import reading, requirements
from minga.instruments.surveyjs.instrument import SurveyInstrument, stated_version
from minga.instruments.surveyjs.requirements import Duties
from minga.instruments.surveyjs.rules import rules_for

LARGEST = reading.LARGEST
LONGEST_ID, LONGEST_VERSION, LONGEST_QUESTION = 60, 20, 200
SURVEYJS, TOML = "surveyjs", "toml"
_ID = re.compile(r"[a-z][a-z0-9_-]*")
_IN_NAME = re.compile(r"[-_. ]?v?(\d+(?:\.\d+)+)$")


@dataclass(frozen=True)
class SetFile:
    """A file as it came: its name, its bytes, the address it came from if it came from one."""

    name: str
    content: bytes = field(repr=False)
    url: str = ""
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.content).hexdigest())


@dataclass(frozen=True)
class Proposed:
    """A set that was read and can be added. ``requirements``: language -> file, as JSON; empty where none came."""

    instrument: Instrument
    kind: str
    text: str
    requirements: str

    @property
    def title(self) -> str:
        return say(self.instrument.title, "en")


def read(file: SetFile, set_id: str = "", version: str = "", companions: Sequence[SetFile] = ()) -> Proposed:
    """The set in ``file``; DefinitionError with every reason why it cannot be used.

    Id and version are those given, else those that the file states: in TOML as keys, in SurveyJS by its rule set's
    name or the file's name, and by its first heading, the file's name or the companion files of requirements.
    """
    if len(file.content) > LARGEST:
        size = f"it has {len(file.content):,} bytes; at most {LARGEST:,} are read. Check the file."
        raise DefinitionError(file.name, [size])
    kind = _kind(file)
    made = _toml(file, set_id, version, companions) if kind == TOML else _survey(file, set_id, version, companions)
    problems = _unfit(made.instrument)
    if problems:
        raise DefinitionError(file.name, problems)
    return made


def rebuilt(kind: str, text: str, set_id: str, version: str, kept: str, file_name: str, url: str) -> Instrument:
    """The instrument of a file that was added: what ``read`` made of it, from what is stored."""
    if kind == TOML:
        return library.parse(text, file_name)
    form = reading.read(json.loads(text), file_name)
    duties = requirements.read(json.loads(kept), file_name) if kept else None
    return SurveyInstrument(form, set_id, version, duties, url=url, file_name=file_name)


def version_key(version: str) -> tuple[tuple[int, ...], str]:
    """Orders versions as people count: 0.9 before 0.10.0 before 1.0.1."""
    return tuple(int(number) for number in re.findall(r"\d{1,9}", version)), version


def _kind(file: SetFile) -> str:
    start = file.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if file.name.lower().endswith(".toml"):
        return TOML
    if file.name.lower().endswith(".json") or start.startswith((b"{", b"[")):
        return SURVEYJS
    problem = (
        "it is neither a SurveyJS definition (JSON) nor one of Minga's own (TOML). If it is a page of a web site, "
        "look for the file behind it; on GitHub that is the button “Raw”."
    )
    raise DefinitionError(file.name, [problem])


def _toml(file: SetFile, set_id: str, version: str, companions: Sequence[SetFile]) -> Proposed:
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"byte {error.start + 1} is not UTF-8. Save the file as UTF-8 and try again."
        raise DefinitionError(file.name, [problem]) from error
    if len(file.content) > library.LARGEST:
        problem = f"it has {len(file.content):,} bytes; a set in TOML has at most {library.LARGEST:,}."
        raise DefinitionError(file.name, [problem])
    made = library.parse(text, file.name)
    problems = [f"it calls itself {key} {told}, not {asked}. Change the file, or leave out --{key}."
                for key, asked, told in (("id", set_id, made.id), ("version", version, made.version))
                if asked and asked != told]  # fmt: skip
    problems += ["requirements go with SurveyJS files; a set in TOML states its own duties."] if companions else []
    if problems:
        raise DefinitionError(file.name, problems)
    return Proposed(made, TOML, text, "")


def _survey(file: SetFile, set_id: str, version: str, companions: Sequence[SetFile]) -> Proposed:
    raw = reading.decode(file.content, file.name)
    form = reading.read(raw, file.name)
    kept = {}
    for companion in companions:
        found = reading.decode(companion.content, companion.name)
        code = requirements.language(found, companion.name)
        if code in kept:
            problem = f'it is in the same language ("{code}") as another file of requirements. Give one for each.'
            raise DefinitionError(companion.name, [problem])
        kept[code] = found
    duties: Duties | None = requirements.read(kept, "requirements") if kept else None
    rules, stem = rules_for(form), file.name.rpartition(".")[0] or file.name
    id = set_id or (rules.name if rules else _slug(_IN_NAME.sub("", stem)))
    said = version or stated_version(form) or _in_name(stem) or requirements.version(kept)
    if not said:
        problem = "it does not say which version it is. Give it with --version, as its publisher calls it."
        raise DefinitionError(file.name, [problem])
    made = SurveyInstrument(form, id, said.removeprefix("v"), duties, url=file.url, file_name=file.name)
    return Proposed(made, SURVEYJS, file.content.decode("utf-8-sig"), json.dumps(kept) if kept else "")


def _unfit(instrument: Instrument) -> list[str]:
    """What keeps a set that can be read from being added."""
    found = []
    if not _ID.fullmatch(instrument.id) or len(instrument.id) > LONGEST_ID:
        found.append(
            f'the id "{instrument.id}" cannot be used. Give --id with small letters, digits, - and _, '
            f"at most {LONGEST_ID} of them."
        )
    if instrument.id in library.names():
        found.append(f'the id "{instrument.id}" belongs to a set that ships with Minga. Give it another with --id.')
    if len(instrument.version) > LONGEST_VERSION or not instrument.version.strip():
        found.append(f"its version has {len(instrument.version)} characters; 1 to {LONGEST_VERSION} fit.")
    if not instrument.questions:
        found.append("it asks nothing that can be answered. Check that it is the whole file.")
    long = [id for id in instrument.questions if len(id) > LONGEST_QUESTION]
    if long:
        found.append(f"the name {long[0][:40]}… of a question is longer than {LONGEST_QUESTION} characters.")
    if isinstance(instrument, Definition) and instrument.about not in ("project", "body"):
        found.append(f'it is about a {instrument.about}; a set that is added is about a "project" or the "body".')
    return found


def _in_name(stem: str) -> str:
    found = _IN_NAME.search(stem)
    return found[1] if found else ""


def _slug(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
