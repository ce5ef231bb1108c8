#!/usr/bin/env python3
"""Measures what docs/evidence.md holds, and writes it. From the root: docs/evidence.py SECTION... (all without one), then
docs/evidence.py page. Each section's figures are kept in docs/evidence/SECTION.md, so that a long one need not be run for a short.

Needs a release build (cargo build --release). `hostile` needs ../shared/hostile/gen.py, and valgrind to count instructions; `crawl`
needs folders of pages, named in NUTGRAF_PAGES; `checks` strace, `coverage` cargo-llvm-cov, `mutants` cargo-mutants. CPU time and
peak memory are of the whole process, as wait4 has them.
"""
import collections
import glob
import hashlib
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NUTGRAF = os.path.join(ROOT, "target/release/nutgraf")
KEPT = os.path.join(ROOT, "docs/evidence")


def run(args, stdin=None, out=subprocess.DEVNULL):
    """Exit code, CPU seconds, peak memory in MiB."""
    child = subprocess.Popen(args, cwd=ROOT, stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def feed(path, pieces):
    """Makes a pipe by that name and writes bytes into it from a process of its own, whose number it returns."""
    os.mkfifo(path)
    child = os.fork()
    if child == 0:
        try:
            with open(path, "wb") as stream:
                stream.writelines(pieces)
        finally:
            os._exit(0)
    return child


def n_instructions(page):
    """Instructions that a whole process takes to read a page, which no other process of a busy machine changes."""
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    command += [NUTGRAF, "read", page, "--format", "jsonl", "--threads", "1"]
    said = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True).stderr
    return int(next(line for line in said.splitlines() if " refs:" in line).split()[-1].replace(",", ""))


# Words of the sentence of news that most of the hostile pages have beside what is hostile in them.
NEWS = "a state-linked group had broken into the networks"


def kept(folder):
    """Pages that have the sentence of news; those of them whose blocks have it; those whose article has it."""
    having, read, told = [], [], []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        with open(path, "rb") as page:
            source = page.read()
        if not any(NEWS.encode(charset) in source for charset in ("utf-8", "utf-16-le", "utf-16-be")):
            continue
        having.append(name)
        found = subprocess.run([NUTGRAF, "extract", path, "--show-dropped", "--format", "jsonl"], capture_output=True, text=True).stdout
        record = json.loads(found)
        if any(NEWS in block["text"] for block in record.get("blocks", [])):
            read.append(name)
        if NEWS in record.get("text", ""):
            told.append(name)
    return having, read, told


def hostile():
    lines = ["## Hostile pages", "", "`nutgraf read PAGE --format jsonl`, a process a page, CPU time (the least of three, but at size 10) and peak memory; 71 pages at each size.", ""]
    lines += ["| size | longest | most memory | over 1 s | over 256 MiB | no answer |", "|---|---|---|---|---|---|"]
    times, instructions, texts = {}, {}, []
    with tempfile.TemporaryDirectory() as folder:
        for scale in (1, 2, 10):
            made = os.path.join(folder, str(scale))
            subprocess.run([sys.executable, os.path.join(ROOT, "../shared/hostile/gen.py"), made, str(scale)], check=True, stdout=subprocess.DEVNULL)
            found = []
            for name in sorted(os.listdir(made)):
                # The least of three where one is compared with another: a busy machine only ever adds.
                runs = [run([NUTGRAF, "read", os.path.join(made, name), "--format", "jsonl"]) for _ in range(3 if scale < 10 else 1)]
                code, seconds, memory = min(runs, key=lambda one: one[1])
                found.append((name, code, seconds, memory))
                times[name, scale] = seconds
            slow = max(found, key=lambda one: one[2])
            fat = max(found, key=lambda one: one[3])
            n_over = sum(one[2] > 1 for one in found)
            n_fat = sum(one[3] >= 256 for one in found)
            n_none = sum(one[1] not in (0, 1, 3) for one in found)
            having, read, told = kept(made)
            unread = ", ".join(name for name in having if name not in read)
            untold = ", ".join(name for name in read if name not in told) or "none left out"
            texts.append(f"At size {scale} {len(having)} pages have a sentence of news beside what is hostile: {len(read)} have it among their blocks (not {unread}, where by HTML's rules it is no text), {len(told)} in their article ({untold}).")
            lines.append(f"| {scale} | {slow[2]:.2f} s ({slow[0]}) | {fat[3]:.0f} MiB ({fat[0]}) | {n_over} of {len(found)} | {n_fat} of {len(found)} | {n_none} |")
            for name in sorted(os.listdir(made)):
                if scale < 10 and shutil.which("valgrind") and times[name, 1] > 0.05:
                    instructions[name, scale] = n_instructions(os.path.join(made, name))
    for what, costs in (("CPU time", times), ("instructions (valgrind)", instructions)):
        growth = sorted(((costs[name, 2] / costs[name, 1], name) for name, scale in costs if scale == 1 and times[name, 1] > 0.05), reverse=True)
        if growth:
            shown = ", ".join(f"{name} {ratio:.2f}" for ratio, name in growth[:5])
            lines += ["", f"Twice the size takes at most {growth[0][0]:.2f} times the {what}, of the {len(growth)} pages that take more than 50 ms: {shown}."]
    lines += ["", *texts]
    return lines


