#!/usr/bin/env python3
"""Gives the things of a checkout their names in the field; see rules/*.py beside this file.

    python rename.py CHECKOUT [--only GROUP,GROUP] [--no-patches] [--stale]

Runs on a clean worktree of any newer main. It moves files, renames identifiers, replaces sentences,
applies the patches that are no mere renaming, breaks lines that have become too long, and formats.
It is idempotent: what has its new name already is left alone. With --stale it tells which rules
matched nothing.
"""

import argparse
import ast
import fnmatch
import importlib.util
import io
import re
import subprocess
import sys
import tokenize
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEXTS = (".py", ".js", ".md", ".toml", ".css", ".html", ".yml", ".yaml", ".txt", ".json", "run")
SKIPPED = ("tests/old/", "requirements.txt", "LICENSE")
WIDTH = 100


def matches(path, globs):
    """Whether a path is meant: globs, of which those with a ! exclude."""
    yes = [g for g in globs if not g.startswith("!")]
    no = [g[1:] for g in globs if g.startswith("!")]
    return (not yes or any(fnmatch.fnmatch(path, g) for g in yes)) and not any(
        fnmatch.fnmatch(path, g) for g in no
    )


@dataclass
class Rules:
    """What a group of rules says, in the order in which it is applied."""

    name: str = ""
    moves: list = field(default_factory=list)
    steps: list = field(default_factory=list)  # (kind, globs, old, new, where)

    def move(self, old, new):
        """Give a file or folder another name."""
        self.moves.append((old, new))

    def word(self, old, new, *globs):
        """Replace a word wherever it stands by itself: code, strings, comments, docs."""
        self.steps.append(("word", globs, old, new, ""))

    def words(self, pairs, *globs):
        """Replace several words, given as {old: new}."""
        for old, new in pairs.items():
            self.word(old, new, *globs)

    def name_(self, old, new, *globs, of=""):
        """Replace a name in code (not in strings or comments), within the function `of` alone."""
        self.steps.append(("name", globs, old, new, of))

    def code(self, old, new, *globs):
        """Replace a name that is an English word too: in code, as a string by itself, in backticks."""
        self.name_(old, new, *globs)
        self.regex(rf"(?<=[\"'`]){old}(?=[\"'`])", new, *globs)
        self.regex(rf"(?<=`){old}(?=[.(\[])", new, *globs)
        self.regex(rf"(?<=\w\.){old}(?=[.\"'])", new, *globs)

    def codes(self, pairs, *globs):
        """The same of several, given as {old: new}."""
        for old, new in pairs.items():
            self.code(old, new, *globs)

    def names(self, pairs, *globs, of=""):
        """Replace several names in code."""
        for old, new in pairs.items():
            self.name_(old, new, *globs, of=of)

    def text(self, old, new, *globs):
        """Replace a sentence, also where it runs over the end of a line, string or comment."""
        self.steps.append(("text", globs, old, new, ""))

    def texts(self, pairs, *globs):
        """Replace several sentences, given as {old: new}."""
        for old, new in pairs.items():
            self.text(old, new, *globs)

    def regex(self, old, new, *globs):
        """Replace a pattern (multi-line) as re.sub does."""
        self.steps.append(("regex", globs, old, new, ""))


# --------------------------------------------------------------------------- the kinds of rules

_GAP = (
    r"(?:[ ]?(?:\"|')[ \t]*\n[ \t]*[rf]{0,2}(?:\"|')"  # one string literal to the next
    r"|[ ]?(?:\"|'|`)[ ]*\+[ \t]*\n[ \t]*(?:\"|'|`)"  # the same in JavaScript
    r"|\s+(?:\#[ ]|//[ ]|\*[ ])?)"  # a space, or the end of a line (of a comment)
)


def word_pattern(old):
    return re.compile(rf"(?<![\w-]){re.escape(old)}(?![\w])" if old[0].isalnum() or old[0] == "_"
                      else rf"{re.escape(old)}(?![\w])")


