"""What the line and its tests need, locked, and the set-up that installs it."""
