"""The verbs: each gathers, decides, applies."""
