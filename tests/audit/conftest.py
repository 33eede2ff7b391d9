from tests.fhir.conftest import fhir_errors  # noqa: F401
from tests.prescriptions.conftest import either_office, office  # noqa: F401
from tests.storage.conftest import database_url, postgres  # noqa: F401
