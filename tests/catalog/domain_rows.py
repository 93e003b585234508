"""The rows of the domain rules: what follows from what, what is shown, what may be asked.

Each row names what makes it true, so that none is forgotten; one that waits for a domain which does
not exist yet turns red on the day that the domain comes.
"""

from pathlib import Path

from attrs import frozen

PAGE = Path(__file__).parent / "domain_messages.txt"


@frozen
class Follows:
    """`event` of one domain asks `command` of another; `by` names the policies that say so."""

    event: str
    command: str
    by: tuple[str, ...]


@frozen
class Elsewhere:
    """`event` has its consequence without a policy, for this reason."""

    event: str
    reason: str


@frozen
class Absent:
    """`event` belongs to a domain that does not exist yet."""

    event: str


TRADING = (
    Follows("risk.kill_switch_engaged", "CancelAll", ("cancel_stopped",)),
    Follows("risk.risk_limit_hit", "CancelAll", ("cancel_own",)),
    Follows("risk.deadman_fired", "CancelAll", ("cancel_own",)),
    Follows("user.user_deleted", "CancelAll", ("cancel_stopped",)),
    Follows("bot.copy_order_intended", "PlaceOrder", ("place_copy",)),
    Follows("user.user_registered", "OpenAccount", ("welcome",)),
    Follows("gamification.tournament_joined", "OpenAccount", ("open_tournament_account",)),
    Absent("bot.order_intended"),
    Absent("market.funding_rate_published"),
    Absent("exchange.drift_detected"),
    Absent("exchange.connection_failed"),
    Absent("exchange.connection_revoked"),
)
RISK = (
    Follows("trading.trade_executed", "Evaluate", ("evaluate_risk",)),
    Follows("trading.position_closed", "Evaluate", ("evaluate_risk",)),
    Follows("trading.liquidation_started", "Evaluate", ("evaluate_risk",)),
    Follows("trading.reconciliation_flagged", "Trip", ("trip_on_flags",)),
    Follows("risk.risk_limit_hit", "Trip", ("trip_on_breach",)),
    Follows("user.user_suspended", "Trip", ("trip_suspended",)),
    Follows("trading.account_opened", "CreateLimit", ("limit_new",)),
    Absent("market.feed_lost"),
)
GAMIFICATION = (
    Follows("trading.position_closed", "AwardXp", ("reward_close",)),
    Follows("trading.position_closed", "RecordActivity", ("reward_close",)),
    Follows("trading.position_closed", "UnlockAchievement", ("reward_close",)),
    Follows("trading.position_closed", "RecordTournamentTrade", ("record_tournament_close",)),
    Follows("social.content_reacted", "AwardXp", ("reward_deed",)),
    Follows("social.content_commented", "AwardXp", ("reward_deed",)),
    Follows("social.content_shared", "AwardXp", ("reward_deed",)),
    Follows("social.followed", "AwardXp", ("reward_deed",)),
    Follows("social.endorsed", "AwardXp", ("reward_deed",)),
    Follows("social.clan_joined", "AwardXp", ("reward_deed",)),
    Follows("social.battle_finished", "AwardXp", ("reward_battle",)),
    Follows("social.challenge_completed", "AwardXp", ("reward_challenge",)),
    Follows("social.referral_activated", "AwardXp", ("reward_referral",)),
    Follows("nft.nft_minted", "AwardXp", ("reward_mint",)),
    Follows("gamification.tournament_closed", "AwardXp", ("award_tournament_prizes",)),
    Follows("social.content_reacted", "UnlockAchievement", ("unlock_earned",)),
    Follows("social.content_commented", "UnlockAchievement", ("unlock_earned",)),
    Follows("social.content_shared", "UnlockAchievement", ("unlock_earned",)),
    Follows("social.endorsed", "UnlockAchievement", ("unlock_earned",)),
    Follows("social.clan_created", "UnlockAchievement", ("unlock_earned",)),
    Follows("social.clan_joined", "UnlockAchievement", ("unlock_earned",)),
    Follows("social.clan_transferred", "UnlockAchievement", ("unlock_earned",)),
    Follows("social.battle_finished", "UnlockAchievement", ("unlock_earned",)),
    Follows("social.referral_activated", "UnlockAchievement", ("unlock_earned",)),
    Follows("nft.nft_minted", "UnlockAchievement", ("unlock_earned",)),
    Follows(
        "gamification.tournament_closed",
        "UnlockAchievement",
        ("unlock_earned", "unlock_tournament_placed"),
    ),
    Follows("gamification.level_up", "UnlockAchievement", ("unlock_own",)),
    Follows("gamification.streak_updated", "UnlockAchievement", ("unlock_own",)),
    Follows("gamification.lesson_completed", "UnlockAchievement", ("unlock_own",)),
    Follows("gamification.quiz_scored", "UnlockAchievement", ("unlock_own",)),
    Follows("gamification.xp_gained", "ApplyScore", ("score_xp",)),
    Follows("gamification.xp_reversed", "ApplyScore", ("score_xp",)),
    Follows("social.content_reacted", "ReverseXp", ("take_back",)),
    Follows("social.unfollowed", "ReverseXp", ("take_back",)),
    Follows("social.endorsement_withdrawn", "ReverseXp", ("take_back",)),
    Elsewhere("user.user_registered", "a player's progress begins empty"),
    Absent("chain.vault_deposited"),
    Absent("backtest.run_completed"),
    Absent("bot.bot_state_changed"),
)
SOCIAL = (
    Follows("gamification.xp_gained", "Contribute", ("count_xp",)),
    Follows("gamification.xp_gained", "ProgressChallenge", ("count_xp",)),
    Follows("gamification.xp_gained", "ScoreBattle", ("count_xp",)),
    Follows("gamification.streak_updated", "ProgressChallenge", ("count_day",)),
    Follows("trading.position_closed", "ScoreBattle", ("count_close",)),
    Follows("trading.position_closed", "ProgressChallenge", ("count_close",)),
    Follows("trading.position_closed", "ActivateReferral", ("activate_invited",)),
    Follows("user.user_registered", "UseInvite", ("welcome_invited",)),
    Follows("user.tier_changed", "ActivateReferral", ("activate_invited",)),
    Follows("user.user_deleted", "LeaveClan", ("leave_deleted",)),
    Follows("user.user_deleted", "RemoveContent", ("leave_deleted",)),
)
NFT = (
    Follows("trading.position_closed", "GrantEligibility", ("claim_first_trade", "claim_mastery")),
    Follows("gamification.level_up", "GrantEligibility", ("claim_level",)),
    Follows("gamification.tournament_closed", "GrantEligibility", ("claim_victory",)),
    Follows("social.clan_joined", "GrantEligibility", ("claim_founding",)),
    Follows("social.clan_transferred", "GrantEligibility", ("claim_founding",)),
    Follows("social.content_reacted", "GrantEligibility", ("claim_fame",)),
    Follows("social.content_commented", "GrantEligibility", ("claim_fame",)),
    Follows("social.content_shared", "GrantEligibility", ("claim_fame",)),
    Absent("chain.nft_mint_confirmed"),
    Absent("chain.nft_mint_failed"),
    Absent("chain.nft_transferred_on_chain"),
)
USERS = (
    Follows("social.case_decided", "SuspendUser", ("suspend_by_case",)),
    Follows("financial.dispute_lost", "DecideVerification", ("review_tier",)),
)
FINANCE = (
    Follows("trading.trade_executed", "PostEntry", ("settle_trade", "post_platform_fee")),
    Follows("bot.copy_fee_settled", "PostEntry", ("post_copy_fee",)),
    # A sale moves payment and fees in its own transaction, but for CREDIT that leaves an escrow.
    Follows("nft.marketplace_sale", "PostEntry", ("burn_share",)),
    Follows("gamification.level_up", "GrantCredits", ("grant_rewards",)),
    Follows("gamification.leaderboard_closed", "GrantCredits", ("grant_rewards",)),
    Follows("gamification.tournament_closed", "GrantCredits", ("grant_rewards",)),
    Follows("gamification.reward_claimed", "GrantCredits", ("grant_rewards",)),
    Follows("nft.reward_claimed", "GrantCredits", ("grant_rewards",)),
    Follows("social.battle_finished", "ReceiveCredits", ("receive_shares",)),
    Follows("social.referral_activated", "GrantCredits", ("grant_rewards",)),
    Follows("social.clan_ended", "ReceiveCredits", ("receive_shares",)),
    Follows("social.clan_donated", "SpendCredits", ("spend_donation",)),
    Follows("social.clan_ended", "PostEntry", ("settle_clan_end",)),
    Follows("social.clan_donated", "PostEntry", ("settle_donation",)),
    Follows("social.clan_spent", "PostEntry", ("settle_spending",)),
    Follows("social.clan_staked", "PostEntry", ("settle_stake",)),
    Follows("gamification.level_up", "PostEntry", ("grant_credits",)),
    Follows("gamification.leaderboard_closed", "PostEntry", ("pay_leaderboard",)),
    Follows("gamification.tournament_closed", "PostEntry", ("pay_tournament",)),
    Follows("gamification.reward_claimed", "PostEntry", ("pay_reward",)),
    Follows("nft.reward_claimed", "PostEntry", ("pay_staking",)),
    Follows("social.battle_finished", "PostEntry", ("settle_battle", "settle_treasuries")),
    Follows("social.referral_activated", "PostEntry", ("grant_referral",)),
    Follows("financial.payment_succeeded", "Subscribe", ("paid_for",)),
    Follows("financial.payment_succeeded", "RenewPlan", ("paid_for",)),
    Follows("financial.payment_succeeded", "PayInvoice", ("paid_for",)),
    Follows("financial.payment_succeeded", "BuyTokens", ("deliver_payment",)),
    Follows("financial.payment_succeeded", "Deposit", ("deliver_payment",)),
    Follows("financial.payment_failed", "RenewPlan", ("dun",)),
    Follows("financial.payment_failed", "ReleaseSpend", ("release_spend",)),
    Follows("user.user_deleted", "CancelPlan", ("leave_subscription",)),
)
FOLLOWS: tuple[Follows | Elsewhere | Absent, ...] = (
    *TRADING,
    *RISK,
    *GAMIFICATION,
    *SOCIAL,
    *NFT,
    *USERS,
    *FINANCE,
)

