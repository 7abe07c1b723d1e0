"""Two documents in, Redline out: aligned blocks, word edits, materiality."""
