"""Honest programs with threads, big stacks, signals, event loops, and much memory."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import CALM_ADD, CALM_SUM


def _sum(name: str, source: str) -> Entry:
    return Entry(name, CALM_SUM, "AC", source)


THREADS: Final = [
    _sum("futures in threads", """
        from concurrent.futures import ThreadPoolExecutor, as_completed
        with ThreadPoolExecutor(16) as pool:
            print(sum(done.result() for done in as_completed([pool.submit(int, word) for word in input().split()])))
        """),
    _sum("forty threads", """
        import threading
        total, lock = 0, threading.Lock()
        def add(n):
            global total
            with lock: total += n
        numbers = list(map(int, input().split())) + [1, -1] * 19
        threads = [threading.Thread(target=add, args=(n,)) for n in numbers]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(total)
        """),
    _sum("a thread with a stack of 512 MiB", """
        import sys, threading
        sys.setrecursionlimit(1 << 20)
        threading.stack_size(512 << 20)
        def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
        def main():
            a, b = map(int, input().split())
            print(a + b + depth(50_000) - 50_000)
        thread = threading.Thread(target=main)
        thread.start()
        thread.join()
        """),
    _sum("a thread with a stack of 256 MiB, of C frames", """
        import sys, threading
        sys.setrecursionlimit(1 << 20)
        threading.stack_size(256 << 20)
        def depth(n): return 0 if n == 0 else sorted([0], key=lambda _: depth(n - 1))[0]
        def main():
            a, b = map(int, input().split())
            print(a + b + depth(3_000))
        thread = threading.Thread(target=main)
        thread.start()
        """),
    _sum("a larger stack for the main thread", """
        import resource, sys
        resource.setrlimit(resource.RLIMIT_STACK, (256 << 20, resource.RLIM_INFINITY))
        sys.setrecursionlimit(10**6)
        def depth(n): return 0 if n == 0 else 1 + depth(n - 1)
        a, b = map(int, input().split())
        print(a + b + depth(20_000) - 20_000)
        """),
    _sum("a daemon thread that never ends", """
        import threading, time
        def spin():
            while True: time.sleep(0.01)
        threading.Thread(target=spin, daemon=True).start()
        print(sum(map(int, input().split())))
        """),
    _sum("a thread that outlives the main one", """
        import threading, time
        def late():
            time.sleep(0.1)
            print(sum(numbers))
        numbers = list(map(int, input().split()))
        threading.Thread(target=late).start()
        """),
    _sum("a timer", "import threading\nn = input()\nthreading.Timer(0.05, lambda: print(sum(map(int, n.split())))).start()"),
    _sum("asyncio", """
        import asyncio
        async def read(word):
            await asyncio.sleep(0.01)
            return int(word)
        async def main():
            print(sum(await asyncio.gather(*map(read, input().split()))))
        asyncio.run(main())
        """),
    _sum("asyncio with threads and processes", """
        import asyncio, sys
        async def main():
            line = await asyncio.to_thread(input)
            process = await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1)
            out, _ = await process.communicate(line.encode())
            print(sum(map(int, out.split())))
        asyncio.run(main())
        """),
    _sum("an alarm", """
        import signal, time
        class Late(Exception): pass
        def ring(*_): raise Late
        signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        try:
            time.sleep(4)
        except Late:
            print(sum(map(int, input().split())))
        """),
    _sum("signals to itself", """
        import os, signal
        def answer(*_): print(sum(map(int, input().split())))
        signal.signal(signal.SIGUSR1, answer)
        os.kill(os.getpid(), signal.SIGUSR1)
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            pass
        """),
    _sum("a limit on its own time", """
        import resource
        resource.setrlimit(resource.RLIMIT_CPU, (3, 3))
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
        print(sum(map(int, input().split())))
        """),
    _sum("memory just below the limit", "x = b'x' * (200 << 20)\nprint(sum(map(int, input().split())))"),
    _sum("much memory that is not touched", """
        import mmap
        x = mmap.mmap(-1, 4 << 30)
        print(sum(map(int, input().split())))
        """),
    _sum("a MemoryError that is caught", "try:\n    x = bytearray(1 << 60)\nexcept MemoryError:\n    print(sum(map(int, input().split())))"),
    _sum("a RecursionError that is caught", "def f(): f()\ntry:\n    f()\nexcept RecursionError:\n    print(sum(map(int, input().split())))"),
    Entry("a function in a thread with a big stack", CALM_ADD, "AC", """
        import sys, threading
        sys.setrecursionlimit(10**6)
        threading.stack_size(256 << 20)
        def add(a, b):
            out = []
            def depth(n): return a + b if n == 0 else depth(n - 1)
            thread = threading.Thread(target=lambda: out.append(depth(30_000)))
            thread.start()
            thread.join()
            return out[0]
        """),
    Entry("a function that runs a loop of events", CALM_ADD, "AC", """
        import asyncio
        async def later(n):
            await asyncio.sleep(0)
            return n
        def add(a, b):
            async def main(): return sum(await asyncio.gather(later(a), later(b)))
            return asyncio.run(main())
        """),
]
