"""A body adds a question set: the file as it was published, kept as it came."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from minga.instruments import files
from minga.instruments.checks import DefinitionError
from minga.instruments.files import Proposed, SetFile
from minga.instruments.models import AddedSet
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid


@action("instrument.added", level="group")
def add_set(
    act: Act, file: SetFile, set_id: str = "", version: str = "", requirements: Sequence[SetFile] = ()
) -> AddedSet:
    """Add one version of a question set. Call with ``BODY`` as the place.

    ``requirements``: the publisher's files of what each level asks for, one for each language. The same bytes again
    are the row that exists; requirements that it lacked are added to it. Invalid says why a file cannot be used,
    Conflict that the version is here with other content.
    """
    made = _read(file, set_id, version, requirements)
    instrument = made.instrument
    act.note(set=instrument.id, version=instrument.version, sha256=file.sha256, questions=len(instrument.questions))
    held = AddedSet.objects.select_for_update().filter(set=instrument.id, version=instrument.version).first()
    if held:
        return _again(act, held, file, made)
    return AddedSet.objects.create(
        set=instrument.id,
        version=instrument.version,
        kind=made.kind,
        title=made.title[:300],
        file_name=file.name[-200:],
        url=file.url[:500],
        sha256=file.sha256,
        content=made.text,
        requirements=made.requirements,
        added=act.now,
    )


def _read(file: SetFile, set_id: str, version: str, requirements: Sequence[SetFile]) -> Proposed:
    try:
        return files.read(file, set_id.strip(), version.strip(), requirements)
    except DefinitionError as error:
        raise Invalid(
            _("“%(file)s” cannot be added.") % {"file": error.where},
            reasons=error.problems,
            do=_("Correct what is listed, or fetch the file again from its publisher."),
            fields={"file": " ".join(error.problems[:3])},
        ) from error


def _again(act: Act, held: AddedSet, file: SetFile, made: Proposed) -> AddedSet:
    if held.sha256 != file.sha256:
        raise Conflict(
            _("Version %(version)s of this set is here already, with other content.") % {"version": held.version},
            cause=_("The publisher changed the file without a new version, or this is another file."),
            do=_("Add the newer file under a version of your own, such as %(example)s, and bring answers over.")
            % {"example": f"{held.version}-2"},
            fields={"file": _("This version is here already, with other content.")},
        )
    if made.requirements and made.requirements != held.requirements:
        if held.requirements:
            raise Conflict(
                _("The requirements of this version are here already, with other content."),
                do=_("Add the set under a version of your own together with the new requirements."),
                fields={"requirements": _("These are here already, with other content.")},
            )
        held.requirements = made.requirements
        held.save(update_fields=["requirements"])
        act.note(requirements=True)
    act.note(again=True)
    return held
