"""Making a back-up, and putting one back."""

import shutil
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.db import connection

from portal.backup import postgres, sqlite
from portal.backup.about import About, BackupError
from portal.common.secret_store import FILE as SECRETS


def back_up(folder: Path, *, media: bool, secrets: bool) -> About:
    """Into `folder`, which is made, or empty. Raises BackupError, OSError."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty: name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    file = _tools().dump(folder)
    for name, place in _trees(media=media).items():
        if place.is_dir():
            shutil.copytree(place, folder / name, ignore_dangling_symlinks=True, copy_function=_copy)
    if secrets and (Path(settings.DATA) / SECRETS).is_file():
        shutil.copy2(Path(settings.DATA) / SECRETS, folder / SECRETS)
    about = About.of(folder, file, media=media, secrets=(folder / SECRETS).is_file())
    about.write(folder)
    return about


def restore(folder: Path, *, replace: bool) -> About:
    """From `folder` into the database and the data folder of this deployment. replace: also where there is a portal.

    Raises BackupError before anything was changed; OSError when a disk failed in between: then it may be done again.
    """
    about = About.read(folder)
    about.check_fits()
    if not replace and not _tools().is_empty():
        raise BackupError("the database is not empty: --replace takes the back-up in its place")
    _tools().load(folder / about.file)
    for name, place in _trees(media=about.media).items():
        if (folder / name).is_dir():
            shutil.copytree(folder / name, place, dirs_exist_ok=True)
    if about.secrets:
        shutil.copy2(folder / SECRETS, Path(settings.DATA) / SECRETS)
    return about


def _tools() -> ModuleType:
    return postgres if connection.vendor == "postgresql" else sqlite


def _trees(*, media: bool) -> dict[str, Path]:
    trees = {"networks": Path(settings.UPLOADED_NETWORKS)}
    return trees | ({"media": Path(settings.MEDIA_ROOT)} if media else {})


def _copy(source: str, target: str) -> str:
    """A picture that the night's pruning took away meanwhile is none that has to be kept."""
    try:
        return str(shutil.copy2(source, target))
    except FileNotFoundError:
        return target
