# Thin aliases, for fingers that type make. Everything is in dev.py.
.PHONY: run test prove lock
run test prove lock:
	@python3 dev.py $@
