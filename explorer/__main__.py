"""``python -m explorer``: the command line, where its script is not on the path."""

from explorer.cli import main

main()
