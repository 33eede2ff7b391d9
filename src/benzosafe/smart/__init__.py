"""A client of record systems that speak SMART on FHIR: discovery, backend services, launch."""
