"""Made-up data on request: from a dataset's profile, for trying tools before anybody's data may be used."""

from django.utils.translation import gettext as _

from minga.design import synthetic
from minga.design.models import Dataset
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Invalid


@action("dataset.synthesised")
def synthesise(act: Act, original: Dataset, count: int = synthetic.ROWS, seed: int = 1, name: str = "") -> Dataset:
    """Ask for ``count`` made-up rows like those of ``original``; the worker makes them and checks what they tell.

    The same profile, count and seed give the same rows.
    """
    from minga.design.trial_tasks import make_up

    if original.project_id != act.place.pk:
        raise Invalid(_("This dataset is not of this project."))
    _refuse_source(original)
    if not 1 <= count <= synthetic.MOST_ROWS:
        most = _("Use 1 to %(most)s rows.") % {"most": synthetic.MOST_ROWS}
        raise Invalid(_("Nothing was made."), fields={"count": most})
    made = Dataset.objects.create(
        project=act.place, name=(name.strip() or synthetic.name_of(original))[:120],
        purpose=_("Made-up rows, to try tools on. They stand for nobody."), kind=original.kind,
        columns=original.columns, synthetic_from=original, state=Dataset.State.READING,
        source=_("made up from the profile of “%(name)s”") % {"name": original.name}, imported=act.now,
    )  # fmt: skip
    act.because(original)
    act.note(name=made.name, rows=count, seed=seed)
    make_up.enqueue(made.pk, count, seed)
    return made


def _refuse_source(original: Dataset) -> None:
    if original.synthetic_from_id is not None or original.kind == Dataset.Kind.SUITE:
        raise Blocked(
            _("These cases are invented already."), do=_("Use them as they are, or ask for others from the real data.")
        )
    if original.state != Dataset.State.READY:
        raise Blocked(_("This dataset has not been read yet."), do=_("Wait until it is."))
