"""`python -m ui`: the command line, for where no script is installed."""

from ui.cli import main

if __name__ == "__main__":
    main()
