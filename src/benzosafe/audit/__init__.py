"""The audit chain that answers for every row written, and the vault that keeps its key and other secrets."""
