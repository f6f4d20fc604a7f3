"""The demo's story: what it waits for, when its acts are due, that it stands still and goes on, and that a step done by hand is noticed."""

from dataclasses import replace
from datetime import UTC, datetime

from data.records import State
from models.demo import story
from models.demo.showing import Stage
from models.demo.story import STEPS, Beat, Facts
from tests import deliveries, screens

NUMBER = {step.name: at for at, step in enumerate(STEPS, start=1)}


def stage_at(name, since=100.0, **more):
    return Stage(step=NUMBER[name], playing=True, since=since, **more)


def test_the_story_is_told_in_nine_steps_of_pages_that_its_people_may_see():
    assert len(STEPS) == 9
    assert {step.person for step in STEPS} == {"olga", "erik", "dana"}
    known = set(Facts.__dataclass_fields__)
    assert {beat.fact for step in STEPS for beat in step.beats} <= known


def test_its_own_seconds_leave_time_for_drift_and_training_within_three_minutes():
    told = sum(step.look_s + sum(beat.after_s for beat in step.beats) for step in STEPS)
    assert 90 < told < 130


def test_nothing_is_due_before_it_begins_or_while_it_stands_still():
    assert story.due(Stage(), Facts(ready=True), 1e9) is None
    assert story.due(replace(stage_at("flag"), playing=False), Facts(), 1e9) is None


def test_what_a_machine_has_to_bring_is_waited_for_however_long_it_takes():
    waiting = stage_at("drift", beat=1)
    assert story.due(waiting, Facts(drifting=True), 1e9) is None
    assert story.missing(waiting, Facts(drifting=True)) == Beat("advised")
    come = story.noticed(waiting, Facts(drifting=True, advised=7), 200.0)
    assert (come.beat, come.since, come.spent) == (2, 200.0, 0.0)
    assert story.due(come, Facts(drifting=True, advised=7), 204.0) is None
    assert story.due(come, Facts(drifting=True, advised=7), 205.1) == "next"


def test_an_act_is_due_after_its_seconds_and_a_faster_tempo_shortens_them():
    assert story.due(stage_at("flag"), Facts(), 107.9) is None
    assert story.due(stage_at("flag"), Facts(), 108.1) == "flagged"
    assert story.due(stage_at("flag"), Facts(), 102.1, tempo=4) == "flagged"


def test_a_pause_stops_the_count_and_going_on_takes_it_up():
    paused = story.paused(stage_at("flag"), 105.0)
    assert (paused.playing, paused.elapsed(9999.0)) == (False, 5.0)
    resumed = story.resumed(paused, 500.0)
    assert story.due(resumed, Facts(), 502.9) is None
    assert story.due(resumed, Facts(), 503.1) == "flagged"


def test_by_hand_the_tour_never_acts_and_goes_on_when_it_is_done():
    hand = story.resumed(story.paused(stage_at("review"), 101.0), 101.0, hand=True)
    assert story.due(hand, Facts(case=1), 1e9) is None
    claimed = story.noticed(hand, Facts(case=1, claimed=True), 300.0)
    assert claimed.hand and story.due(claimed, Facts(case=1, claimed=True), 1e9) is None
    decided = Facts(case=1, claimed=True, decided=True)
    after = story.noticed(claimed, decided, 400.0)
    assert not after.hand and after.playing
    assert story.due(after, decided, 406.1) == "next"


def test_the_first_of_the_two_taps_is_seen_half_way_to_the_flag_unless_a_person_taps():
    assert not story.first_tap(stage_at("flag"), Facts(), 103.9) and story.first_tap(stage_at("flag"), Facts(), 104.1)
    assert story.first_tap(stage_at("flag"), Facts(), 101.1, tempo=4)
    assert not story.first_tap(story.resumed(stage_at("flag"), 100.0, hand=True), Facts(), 1e9)
    assert not story.first_tap(stage_at("review"), Facts(), 1e9)


def test_what_was_done_ahead_by_hand_is_not_done_again():
    done = Facts(case=1, claimed=True, decided=True)
    arrived = story.noticed(story.at_step(stage_at("flag"), NUMBER["review"], 100.0), done, 100.0)
    assert arrived.beat == 2
    assert story.due(arrived, done, 103.0) is None and story.due(arrived, done, 106.1) == "next"


def test_it_ends_with_the_last_step_and_has_no_step_before_the_first():
    end = stage_at("fixed", beat=1)
    assert story.due(end, Facts(normal=True), 1e9) is None
    assert story.at_step(end, 99, 1.0).step == 9 and story.at_step(end, -3, 1.0).step == 1


def test_the_facts_come_from_the_store_whoever_made_them(staffed, record, use_case):
    now, stage = datetime.now(UTC), Stage(run=2)
    record(deliveries.scored_batch(use_case, 0, 14, assets=14, score=0.9, state=State.LIKELY))
    (warned,) = [one.prediction for one in staffed.readings.board("milling") if one.prediction.asset == "M-14"]
    assert story.facts(staffed, stage, 1, now) == Facts()  # another showing is in place yet
    seen = story.facts(staffed, stage, 2, now)
    assert (seen.advised, seen.flagged, seen.trained, seen.released, seen.normal) == (warned.id, None, None, False, False)
    other = screens.flag(staffed, reading=1)  # of another machine: no part of the story
    raised = screens.flag(staffed, reading=warned.id, person="omar")
    seen = story.facts(staffed, stage, 2, now)
    assert (seen.flagged.id, seen.case, seen.claimed) == (raised.id, raised.case, False) and seen.case != other.case
    screens.decided(staffed, raised.case)
    seen = story.facts(staffed, stage, 2, now)
    assert seen.claimed and seen.decided and not seen.asked
    staffed.jobs.submit("train", "milling", {}, "dana")
    assert story.facts(staffed, stage, 2, now).asked
    staffed.feedback.withdraw_flag(raised.id, "omar")
    assert story.facts(staffed, stage, 2, now).flagged is None
