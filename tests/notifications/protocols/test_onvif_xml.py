"""Scene metadata as XML (WIRE 3)."""

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from notifications.protocols.base import ProtocolError
from notifications.protocols.onvif_xml import MOST_BYTES, decoder, encode, frames, read, xml_text
from notifications.protocols.scene import Analytics, SceneFrame, SceneObject

AT = datetime(2026, 5, 1, 3, 5, 0, 250_000, UTC)
BARE = SceneObject(31, "face", (0.395, 0.28, 0.44, 0.365), 0.93, mask=False)
SCENE = SceneFrame(AT, Analytics.NONMASK, (BARE,))
GOLDEN = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema" '
    b'xmlns:fc="http://www.onvif.org/ver20/analytics/humanface"><tt:VideoAnalytics>'
    b'<tt:Frame UtcTime="2026-05-01T03:05:00.250Z" Source="NonMaskDetection">'
    b'<tt:Object ObjectId="31"><tt:Appearance><tt:Shape>'
    b'<tt:BoundingBox left="-0.21" top="0.44" right="-0.12" bottom="0.27"/>'
    b'<tt:CenterOfGravity x="-0.165" y="0.355"/></tt:Shape>'
    b'<tt:Class><tt:Type Likelihood="0.93">HumanFace</tt:Type></tt:Class>'
    b"<tt:HumanFace><fc:Accessory><fc:Mask><fc:Wear>false</fc:Wear></fc:Mask></fc:Accessory></tt:HumanFace>"
    b"</tt:Appearance></tt:Object></tt:Frame></tt:VideoAnalytics></tt:MetadataStream>\n"
)

fractions = st.floats(0, 1)
kinds = st.sampled_from(["human", "face", "vehicle", "bicycle"]) | st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=20
)
scenes = st.builds(
    SceneFrame,
    st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (bounds)
    st.sampled_from(Analytics),
    st.lists(
        st.builds(
            SceneObject,
            st.integers(0, 2**53),
            kinds,
            st.tuples(*[fractions] * 4),
            fractions,
            st.none() | st.booleans(),
        ),
        max_size=5,
    ).map(tuple),
    st.integers(0, 40),
)


def test_golden_bytes() -> None:
    """WIRE 3: the face of the JSON sample, as XML; elements in the order of ONVIF's schema."""
    assert encode(SCENE) == GOLDEN


@pytest.mark.parametrize("root", [b"MetadataStream", b"MetaDataStream"])
def test_both_spellings_of_the_root_are_read(root: bytes) -> None:
    """WIRE 3: the standard's and the vendor's."""
    (document,) = decoder().feed(GOLDEN.replace(b"MetadataStream", root))
    (scene,) = frames(document)

    assert (scene.at, scene.source) == (AT, "NonMaskDetection")
    assert (scene.objects[0].id, scene.objects[0].kind, scene.objects[0].mask) == (31, "face", False)
    assert scene.objects[0].xyxy == pytest.approx(BARE.xyxy)


