"""Years, schools and the municipality of the sound world."""

from __future__ import annotations

BEFORE, NOW = "2023-2024", "2024-2025"
TOWN = "71701000"
SCHOOLS = ("720001", "720002")
RETURN_SCHOOLS = tuple(f"7201{number:02d}" for number in range(1, 25))
