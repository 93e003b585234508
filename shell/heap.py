"""How often Python looks for cycles of garbage.

The values here are frozen and almost never form one, so that counting references frees them. A
look at every 700 new objects, Python's own pace, costs a quarter of the time of a large group.
"""

import gc

NEW = 20_000  # objects between looks at the new ones: 1–2 ms each


def settle_down() -> None:
    """Once all is imported: leave that alone for good, and look at what is new less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW, 20, 20)