@given(st.lists(scenes, max_size=3), st.integers(0, 3000))
def test_what_was_sent_is_read_back_whatever_the_cut(sent: list[SceneFrame], cut: int) -> None:
    """STYLE 7: names with quotes, angle brackets and all; coordinates to four decimals."""
    wire, stream = b"".join(map(encode, sent)), decoder()
    documents = stream.feed(wire[:cut]) + stream.feed(wire[cut:])
    stream.end()
    found = [scene for document in documents for scene in frames(document)]

    assert [(one.source, one.left_out) for one in found] == [(one.source, one.left_out) for one in sent]
    assert [one.at for one in found] == [one.at.replace(microsecond=one.at.microsecond // 1000 * 1000) for one in sent]
    for ours, theirs in zip([o for s in sent for o in s.objects], [o for s in found for o in s.objects], strict=True):
        assert (theirs.id, theirs.kind, theirs.mask) == (ours.id, ours.kind, ours.mask)
        assert theirs.xyxy == pytest.approx(ours.xyxy, abs=1e-4)
        assert theirs.score == pytest.approx(ours.score, abs=0.006)


def test_a_cut_inside_the_end_mark_loses_nothing() -> None:
    """STYLE 7: every cut of the bytes."""
    for cut in range(len(GOLDEN)):
        stream = decoder()

        assert len(stream.feed(GOLDEN[:cut]) + stream.feed(GOLDEN[cut:])) == 1, cut
        stream.end()


@given(st.binary(max_size=100), st.integers(0, len(GOLDEN)))
def test_garbage_is_a_protocol_error_and_nothing_else(data: bytes, place: int) -> None:
    """SPEC 15: in the middle of a document as well."""
    damaged = GOLDEN[:place] + data + GOLDEN[place:]
    assume(damaged != GOLDEN)
    stream = decoder()
    try:
        for document in stream.feed(damaged):
            list(frames(document))
        stream.end()
    except ProtocolError as exc:
        assert "metadata stream" in exc.reason  # noqa: PT017 (some damage is none, as a space behind the end)


@pytest.mark.parametrize(
    ("attack", "reason"),
    [
        pytest.param(b'<!DOCTYPE a [<!ENTITY b "c">]>', "no XML that is read", id="entities"),
        pytest.param(b'<!DOCTYPE a SYSTEM "http://192.0.2.1/a.dtd">', "no XML that is read", id="an external DTD"),
    ],
)
def test_nothing_is_fetched_and_nothing_expands(attack: bytes, reason: str) -> None:
    """SEC-4, SPEC 15: a document type is refused whatever it says."""
    with pytest.raises(ProtocolError, match=reason):
        read(GOLDEN.replace(b"?>\n", b"?>\n" + attack))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'ObjectId="31"', b'ObjectId="x"', "ObjectId is 'x', a whole number"),
        (b'left="-0.21"', b'left="nan"', "left is 'nan', a number"),
        (b'left="-0.21"', b"", "left is '', a number"),
        (b"2026-05-01T03:05:00.250Z", b"2026-05-01T03:05:00", "UtcTime is .* offset"),
        (b"2026-05-01T03:05:00.250Z", b"now", "UtcTime is 'now'"),
        (b"tt:Type", b"tt:Kind", "object '31' has no tt:Class"),
        (b"tt:BoundingBox", b"tt:Box", "object '31' has no tt:BoundingBox"),
        (b"<tt:Object Obj", b"<tt:Transformation/><tt:Object Obj", "Transformation"),
    ],
)
def test_a_damaged_scene_names_what_is_wrong(old: bytes, new: bytes, reason: str) -> None:
    """STYLE 8: the thing, the value and what was expected."""
    with pytest.raises(ProtocolError, match=reason):
        list(frames(read(GOLDEN.replace(old, new))))


@pytest.mark.parametrize("encoding", [b"utf-7", b"shift_jis", b"nonsense", b"utf-16"])
def test_an_encoding_that_is_not_read_is_damage(encoding: bytes) -> None:
    """SPEC 15: a sender chooses what stands in the first line."""
    with pytest.raises(ProtocolError, match="no XML that is read"):
        read(GOLDEN.replace(b'encoding="UTF-8"', b'encoding="' + encoding + b'"'))


def test_another_root_is_refused() -> None:
    """WIRE 3: a SOAP fault is no scene."""
    with pytest.raises(ProtocolError, match=r"root 'Envelope', tt:MetadataStream or tt:MetaDataStream expected"):
        read(b"<Envelope/>")


def test_a_document_without_end_is_refused_before_it_fills_the_memory() -> None:
    """SPEC 15: memory bounded."""
    stream = decoder()

    assert stream.feed(b" " * MOST_BYTES) == []
    with pytest.raises(ProtocolError, match="longer than"):
        stream.feed(b" ")


def test_what_xml_cannot_carry_is_replaced() -> None:
    """WIRE: all text is UTF-8 that a parser takes."""
    assert xml_text('a<b>&"\x00\uffff') == "a&lt;b&gt;&amp;&quot;\ufffd\ufffd"


def test_left_out_boxes_are_flagged() -> None:
    """OCC-29: in a namespace of our own."""
    wire = encode(SceneFrame(AT, Analytics.OCCUPANCY, (), left_out=3))

    assert b'portal:LeftOut="3" xmlns:portal="urn:lookout:onvif"' in wire
    assert [scene.left_out for scene in frames(read(wire))] == [3]
