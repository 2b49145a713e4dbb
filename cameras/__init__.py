"""What we watch: sites, cameras and how their pictures come in."""
