# Thin aliases, for fingers that type make. Everything is in dev.py.
.PHONY: run test prove bench lock
run test prove bench lock:
	@python3 dev.py $@
