"""The chain is verified as it is at one moment: what is written meanwhile is no fault."""

from __future__ import annotations

from sqlalchemy import event

from benzosafe.audit.ledger import entering, faults, head
from benzosafe.storage.database import open_engine
from benzosafe.storage.snapshot import one_moment
from tests.prescriptions.people import NOW


def test_an_entry_that_comes_while_the_chain_is_verified_is_no_fault(either_office, database_url):
    key, others, began = either_office.desk.vault.chain_key, open_engine(database_url), head(either_office.desk.engine)
    reading = open_engine(database_url)

    @event.listens_for(reading, "before_cursor_execute")
    def write_before_the_end_is_read(_connection, _cursor, statement, *_):
        if "audit_head" in statement:
            with entering(others, key, "x", NOW) as ledger:
                ledger.note("view", "prescriptions/x")

    assert faults(one_moment(reading), key) == []
    assert head(others).seq == began.seq + 1
