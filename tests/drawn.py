"""What a screen sends to the browser: every text of every element, by the kind of element and the field."""

from collections.abc import Iterator

MARKDOWN = {"body", "label", "help", "text", "title", "caption", "content", "delta", "placeholder_markdown"}
"""Names of fields whose text the front end reads as Markdown. (Options of a list to choose from, and cells of a table, it shows as they are.)"""


def fields(proto, path: str = "") -> Iterator[tuple[str, str]]:
    """(path, text) of every text in a message and the messages in it."""
    for field, value in proto.ListFields():
        name = f"{path}.{field.name}"
        many = value if field.is_repeated else [value]
        for one in many:
            if field.type == field.TYPE_MESSAGE:
                if hasattr(one, "ListFields"):
                    yield from fields(one, name)
                else:
                    yield name, str(one)
            elif field.type == field.TYPE_STRING:
                yield name, one


def drawn(app) -> Iterator[tuple[str, str]]:
    """(kind and field, text) of all that an :class:`AppTest` has drawn, blocks too."""
    todo = [app._tree]
    while todo:
        node = todo.pop()
        proto = getattr(node, "proto", None)
        if proto is not None and hasattr(proto, "ListFields"):
            kind = getattr(node, "type", "") or type(node).__name__
            for path, text in fields(proto):
                yield f"{kind}{path}", text
        todo.extend(getattr(node, "children", {}).values())