def apply_word(source, old, new):
    return re.compile(rf"(?<!\w){re.escape(old)}(?!\w)").subn(new, source)


def text_pattern(old):
    parts = [re.escape(part) for part in old.split(" ")]
    begin = r"(?<!\w)" if old[0].isalnum() else ""
    end = r"(?!\w)" if old[-1].isalnum() else ""
    return re.compile(begin + f"({_GAP})".join(parts) + end)


def apply_text(source, old, new):
    """The gaps of the old words are kept as far as the new ones reach; later ones are spaces."""
    words = new.split(" ")

    def put(match):
        gaps = list(match.groups())
        breaks = [gap for gap in gaps if "\n" in gap]
        if not breaks:
            return new
        # One line break stays, where about as many words stand before it.
        place = next(i for i, gap in enumerate(gaps) if "\n" in gap)
        share = (place + 1) / (len(gaps) + 1)
        at = max(1, min(len(words) - 1, round(share * len(words)))) if len(words) > 1 else 0
        if at == 0:
            # A single word: the break comes after it.
            gap = breaks[0]
            return new + (gap if match.string[match.end():match.end() + 1] != " " else "")
        return " ".join(words[:at]) + breaks[0] + " ".join(words[at:])

    return text_pattern(old).subn(put, source)


def spans_of(source, where):
    """Line ranges of a function or class, given as its dotted name."""
    found = []

    def walk(node, prefix):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = prefix + child.name
                if fnmatch.fnmatch(name, where):
                    first = min([child.lineno, *(d.lineno for d in child.decorator_list)])
                    found.append((first, child.end_lineno))
                walk(child, name + ".")
            else:
                walk(child, prefix)

    walk(ast.parse(source), "")
    return found


_FIELD = re.compile(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")


def in_f_string(text, old, new):
    """Names within the braces of an f-string, but for texts there."""
    count = 0

    def put(match):
        nonlocal count
        body, n = re.subn(rf"(?<![\w\"']){re.escape(old)}(?![\w\"'])", new, match.group())
        count += n
        return body

    return _FIELD.sub(put, text), count


def apply_name_python(source, old, new, where):
    spans = spans_of(source, where) if where else None
    lines = source.splitlines(keepends=True)
    edits, count = [], 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        (row, column), (end_row, end_column) = token.start, token.end
        if spans is not None and not any(a <= row <= b for a, b in spans):
            continue
        if token.type == tokenize.NAME and token.string == old:
            edits.append((row, column, end_row, end_column, new))
            count += 1
        elif token.type == tokenize.STRING and re.match(r"[rR]?[fF][rR]?[\"']", token.string):
            text, n = in_f_string(token.string, old, new)
            if n:
                edits.append((row, column, end_row, end_column, text))
                count += n
    edits += argument_names(source, old, new, spans)
    for row, column, end_row, end_column, text in sorted(edits, reverse=True):
        before, after = lines[row - 1][:column], lines[end_row - 1][end_column:]
        lines[row - 1 : end_row] = (before + text + after).splitlines(keepends=True)
    return "".join(lines), count


_PARAMETERS = re.compile(
    r"(?:parametrize|usefixtures|getfixturevalue)\(\s*(\([^)]*\)|\"[^\"]*\"(?:,\s*\"[^\"]*\")*)"
)


def argument_names(source, old, new, spans):
    """Names of arguments that tests tell as strings."""
    for match in _PARAMETERS.finditer(source):
        for part in re.finditer(rf"(?<=\"){re.escape(old)}(?=\")", match.group(1)):
            place = match.start(1) + part.start()
            row = source.count("\n", 0, place) + 1
            column = place - source.rfind("\n", 0, place) - 1
            if spans is None or any(a <= row <= b for a, b in spans):
                yield row, column, row, column + len(old), new


_JS = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.DOTALL
)


