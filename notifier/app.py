"""Config to Pipeline: the only wiring, the only clock."""
