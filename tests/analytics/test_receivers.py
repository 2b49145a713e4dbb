"""DASH-5, EXT-7: a change reaches the camera's worker and open browsers."""

from analytics.live import site_group
from cameras.models import Site
from cameras.services import camera_update, extension_update
from tests.factories import CameraFactory
from tests.servers.valkey import Valkey


def test_a_new_name_is_published_to_the_browsers_of_the_site(
    valkey: Valkey, site: Site, django_capture_on_commit_callbacks
) -> None:
    """DASH-5: pushed at once, to the site's group and no other."""
    extension = CameraFactory(site=site, name="Quay").extensions.get()
    with valkey.client() as client, client.pubsub(ignore_subscribe_messages=True) as listener:
        listener.psubscribe("lookout__group__*")
        listener.get_message(timeout=10)  # the answer to the subscription
        with django_capture_on_commit_callbacks(execute=True):
            extension_update(extension=extension, settings={"areas": [{"number": 1, "name": "Gate"}]})
        message = listener.get_message(timeout=10)

    assert message["channel"].decode() == f"lookout__group__{site_group(site.pk)}"
    assert b"Gate" in message["data"]
    assert b"Quay" in message["data"]


def test_a_camera_that_was_removed_meanwhile_is_no_failure(
    valkey: Valkey, site: Site, django_capture_on_commit_callbacks
) -> None:
    """SPEC 15: between the change and its news, the row may go."""
    camera = CameraFactory(site=site)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        camera_update(camera=camera, fps=3)
        camera.delete()

    assert len(callbacks) == 1
