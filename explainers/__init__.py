"""Floor 2: how a prediction is explained. Pure: a model function, background and rows in, an explanation out.

Its rooms, the lowest first; behind the arrow, the rooms that one may import (an entry, ``__main__``, may import all):

certainty    How sure a prediction is: conformal sets and intervals, novelty ←
overall      A whole model: importance, dependence, interactions, a tree that imitates it ←
shapley      Shares of a prediction: exact for trees, groups and pipelines, sampled with an error for others ←
local        One prediction in words and examples: reasons, a second opinion, counterfactuals, neighbours ← shapley
"""
