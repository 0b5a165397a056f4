"""What a line of history keeps from who may not see the tickets it names: their numbers. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

ELSEWHERE = 0  # stands for the number of a ticket that whoever reads may not see


def numbers_in(data: Mapping[str, Any]) -> set[int]:
    """Of the tickets that a line names."""
    several = data.get("tickets")
    found = [data.get("ticket"), data.get("home"), *(several if isinstance(several, list) else ())]
    return {number for number in found if isinstance(number, int)}


def keep_back(data: Mapping[str, Any], unseen: Collection[int]) -> Mapping[str, Any]:
    """For a sentence: one stands for another."""
    if not unseen or numbers_in(data).isdisjoint(unseen):
        return data
    told = {name: ELSEWHERE if name in ("ticket", "home") and fact in unseen else fact for name, fact in data.items()}
    if "tickets" in data:
        told["tickets"] = [number for number in data["tickets"] if number not in unseen] or [ELSEWHERE]
    return told


def without(data: Mapping[str, Any], unseen: Collection[int]) -> Mapping[str, Any]:
    """For programs: they are not there."""
    if not unseen or numbers_in(data).isdisjoint(unseen):
        return data
    told = {name: fact for name, fact in data.items() if not (name in ("ticket", "home") and fact in unseen)}
    if "tickets" in data:
        told["tickets"] = [number for number in data["tickets"] if number not in unseen]
    return told
