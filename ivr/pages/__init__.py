"""SHOWS THE LINE: everything it says as one page and as plain text, and its flow as a picture."""
