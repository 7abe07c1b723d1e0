"""The verbs from a terminal."""
