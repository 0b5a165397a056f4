"""The four dialects by name, and which of them speaks for a product."""

from collections.abc import Mapping
from typing import get_args

from twitter_integration.choices import Product
from twitter_integration.client import Auth
from twitter_integration.registering import account_activity, enterprise, premium, x_activity
from twitter_integration.registering.choices import Registration
from twitter_integration.registering.dialect import Dialect

DIALECTS: Mapping[str, Dialect] = {
    Registration.V2: account_activity,
    Registration.X_ACTIVITY: x_activity,
    Registration.ENTERPRISE: enterprise,
    Registration.PREMIUM: premium,
}
AUTH_MODES: tuple[str, ...] = get_args(Auth)


def dialect_name(registration: str, product: str) -> str:
    """X Activity has one dialect; for Account Activity it is the app's choice."""
    if product == Product.X_ACTIVITY:
        return Registration.X_ACTIVITY
    return Registration.V2 if registration == Registration.X_ACTIVITY else registration


def default_product(registration: str) -> str:
    return Product.X_ACTIVITY if registration == Registration.X_ACTIVITY else Product.ACCOUNT_ACTIVITY


def hook_home(name: str) -> str:
    """Where a dialect's webhooks live: X Activity shares those of v2."""
    return Registration.V2 if name == Registration.X_ACTIVITY else name


def modes_of(name: str, overrides: Mapping[str, str]) -> dict[str, Auth]:
    """Who signs which operation of a dialect; the app may say otherwise as `dialect.operation` → mode."""
    modes = dict(DIALECTS[name].AUTH)
    for operation in modes:
        told = overrides.get(f"{name}.{operation}")
        for mode in get_args(Auth):
            if told == mode:
                modes[operation] = mode
    return modes


def operations() -> list[str]:
    """Every `dialect.operation` whose authentication can be set."""
    return [f"{name}.{operation}" for name, dialect in DIALECTS.items() for operation in dialect.AUTH]
