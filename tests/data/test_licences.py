"""What a mix of licences comes to: sixty invented mixes with known verdicts, and the laws that every mix obeys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maquette.core.errors import UsageError
from maquette.data.licences import OWN, TABLE, USES, canonical, checked, combine, is_known, licence

# mix; permitted uses (t train, h share, s sell, a adapt); duties (a attribution, n notice, c state changes,
# s share-alike, u limits on use); one licence under which the result may be offered, or - if there is none.
MIXES = """
CC0-1.0                                   | thsa |      | CC0-1.0
CC0-1.0 + pd                              | thsa |      | CC0-1.0
CC0-1.0 + own                             | thsa |      | MIT
own                                       | thsa |      | LicenseRef-all-rights-reserved
MIT                                       | thsa | an   | MIT
MIT + ISC                                 | thsa | an   | MIT
MIT + CC0-1.0                             | thsa | an   | ISC
MIT + BSD-3-Clause + BSD-2-Clause         | thsa | an   | BSD-3-Clause
MIT + ISC + Apache-2.0 + CC0-1.0          | thsa | anc  | Apache-2.0
Apache-2.0 + pd                           | thsa | anc  | MIT
CC-BY-4.0                                 | thsa | ac   | CC-BY-4.0
CC-BY-3.0 + CC-BY-4.0                     | thsa | ac   | CC-BY-4.0
CC-BY-4.0 + MIT                           | thsa | anc  | CC-BY-4.0
CC-BY-4.0 + CC0-1.0                       | thsa | ac   | own
CC-BY-3.0 + own                           | thsa | ac   | own
CC-BY-SA-4.0                              | thsa | acs  | CC-BY-SA-4.0
CC-BY-SA-4.0 + CC-BY-4.0                  | thsa | acs  | CC-BY-SA-4.0
CC-BY-SA-4.0 + MIT + CC0-1.0              | thsa | ancs | CC-BY-SA-4.0
CC-BY-SA-3.0 + CC-BY-SA-4.0               | thsa | acs  | CC-BY-SA-4.0
CC-BY-SA-2.0 + CC-BY-SA-2.5               | thsa | acs  | CC-BY-SA-2.5
CC-BY-SA-4.0 + own                        | thsa | acs  | CC-BY-SA-4.0
CC-BY-SA-4.0 + GPL-3.0-only               | thsa | ancs | GPL-3.0-only
CC-BY-SA-3.0 + GPL-3.0-only               | ta   | ancs | -
CC-BY-SA-4.0 + GPL-2.0-only               | ta   | ancs | -
CC-BY-SA-4.0 + CC-BY-NC-4.0               | ta   | acs  | -
CC-BY-SA-4.0 + CC-BY-NC-SA-4.0            | ta   | acs  | -
CC-BY-SA-4.0 + OFL-1.1                    | ta   | ancs | -
CC-BY-SA-4.0 + openrail                   | ta   | ancsu | -
CC-BY-NC-4.0                              | tha  | ac   | CC-BY-NC-4.0
CC-BY-NC-4.0 + CC-BY-4.0                  | tha  | ac   | CC-BY-NC-4.0
CC-BY-NC-4.0 + MIT                        | tha  | anc  | own
CC-BY-NC-3.0 + CC-BY-NC-4.0               | tha  | ac   | CC-BY-NC-4.0
CC-BY-NC-4.0 + CC-BY-NC-SA-4.0            | tha  | acs  | CC-BY-NC-SA-4.0
CC-BY-NC-SA-3.0 + CC-BY-NC-SA-4.0         | tha  | acs  | CC-BY-NC-SA-4.0
CC-BY-NC-4.0 + GPL-3.0-only               | ta   | ancs | -
CC-BY-NC-4.0 + own                        | tha  | ac   | all-rights-reserved
CC-BY-NC-4.0 + OFL-1.1                    | ta   | ancs | -
CC-BY-ND-4.0                              | hs   | a    | -
CC-BY-ND-4.0 + CC0-1.0                    |      | a    | -
CC-BY-ND-4.0 + CC-BY-4.0                  |      | ac   | -
CC-BY-ND-4.0 + CC-BY-SA-4.0               |      | acs  | -
CC-BY-NC-ND-4.0                           | h    | a    | -
CC-BY-NC-ND-4.0 + CC-BY-NC-4.0            |      | ac   | -
OFL-1.1                                   | tha  | ans  | OFL-1.1
OFL-1.1 + MIT                             | tha  | ans  | OFL-1.1
OFL-1.1 + GPL-3.0-only                    | ta   | ancs | -
GPL-2.0-only                              | thsa | ancs | GPL-2.0-only
GPL-2.0-only + GPL-3.0-only               | ta   | ancs | -
GPL-2.0-or-later + GPL-3.0-only           | thsa | ancs | GPL-3.0-only
GPL-2.0-only + Apache-2.0                 | ta   | ancs | -
GPL-2.0-or-later + Apache-2.0             | thsa | ancs | GPL-3.0-or-later
GPL-3.0-or-later + MIT                    | thsa | ancs | GPL-3.0-or-later
openrail                                  | thsa | anu  | openrail
openrail + CC-BY-4.0                      | thsa | ancu | openrail
openrail + GPL-3.0-only                   | ta   | ancsu | -
openrail + CC-BY-NC-4.0                   | tha  | ancu | own
all-rights-reserved + MIT                 |      | an   | -
no-training + CC0-1.0                     |      |      | -
unknown + CC0-1.0                         |      |      | -
none + own                                |      |      | -
Good-Boy-License + MIT                    |      | an   | -
MIT OR GPL-3.0-only                       | thsa | an   | MIT
CC-BY-4.0 AND CC-BY-SA-4.0                | thsa | acs  | CC-BY-SA-4.0
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in MIXES.strip().splitlines()]
USE = {"t": "train", "h": "share", "s": "sell", "a": "adapt"}
DUTY = {"a": "attribution", "n": "notice", "c": "state-changes", "s": "share-alike", "u": "use-limits"}


