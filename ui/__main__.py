"""`python -m ui` is the command `facilitator`."""

from ui.entry import main

if __name__ == "__main__":
    main()
