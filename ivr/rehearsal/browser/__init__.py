"""A telephone in the browser: /phone. The line is rung by the same stand-in as in the terminal and in the tests."""
