"""Loaded before a program (on PYTHONPATH): its clock goes ahead by the milliseconds that the file HAOMA_AHEAD holds."""
import os
import time

real = time.time


def ahead():
    with open(os.environ["HAOMA_AHEAD"], encoding="ascii") as file:
        return int(file.read()) / 1000


time.time = lambda: real() + ahead()
