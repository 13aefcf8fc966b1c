"""The demo's documents: manuals out of Debian's documentation packages, as Markdown."""