def fuzz():
    table = subprocess.run(["bash", os.path.join(ROOT, "fuzz/all.sh")], check=True, capture_output=True, text=True).stdout.rstrip()
    rows = [line.split() for line in table.splitlines()[1:]]
    n_all, n_found = sum(int(row[1]) for row in rows), sum(int(row[3]) for row in rows)
    return ["## Fuzzing", "", f"`fuzz/all.sh`: {n_all:,} broken inputs, {n_found} of which made a target panic, abort, or take more than a second.", "", "```text", table, "```"]


def kills():
    environment = dict(os.environ, NUTGRAF_KILLS="1000")
    subprocess.run(["cargo", "test", "--test", "resume", "a_killed"], cwd=ROOT, env=environment, check=True, capture_output=True)
    return ["## Killed runs", "", "`NUTGRAF_KILLS=1000 cargo test --test resume a_killed`: `kill -9` at 1,000 points of a batch that is gone on with each time, and at 1,000 of a training over an old model. The batch's file is byte for byte that of one run; the model is the old one or the new, whole."]


def threads():
    subprocess.run(["cargo", "build"], cwd=ROOT, check=True, capture_output=True)
    debug = os.path.join(ROOT, "target/debug/nutgraf")
    lines = ["## The same bytes", "", "BLAKE2 of outputs, by threads, release build; and of a debug build:", ""]
    lines += ["| command | 1 | 2 | 4 | 8 | debug |", "|---|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        commands = [
            ("extract datasets/pages/train --format jsonl -o OUT", []),
            ("read datasets/pages/held-out --format jsonl -o OUT", []),
            ("train text datasets/stance/sentences.jsonl -o OUT", []),
            ("train body datasets/pages/train datasets/blocks/blocks.jsonl -o OUT", []),
        ]
        for command, _ in commands:
            digests = []
            for program, n in [(NUTGRAF, 1), (NUTGRAF, 2), (NUTGRAF, 4), (NUTGRAF, 8), (debug, 2)]:
                out = os.path.join(folder, "out")
                code, _, _ = run([program] + command.replace("OUT", out).split() + ["--force", "--threads", str(n)])
                assert code == 0, command
                with open(out, "rb") as made:
                    digests.append(hashlib.blake2b(made.read(), digest_size=4).hexdigest())
            assert len(set(digests)) == 1, command
            lines.append(f"| `{command}` | " + " | ".join(digests) + " |")
    return lines


