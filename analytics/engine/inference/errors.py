"""What can go wrong between a frame and its detections.

InferenceError
├── NetworkError            a network cannot be used at all; its message is fit for a screen
│   ├── NetworkMissingError     the file is in no folder of the search path
│   ├── NetworkBrokenError      wrong hash, unreadable file, manifest that makes no sense
│   ├── NetworkTaskError        it finds something else than what was asked for
│   └── NetworkAloneError       it does not take several pictures in one run
├── ProviderError           an execution provider cannot run anything here: another one has to
├── FrameFailedError        this one frame was not analysed, the next may be
│   ├── InferenceBusyError      no caller was free in time (overload; the network is fine)
│   ├── InferenceTimeoutError   the network did not answer in time; its thread is given up
│   └── InferenceFailedError    the network answered with an error
└── InferenceGaveUpError    rebuilt once and failed again: the worker should hand its cameras over and exit
"""


class InferenceError(Exception):
    """Root of everything this package raises on purpose."""


class NetworkError(InferenceError):
    """A network cannot be used; the message names the file and what to do."""


class NetworkMissingError(NetworkError):
    """The ONNX file of a network is in no folder of the search path."""


class NetworkBrokenError(NetworkError):
    """A file is there but not what its manifest promises, or the manifest itself makes no sense."""


class NetworkTaskError(NetworkError):
    """A network was asked for by its id, but for a task that is not its own."""


class NetworkAloneError(NetworkError):
    """A network cannot be rewritten so that it takes several pictures in one run; alone it takes each."""


class ProviderError(InferenceError):
    """An execution provider is built into onnxruntime but does not work here."""


class FrameFailedError(InferenceError):
    """One frame was not analysed."""


class InferenceBusyError(FrameFailedError):
    """No caller became free within the time limit."""


class InferenceTimeoutError(FrameFailedError):
    """The network did not answer within the time limit."""


class InferenceFailedError(FrameFailedError):
    """The network answered with an error."""


class InferenceGaveUpError(InferenceError):
    """The session failed again after it had been rebuilt."""
