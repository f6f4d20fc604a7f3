"""A backup of weeks ago on a computer whose clock is right: nobody has to say so; one that was made later than the clock says is not believed."""

from data.backup.make import make
from data.backup.restore import restore
from data.store import open_store
from tests.clocks import DAY, computer, turn

__all__ = ["computer"]  # the fixture: a computer whose clock a test sets


def test_a_backup_of_long_ago_is_restored_under_a_clock_that_is_believed(computer, tmp_path):
    store = open_store(tmp_path / "home" / "pullcord.db")
    store.people.all()
    store.clock.trust("adam")
    store.close()
    made = make(tmp_path / "home", tmp_path / "to")
    computer.start = "b"  # another computer, three weeks later, without network time
    turn(computer, jump=21 * DAY)
    there = open_store(tmp_path / "home" / "pullcord.db")
    assert not there.clock.state().trusted  # the home itself: nobody knows how long it was off
    there.close()
    restore(made.file, tmp_path / "new")
    restored = open_store(tmp_path / "new" / "pullcord.db")
    assert restored.clock.state().trusted and restored.clock.state().now_us == computer.wall
    restored.close()


def test_a_backup_of_the_future_does_not_make_a_clock_right(computer, tmp_path):
    store = open_store(tmp_path / "home" / "pullcord.db")
    store.clock.trust("adam")
    store.close()
    made = make(tmp_path / "home", tmp_path / "to")
    computer.start = "b"
    turn(computer, jump=-21 * DAY)
    restore(made.file, tmp_path / "new")
    restored = open_store(tmp_path / "new" / "pullcord.db")
    assert not restored.clock.state().trusted
    restored.close()
