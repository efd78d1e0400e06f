"""Commands whose options are the fields of a dataclass of settings: names, types, defaults and help are theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, get_type_hints

import typer

from explorer.options import Option

Settings = TypeVar("Settings")
P = ParamSpec("P")


def with_options(
    described: Iterable[Option], build: Callable[..., Settings]
) -> Callable[[Callable[Concatenate[Settings, P], None]], Callable[..., None]]:
    """Give a command the options described, in place of its first parameter.

    Args:
        described: the options; where its default is None, one may be left out.
        build: makes the command's first argument of them, by name.
    """
    described = tuple(described)

    def decorate(function: Callable[Concatenate[Settings, P], None]) -> Callable[..., None]:
        hints = get_type_hints(function, include_extras=True)
        own = [
            each.replace(annotation=hints[each.name], kind=Parameter.KEYWORD_ONLY)
            for each in list(signature(function).parameters.values())[1:]
        ]
        parameters = sorted([*map(_parameter, described), *own], key=lambda each: each.default is not Parameter.empty)

        @wraps(function)
        def command(*args: P.args, **given: P.kwargs) -> None:
            settings = build(**{each.name: each.read(given.pop(each.name)) for each in described})
            function(settings, *args, **given)

        command.__annotations__ = {each.name: each.annotation for each in parameters}
        command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        return command

    return decorate


def _parameter(each: Option) -> Parameter:
    kind: Any = str if each.several else each.kind
    if each.default is MISSING:
        default: Any = Parameter.empty
    elif each.default is None:
        kind, default = kind | None, None
    else:
        default = each.word(each.default) if each.several else each.default
    flag = (each.flag,) if kind is bool else ()  # without its opposite
    return Parameter(
        each.name,
        Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, typer.Option(*flag, help=each.help)],
    )
