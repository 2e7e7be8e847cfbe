"""SHOWS THE QUEUE: the pages on which staff sign in, see who waits for a call, and ring back."""
