"""A real RTSP camera for tests and demo: serves a clip in an endless loop, without encoding it again.

Run by the system's own Python, which has GStreamer's bindings (Debian: gir1.2-gst-rtsp-server-1.0 python3-gst-1.0
gstreamer1.0-plugins-good gstreamer1.0-plugins-bad):

    /usr/bin/python3 tests/servers/rtsp_server.py CLIP.mp4 [CLIP.ts …] --user U --password P --auth digest

Clip n is served as /live (the first) and /live2, /live3 …; MP4, MPEG-TS and bare H.264 files are understood, and VP8
in WebM, which is no codec of cameras.
One line of JSON on standard output says when it is ready: {"port": 8554, "urls": ["rtsp://127.0.0.1:8554/live"]}.
"""

import argparse
import json
import signal
import sys
from pathlib import Path

import gi

for namespace in ("Gst", "GstRtsp", "GstRtspServer"):
    gi.require_version(namespace, "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402 - versions have to be chosen first

Gst.init(None)  # before a class is derived from GStreamer's: the signals of its parent have to exist by then

H264 = "h264parse ! rtph264pay config-interval=1"
PIPELINES = {
    ".mp4": f"qtdemux ! {H264}",
    ".mov": f"qtdemux ! {H264}",
    ".ts": f"tsdemux ! {H264}",
    ".h264": H264,
    ".webm": "matroskademux ! rtpvp8pay",
}
ROLE = "viewer"


class LoopedMedia(GstRtspServer.RTSPMedia):
    """Plays its clip as a segment, and the same segment again when it is done: time goes on, no client notices."""

    def do_handle_message(self, message):
        if message.type == Gst.MessageType.SEGMENT_DONE:
            self.play_segment(Gst.SeekFlags.SEGMENT)
            return True
        return GstRtspServer.RTSPMedia.do_handle_message(self, message)

    def play_segment(self, flags):
        begin, to_the_end = Gst.SeekType.SET, Gst.SeekType.NONE
        self.get_element().seek(1.0, Gst.Format.TIME, flags, begin, 0, to_the_end, 0)


def clip_factory(clip, auth):
    """Many clients share one playing of the clip."""
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f'( filesrc location="{clip}" ! {PIPELINES[clip.suffix]} name=pay0 pt=96 )')
    factory.set_shared(True)
    factory.set_media_gtype(LoopedMedia.__gtype__)
    if clip.suffix == ".mp4":
        factory.connect("media-configure", start_looping)
    if auth:
        factory.set_permissions(viewer_permissions())
    return factory


def start_looping(_factory, media):
    flags = Gst.SeekFlags.SEGMENT | Gst.SeekFlags.FLUSH
    media.connect("prepared", lambda prepared: prepared.play_segment(flags))


def viewer_permissions():
    permissions = GstRtspServer.RTSPPermissions()
    for permission in (GstRtspServer.RTSP_PERM_MEDIA_FACTORY_ACCESS, GstRtspServer.RTSP_PERM_MEDIA_FACTORY_CONSTRUCT):
        permissions.add_permission_for_role(ROLE, permission, True)
    return permissions


def viewer_auth(user, password, method):
    """Basic or Digest, one user."""
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, ROLE)
    if method == "basic":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    else:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(user, password, token)
    return auth


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--auth", choices=("basic", "digest"), default="digest")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    server = GstRtspServer.RTSPServer()
    server.set_address(arguments.host)
    server.set_service(str(arguments.port))
    auth = viewer_auth(arguments.user, arguments.password, arguments.auth) if arguments.user else None
    server.set_auth(auth)
    paths = ["/live" if not index else f"/live{index + 1}" for index in range(len(arguments.clips))]
    for path, clip in zip(paths, arguments.clips, strict=True):
        server.get_mount_points().add_factory(path, clip_factory(clip.resolve(strict=True), auth))
    if not server.attach(None):
        sys.exit(f"port {arguments.port} of {arguments.host} cannot be used")
    port = server.get_bound_port()
    print(json.dumps({"port": port, "urls": [f"rtsp://{arguments.host}:{port}{path}" for path in paths]}), flush=True)
    loop = GLib.MainLoop()
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGTERM, loop.quit)
    loop.run()


if __name__ == "__main__":
    main()
