"""What is put on many cameras at once, with what it would change: tabs of a camera, its schedule, a profile (EXT-5).

The change itself is a job (`cameras.services.job`), whose order an offer carries.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cameras.extensions.kinds import CLASSES
from cameras.extensions.problems import SettingsError
from cameras.extensions.tabs import tabs_with
from cameras.models import Camera, Extension, Job, Profile
from cameras.services.history import schedule_diff
from cameras.services.profile import Part, Preview, part_of_extension, part_of_profile, part_preview
from portal.dashboard.states import states_of

SHOWN = 50  # bundles with all their differences; the rest is counted


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody wants to put on cameras. order: for `job_create`.

    preview: what it would change on one camera, whose picture has this width / height. Raises SettingsError.

    source: the camera that it comes from, which is never one of those it goes to; None for a profile.
    """

    kind: Job.Kind
    order: Mapping[str, Any]
    preview: Callable[[Extension, float | None], Preview]
    source: int | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Cameras on which the same would happen. refusal: why it would be refused on them; empty otherwise."""

    cameras: list[Camera]
    preview: Preview
    refusal: str = ""


@dataclass(slots=True)
class Outlook:
    """What would happen. equal: cameras on which everything is like that already."""

    bundles: list[Bundle] = field(default_factory=list)
    equal: list[Camera] = field(default_factory=list)

    @property
    def changing(self) -> list[Camera]:
        """Those that the job is for."""
        return [camera for bundle in self.bundles if not bundle.refusal for camera in bundle.cameras]

    @property
    def ids(self) -> str:
        """For the form that confirms: 3,4."""
        return ",".join(str(camera.pk) for camera in self.changing)

    @property
    def shown(self) -> list[Bundle]:
        return self.bundles[:SHOWN]

    @property
    def left(self) -> int:
        """Cameras of the bundles that are not shown."""
        return sum(len(bundle.cameras) for bundle in self.bundles[SHOWN:])


def copy_offer(source: Extension, tabs: Sequence[str]) -> Offer:
    """Raises SettingsError for tabs that do not exist."""
    order = {"extension": source.kind, "camera": source.camera_id, "tabs": list(tabs)}
    part = part_of_extension(extension=source, tabs=tabs, aspect=_aspects([source]).get(source.camera_id))
    return Offer(Job.Kind.COPY, order, _previews(part), source.camera_id)


def schedule_offer(source: Extension) -> Offer:
    """It is open by the clock of each camera's own site."""

    def preview(target: Extension, _aspect: float | None) -> Preview:
        return Preview(target, schedule_diff(target.schedule, source.schedule), _zone_warning(source, target))

    order = {"extension": source.kind, "camera": source.camera_id}
    return Offer(Job.Kind.SCHEDULE, order, preview, source.camera_id)


def profile_offer(profile: Profile, tabs: Sequence[str]) -> Offer:
    """Raises SettingsError for tabs that are not in the profile."""
    part = part_of_profile(profile=profile, tabs=tabs)
    return Offer(Job.Kind.PROFILE, {"profile": profile.pk, "tabs": list(tabs)}, _previews(part))


def outlook(offer: Offer, targets: Iterable[Extension]) -> Outlook:
    """What the offer would do: refusals first, then warnings, then by how many cameras it is the same on."""
    others = [target for target in targets if target.camera_id != offer.source]
    found: dict[Any, Bundle] = {}
    result, aspects = Outlook(), _aspects(others)
    for target in others:
        bundle = _bundle(offer, target, aspects.get(target.camera_id))
        if not bundle.refusal and not bundle.preview.differences:
            result.equal.append(target.camera)
            continue
        found.setdefault(_sameness(bundle), bundle).cameras.append(target.camera)
    result.bundles = sorted(found.values(), key=_urgency)
    return result


def tabs_of(kind: str, profile: Profile | None = None) -> dict[str, str]:
    """The tabs that can be chosen, by name: all of an extension, or those of a profile."""
    tabs = tabs_with(CLASSES[kind])
    return {name: label for name, label in tabs.items() if profile is None or name in profile.tabs}


def sentences(refused: SettingsError) -> str:
    """What is wrong with settings, for people."""
    return " ".join(problem.translated(_) for problem in refused.problems)


def aspect_of(extension: Extension) -> float | None:
    """Width / height of the picture of its camera; None while nobody knows."""
    return _aspects([extension]).get(extension.camera_id)


def _previews(part: Part) -> Callable[[Extension, float | None], Preview]:
    def preview(target: Extension, aspect: float | None) -> Preview:
        return part_preview(part=part, to=[target], aspects={target.camera_id: aspect})[0]

    return preview


def _aspects(extensions: Iterable[Extension]) -> dict[int, float]:
    """Camera id -> width / height, as far as a worker has said."""
    states = states_of(extension.camera for extension in extensions).by_camera
    sizes = {camera_id: state.get("size") for camera_id, state in states.items()}
    return {camera_id: size[0] / size[1] for camera_id, size in sizes.items() if size}


def _zone_warning(source: Extension, target: Extension) -> str:
    zone = target.camera.site.time_zone
    if zone == source.camera.site.time_zone:
        return ""
    return _("Its site is in another time zone: there the times hold by the clock of %(zone)s.") % {"zone": zone}


def _bundle(offer: Offer, target: Extension, aspect: float | None) -> Bundle:
    try:
        return Bundle([], offer.preview(target, aspect))
    except SettingsError as refused:
        return Bundle([], Preview(target, [], ""), sentences(refused))


def _urgency(bundle: Bundle) -> tuple[bool, bool, int]:
    return not bundle.refusal, not bundle.preview.warning, -len(bundle.cameras)


def _sameness(bundle: Bundle) -> Any:
    changes = tuple((one.path, repr(one.before), repr(one.after)) for one in bundle.preview.differences)
    return bundle.refusal, bundle.preview.warning, changes
