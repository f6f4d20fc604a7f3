"""What was read under the same number of changes holds still: the number is another one after anything was recorded, by whichever opening of the store."""

from data.people import DEMO_PEOPLE


def test_the_number_of_changes_is_another_one_after_anything_was_recorded(opened):
    one, other = opened(), opened()
    before = one.changes()
    assert one.changes() == before
    one.people.save(DEMO_PEOPLE[0], "test")
    own = one.changes()
    other.people.save(DEMO_PEOPLE[1], "test")
    foreign = one.changes()
    assert len({before, own, foreign}) == 3 and one.changes() == foreign


def test_two_openings_never_give_the_same_number(opened):
    one, other = opened(), opened()
    assert one.changes() != other.changes()
    one.close()
    assert one.changes() != other.changes(), "opened again"
