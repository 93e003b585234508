"""How hard Hypothesis tries, by the environment variable HYPOTHESIS_PROFILE.

Services that tests start, also as processes, take as much as they are asked for.
"""

import json
import os

from hypothesis import HealthCheck, Phase, settings

SLOW_IS_FINE = (HealthCheck.too_slow,)
settings.register_profile(
    "fast",
    max_examples=50,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=SLOW_IS_FINE,
)
settings.register_profile(
    "ci",
    max_examples=200,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=SLOW_IS_FINE,
)
settings.register_profile(
    "deep",
    max_examples=20_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=SLOW_IS_FINE,
)
settings.register_profile(  # for mutants: what fails once is dead, there is nothing to shrink
    "mutants",
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    report_multiple_bugs=False,
    suppress_health_check=SLOW_IS_FINE,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))
MANY = [1_000_000, 1_000_000]
os.environ["ASTRA_LIMITS"] = json.dumps(
    dict.fromkeys(("public", "register", "read", "write", "orders", "topics"), MANY)
)
