"""Kinds of model that a release may hold beside our own boosted trees: scikit-learn through skops, anything that was exported to ONNX."""
