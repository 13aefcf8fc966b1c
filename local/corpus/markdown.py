"""HTML manuals into Markdown: headings, paragraphs, lists, tables and code; navigation is left out."""

import re
from html.parser import HTMLParser

HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
BLOCKS = {"p", "div", "section", "article", "body", "dl", "dd", "dt", "blockquote", "table", "tr", "hr", "br", "figure"}
SKIPPED = {"head", "script", "style", "nav", "footer", "form"}
SKIPPED_CLASSES = {"navheader", "navfooter", "toc", "sphinxsidebar", "related", "headerlink", "footer", "genealogy"}
VOID = {"br", "hr", "img", "link", "meta", "input", "col", "area", "base", "wbr", "source"}
SPACES = re.compile(r"\s+")
LINE_KIND = re.compile(r"\s*(- |\d+\. |\|)")  # a list item, a table row


class _Converter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self.title = ""
        self._text: list[str] = []
        self._prefix = ""
        self._lists: list[int | None] = []  # the next number of each open list, None for bullets
        self._skip: list[str] = []
        self._code: list[str] | None = None
        self._cells: list[str] | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        classes = set((dict(attributes).get("class") or "").split())
        if self._skip or tag in SKIPPED or classes & SKIPPED_CLASSES:
            if tag not in VOID:
                self._skip.append(tag)
        elif tag == "pre":
            self._flush()
            self._code = []
        elif tag in HEADINGS:
            self._flush(HEADINGS[tag] + " ")
        elif tag in ("ul", "ol"):
            self._flush()
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._flush(self._marker())
        elif tag == "tr":
            self._flush()
            self._cells = []
        elif tag in ("td", "th"):
            self._take()
        elif tag == "code" and self._code is None:
            self._text.append("`")
        elif tag == "dt":
            self._flush("**")
        elif tag in BLOCKS and self._cells is None:
            self._flush()

    def handle_endtag(self, tag: str) -> None:
        if self._skip:
            if tag in self._skip:  # unclosed elements inside end with the one that holds them
                del self._skip[len(self._skip) - 1 - self._skip[::-1].index(tag) :]
        elif tag == "pre" and self._code is not None:
            code, self._code = "".join(self._code).strip("\n"), None
            if code.strip():
                self.blocks.append(f"```\n{code}\n```")
        elif tag in ("ul", "ol"):
            self._flush()
            if self._lists:
                self._lists.pop()
        elif tag in ("td", "th") and self._cells is not None:
            self._cells.append(self._take())
        elif tag == "tr" and self._cells is not None:
            cells, self._cells = self._cells, None
            if any(cells):
                self._add("| " + " | ".join(cells) + " |", joined=True)
        elif tag == "code" and self._code is None:
            self._text.append("`")
        elif tag in HEADINGS or tag == "li" or (tag in BLOCKS and self._cells is None):
            self._flush()

    def handle_data(self, data: str) -> None:
        if self._skip:
            return
        (self._text if self._code is None else self._code).append(data)

    def _marker(self) -> str:
        if not self._lists:
            return "- "
        indent, number = "  " * (len(self._lists) - 1), self._lists[-1]
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _take(self) -> str:
        text, self._text = SPACES.sub(" ", "".join(self._text)).strip(), []
        return "" if text.strip("`# ") == "" else text

    def _flush(self, following: str = "") -> None:
        prefix, text = self._prefix, self._take()
        if text:
            item = bool(LINE_KIND.match(prefix))
            self._add(prefix + text + ("**" if prefix == "**" else ""), joined=item)
            if prefix.startswith("#") and not self.title:
                self.title = text
        if text or following:
            self._prefix = following

    def _add(self, block: str, joined: bool) -> None:
        """A list's items and a table's rows stand on neighbouring lines, everything else apart."""
        before = self.blocks[-1].rsplit("\n", 1)[-1] if self.blocks else ""
        if joined and bool(LINE_KIND.match(before)) and (before[0] == "|") == (block[0] == "|"):
            self.blocks[-1] += "\n" + block
        else:
            self.blocks.append(block)


def to_markdown(html: str) -> tuple[str, str]:
    """The first heading and the whole text."""
    converter = _Converter()
    converter.feed(html)
    converter.close()
    converter._flush()
    return converter.title, "\n\n".join(converter.blocks) + "\n"
