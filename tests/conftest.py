"""What all tests share: the private servers, the cast of three users, clients, and the mark `shared`."""

import pytest

pytest_plugins = ["tests.fixtures"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs clips or networks that are not here; the summary (-ra) counts and names each."""
    from django.conf import settings

    missing = []
    if settings.MEDIA_CLIPS is None:
        missing.append("no folder of clips (LOOKOUT_MEDIA)")
    if not any(list(folder.glob("*.onnx")) for folder in settings.NETWORK_FOLDERS):
        missing.append("no networks (LOOKOUT_NETWORKS)")
    if missing:
        for item in items:
            if item.get_closest_marker("shared"):
                item.add_marker(pytest.mark.skip(reason=f"{item.name}: {', '.join(missing)}"))
