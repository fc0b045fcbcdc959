"""Names and values as SQL writes them."""


def quoted(name: str) -> str:
    """A name as SQL writes it.

    Examples:
        >>> print(quoted('a "b" c'))
        "a ""b"" c"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A text or a number as SQL writes it.

    Examples:
        >>> literal("it's"), literal(3)
        ("'it''s'", '3')
    """
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)
