"""Inputs of every kind become rows: bulk export, Bundles, Parquet, OMOP."""
