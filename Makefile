# Thin aliases, for fingers that type make. Everything is in dev.py.
.PHONY: run test prove bench sbom lock
run test prove bench sbom lock:
	@python3 dev.py $@
