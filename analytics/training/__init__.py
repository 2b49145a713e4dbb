"""Training of the portal's own networks: pictures in, an ONNX file with its manifest out (docs/training.md).

An extra with torch (`make training`); the running portal never imports it, and it never imports Django.
tasks → pool, scenes → augment → loader → network, assign, loss → train → export → evaluate
"""
