"""One JSON line for each thing worth knowing, on standard error, with secrets taken out."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

SECRET_NAMES = re.compile(
    r"token|secret|authorization|password|cookie|signature|api_key", re.IGNORECASE
)
TOKEN = re.compile(r"astra1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+|[Bb]earer\s+\S+")
HIDDEN = "***"
LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def redacted(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """`event` without secrets, whether they stand under a telling name or inside a text.

    >>> redacted(None, "", {"token": "x", "why": "Bearer abc refused"})
    {'token': '***', 'why': '*** refused'}
    """
    for name, value in event.items():
        if SECRET_NAMES.search(name) is not None:
            event[name] = HIDDEN
        elif isinstance(value, str):
            event[name] = TOKEN.sub(HIDDEN, value)
    return event


def _dumps(value: object, **_options: object) -> str:
    return orjson.dumps(value, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()


def configure_logs(level: str) -> None:
    """Set up logging of this process. JSON escapes control characters, so no line can be forged."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redacted,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
