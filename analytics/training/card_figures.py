"""The figures of a model card, and what they and the pictures say about its limits."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.training.counts import Verdict, by_clip, exact, mean_error
from analytics.training.evaluation import ClassFigures, Evaluation, Judged
from analytics.training.report import percent
from analytics.training.tasks import FACES

WRONG = 0.1  # a count this far off on average is told as a limit
RARE = 0.15  # a class with a smaller share of the boxes is told as rare

OF_OCCUPANCY = (
    "The labels were fused from other networks' answers, with people's own where there were any: small, dark and"
    " cut-off objects are missing from them, and two-wheelers are labelled worst.",
    "It learnt from few pictures taken at night, steeply from above or through a fisheye, and from hardly any with rain"
    " or snow: expect misses there.",
)
OF_FACES = (
    "The boxes of the labels are another network's, mask or none is what people said. A mask worn wrongly was taught as"
    " neither.",
    "It learnt from pictures of the web, mostly near faces seen from the front: expect misses of small faces, of faces"
    " from the side and in the dark.",
    "A painted or printed face is a face to it.",
)


def figures_section(found: Evaluation) -> list[str]:
    """AP and working points of each class."""
    return [
        "## How well it sees",
        "",
        f"On {found.pictures} labelled pictures that were kept out of the training. Some show the same places as"
        " pictures of the training, so these figures flatter; the clips judge. Where precision and"
        " recall are given, the score that counts was fitted on them.",
        "",
        "| class | boxes | AP50 | AP | score that counts | precision there | recall there |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(_class_row(one) for one in found.classes),
    ]


def _class_row(one: ClassFigures) -> str:
    fit = (one.point.precision, one.point.recall) if one.point else (None, None)
    cells = ["–" if value is None else f"{value:.3f}" for value in (one.ap50, one.ap, one.raw, *fit)]
    return f"| {one.label} | {one.boxes} | {' | '.join(cells)} |"


def clips_section(found: Evaluation) -> list[str]:
    """Mean error and exact share of each clip in every way."""
    if not found.judged:
        return ["## How well it counts", "", "Not counted on clips."]
    columns = [column for judged in found.judged for column in _columns(judged)]
    titles = [title for title, _ in columns]
    lines = [
        "## How well it counts",
        "",
        "On clips with counted truth that nothing was learnt or fitted on, at the portal's default thresholds. Mean"
        " error of a count, and how many are exact:",
        "",
        f"| clip | counts | {' | '.join(titles)} |",
        f"| --- | ---: |{' ---: |' * len(titles)}",
    ]
    return lines + [_clip_row(clip, place, columns) for clip, place in _places(found.judged[0].verdicts)]


Errors = list[int]


def _columns(judged: Judged) -> list[tuple[str, Errors]]:
    raw, counted = judged.names
    way = f"{judged.way}: " if judged.way else ""
    return [
        (f"{way}{raw}", [one.raw_error for one in judged.verdicts]),
        (f"{way}{counted}", [one.error for one in judged.verdicts]),
    ]


def _places(verdicts: Sequence[Verdict]) -> list[tuple[str, list[int]]]:
    """Which verdicts belong to each clip, and all of them."""
    numbers = range(len(verdicts))
    clips = {clip: [place for place in numbers if verdicts[place].clip == clip] for clip in by_clip(verdicts)}
    return [*clips.items(), ("all", list(numbers))]


def _clip_row(clip: str, places: Sequence[int], columns: Sequence[tuple[str, Errors]]) -> str:
    chosen = [[errors[place] for place in places] for _, errors in columns]
    cells = (f"{mean_error(errors):.2f}, {percent(exact(errors))}" for errors in chosen)
    return f"| {clip} | {len(places)} | {' | '.join(cells)} |"


def limits_section(found: Evaluation) -> list[str]:
    """Where it fails: by what was measured, then by what it never saw."""
    known = OF_FACES if found.task is FACES else OF_OCCUPANCY
    lines = [*_weak_clips(found), *_rare_classes(found), *known]
    return ["## Limits", "", *(f"- {line}" for line in lines)]


def _weak_clips(found: Evaluation) -> list[str]:
    """A line for each clip and kind that is counted wrongly."""
    lines = []
    for clip, kind in dict.fromkeys((one.clip, one.kind) for one in found.headline()):
        some = [one for one in found.headline() if (one.clip, one.kind) == (clip, kind)]
        off = mean_error([one.raw_error for one in some])
        if off >= WRONG:
            lines.append(f"{clip}: {kind} off by {off:.2f} on average, {_direction(some)}.")
    return lines


def _direction(some: Sequence[Verdict]) -> str:
    """Whether too many or too few are counted where a count is wrong."""
    wrong = [one.raw - one.truth for one in some if one.raw_error]
    more = sum(off > 0 for off in wrong)
    return f"too many at {more} and too few at {len(wrong) - more} of {len(some)} instants"


def _rare_classes(found: Evaluation) -> list[str]:
    total = sum(one.boxes for one in found.classes)
    rare = [one for one in found.classes if one.boxes < RARE * total]
    return [
        f"Few {one.label}: {one.boxes} of the {total} labelled boxes; its figures are the least certain."
        for one in rare
    ]
