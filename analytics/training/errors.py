"""What can go wrong in a training. Every text is fit for whoever started it.

TrainingError
├── PoolError           the pool of labelled pictures cannot be read
├── PicturesError       nothing can be learnt from these pictures
├── CheckpointError     a checkpoint is missing, broken, or of another training
└── ExportError         the network cannot become a file of this form
"""


class TrainingError(Exception):
    """Root of everything this package raises on purpose."""


class PoolError(TrainingError):
    """The pool cannot be read; the text names the file and what was expected."""


class PicturesError(TrainingError):
    """There are no pictures, or one of them is not of the task."""


class CheckpointError(TrainingError):
    """The text names the file and, where it is of another training, what differs."""


class ExportError(TrainingError):
    """The text names the value and what was expected."""
