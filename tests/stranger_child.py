"""A child that does what it is told, for the tests of bounded processes: ``python -m tests.stranger_child CODE``."""

import sys

exec(sys.argv[1])
