"""What benzosafe says as a CDS Hooks service, without HTTP: a request in, at most one useful card out."""
