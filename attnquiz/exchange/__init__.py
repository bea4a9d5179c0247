"""What leaves the app and comes back: backups, the log for other programs."""
