"""A stand-in for Qdrant 1.19 over its own engine (qdrant-edge): the same routes, envelope and errors."""
