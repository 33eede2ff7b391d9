import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from benzosafe.storage.store import Store
from tests.storage.made_up import NOW, answer, at, call, showing

THREADS, EACH = 8, 25


def test_many_threads_write_and_read_at_once(store):
    def work(thread):
        for number in range(EACH):
            card = f"{thread}-{number}"
            store.remember(call(showing(card), patient=f"p{thread}"))
            store.add_feedback([answer(card)])
            store.showings(f"p{thread}", at(-1))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    (hook,) = store.burden(at(-1), at(1)).hooks
    assert (hook.calls, hook.cards) == (THREADS * EACH, THREADS * EACH)
    assert store.burden(at(-1), at(1)).rules[0].accepted == THREADS * EACH


def test_a_token_tried_at_once_is_accepted_once(store):
    def use(_):
        return store.use_token("issuer", "the same", at(5), NOW)

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(use, range(THREADS * 4))) == 1


def test_stores_that_begin_together_agree(database_url):
    def begin(_):
        store = Store(database_url)
        store.migrate()
        return store.secret()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(begin, range(4)))) == 1


def test_two_processes_share_one_database(store, database_url):
    code = (
        "import sys\n"
        "from benzosafe.storage.store import Store\n"
        "from tests.storage.made_up import NOW, at, call, showing\n"
        "store = Store(sys.argv[1])\n"
        "for n in range(50): store.remember(call(showing(f'{sys.argv[2]}-{n}')))\n"
        "print(sum(store.use_token('i', str(n), at(5), NOW) for n in range(50)))\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, database_url, name], stdout=subprocess.PIPE, text=True)
        for name in "ab"
    ]
    used = [int(process.communicate(timeout=120)[0]) for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert sum(used) == 50
    assert len(store.showings("p", at(-1))) == 100
