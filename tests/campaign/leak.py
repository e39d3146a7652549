"""Five hundred runs and five hundred failures in one worker: memory, handles, threads, sockets and temporary files stay as they were."""
import sys
import time

from trial import WITHOUT_NLA, keep, look, trial

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 500
WARM = 40
AT_ONCE = 20


with trial() as ns:
    ns.machine("good", "agent", "flow-ms=1", settings=[*WITHOUT_NLA, "session.max=1"])
    ns.machine("bad", "nla", "nla-status=0xC000006D")
    worker = ns.start("worker")
    began = time.monotonic()
    looks, codes = [], {}

    def carry_out(name, count):
        numbers = [ns.ok("run", "start", name, "--flow", "flow", "--connection", name, "--json").json["id"] for _ in range(count)]
        while any((shown := ns.show(number))["state"] in ("Queued", "Running") for number in numbers[-1:]):
            time.sleep(0.05)
        for number in numbers:
            code = ns.show(number)["code"]
            codes[code] = codes.get(code, 0) + 1

    def both(count):
        for _ in range(count // AT_ONCE):
            carry_out("good", AT_ONCE)
            carry_out("bad", AT_ONCE)

    both(WARM)
    time.sleep(1)
    looks.append(look(worker.pid))
    codes.clear()
    for _ in range(5):
        both(RUNS // 5)
        time.sleep(1)
        looks.append(look(worker.pid))
    worker.terminate()
    first, last = looks[0], looks[-1]
    problems = [f"{name}: {first[name]} became {last[name]}" for name in first if name != "KiB" and last[name] > first[name] + (2 if name == "threads" else 0)]
    if last["KiB"] > first["KiB"] * 1.1 + 512:
        problems.append(f"memory: {first['KiB']} KiB became {last['KiB']}")
    if codes.get("Succeeded", 0) < RUNS * 0.98 or sum(codes.values()) < 2 * RUNS:
        problems.append(f"the runs did not go as meant: {codes}")

keep("leak", runs=codes, after=looks, seconds=round(time.monotonic() - began), problems=problems)
