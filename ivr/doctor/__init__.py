"""SAYS WHAT IS STILL IN THE WAY: between this machine and answering real calls, in order, each with what mends it."""
