"""The engine: from a frame to a count and an alarm, in plain Python (numpy, OpenCV, onnxruntime), without Django."""
