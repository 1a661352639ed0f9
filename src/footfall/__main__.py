"""`python -m footfall`: the command, for where the script is not on the path."""

from footfall.cli.main import run

run()
