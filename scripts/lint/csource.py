# SPDX-License-Identifier: GPL-2.0
"""
What the checks have to know of C functions, found by the kernel's layout:
a function's head begins in the first column, its braces stand there alone.

  csource.py lengths MAX FILE...       functions longer than MAX lines; and a summary
  csource.py undocumented FILE...      functions for others without kernel-doc
"""
import re
import sys

HEAD = re.compile(r"^[A-Za-z_][^;=]*?\b(\w+)\(")


class Function:
    """A function: its file, name, first line and the text around it."""

    def __init__(self, path, name, line, head, length, comment):
        self.path, self.name, self.line = path, name, line
        self.head, self.length, self.comment = head, length, comment


def comment_before(lines, start):
    """The comment that ends on the line before the one with this index."""
    end = start - 1
    if end < 0 or not lines[end].rstrip().endswith("*/"):
        return ""
    begin = end
    while begin > 0 and not lines[begin].lstrip().startswith("/*"):
        begin -= 1
    return "\n".join(lines[begin:start])


def functions(path):
    """All functions that are defined in a file."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    for opening, line in enumerate(lines):
        if line != "{":
            continue
        start = opening
        while start > 0 and re.match(r"[A-Za-z_\t ]", lines[start - 1] or "#") \
                and not lines[start - 1].endswith((";", "*/")):
            start -= 1
        head = " ".join(text.strip() for text in lines[start:opening])
        match = HEAD.match(head)
        if not match or "}" not in lines[opening:]:
            continue
        closing = lines.index("}", opening)
        yield Function(path, match.group(1), start + 1, head, closing - opening - 1,
                       comment_before(lines, start))


def lengths(maximum, paths):
    """Complain about long functions."""
    found = sorted((f for path in paths for f in functions(path)), key=lambda f: f.length)
    if not found:
        return True
    for function in found:
        if function.length > maximum:
            print(f"{function.path}:{function.line}: {function.name}() has "
                  f"{function.length} lines, more than {maximum}")
    longest = found[-1]
    print(f"{len(found)} functions: median {found[len(found) // 2].length}, "
          f"p90 {found[len(found) * 9 // 10].length}, "
          f"longest {longest.length} ({longest.path} {longest.name}())")
    return longest.length <= maximum


def undocumented(paths):
    """Complain about functions for others that do not say what they are for."""
    good = True
    for path in paths:
        if path.endswith(".h"):
            continue
        for function in functions(path):
            if re.search(r"\bstatic\b|\b__init\b.*\binit_module\b", function.head):
                continue
            missing = None
            if not re.search(rf"^/\*\*\n \* {function.name}\(\)", function.comment):
                missing = "kernel-doc"
            elif "Context:" not in function.comment and "/tests/" not in path:
                missing = "Context: in its kernel-doc"
            if missing:
                print(f"{path}:{function.line}: {function.name}() has no {missing}")
                good = False
    return good


def main(args):
    """Run the check that is asked for."""
    if args[0] == "lengths":
        return lengths(int(args[1]), args[2:])
    return undocumented(args[1:])


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