def apply_name_js(source, old, new):
    pattern, count, out, at = re.compile(rf"(?<![\w$]){re.escape(old)}(?![\w$])"), 0, [], 0
    for match in _JS.finditer(source):
        code, n = pattern.subn(new, source[at : match.start()])
        text = match.group()
        if text[0] == "`":
            def put(field):
                nonlocal count
                body, k = pattern.subn(new, field.group())
                count += k
                return body
            text = re.sub(r"\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", put, text)
        out += [code, text]
        count += n
        at = match.end()
    code, n = pattern.subn(new, source[at:])
    return "".join([*out, code]), count + n


def apply_step(path, source, step):
    kind, _, old, new, where = step
    if kind == "word":
        return apply_word(source, old, new)
    if kind == "text":
        return apply_text(source, old, new)
    if kind == "regex":
        return re.compile(old, re.MULTILINE).subn(new, source)
    if path.endswith(".js"):
        return apply_name_js(source, old, new) if not where else (source, 0)
    if not path.endswith(".py"):
        return source, 0
    return apply_name_python(source, old, new, where)


# --------------------------------------------------------------------------- lines too long


def wrap_file(source):
    """Break lines of more than 100 signs that hold comments, docstrings or long strings."""
    for _ in range(400):
        lines = source.split("\n")
        long = next((i for i, line in enumerate(lines) if len(line) > WIDTH and "noqa" not in line
                     and "type: ignore" not in line
                     and not (i, line) in _given_up), None)
        if long is None:
            break
        changed = wrap_line(source, lines, long)
        if changed is None:
            _given_up.add((long, lines[long]))
            continue
        source = changed
    return source


_given_up = set()


def wrap_line(source, lines, number):
    row = number + 1
    line = lines[number]
    indent = line[: len(line) - len(line.lstrip())]
    stripped = line.strip()
    if stripped.startswith("# "):
        return _move_words(lines, number, indent + "# ", indent + "# ")
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, IndentationError):
        return None
    depth, before = 0, None
    for token in tokens:
        if token.type == tokenize.OP and token.string in "([{":
            depth += 1
        elif token.type == tokenize.OP and token.string in ")]}":
            depth -= 1
        if token.type == tokenize.STRING and token.start[0] <= row <= token.end[0]:
            if token.string.lstrip("rRbBfFuU").startswith('"""'):
                if token.start[0] == row == token.end[0] or row == token.end[0]:
                    return _wrap_docstring_end(lines, number, token)
                return _move_words(lines, number, indent, _hanging(lines, number, indent))
            if token.end[1] > WIDTH or token.start[0] == token.end[0]:
                result = _split_string(lines, number, token, depth)
                if result is not None:
                    return result
        if token.type == tokenize.COMMENT and token.start[0] == row:
            code, comment = line[: token.start[1]].rstrip(), line[token.start[1] :]
            if code:
                lines[number : number + 1] = [indent + comment, code]
                return "\n".join(lines)
        before = token
    return None


_ENTRY = re.compile(r"\s*(?:\w+(?:, \w+)*|\*+\w+|\"\w+\"):(?: |$)")


def _hanging(lines, number, indent):
    return indent + "    " if _ENTRY.match(lines[number]) and len(indent) >= 8 else indent


def _ends_paragraph(line, indent):
    text = line.strip()
    if not text or text.startswith(('"""', "- ", "* ", "#")) or _ENTRY.match(line):
        return True
    return line[: len(line) - len(line.lstrip())] != indent


def _move_words(lines, number, prefix, following):
    """Move the last words of a line to the next one, or to a new line between."""
    line = lines[number]
    cut = line.rfind(" ", len(prefix) + 1, WIDTH + 1)
    if cut <= len(prefix):
        return None
    rest = line[cut + 1 :]
    after = lines[number + 1] if number + 1 < len(lines) else ""
    is_comment = prefix.lstrip().startswith("#")
    goes_on = (
        after.startswith(following) and after.strip() != "#" if is_comment
        else not _ends_paragraph(after, following)
    )
    lines[number] = line[:cut]
    if goes_on:
        body = after[len(following) :]
        lines[number + 1] = f"{following}{rest} {body}"
        # A closing quote may have come to stand alone; leave that to the next turn.
    else:
        lines.insert(number + 1, following + rest)
    return "\n".join(lines)


