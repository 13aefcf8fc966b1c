"""A stand-in for Qdrant 1.15 to 1.20 over its own engine (qdrant-edge): the same routes, envelope and errors."""
