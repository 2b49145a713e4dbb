#!/usr/bin/env python
"""Django's command line, for this project."""

import os
import sys


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(_own_settings(sys.argv))


def _own_settings(arguments: list[str]) -> list[str]:
    """`analyse --settings FILE.json` means a camera's settings; Django would import the file as its own."""
    if arguments[1:2] != ["analyse"]:
        return arguments
    return [
        argument.replace("--settings", "--camera-settings", 1)
        if argument == "--settings" or argument.startswith("--settings=")
        else argument
        for argument in arguments
    ]


if __name__ == "__main__":
    main()