def _wrap_docstring_end(lines, number, token):
    """A docstring that begins and ends in this line, or ends in it."""
    line = lines[number]
    indent = line[: len(line) - len(line.lstrip())]
    cut = line.rfind(" ", len(indent) + 4, WIDTH + 1)
    if cut < 0:
        return None
    rest = line[cut + 1 :]
    single = token.start[0] == token.end[0]
    lines[number] = line[:cut]
    following = _hanging(lines, number, indent) if not single else indent
    closing = rest
    is_value = single and number and not lines[number - 1].rstrip().endswith((":", '"""'))
    if single and not is_value and rest.endswith('"""'):
        # The closing quotes of a docstring of several lines stand alone.
        lines.insert(number + 1, following + closing[:-3].rstrip())
        lines.insert(number + 2, indent + '"""')
    else:
        lines.insert(number + 1, following + closing)
    return "\n".join(lines)


def _split_string(lines, number, token, depth):
    (row, begin), (end_row, end) = token.start, token.end
    if row != number + 1 or end_row != row:
        return None
    text = token.string
    match = re.match(r"([rRbBfFuU]*)([\"'])", text)
    kind, quote = match.groups()
    if text.startswith(kind + quote * 3):
        return None
    line = lines[number]
    if depth == 0:
        # Not within brackets: put some around it.
        head, tail = line[:begin], line[end:]
        if tail.strip() or not re.search(r"(=|return|yield|in|assert .*,)\s*$", head.rstrip() + " "):
            if tail.strip():
                return None
        indent = line[: len(line) - len(line.lstrip())]
        lines[number : number + 1] = [head.rstrip() + " (", indent + "    " + text, indent + ")"]
        return "\n".join(lines)
    indent = " " * begin
    if begin + 12 > WIDTH:
        return None
    own = line[: len(line) - len(line.lstrip())]
    if line[:begin].strip():  # Something stands before it in this line: first onto a line of its own
        if re.search(r"[(\[{,]\s*$", line[:begin]) and len(own) + 4 < begin:
            lines[number : number + 1] = [line[:begin].rstrip(), own + "    " + line[begin:]]
            return "\n".join(lines)
        if not re.search(r"(=|:|else|or|and|if|in|\+)\s*$", line[:begin].rstrip()):
            return None
    limit = WIDTH - 1
    cut = -1
    for place in range(min(limit, end - 2), begin + len(kind) + 1, -1):
        if line[place - 1] == " " and not _in_field(line[begin:place], kind) and line[place - 2] != "\\":
            cut = place
            break
    if cut <= begin + len(kind) + 8 or cut >= end - 1:
        return None
    first = line[:cut] + quote
    second_kind = kind if not ("f" in kind.lower() and "{" not in line[cut:end]) else kind.replace("f", "")
    second = indent + second_kind + quote + line[cut:]
    if "f" in kind.lower() and "{" not in line[begin:cut]:
        first = line[:begin] + kind.replace("f", "") + line[begin + len(kind) : cut] + quote
    after = lines[number + 1] if number + 1 < len(lines) else ""
    joined = _joined(second, after) if line[end:] == "" else None
    if joined is not None:
        lines[number : number + 2] = [first, joined]
    else:
        lines[number : number + 1] = [first, second]
    return "\n".join(lines)


def _joined(one, other):
    """Two lines of one text, each a string literal, as one; None where they are not so."""
    first = re.fullmatch(r"(\s*)(f?)\"((?:\\.|[^\"\\])*)\"", one)
    then = re.fullmatch(r"(\s*)(f?)\"((?:\\.|[^\"\\])*)\"(.*)", other)
    if not first or not then or then[4] not in ("", ",", ")", "),"):
        return None
    for literal in (first, then):
        if not literal[2] and (first[2] or then[2]) and re.search(r"[{}]", literal[3]):
            return None
    return f'{then[1]}{first[2] or then[2]}"{first[3]}{then[3]}"{then[4]}'


