"""The objects of a file put in force, one noun a file: made, changed, or taken away where the file may do that."""
