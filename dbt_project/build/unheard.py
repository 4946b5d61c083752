"""dbt's events while nobody listens to them: they end where they begin.

dbt tells some fifteen events a node, each checked and copied into a message before it asks who listens, and all
results once more in one message at the end: together a fifth of a build of few rows. No log takes them here
(``dbt_arguments``). Warnings and errors pass on as ever, since they may stop a run, and everything does once
somebody listens.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def nobody_listens() -> Iterator[None]:
    """Let events below a warning end where they begin, and become messages only when somebody reads them."""
    from dbt_common.events import event_manager_client as client
    from dbt_common.events.base_types import BaseEvent, EventLevel
    from dbt_common.events.event_manager import EventManager

    class Unheard(EventManager):
        def fire_event(
            self,
            e: BaseEvent,
            level: EventLevel | None = None,
            node: Any = None,
            force_warn_or_error_handling: bool = False,
        ) -> None:
            may_stop = force_warn_or_error_handling or (level or e.level_tag()) in (
                EventLevel.WARN,
                EventLevel.ERROR,
            )
            # Of callbacks there is dbt's own alone, which waits for a warning.
            if may_stop or self.loggers:
                super().fire_event(e, level, node, force_warn_or_error_handling)

    before = client.get_event_manager()
    client.ctx_set_event_manager(Unheard())
    try:
        with _messages_when_read(BaseEvent):
            yield
    finally:
        client.ctx_set_event_manager(before)


@contextmanager
def _messages_when_read(event: Any) -> Iterator[None]:
    """Let events keep what they were told, and make the message of it when ``pb_msg`` is first asked for.

    dbt has no switch for that; the class gets its own constructor back at the end.
    """
    make = event.__init__

    def begin(self: Any, *args: Any, **told: Any) -> None:
        vars(self)["_told"] = (args, told)

    def message(self: Any) -> Any:
        held = vars(self)
        if "_told" in held:
            args, told = held.pop("_told")
            make(self, *args, **told)
        return held["pb_msg"]

    def keep(self: Any, value: Any) -> None:
        vars(self)["pb_msg"] = value

    event.__init__, event.pb_msg = begin, property(message, keep)
    try:
        yield
    finally:
        event.__init__ = make
        del event.pb_msg