# A read model is a projection by this name, or a function of rows, `module:function`.
READ_MODELS: dict[str, dict[str, str]] = {
    "trading": {
        "orders": "orders",
        "open_orders": "open_orders",
        "fills": "fills",
        "closed_positions": "closed_positions",
        "positions": "positions",
        "portfolio": "portfolio",
        "equity_curve": "pnl_daily",
        "pnl_daily": "pnl_daily",
        "order_stats": "order_stats:order_stats",
        "trade_stats": "trade_stats",
        "instruments": "instruments",
    },
    "risk": {
        "risk_limits": "risk_limits",
        "risk_alerts": "risk_alerts",
        "risk_metrics": "risk_metrics",
        "kill_switches": "kill_switches",
    },
    "gamification": {
        "progress": "progress",
        "xp_history": "xp_history",
        "achievements": "achievements",
        "league_status": "trophies:league_status",
        "leaderboards": "leaderboards",
        "tournaments": "tournaments",
        "ai_traders": "tournament_entries",
        "safeguards": "safeguards",
    },
    "social": {
        "profiles": "profiles",
        "followers": "followers",
        "friends": "friends",
        "clans": "clans",
        "clan_members": "clan_members",
        "battles": "battles",
        "challenges": "challenges",
        "feed": "feed",
        "trending": "social_content:trending",
        "invites": "invites",
        "cases": "cases",
    },
    "nft": {
        "tokens": "nft.tokens",
        "listings": "nft.listings",
        "offers": "nft.offers",
        "auctions": "nft.auctions",
        "sales": "nft.sales",
        "eligibility": "nft.eligibility",
        "collection_stats": "collectibles:figures",
    },
    "user": {
        "me": "user.members",
        "users": "users",
        "sessions": "user.sessions",
        "api_keys": "user.api_keys",
        "user_audit": "user.audit",
    },
    "financial": {
        "balances": "balances",
        "statement": "statement",
        "subscription": "subscription",
        "invoices": "invoices",
        "payments": "payments",
        "revenue_daily": "revenue_daily",
        "saas_metrics": "saas_metrics",
        "wallet": "wallet",
        "spend_status": "spend_status",
        "trial_balance": "trial_balance",
    },
}

# Commands and the events they may answer, line by line: `<domain>: <Command> … → <event> …`.
MESSAGES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = tuple(
    (domain, tuple(commands.split()), tuple(events.split()))
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    for domain, _, rest in [line.partition(": ")]
    for commands, _, events in [rest.partition(" → ")]
)
