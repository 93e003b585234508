"""`python -m shell.cli`, which `astra` and `./run` call."""

from shell.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