def large():
    lines = ["## Large inputs", "", "| input | answer | CPU | peak memory |", "|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        paragraph = b"<p>Officials said on Tuesday that the talks would go on, and that both sides had agreed to a hotline.</p>\n"
        page = os.path.join(folder, "large.html")
        with open(page, "wb") as made:
            block = paragraph * 10000
            for _ in range((1 << 30) // len(block) + 1):
                made.write(block)
        code, seconds, memory = run([NUTGRAF, "extract", page, "--format", "jsonl"])
        lines.append(f"| a page of 1 GiB | error record, exit code {code} | {seconds:.2f} s | {memory:.0f} MiB |")
        with open(page, "r+b") as made:
            made.truncate(60 << 20)
        code, seconds, memory = run([NUTGRAF, "extract", page, "--format", "jsonl"])
        lines.append(f"| a page of 60 MiB | exit code {code} | {seconds:.2f} s | {memory:.0f} MiB |")
        os.remove(page)
        text = "The ministers met and agreed to reopen the hotline. " * 40
        record = ('{"id":"a","text":"%s"}\n' % text).encode() * 200
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + paragraph * 20 + b"<script>" + b"var a = 1;\n" * 18000 + b"</script>"
        warc = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(http) + http + b"\r\n\r\n"
        for name, piece, gibibytes in (("stream.jsonl", record, 5), ("stream.warc", warc * 20, 5)):
            path = os.path.join(folder, name)
            child = feed(path, itertools.repeat(piece, (gibibytes << 30) // len(piece)))
            command = ["classify", path, "--evidence", "0", "--format", "jsonl"] if name.endswith("jsonl") else ["extract", path, "--format", "jsonl"]
            code, seconds, memory = run([NUTGRAF] + command)
            os.waitpid(child, 0)
            lines.append(f"| {gibibytes} GiB of {name.split('.')[1]}, as they come (`{command[0]}`) | exit code {code} | {seconds:.0f} s | {memory:.0f} MiB |")
            os.remove(path)
    return lines


def edited(page, dice):
    """A page with one to eight edits: bytes changed, a stretch left out, repeated, or put elsewhere, the end cut off."""
    page = bytearray(page)
    for _ in range(dice.randint(1, 8)):
        start = dice.randrange(len(page) + 1)
        stretch = page[start:start + int(10 ** dice.uniform(0, 4.5))]
        edit = dice.randrange(8)
        if edit == 0:
            del page[start:]
        elif edit <= 2:
            del page[start:start + len(stretch)]
        elif edit <= 4:
            page[start:start] = stretch
        elif edit == 5:
            at = dice.randrange(len(page) + 1)
            page[at:at] = stretch
        else:
            for at in dice.sample(range(len(page)), min(len(page), 20)):
                page[at] = dice.randrange(256)
    return bytes(page)


def crawl():
    """Needs folders of pages, named in NUTGRAF_PAGES and parted by a colon."""
    n_pages, dice = 100_000, random.Random(20261128)
    paths = [path for folder in os.environ["NUTGRAF_PAGES"].split(":") for path in sorted(glob.glob(os.path.join(folder, "**/*.htm*"), recursive=True))]
    pages = []
    for path in paths:
        with open(path, "rb") as page:
            pages.append(page.read())

    def response(idx):
        page = pages[idx % len(pages)]
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + (edited(page, dice) if idx >= len(pages) else page)
        head = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        return head.encode() + http + b"\r\n\r\n"

    n_read, last, codes = 0, -1, collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        archive = os.path.join(folder, "pages.warc")
        writer = feed(archive, (response(idx) for idx in range(n_pages)))
        child = subprocess.Popen([NUTGRAF, "read", archive, "--format", "jsonl"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for line in child.stdout:
            record = json.loads(line)
            offset = int(record["id"].rpartition(":")[2])
            assert offset > last, record["id"]
            n_read, last = n_read + 1, offset
            codes[record["error"]["code"] if "error" in record else "read"] += 1
        _, status, usage = os.wait4(child.pid, 0)
        os.waitpid(writer, 0)
    assert n_read == n_pages, n_read
    found = ", ".join(f"{n:,} {code}" for code, n in codes.most_common())
    return ["## A crawl of broken pages", "", f"{n_pages:,} pages in one WARC, as they come: the {len(pages):,} real ones of the data sets that body models are measured on, again and again with one to eight edits each (bytes changed, stretches left out, repeated or moved, ends cut off). `read`: {n_read:,} records in order, {found}; exit code {os.waitstatus_to_exitcode(status)}, {usage.ru_utime + usage.ru_stime:.0f} s, {usage.ru_maxrss / 1024:.0f} MiB."]


# What a test promises and which it is; it prints how many.
CHECKS = [
    ("Damage to a small model file, each refused", "--lib every_flipped_bit"),
    ("Charsets read right, with what was used and why, and the places in the original bytes", "--test inputs charsets_are"),
    ("Messages of failing commands as they stand in `tests/errors.txt`, each with its place and what to do", "--test errors every_message"),
    ("Variants of the error type, all of them met", "--test errors every_kind"),
    ("Command lines, of every command, that open no socket, as strace sees it", "--test offline"),
]


def checks():
    lines = ["## Promises that a test counts", "", "| what | how many | `cargo test` ... `-- --nocapture` |", "|---|---|---|"]
    for what, test in CHECKS:
        said = subprocess.run(["cargo", "test", *test.split(), "--", "--nocapture"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
        counts = [line.removeprefix("measured: ") for line in said.splitlines() if line.startswith("measured: ")]
        assert len(counts) == 1, f"{test}: {said}"
        lines.append(f"| {what} | {counts[0]} | `{test}` |")
    return lines


def reached(tracefile):
    """Lines that were run and lines in all, without those of tests themselves."""
    n_run = n_lines = 0
    first_of_tests = 0
    with open(tracefile) as traces:
        for trace in traces:
            what, _, value = trace.strip().partition(":")
            if what == "SF":
                with open(value) as source:
                    lines = source.read().split("\n")
                tests = (idx for idx in range(len(lines) - 1) if lines[idx] == "#[cfg(test)]" and lines[idx + 1].startswith("mod tests {"))
                first_of_tests = 0 if value.endswith("/tests.rs") else next(tests, len(lines))
            elif what == "DA":
                line, times = value.split(",")[:2]
                if int(line) <= first_of_tests:
                    n_lines += 1
                    n_run += times != "0"
    return n_run, n_lines


def coverage():
    """Needs cargo-llvm-cov, as in CONTRIBUTING.md."""
    pattern = "src/(cli/|main)"
    with tempfile.TemporaryDirectory() as folder:
        tracefile = os.path.join(folder, "lcov.info")
        subprocess.run(["cargo", "llvm-cov", "--ignore-filename-regex", pattern, "--lcov", "--output-path", tracefile], cwd=ROOT, check=True, capture_output=True)
        n_run, n_lines = reached(tracefile)
    return ["## Lines that tests reach", "", f"`cargo llvm-cov --ignore-filename-regex '{pattern}'`: {n_run:,} of the library's {n_lines:,} lines ({100 * n_run / n_lines:.1f} %), those of the tests themselves not counted."]


def mutants():
    """Needs cargo-mutants; half an hour. Of 0/40 and 1/40 what was missed has tests since: each time another part says more."""
    part = ["--sharding", "round-robin", "--shard", "2/40"]
    n = {}
    with tempfile.TemporaryDirectory() as folder:
        # It ends with 2 where a mutant is missed.
        subprocess.run(["cargo", "mutants", *part, "--output", folder], cwd=ROOT, stdout=subprocess.DEVNULL)
        for outcome in ("caught", "missed", "timeout", "unviable"):
            with open(os.path.join(folder, "mutants.out", outcome + ".txt")) as listed:
                n[outcome] = sum(1 for _ in listed)
    n_caught, n_built = n["caught"] + n["timeout"], n["caught"] + n["timeout"] + n["missed"]
    return ["## Changes that the unit tests notice", "", f"`cargo mutants {' '.join(part)}`: an evenly spread fortieth of the mutants of `bayes`, `features` and `evaluate`, drawn after the tests were written. Of {n_built} that build, {n_caught} are caught ({100 * n_caught / n_built:.0f} %; {n['timeout']} of them by running without end); {n['unviable']} do not build."]


SECTIONS = {"hostile": hostile, "fuzz": fuzz, "kills": kills, "threads": threads, "large": large, "crawl": crawl, "checks": checks, "coverage": coverage, "mutants": mutants}


def page():
    parts = ["# Evidence", "", "What nutgraf promises, measured. Made by `docs/evidence.py`; each section names its command. On two cores of a shared machine."]
    for name in SECTIONS:
        path = os.path.join(KEPT, name + ".md")
        if os.path.exists(path):
            with open(path) as kept:
                parts += ["", kept.read().rstrip()]
    with open(os.path.join(ROOT, "docs/evidence.md"), "w") as made:
        made.write("\n".join(parts) + "\n")


def main():
    names = sys.argv[1:] or [*SECTIONS, "page"]
    os.makedirs(KEPT, exist_ok=True)
    for name in names:
        if name == "page":
            page()
            continue
        if name == "crawl" and "NUTGRAF_PAGES" not in os.environ:
            print("crawl left out: NUTGRAF_PAGES names no folder")
            continue
        tool = {"coverage": "cargo-llvm-cov", "mutants": "cargo-mutants", "checks": "strace"}.get(name)
        if tool and not shutil.which(tool):
            print(f"{name} left out: {tool} is not on this machine")
            continue
        lines = SECTIONS[name]()
        with open(os.path.join(KEPT, name + ".md"), "w") as kept:
            kept.write("\n".join(lines) + f"\n\n<small>{time.strftime('%Y-%m-%d')}</small>\n")
        print(name, "measured")


main()
