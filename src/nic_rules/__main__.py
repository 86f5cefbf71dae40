"""`python -m nic_rules` is the command `nic-rules`."""

from nic_rules.cli import main

if __name__ == "__main__":
    main()
