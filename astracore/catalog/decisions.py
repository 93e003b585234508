"""How decisions of accounts are recorded."""

from attrs import evolve

from astracore.catalog.aggregates import ACCOUNT_AGGREGATE
from astracore.errors.trading import Refused
from astracore.events.canonical import digest
from astracore.events.catalog import classes_of
from astracore.events.codec import Codec, codec, union
from astracore.events.recording import Recorder
from astracore.trading.commands import AccountCommand, AmendOrder, ClosePosition, PlaceOrder
from astracore.trading.events import AccountEvent
from astracore.trading.ruleset import RuleSets, rules_of
from astracore.trading.state import Account

ACCOUNT_COMMANDS: Codec[AccountCommand] = union(classes_of(AccountCommand))
RULES: Codec[RuleSets] = codec(RuleSets)


def state_hash(account: Account) -> str:
    """A hash of all that is open, and of which orders have ended.

    An ended order changes by late fills alone, so its turn, which no other order has, and its
    number of fills stand for it: written out, a hundred of them would cost ten times the rest.
    """
    turns = sorted((one.turn, len(one.fill_ids)) for one in account.ended.values())
    ended = ",".join(f"{turn}:{fills}" for turn, fills in turns)
    living = ACCOUNT_AGGREGATE.state.encode(evolve(account, ended={}))
    return digest(living + b"\n" + ended.encode())


def rules_hash(command: AccountCommand) -> str:
    """A hash of the rules that a command was judged by."""
    return digest(RULES.encode(rules_of(command)))


def subject(command: AccountCommand) -> str:
    """The order that a command has judged; empty where it judges none, or several."""
    if isinstance(command, PlaceOrder | AmendOrder | ClosePosition):
        return command.order_id
    return ""


ACCOUNT_DECISIONS: Recorder[AccountCommand, Account, AccountEvent, Refused] = Recorder(
    aggregate=ACCOUNT_AGGREGATE,
    commands=ACCOUNT_COMMANDS,
    state_hash=state_hash,
    rules_hash=rules_hash,
    subject=subject,
)
