"""Homes that older versions left behind, packed; made by ``python -m tests.home_of_today``."""

from pathlib import Path

HOMES = Path(__file__).parent
