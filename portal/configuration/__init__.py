"""Configuration as code (API-7): sites, cameras and all that belongs to them as one YAML file.

reading.py   file -> Document (tree, lines)         shape.py    which names there are, and what they hold
state.py     database -> tree                       boards.py   the same of what is made of the areas of a site
writing.py   tree -> file                           plan.py     what a file would change; does exactly that
putting/     tree -> services, object by object
"""
