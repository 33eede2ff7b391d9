"""The compiled kernel: the same solution for thousands of people. Imported only for large jobs."""
