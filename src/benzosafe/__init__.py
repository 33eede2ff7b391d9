"""benzosafe: reviews benzodiazepine and Z-drug therapy; a draft aid for clinicians, never one itself."""

__version__ = "0.1.0"
