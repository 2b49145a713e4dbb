"""SEC-1: alarms and their pictures, for those who may see them."""

import pytest
from django.core.files.base import ContentFile
from django.http import Http404

from analytics.models import Alarm
from analytics.selectors import alarm_get, alarm_list, alarm_snapshot_get
from cameras.models import Site
from portal.accounts.models import User
from tests.factories import AlarmFactory, CameraFactory


@pytest.fixture
def alarm(site: Site) -> Alarm:
    alarm = AlarmFactory(camera=CameraFactory(site=site))
    alarm.snapshot.save("a.jpg", ContentFile(b"\xff\xd8picture"))
    return alarm


def test_alarms_follow_their_site(alarm: Alarm, colleague: User, stranger: User) -> None:
    """SEC-1: nobody sees another site's alarms."""
    assert list(alarm_list(user=colleague)) == [alarm]
    assert not alarm_list(user=stranger)
    with pytest.raises(Http404):
        alarm_get(user=stranger, alarm_id=alarm.pk)


def test_a_picture_is_for_members_of_the_site(alarm: Alarm, colleague: User, stranger: User) -> None:
    """SEC-1: pictures and media URLs included."""
    with alarm_snapshot_get(user=colleague, alarm_id=alarm.pk) as picture:
        assert picture.read() == b"\xff\xd8picture"
    with pytest.raises(Http404):
        alarm_snapshot_get(user=stranger, alarm_id=alarm.pk)


def test_a_picture_that_is_gone_is_not_found(alarm: Alarm, colleague: User) -> None:
    """SEC-7: removed after its retention, or never taken."""
    alarm.snapshot.storage.delete(alarm.snapshot.name)
    with pytest.raises(Http404, match="removed"):
        alarm_snapshot_get(user=colleague, alarm_id=alarm.pk)
    Alarm.objects.update(snapshot="")
    with pytest.raises(Http404, match="no picture"):
        alarm_snapshot_get(user=colleague, alarm_id=alarm.pk)
    Alarm.objects.update(media_removed_at=alarm.started_at)
    with pytest.raises(Http404, match="removed"):
        alarm_snapshot_get(user=colleague, alarm_id=alarm.pk)
