"""apscheduler ticks the verbs."""
