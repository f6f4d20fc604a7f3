"""What is said where no change helps: that nothing does, or that what would is no advice to give."""

import pytest
from streamlit.testing.v1 import AppTest


def drawn(lowest):
    from data.usecase.file import load
    from explainers.local.counterfactual import Counterfactuals
    from pages.parts.prediction.what_changes import what_changes

    what_changes(load("milling"), Counterfactuals((), before=0.9, aim=0.2, lowest=lowest, tried=2710))


@pytest.mark.parametrize(
    ("lowest", "said", "why"),
    [
        (0.41, "No change within the permitted limits brings the risk below 20", "the best of them leaves a risk of 41"),
        (0.004, "No change within the permitted limits brings the risk safely below 20", "leave no margin, or nothing like them"),
    ],
    ids=["nothing helps", "not to be advised"],
)
def test_what_is_tried_in_vain_never_contradicts_what_is_said_of_it(lowest, said, why):
    app = AppTest.from_function(drawn, kwargs={"lowest": lowest}).run()
    assert not app.exception and app.markdown[0].value.startswith(said) and why in app.caption[0].value
    assert "2,710 settings were tried" in app.caption[0].value
