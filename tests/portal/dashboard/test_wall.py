"""The wall: which cameras it is given, and to whom (OPR-6)."""

import json
import re

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cameras.models import Site
from portal.accounts.models import User
from tests.factories import CameraFactory, SiteFactory


def given(page: str) -> list[str]:
    """Names of the cameras that the wall may show, in their order."""
    block = re.search(r'<script type="application/json">(.*?)</script>', page.split("<wall-view")[1], re.DOTALL)
    assert block
    return [camera["name"] for camera in json.loads(block[1])]


def test_every_camera_that_is_watched_is_on_it(site: Site, owner: User, signed_in) -> None:
    """OPR-6: by site and name, without those that are switched off or have nothing installed; `?site=` narrows."""
    other = SiteFactory(name="Annex")
    other.membership_set.create(user=owner)
    for where, name in ((site, "Quay"), (site, "Gate"), (other, "Yard")):
        CameraFactory(site=where, name=name)
    CameraFactory(site=site, name="Off", enabled=False)
    CameraFactory(site=site, name="Bare", occupancy=False)
    client = signed_in(owner)

    assert given(client.get(reverse("wall")).content.decode()) == ["Yard", "Gate", "Quay"]
    assert given(client.get(reverse("wall"), {"site": site.pk}).content.decode()) == ["Gate", "Quay"]


@pytest.mark.parametrize(("asked", "cells"), [("1", 1), ("16", 16), ("5", 4), ("x", 4), ("", 4)])
def test_the_address_says_how_many_at_once(site: Site, owner: User, signed_in, *, asked: str, cells: int) -> None:
    """OPR-6, UI: 1, 4, 9 or 16."""
    page = signed_in(owner).get(reverse("wall"), {"cells": asked}).content.decode()

    assert f'data-cells="{cells}"' in page


def test_a_kiosk_is_pictures_only(site: Site, owner: User, signed_in) -> None:
    """OPR-6, UI: no menu, no bar; its pages turn by themselves."""
    page = signed_in(owner).get(reverse("wall"), {"kiosk": 1}).content.decode()

    assert 'data-kiosk data-turn="15"' in page
    assert 'class="rail"' not in page


def test_a_stranger_sees_none_of_it(site: Site, stranger: User, signed_in) -> None:
    """SEC-1."""
    CameraFactory(site=site, name="Quay")

    assert given(signed_in(stranger).get(reverse("wall")).content.decode()) == []
    assert signed_in(stranger).get(reverse("wall"), {"site": site.pk}).status_code == 404


def test_more_cameras_cost_no_more_queries(
    site: Site, owner: User, signed_in, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """OPR-6."""
    for _ in range(30):
        CameraFactory(site=site)
    client = signed_in(owner)
    with django_assert_max_num_queries(8):
        client.get(reverse("wall"))
