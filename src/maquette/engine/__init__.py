"""Floor 2: ONNX Runtime: sessions, decoding, the scorer."""