def _in_field(text, kind):
    if "f" not in kind.lower():
        return False
    plain = text.replace("{{", "").replace("}}", "")
    return plain.count("{") > plain.count("}")


# --------------------------------------------------------------------------- the run


def git(root, *arguments, check=True, **more):
    return subprocess.run(["git", "-C", str(root), *arguments], check=check, capture_output=True,
                          text=True, **more).stdout


def load_rules(only):
    groups = []
    for path in sorted((HERE / "rules").glob("*.py")):
        if only and path.stem.split("_")[0] not in only:
            continue
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        rules = Rules(path.stem)
        module.define(rules)
        groups.append(rules)
    return groups


def files_of(root):
    for name in git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name.endswith(TEXTS) and not name.startswith(SKIPPED) and (root / name).is_file() \
                and not (root / name).is_symlink():
            yield name


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--no-patches", action="store_true")
    parser.add_argument("--stale", action="store_true")
    options = parser.parse_args()
    root = options.checkout.resolve()
    only = {name for name in options.only.split(",") if name}
    stale = []
    touched = set()
    for rules in load_rules(only):
        for old, new in rules.moves:
            if (root / old).exists():
                (root / new).parent.mkdir(parents=True, exist_ok=True)
                git(root, "mv", old, new)
                touched.add(new)
            elif not (root / new).exists():
                stale.append(f"{rules.name}: move {old} -> {new}")
        counts = Counter()
        for name in files_of(root):
            path = root / name
            try:
                source = before = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            for number, step in enumerate(rules.steps):
                if step[0] in ("word", "name") and step[2] not in source:
                    continue
                if not matches(name, step[1]):
                    continue
                try:
                    source, count = apply_step(name, source, step)
                except (SyntaxError, tokenize.TokenError) as error:
                    print(f"{name}: {step[:4]}: {error}", file=sys.stderr)
                    raise
                counts[number] += count
            if source != before:
                path.write_text(source, encoding="utf-8")
                touched.add(name)
        stale += [f"{rules.name}: {step[0]} {step[2]!r} -> {step[3]!r} {step[1] or ''} {step[4]}"
                  for number, step in enumerate(rules.steps) if not counts[number]]
        print(f"{rules.name}: {sum(counts.values())} places", flush=True)
    if not options.no_patches:
        apply_patches(root)
    tidy(root)
    if options.stale:
        print("\n".join(["rules that matched nothing:", *stale]))


def apply_patches(root):
    """Files that no renaming gives: put there whole; and patches."""
    for path in sorted((HERE / "files").rglob("*")) if (HERE / "files").exists() else ():
        if path.is_file() and "__pycache__" not in path.parts:
            target = root / path.relative_to(HERE / "files")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    for script in sorted((HERE / "edits").glob("*.py")) if (HERE / "edits").exists() else ():
        spec = importlib.util.spec_from_file_location(script.stem, script)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for problem in module.edit(root) or ():
            print(f"{script.stem}: {problem}")


def tidy(root):
    """Line lengths, order of imports and format."""
    ruff = root / ".venv/bin/ruff"
    run = lambda *a: subprocess.run([str(ruff), *a], cwd=root, capture_output=True, text=True)  # noqa: E731
    run("format", ".")
    for _ in range(3):
        found = run("check", "--select", "E501", "--output-format", "concise", ".").stdout
        names = {line.split(":")[0] for line in found.splitlines() if ": E501" in line}
        for name in names & set(git(root, "diff", "HEAD", "--name-only").split()):
            _given_up.clear()
            path = root / name
            source = path.read_text()
            wrapped = wrap_file(source)
            if wrapped != source:
                path.write_text(wrapped)
        run("check", "--select", "I,RUF022,RUF023,F541", "--fix", ".")
        run("format", ".")
        if not names:
            break
    left = run("check", "--output-format", "concise", ".").stdout.strip()
    print(left)


if __name__ == "__main__":
    main()
