"""Configuration as code (API-7): sites, cameras and all that belongs to them as one YAML file.

reading.py   file -> Document (tree, lines)         shape.py    which names there are, and what they hold
state.py     database -> tree                       writing.py  tree -> file
putting/     tree -> services, object by object     plan.py     what a file would change; does exactly that
"""
