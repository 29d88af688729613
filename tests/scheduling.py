"""Which of several processes runs which tests."""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

# What needs the sample community, which takes longer to load than most tests to run.
SAMPLED = re.compile(
    r"tests/(browser|home|board)/|tests/demo/test_(the_story|from_a_seed)|tests/cli/test_backup_and_restore"
)
ENGINE = re.compile(r"(sqlite|postgresql)(?=\]$)|(?<=\[)(sqlite|postgresql)")


class OneSamplePerEngine(LoadScopeScheduling):
    """What needs an engine's sample community runs in one process; other files as they come."""

    def __init__(self, config, log=None):
        # As collected, engine by engine: what is kept for a session is made anew at each change.
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        engine = ENGINE.findall(nodeid)
        on = "".join(engine[-1]) if engine else ""
        return f"sample {on}" if SAMPLED.match(nodeid) else nodeid.partition("::")[0] + on
