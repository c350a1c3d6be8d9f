"""How a question becomes a cited answer."""
