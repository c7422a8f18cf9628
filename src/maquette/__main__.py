"""`python -m maquette` is the command `maquette`."""

from maquette.interfaces.cli import main

if __name__ == "__main__":
    main()
