"""The command line and the renderings it prints."""
