"""notifier.toml and the environment."""