@pytest.mark.parametrize(("mix", "uses", "duties", "offer"), ROWS, ids=[row[0] for row in ROWS])
def test_a_mix_has_the_verdict_that_a_careful_reader_gives_it(mix, uses, duties, offer):
    terms = combine([licence(part) for part in mix.split(" + ")])
    assert terms.uses == {USE[letter] for letter in uses}
    assert terms.duties == {DUTY[letter] for letter in duties}
    if offer == "-":
        assert not any(terms.may_be_offered_under(spdx) for spdx in TABLE)
    else:
        assert terms.may_be_offered_under(offer)


def test_there_are_sixty_mixes_and_every_kind_of_licence_is_in_one():
    assert len(ROWS) >= 60
    used = {
        canonical(part) for row in ROWS for part in row[0].replace(" OR ", " + ").replace(" AND ", " + ").split(" + ")
    }
    kinds = ("CC0", "PublicDomain", "MIT", "ISC", "BSD", "Apache", "BY-4", "BY-SA", "BY-NC-4", "BY-ND", "OFL", "GPL-2")
    for kind in (*kinds, "GPL-3", "own", "all-rights-reserved", "unknown", "no-training", "OpenRAIL"):
        assert any(kind in spdx for spdx in used), kind


# --- laws ---------------------------------------------------------------------------------------------------------

rows = st.sampled_from([*TABLE.values(), licence("Good-Boy-License")])
mixes = st.lists(rows, min_size=1, max_size=5).map(combine)


@given(mixes, mixes)
def test_the_order_of_a_mix_does_not_matter(one, other):
    assert combine([one, other]) == combine([other, one])


@given(mixes, mixes, mixes)
def test_the_grouping_of_a_mix_does_not_matter(a, b, c):
    assert combine([combine([a, b]), c]) == combine([a, combine([b, c])]) == combine([a, b, c])


@given(mixes)
def test_repeating_a_member_changes_nothing(mix):
    assert combine([mix, mix]) == mix == combine([mix])


@given(st.lists(rows, min_size=1, max_size=6))
def test_a_mix_never_grants_more_than_any_member_and_owes_all_duties(members):
    mix = combine(members)
    for member in members:
        assert mix.uses <= member.uses and mix.under <= member.under and mix.duties >= member.duties
        for spdx in TABLE:
            assert member.may_be_offered_under(spdx) or not mix.may_be_offered_under(spdx)
    assert set(mix.parts) == {part for member in members for part in member.parts}


@given(mixes)
def test_what_can_be_offered_under_nothing_is_neither_shared_nor_sold(mix):
    if len(mix.parts) > 1 and not mix.under:
        assert not mix.share and not mix.sell
    assert mix.share or not mix.sell


@given(st.text(max_size=40))
def test_no_invented_licence_permits_anything(text):
    row = licence(text)
    assert not row.uses or is_known(text)


# --- spelling -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "spdx"),
    [("mit", "MIT"), (" cc0 ", "CC0-1.0"), ("GPL-3.0", "GPL-3.0-only"), ("gpl-2.0+", "GPL-2.0-or-later"), ("own", OWN)],
)
def test_licences_may_be_typed_as_people_say_them(typed, spdx):
    assert checked(typed) == spdx


@pytest.mark.parametrize("typed", ["MTI", "CC-BY", "", "none", "MIT AND Good-Boy"])
def test_a_licence_that_is_not_in_the_table_is_an_error_with_the_nearest(typed):
    with pytest.raises(UsageError) as caught:
        checked(typed)
    assert caught.value.mend


def test_a_mix_of_nothing_is_ones_own_work():
    assert combine([]).uses == set(USES)
