"""A stand-in for Text Embeddings Inference 1.9 over MiniLM: the same routes, limits, errors and headers."""
