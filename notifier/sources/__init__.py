"""Where a policy's text is found: file, git."""
