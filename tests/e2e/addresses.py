"""Every screen by its name, and its address: whoever adds one adds it here, and it must pass what all of them must."""

PAGES = {
    "board": "",
    "machines": "all-machines",
    "machine": "machine?asset=M-03",
    "prediction": "why?reading=1",
    "my flags": "flags",
    "handover": "shift",
    "review": "cases",
    "model": "general-reasons",
    "releases": "versions",
    "overview": "value",
    "new line": "add-line",
}
