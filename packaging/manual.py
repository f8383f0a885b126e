#!/usr/bin/env python3
"""Writes the manual pages of tare, one for each command, from what the command says of itself.

Usage: tare --experimental-dump-help | packaging/manual.py VERSION DATE FOLDER

What no --help says (exit codes, files, environment) is in manual-sections.man beside this file, for tare(1).
"""

import json
import pathlib
import re
import sys


def escaped(text):
    """Text that roff takes as it stands."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    text = text.replace("^", "\\(ha").replace("~", "\\(ti").replace('"', "\\(dq")
    text = re.sub(r"\\\(ga(.*?)\\\(ga", r"\\fB\1\\fR", text)
    return "\n".join("\\&" + line if line.startswith(".") else line for line in text.split("\n"))


def prose(text):
    """Paragraphs; lines that are set in are examples, and stay as they are."""
    out = []
    for number, paragraph in enumerate(text.strip("\n").split("\n\n")):
        if number:
            out.append(".PP")
        is_example = False
        for line in paragraph.split("\n"):
            if line.startswith("  ") != is_example:
                is_example = not is_example
                out += [".PP", ".RS 4", ".EX"] if is_example else [".EE", ".RE", ".PP"]
            out.append(escaped(line[2:] if is_example else line.strip()))
        if is_example:
            out += [".EE", ".RE"]
    # Where an example begins or ends with its paragraph, there is one break and not two.
    kept = []
    for line in out:
        if line != ".PP" or (kept and kept[-1] != ".PP"):
            kept.append(line)
    return kept


def spelled(name):
    return ("--" if name["kind"] == "long" else "-") + name["name"]


def repeated(one):
    return " \\&..." if one["isRepeating"] else ""


def argument(one):
    """An option, a flag or a positional argument as an entry of a list."""
    value = "\\fI" + escaped(one["valueName"]) + "\\fR"
    if one["kind"] == "positional":
        head = value
    else:
        head = ", ".join("\\fB" + escaped(spelled(name)) + "\\fR" for name in one["names"])
        if one["kind"] == "option":
            head += " " + value
    out = [".TP", head + repeated(one)]
    out += prose(one.get("abstract") or one["valueName"])
    values = one.get("allValues", [])
    if values and not all(word in (one.get("abstract") or "") for word in values):
        out.append("One of " + ", ".join("\\fB" + escaped(word) + "\\fR" for word in values) + ".")
    # Where the text says the default in brackets, what is told here may be of the machine that asks, as a name is.
    if "defaultValue" in one and "[" not in (one.get("abstract") or ""):
        out.append("The default is \\fB" + escaped(one["defaultValue"]) + "\\fR.")
    if one.get("discussion"):
        out += [".IP"] + prose(one["discussion"])
    return out


def synopsis(command, path):
    line = "\\fB" + escaped(" ".join(path)) + "\\fR"
    shown = [one for one in command["arguments"] if one.get("shouldDisplay", True)]
    if command.get("subcommands"):
        return [line + " \\fIcommand\\fR"]
    if any(one["kind"] != "positional" for one in shown):
        line += " [\\fIoptions\\fR]"
    for one in shown:
        if one["kind"] == "positional":
            name = "\\fI" + escaped(one["valueName"]) + "\\fR" + repeated(one)
            line += " [" + name + "]" if one["isOptional"] else " " + name
        elif one["kind"] == "option" and not one["isOptional"]:
            line += " \\fB" + escaped(spelled(one["preferredName"])) + "\\fR"
            line += " \\fI" + escaped(one["valueName"]) + "\\fR"
    return [line]


def reference(path):
    return ".BR " + escaped("-".join(path)) + " (1)"


def page(command, path, siblings, version, date, sections):
    title = "-".join(path)
    out = [
        f'.TH "{escaped(title.upper())}" 1 "{date}" "tare {version}" "Tare"',
        # No word is broken and no line filled out: most of them are something to type.
        ".nr HY 0",
        ".nh",
        ".ad l",
        ".SH NAME",
        escaped(title) + " \\- " + escaped(command["abstract"].rstrip(".")),
        ".SH SYNOPSIS",
    ]
    out += synopsis(command, path)
    discussion = command.get("discussion", "")
    if sections:
        # The table of exit codes is a section of its own there.
        kept = [part for part in discussion.split("\n\n") if not part.startswith("Exit codes:")]
        discussion = "\n\n".join(kept)
    if discussion:
        out += [".SH DESCRIPTION"] + prose(discussion)
    children = shown_subcommands(command)
    if children:
        out.append(".SH COMMANDS")
        for child in children:
            out += [".TP", reference(path + [child["commandName"]])] + prose(child["abstract"])
    positional = [one for one in command["arguments"] if one["kind"] == "positional"]
    options = [one for one in command["arguments"] if one["kind"] != "positional"]
    for heading, group in (("ARGUMENTS", positional), ("OPTIONS", options)):
        shown = [one for one in group if one.get("shouldDisplay", True)]
        if shown:
            out += [".SH " + heading] + [line for one in shown for line in argument(one)]
    if sections:
        out += sections.rstrip("\n").split("\n")
    else:
        out += [".SH EXIT STATUS", "As of all commands, see", ".BR tare (1)."]
        others = [path[:-1]] + [path[:-1] + [name] for name in siblings if name != path[-1]]
        out.append(".SH SEE ALSO")
        out += [reference(one) + ("," if one != others[-1] else "") for one in others]
    return "\n".join(out) + "\n"


def shown_subcommands(command):
    return [
        one
        for one in command.get("subcommands", [])
        if one.get("shouldDisplay", True) and one["commandName"] != "help"
    ]


def write(command, path, siblings, version, date, folder, sections=""):
    text = page(command, path, siblings, version, date, sections)
    (folder / ("-".join(path) + ".1")).write_text(text, encoding="utf-8")
    children = shown_subcommands(command)
    names = [child["commandName"] for child in children]
    for child in children:
        write(child, path + [child["commandName"]], names, version, date, folder)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    version, date, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    root = json.load(sys.stdin)["command"]
    sections = pathlib.Path(__file__).with_name("manual-sections.man").read_text(encoding="utf-8")
    write(root, [root["commandName"]], [], version, date, folder, sections)


if __name__ == "__main__":
    main()
