"""The order of asking that settles a case soonest (docs/decisions/0012).

The model: a question asks for one fact. A token becomes known when all facts that it lacks have
been asked for, and then has each of its known values with the same chance, whatever the others
have. What is sought is the way of asking with the fewest questions on average.

Until some token becomes known nothing is learnt. So a way of asking comes down to which token to
settle next, and the best way is found by trying all, what comes after each answer included. Where
that is too much, it looks two tokens ahead, and estimates what comes after them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import prod

from nic_rules.engine.needs import Diagram
from nic_rules.explanation.left import Functions, Left

MOST_TOKENS = 60
MOST_STATES = 3_000
"""How many tokens, and states of a table on the way to its outcome, are tried out exactly."""

AHEAD, BEST = 2, 8
"""How many tokens it looks ahead beyond that, and for how many of the best it looks further."""

LATE = 1_000
"""What a fact counts that is to be asked for last: more than all others together."""

State = tuple[Functions, int]
"""What is left of a table, and a mask of the facts that have been asked for."""

Within = Callable[[int, int], Sequence[int]]
"""Orders some facts (a mask) that a token lacks, those first that may settle it soonest."""


class Soonest:
    """Finds which token to settle next, and in which order that asks for facts.

    Averages are kept as whole numbers, so that equal ones are equal on every machine: each is
    multiplied by the number of ways in which all tokens can turn out.
    """

    def __init__(
        self,
        diagram: Diagram,
        functions: Sequence[int],
        lacks: Sequence[int],
        late: int = 0,
        most_states: int = MOST_STATES,
    ) -> None:
        """Take functions of tokens, the facts that each token lacks as a mask, and late facts."""
        self.left = Left(diagram)
        self.lacks = lacks
        self.late = late
        self.most_states = most_states
        self.ways = prod(len(known) for known in self.left.known)
        self._facts_of: dict[int, int] = {}
        self._best: dict[State, tuple[int, int]] = {}
        self._reached: dict[int, dict[int, int]] = {}
        self.start: State = self.state(self.left.of(functions), 0)

    # --- states

    def state(self, functions: Functions, asked: int) -> State:
        """Give a state; of the facts asked for, those are kept that still make a difference."""
        return functions, asked & self.facts(self.left.looked_at(functions))

    def facts(self, tokens: int) -> int:
        """Give all facts that some tokens lack."""
        found = self._facts_of.get(tokens)
        if found is None:
            found = 0
            for token in bits(tokens):
                found |= self.lacks[token]
            self._facts_of[tokens] = found
        return found

    def cost(self, facts: int) -> int:
        """Give how much it takes to ask for some facts."""
        return facts.bit_count() + (LATE - 1) * (facts & self.late).bit_count()

    def candidates(self, state: State) -> list[int]:
        """Give the tokens that may be best to settle next, those that cost least first."""
        functions, asked = state
        looked_at = self.left.looked_at(functions)
        ranked = sorted((self.cost(self.lacks[t] & ~asked), t) for t in bits(looked_at))
        needed = self.left.needed(functions)
        if ranked[0][0] == 0:
            return [ranked[0][1]]  # it comes to be known without a question
        first = next((token for _, token in ranked if needed >> token & 1), None)
        return [token for _, token in ranked] if first is None else [first]

    def after(self, state: State, token: int) -> list[State]:
        """Give the states that settling a token can lead to, each with the same chance."""
        functions, asked = state
        asked |= self.lacks[token]
        return [self.state(left, asked) for left in self.left.after(functions, token)]

    # --- exactly

    def fewest(self, state: State) -> int:
        """Give the fewest questions on average, times all ways; raises `TooMany`."""
        if not state[0]:
            return 0
        best = self._best.get(state)
        if best is None:
            if len(self._best) >= self.most_states:
                raise TooMany
            best = self._best[state] = self._fewest(state)
        return best[0]

    def _fewest(self, state: State) -> tuple[int, int]:
        best: tuple[int, int] | None = None
        for token in self.candidates(state):
            if best is not None and self._asking(state, token) >= best[0]:
                break  # neither it nor those that cost more can be better
            found = self._by_way_of(state, token, self.fewest)
            if best is None or found < best[0]:
                best = (found, token)
        assert best is not None  # something counts as long as anything is left
        return best

    def _asking(self, state: State, token: int) -> int:
        return self.cost(self.lacks[token] & ~state[1]) * self.ways

    def _by_way_of(self, state: State, token: int, then: Callable[[State], int]) -> int:
        """Give what it takes on average if a token is settled next; `then` says what follows."""
        following = self.after(state, token)
        cost = self._asking(state, token)
        for one in following:
            cost += then(one) // len(following)
        return cost

    # --- nearly

    def estimate(self, state: State) -> int:
        """Estimate what `fewest` is: what it takes if tokens are asked for as they are numbered."""
        functions, asked = state
        chances: dict[int, int] = {}
        for function in functions:
            for token, chance in self._chances(function).items():
                for fact in bits(self.lacks[token] & ~asked):
                    chances[fact] = min(chances.get(fact, 0) + chance, self.ways)
        return sum(self.cost(1 << fact) * chance for fact, chance in chances.items())

    def _chances(self, function: int) -> dict[int, int]:
        """Give the chance of each token to be asked for, in the order of the diagram."""
        chances = self._reached.get(function)
        if chances is None:
            chances = {}
            first = self.left.first(function)
            if first is not None:
                token, branches = first
                chances[token] = self.ways
                for branch in branches:
                    for below, chance in self._chances(branch).items():
                        chances[below] = chances.get(below, 0) + chance // len(branches)
            self._reached[function] = chances
        return chances

    def ahead(self, state: State, tokens: int = AHEAD) -> tuple[int, int]:
        """Look some tokens ahead: give about what `fewest` is, and the token to settle next."""
        ranked = sorted(
            (self._by_way_of(state, token, self.estimate), place, token)
            for place, token in enumerate(self.candidates(state))
        )
        if tokens == 1:
            return ranked[0][0], ranked[0][2]

        def then(following: State) -> int:
            return self.ahead(following, tokens - 1)[0] if following[0] else 0

        return min(
            ((self._by_way_of(state, token, then), token) for _, _, token in ranked[:BEST]),
            key=lambda found: found[0],
        )

    # --- the order

    @cached_property
    def is_exact(self) -> bool:
        """Whether the best way could be found by trying all."""
        if len(self.lacks) > MOST_TOKENS:
            return False
        try:
            self.fewest(self.start)
        except TooMany:
            return False
        return True

    def average(self) -> int:
        """Give the fewest questions on average, times all ways; about that, if it is not exact."""
        if not self.start[0]:
            return 0
        return self.fewest(self.start) if self.is_exact else self.ahead(self.start)[0]

    def order(self, within: Within) -> list[int]:
        """Give all facts that may be asked for, the one to ask for now first.

        The others come by how likely it is that they have to be asked for, those that are asked
        for earlier first; late facts last. `within` orders those of a token.
        """
        if not self.start[0]:
            return []
        likely = self._likely(within) if self.is_exact else self._about_likely(within)
        every = self.facts(self.left.looked_at(self.start[0]))
        keyed = (
            (bool(self.late >> fact & 1), *likely.get(fact, (0, Fraction(0))), fact)
            for fact in bits(every)
        )
        return [fact for *_, fact in sorted(keyed, key=lambda k: (k[0], -k[1], k[2], k[3]))]

    def _likely(self, within: Within) -> dict[int, tuple[int, Fraction]]:
        """Follow the best way: give for each fact how likely it is asked for, and how early."""
        chances: dict[int, int] = {}
        places: dict[int, int] = {}
        for state, chance, place in self._on_the_best_way():
            token = self._best[state][1]
            for number, fact in enumerate(within(token, self.lacks[token] & ~state[1])):
                chances[fact] = chances.get(fact, 0) + chance
                places[fact] = places.get(fact, 0) + place + chance * number
        return {fact: (n, Fraction(places[fact], n)) for fact, n in chances.items()}

    def _on_the_best_way(self) -> Iterator[tuple[State, int, int]]:
        """Give each state with its chance, and its place times that; earlier ones first."""
        count = self.left.looked_at(self.start[0]).bit_count()
        # by how many tokens count: each answer leaves fewer of them
        open_: list[dict[State, tuple[int, int]]] = [{} for _ in range(count + 1)]
        open_[count][self.start] = (self.ways, 0)
        for states in reversed(open_):
            for state, (chance, place) in states.items():
                yield state, chance, place
                token = self._best[state][1]
                asked = (self.lacks[token] & ~state[1]).bit_count()
                following = self.after(state, token)
                for one in following:
                    if one[0]:
                        later = open_[self.left.looked_at(one[0]).bit_count()]
                        before = later.get(one, (0, 0))
                        later[one] = (
                            before[0] + chance // len(following),
                            before[1] + (place + chance * asked) // len(following),
                        )

    def _about_likely(self, within: Within) -> dict[int, tuple[int, Fraction]]:
        """Estimate the same, but for the token to settle now, which comes first."""
        likely: dict[int, tuple[int, Fraction]] = {}
        chances: dict[int, int] = {}
        for function in self.start[0]:
            for token, chance in self._chances(function).items():
                chances[token] = max(chances.get(token, 0), chance)
        now = self.ahead(self.start)[1]
        ranked = sorted(chances, key=lambda token: (token != now, -chances[token], token))
        for token in ranked:
            for fact in within(token, self.lacks[token]):
                likely.setdefault(fact, (self.ways - len(likely), Fraction(0)))
        return likely


class TooMany(Exception):
    """There are too many states to try them all."""


def bits(mask: int) -> Iterator[int]:
    """Give the numbers of the bits of a mask, rising."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
