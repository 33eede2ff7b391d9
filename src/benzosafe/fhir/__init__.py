"""FHIR R4 in (a Bundle becomes a Record) and out (a review becomes DetectedIssues)."""
