#!/usr/bin/env python3
"""Works out the golden files of the examples a second time, and compares.

Only the standard library, no code of Weirflow: the input files, the generators as docs/CONNECTORS.md and their sources describe them, and the meaning
of windows and alerts as docs/LANGUAGE.md has it. Not compared: alert_id, which only has to tell alerts apart (that is checked).

Run it in this folder: python3 check-golden.py
"""

import csv
import gzip
import json
import math
import re
import statistics
import sys
from collections import defaultdict
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal

MINUTE = 60_000
DAY = 86_400_000
GAMMA = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1
failures = 0


def iso(ms):
    return datetime.fromtimestamp(ms // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (ms % 1000)


def millis(moment):
    return round(moment.timestamp()) * 1000


def rounded(number, digits):
    return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def golden(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def compare(path, expected):
    found = golden(path)
    alerts = defaultdict(set)
    for row in found:
        if "alert_id" in row:
            alerts[row.pop("alert_id")].add((row["since"], json.dumps(list(row.values())[1])))
    assert all(len(told) == 1 for told in alerts.values()), path + ": two alerts with one id"
    report(path, sorted(map(json.dumps, found)), sorted(map(json.dumps, expected)))


def report(path, found, expected):
    global failures
    same = found == expected
    failures += not same
    print("%-45s %6d rows %s" % (path, len(found), "as worked out" if same else "DIFFERENT"))
    if not same:
        for row in [row for row in expected if row not in found][:3]:
            print("  expected", row)
        for row in [row for row in found if row not in expected][:3]:
            print("  found   ", row)


def windows(rows, size, every):
    """Yields (key, start, values) of rows (key, time, value), in order of start."""
    groups = defaultdict(list)
    for key, time, value in rows:
        start = time // every * every
        while start > time - size:
            groups[start, key].append(value)
            start -= every
    for start, key in sorted(groups):
        yield key, start, groups[start, key]


def alerts(rows, name, key, when, holds, resolve_after, severity, summary):
    """The rows of an alert over windows; rows come in order of window_end, as (start, end, row)."""
    by_key = defaultdict(list)
    for start, end, row in rows:
        by_key[row[key]].append((start, end, row))
    for value, own in by_key.items():
        firing = None  # since
        pending = None  # start of the first true row
        last_true = None  # (end, row)

        def emit(state, since, at, row):
            others = {column: cell for column, cell in row.items() if column != key}
            return {"name": name, key: value, "state": state, "since": iso(since), "at": iso(at),
                    "severity": severity, "summary": summary(row), **others}

        for start, end, row in own + [(math.inf, math.inf, None)]:
            # What event time alone has done before this row: the row's time is one millisecond before its end.
            if last_true and resolve_after and end - 1 >= last_true[0] + resolve_after:
                if firing is not None:
                    yield emit("RESOLVED", firing, last_true[0] + resolve_after, last_true[1])
                firing = pending = last_true = None
            if row is None:
                break
            if when(row):
                pending = start if pending is None else pending
                last_true = (end, row)
                if firing is None and end - pending >= holds:
                    firing = pending
                    yield emit("FIRING", firing, end, row)
            elif firing is None:
                pending = last_true = None
            elif resolve_after == 0:
                yield emit("RESOLVED", firing, end, last_true[1])
                firing = pending = last_true = None


def web_alerts():
    line = re.compile(r'(\S+) \S+ \S+ \[([^\]]+)\] "([A-Z]+) (\S+) (HTTP/[0-9.]+)" ([0-9]{3}) (?:([0-9]+)|-) "([^"]*)" "([^"]*)"')
    failed, malformed, parsed = [], [], 0
    with gzip.open("web-alerts/data/access.log.gz", "rt", encoding="ascii") as lines:
        for text in lines:
            match = line.fullmatch(text.rstrip("\n"))
            if not match:
                malformed.append(text.rstrip("\n"))
                continue
            parsed += 1
            host, time, _, path, _, status = match.groups()[:6]
            if int(status) >= 400:
                failed.append((host, millis(datetime.strptime(time, "%d/%b/%Y:%H:%M:%S %z")), (path.lower(), int(status))))
    assert parsed == 13_500, parsed
    report("web-alerts/golden/malformed.jsonl", [row["raw"] for row in golden("web-alerts/golden/malformed.jsonl")], malformed)
    rates = [(start, start + MINUTE, {
        "host": host, "window_start": iso(start), "window_end": iso(start + MINUTE), "errors": len(rows),
        "not_found": sum(status == 404 for _, status in rows), "paths": len({path for path, _ in rows})})
        for host, start, rows in windows(failed, MINUTE, MINUTE)]
    compare("web-alerts/golden/error-rate.jsonl", [row for _, _, row in rates])
    expected = list(alerts(
        rates, "high_error_rate", "host", lambda row: row["errors"] >= 2, 2 * MINUTE, 5 * MINUTE, "page",
        lambda row: "%s: %d failed requests a minute" % (row["host"], row["errors"])))
    compare("web-alerts/golden/alerts.jsonl", expected)
    compare("web-alerts/golden/console.txt", expected)


def stock_risk():
    returns = []
    with open("stock-risk/data/prices.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            time = millis(datetime.strptime(row["date"], "%Y-%m-%d").replace(tzinfo=timezone.utc))
            returns.append((row["symbol"], time, (float(row["close"]) / float(row["open"]) - 1, float(row["adj_close"]))))
    volatility = []
    for symbol, start, rows in windows(returns, 28 * DAY, 7 * DAY):
        if len(rows) >= 10:
            days = [day for day, _ in rows]
            volatility.append((start, start + 28 * DAY, {
                "symbol": symbol, "window_start": iso(start), "window_end": iso(start + 28 * DAY), "days": len(days),
                "volatility": rounded(statistics.stdev(days), 6), "worst_day": rounded(min(days), 6)}))
    with open("stock-risk/golden/volatility.csv", encoding="utf-8") as file:
        found = [{column: cell if column in ("symbol", "window_start", "window_end") else float(cell)
                  for column, cell in row.items()} for row in csv.DictReader(file)]
    report("stock-risk/golden/volatility.csv", sorted(map(json.dumps, found)),
           sorted(json.dumps({**row, "days": float(row["days"])}) for _, _, row in volatility))
    compare("stock-risk/golden/volatility-alerts.jsonl", alerts(
        volatility, "volatility_limit", "symbol", lambda row: row["volatility"] > 0.04, 0, 28 * DAY, "warning",
        lambda row: "%s: the volatility of four weeks is %s" % (row["symbol"], row["volatility"])))
    change = []
    for symbol, start, rows in windows(returns, 28 * DAY, 28 * DAY):
        if len(rows) >= 10:
            change.append((start, start + 28 * DAY, {
                "symbol": symbol, "window_start": iso(start), "window_end": iso(start + 28 * DAY), "days": len(rows),
                "change": rounded(rows[-1][1] / rows[0][1] - 1, 6)}))
    expected = list(alerts(
        change, "loss_limit", "symbol", lambda row: row["change"] < -0.20, 0, 0, "page",
        lambda row: "%s has lost %s %% in four weeks" % (row["symbol"], rounded(-100 * row["change"], 1))))
    compare("stock-risk/golden/loss-alerts.jsonl", expected)
    compare("stock-risk/golden/console.txt", expected)


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


class Draw:
    """Random draws of an event: SplitMix64's finaliser over seed, event and purpose."""

    def __init__(self, seed, event):
        self.state = mix((mix((seed + GAMMA) & MASK) + event * GAMMA) & MASK)

    def bits(self, purpose):
        return mix((self.state + purpose * GAMMA) & MASK)

    def below(self, bound, purpose):
        return (self.bits(purpose) >> 1) % bound

    def time(self, event, per_second):
        """Two seconds of disorder."""
        in_order = 1_767_225_600_000 + event // per_second * 1000 + event % per_second * 1000 // per_second
        return in_order - self.below(2001, 1)


def nexmark(count):
    bids = []
    for n in range(count):
        event = n // 46 * 50 + 4 + n % 46
        draw = Draw(42, event)
        newest = event // 50 * 3 + 2
        if draw.below(2, 302) > 0:
            auction = newest // 100 * 100
        else:
            oldest = max(newest - 100, 0)
            auction = oldest + draw.below(newest - oldest + 11, 303)
        unit = (draw.bits(304) >> 11) * 2.0 ** -53
        price = math.floor(10 ** (unit * 6) * 100 + 0.5)
        bids.append((1000 + auction, draw.time(event, 10_000), price))
    rows = [{"auction": auction, "window_start": iso(start), "window_end": iso(start + 10_000), "bids": len(prices),
             "highest": max(prices)} for auction, start, prices in windows(bids, 10_000, 10_000)]
    compare("nexmark/golden/bids-per-auction.jsonl", rows)
    compare("nexmark/golden/console.txt", [row for row in rows if row["bids"] >= 1000])


def bank(count):
    transfers = []
    for n in range(count):
        draw = Draw(7, n)
        payer = draw.below(50, 2)
        transfers.append((n, draw.time(n, 20), payer, (payer + 1 + draw.below(49, 3)) % 50, 1 + draw.below(100_000, 4)))
    movements = []
    for n, time, payer, payee, amount in transfers:
        movements += [(payer, time, (n, -amount)), (payee, time, (n, amount))]
    compare("bank/golden/moved.jsonl", [
        {"account": account, "window_start": iso(start), "window_end": iso(start + 10_000), "movements": len(rows),
         "moved": sum(amount for _, amount in rows)} for account, start, rows in windows(movements, 10_000, 10_000)])
    held, number, balances, fired, expected = defaultdict(int), defaultdict(int), [], {}, []
    for account, time, (n, amount) in movements:
        held[account] += amount
        number[account] += 1
        row = {"account": account, "movement": number[account], "transfer": n, "amount": amount, "balance": held[account]}
        balances.append(row)
        red = held[account] < -1_000_000
        if red and account not in fired:
            fired[account] = (time, time, row)
            expected.append(bank_alert("FIRING", time, time, row))
        elif red:
            fired[account] = (fired[account][0], max(fired[account][1], time), row)
        elif account in fired:
            since, last_time, last = fired.pop(account)
            expected.append(bank_alert("RESOLVED", since, max(last_time, time), last))
    compare("bank/golden/balances.jsonl", balances)
    compare("bank/golden/alerts.jsonl", expected)
    compare("bank/golden/console.txt", expected)
    recent, bursts = defaultdict(list), []
    for n, time, payer, payee, amount in transfers:
        own = recent[payer]
        own.append((time, amount))
        own.sort(key=lambda payment: payment[0])
        while own[-1][0] - own[0][0] >= 10_000:
            own.pop(0)
        if len(own) == 8:
            bursts.append({"account": payer, "first_at": iso(own[0][0]), "last_at": iso(own[-1][0]), "payments": 8,
                           "paid": sum(amount for _, amount in own)})
            own.clear()
    compare("bank/golden/bursts.jsonl", bursts)


def bank_alert(state, since, at, row):
    others = {column: cell for column, cell in row.items() if column != "account"}
    return {"name": "in_the_red", "account": row["account"], "state": state, "since": iso(since), "at": iso(at),
            "severity": "warning", "summary": "account %d is at %s" % (row["account"], Decimal(row["balance"]) / 100), **others}


web_alerts()
stock_risk()
nexmark(12_000)
bank(1_500)
sys.exit(1 if failures else 0)
