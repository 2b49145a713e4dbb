"""Inference: a frame becomes detections, whatever the network. Start with detector.py, then onnx.py."""
