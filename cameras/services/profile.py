"""Settings for many cameras: chosen tabs of one camera, or of a profile, with a preview (EXT-5).

Secrets are never copied. Whether somebody may is asked by the doors: `extension_list(user=…, least=ADMINISTRATOR)`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cameras.extensions.areas import EVERY_AREA
from cameras.extensions.diff import Difference, differences
from cameras.extensions.kinds import CLASSES
from cameras.extensions.merge import of_profile
from cameras.extensions.problems import Problem, SettingsError, gettext_noop
from cameras.extensions.tabs import of_tabs, tabs_clean
from cameras.models import Extension, Profile
from cameras.services.extension import Wish, wish_grant
from cameras.services.history import stored
from portal.accounts.models import User

ASPECT_TOLERANCE = 0.02  # 1920×1080 and 640×362 are the same picture to who draws an area


@dataclass(frozen=True, slots=True)
class Part:
    """What is put on other cameras: the JSON of some tabs of one kind of extension.

    aspect: width / height of its picture, None unknown.
    """

    kind: str
    settings: Mapping[str, Any]
    aspect: float | None = None
    reason: str = ""

    @property
    def has_places(self) -> bool:
        """Whether areas or zones are in it, which belong to the shape of a picture."""
        return "ignore_zones" in self.settings


@dataclass(frozen=True, slots=True)
class Preview:
    """What a part would change on one camera; warning: empty when there is none."""

    extension: Extension
    differences: list[Difference]
    warning: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one camera: error is None when the part is on it now."""

    extension: Extension
    error: SettingsError | None = None


def part_of_extension(*, extension: Extension, tabs: Iterable[str], aspect: float | None = None) -> Part:
    """The tabs of a camera. Raises SettingsError for tabs that do not exist."""
    reason = _("Copied from %(camera)s") % {"camera": extension.camera.name}
    settings_class = extension.settings_class
    settings = of_tabs(extension.whole().to_json(), tabs_clean(list(tabs), settings_class), settings_class)
    return Part(extension.kind, settings, aspect, reason)


def part_of_profile(*, profile: Profile, tabs: Iterable[str] | None = None) -> Part:
    """The tabs of a profile, or some of them. Raises SettingsError for tabs that are not in it."""
    settings_class = CLASSES[profile.kind]
    chosen = tabs_clean(list(profile.tabs if tabs is None else tabs), settings_class)
    whole = stored(profile.kind, profile.settings).to_json()
    settings = of_tabs(whole, [tab for tab in chosen if tab in profile.tabs], settings_class)
    return Part(profile.kind, settings, profile.aspect, _("Profile “%(name)s”") % {"name": profile.name})


def part_preview(
    *, part: Part, to: Iterable[Extension], aspects: Mapping[int, float | None] | None = None
) -> list[Preview]:
    """What would change. to: extensions of the part's kind.    aspects: camera id -> width / height, where known."""
    return [_preview(part, extension, (aspects or {}).get(extension.camera_id)) for extension in to]


def part_apply(*, part: Part, to: Iterable[Extension], user: User | None) -> list[Outcome]:
    """Put it on every one, each for itself: one that fails keeps what it had and stops no other."""
    return [_apply(part, extension, user) for extension in to]


def profile_create(
    *, extension: Extension, name: str, tabs: Iterable[str], user: User | None, aspect: float | None = None
) -> Profile:
    """Keep tabs of a camera under a name, for its site. Raises SettingsError, ValidationError for a name taken."""
    chosen = tabs_clean(list(tabs), extension.settings_class)
    part = part_of_extension(extension=extension, tabs=chosen)
    profile = Profile(site=extension.camera.site, name=name.strip(), kind=extension.kind, tabs=list(chosen))
    profile.settings, profile.aspect, profile.made_by = part.settings, aspect, user
    profile.full_clean()
    profile.save()
    return profile


@transaction.atomic
def profile_put(
    *,
    profile: Profile,
    user: User | None,
    name: str,
    tabs: Iterable[str],
    settings: Mapping[str, Any],
    aspect: float | None = None,
) -> Profile:
    """A new profile, or one that is there, with this in it (API-7); when nothing differs, nothing is written.

    settings: what is left out is default.    Raises SettingsError, ValidationError.
    """
    settings_class = CLASSES[profile.kind]
    chosen = list(tabs_clean(list(tabs), settings_class))
    part = of_tabs(stored(profile.kind, settings).to_json(), chosen, settings_class)
    if strange := sorted(set(settings) - set(part), key=str):
        template = gettext_noop("This setting lies on none of the tabs %(tabs)s.")
        raise SettingsError([Problem(str(one), template, {"tabs": ", ".join(chosen)}) for one in strange])
    wanted = {"name": name.strip(), "tabs": chosen, "settings": part, "aspect": aspect}
    if profile.pk and all(getattr(profile, field) == value for field, value in wanted.items()):
        return profile
    for field, value in wanted.items():
        setattr(profile, field, value)
    profile.made_by = profile.made_by or user
    profile.full_clean()
    profile.save()
    return profile


def profile_apply(
    *, profile: Profile, to: Iterable[Extension], user: User | None, tabs: Iterable[str] | None = None
) -> list[Outcome]:
    """`part_apply` of a profile."""
    return part_apply(part=part_of_profile(profile=profile, tabs=tabs), to=to, user=user)


def settings_copy(
    *, extension: Extension, to: Iterable[Extension], tabs: Iterable[str], user: User | None
) -> list[Outcome]:
    """`part_apply` of another camera's tabs."""
    return part_apply(part=part_of_extension(extension=extension, tabs=tabs), to=to, user=user)


def profile_delete(*, profile: Profile) -> None:
    """Cameras that it was put on keep their settings."""
    profile.delete()


def _preview(part: Part, extension: Extension, aspect: float | None) -> Preview:
    before = extension.whole()
    after = stored(part.kind, of_profile(before.to_json(), part.settings))
    warning = _warning(part.aspect, aspect) if part.has_places else ""
    return Preview(extension, differences(before, after, translate=_), warning)


def _warning(source: float | None, target: float | None) -> str:
    """Areas are fractions of the picture: on one of another shape they lie elsewhere (EXT-5)."""
    if source is None or target is None:
        return _("The shape of one of the two pictures is not known; look at the areas afterwards.")
    if abs(source / target - 1) <= ASPECT_TOLERANCE:
        return ""
    shapes = {"source": f"{source:.2f}:1", "target": f"{target:.2f}:1"}
    return _("The pictures differ in shape (%(source)s and %(target)s); areas will lie elsewhere.") % shapes


def _apply(part: Part, extension: Extension, user: User | None) -> Outcome:
    wish = Wish(drawn=EVERY_AREA, edit=lambda whole: of_profile(whole, part.settings))
    try:
        return Outcome(wish_grant(extension=extension, wish=wish, user=user, reason=part.reason))
    except SettingsError as refused:
        return Outcome(extension, refused)
    except Extension.DoesNotExist:
        return Outcome(extension, SettingsError([Problem("", gettext_noop("The extension was removed meanwhile."))]))
