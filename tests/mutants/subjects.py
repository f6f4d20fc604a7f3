"""Which modules are asked, and which tests belong to each: the fewest and fastest files that should notice a fault in it, the quickest first."""

_CERTAIN = ("tests/explainers/certainty/test_edges_of_certainty.py", "tests/explainers/certainty/test_certainty.py")
_SHARES = ("tests/explainers/shapley/test_explainer_contract.py", "tests/explainers/shapley/test_shares.py")
_READ = ("tests/explainers/shapley/test_read_shares.py", "tests/explainers/shapley/test_explainer_limits.py")
_ADMITTED = (
    "tests/models/corrections/test_edges_of_admission.py",
    "tests/models/corrections/test_admission_against_inspection.py",
)
_CHECKED = ("tests/data/readings/test_edges_of_checks.py", "tests/data/readings/test_checks.py")
_TRAINED_ON = (
    "tests/models/training/test_edges_of_history.py",
    "tests/models/corrections/test_corrections.py",
    "tests/models/training/test_live_truth.py",
)

SUBJECTS: dict[str, tuple[str, ...]] = {
    "models/live/advice.py": ("tests/models/live/test_advice.py",),
    "models/judging/gate.py": ("tests/models/judging/test_edges_of_the_gate.py", "tests/models/judging/test_gate.py"),
    "models/corrections/corrections.py": _ADMITTED,
    "models/corrections/adjudication.py": ("tests/models/corrections/test_second_looks.py",),
    "models/corrections/bad_stretches.py": ("tests/models/corrections/test_bad_stretches.py",),
    "models/corrections/entered.py": ("tests/models/corrections/test_entered_inspections.py",),
    "models/corrections/contradiction.py": ("tests/models/corrections/test_contradiction.py",),
    "models/corrections/label_errors.py": ("tests/models/corrections/test_label_errors.py",),
    "models/corrections/sensor_doubt.py": ("tests/models/corrections/test_sensor_doubt.py",),
    "models/review/reviewing.py": ("tests/models/review/test_reviewing.py",),
    "models/jobs/retraining.py": ("tests/models/training/test_retraining.py",),
    "models/training/training_set.py": _TRAINED_ON,
    "models/dataset/history.py": (
        "tests/models/training/test_edges_of_history.py",
        "tests/models/training/test_independent.py",
        "tests/data/readings/test_windows.py",
    ),
    "data/store/sqlite/feedback/verdicts.py": (
        "tests/data/store/test_store_review.py",
        "tests/data/store/test_store_feedback.py",
        "tests/models/review/test_reviewing.py",
    ),
    "data/store/sqlite/plant/recording.py": (
        "tests/data/store/test_edges_of_recording.py",
        "tests/data/store/test_store_contract.py",
        "--deselect=tests/data/store/test_store_contract.py::test_whatever_is_delivered_again_nothing_is_lost_or_doubled",
        "--deselect=tests/data/store/test_store_contract.py::test_retention_keeps_what_was_flagged_and_the_newest_of_each_asset",
    ),
    "data/readings/windows.py": ("tests/data/readings/test_windows.py",),
    "data/checks/__init__.py": _CHECKED,
    "data/checks/columns.py": _CHECKED,
    "data/checks/order.py": _CHECKED,
    "data/checks/findings.py": _CHECKED,
    "data/checks/frozen.py": ("tests/data/readings/test_frozen.py",),
    "explainers/certainty/certainty.py": _CERTAIN,
    "explainers/certainty/p_values.py": _CERTAIN,
    "explainers/certainty/coverage.py": (*_CERTAIN, "tests/explainers/certainty/test_adaptive.py"),
    "explainers/certainty/adaptive.py": ("tests/explainers/certainty/test_adaptive.py",),
    "explainers/certainty/novelty.py": (
        "tests/explainers/certainty/test_edges_of_certainty.py",
        "tests/explainers/certainty/test_novelty.py",
    ),
    "explainers/local/counterfactual.py": ("tests/explainers/local/test_counterfactual.py",),
    "explainers/local/reasons.py": (
        "tests/explainers/local/test_reasons.py",
        "tests/languages/test_classes_and_values_in_words.py",
    ),
    "explainers/local/naming.py": (
        "tests/explainers/local/test_reasons.py",
        "tests/languages/test_classes_and_values_in_words.py",
    ),
    "explainers/local/alike.py": ("tests/models/review/test_reviewing.py",),
    "explainers/quality.py": ("tests/explainers/overall/test_quality.py",),
    "explainers/overall/sampling.py": ("tests/explainers/overall/test_sampling.py",),
    "explainers/overall/dependence.py": ("tests/explainers/overall/test_permutation_and_dependence.py",),
    "explainers/overall/permutation.py": ("tests/explainers/overall/test_permutation_and_dependence.py",),
    "explainers/overall/interactions.py": ("tests/explainers/overall/test_interactions.py",),
    "explainers/overall/surrogate_tree.py": ("tests/explainers/overall/test_surrogate_tree.py",),
    "explainers/shapley/contributions.py": _SHARES,
    "explainers/shapley/group_shares.py": (*_SHARES, *_READ),
    "explainers/shapley/interventional.py": _SHARES,
    "explainers/shapley/leaf_coalitions.py": (*_SHARES, *_READ),
    "explainers/shapley/leaf_patterns.py": (*_SHARES, *_READ),
    "explainers/shapley/model_agnostic.py": (*_SHARES, *_READ),
    "explainers/shapley/sampled_shares.py": (*_SHARES, *_READ),
    "explainers/shapley/tree_shares.py": (*_SHARES, *_READ),
}
"""The order is that in which they are asked. Tests in a browser, slow ones, and those that need a trained release are not run."""
