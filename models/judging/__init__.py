"""How good a release is: figures with intervals, on held-out groups and the newest stretch, against rules and the champion; the gate."""
