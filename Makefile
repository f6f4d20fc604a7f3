# Everything is done by start.py, with nothing but Python 3.11 to 3.13; `make` only gives it short names.
PYTHON ?= python3

.PHONY: run demo check test screens lint lock mutants clean
run:   ; @$(PYTHON) start.py run
demo:  ; @$(PYTHON) start.py demo
check: ; @$(PYTHON) start.py check
test:  ; @$(PYTHON) start.py test
screens: ; @$(PYTHON) start.py screens
lint:  ; @$(PYTHON) start.py lint
lock:  ; @$(PYTHON) start.py lock
mutants: ; @$(PYTHON) start.py mutants
clean: ; rm -rf .venv var .pytest_cache .hypothesis .ruff_cache test-results
