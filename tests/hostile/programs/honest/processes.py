"""Honest programs that start processes."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import CALM_ADD, CALM_SUM


def _sum(name: str, source: str) -> Entry:
    return Entry(name, CALM_SUM, "AC", source)


PROCESSES: Final = [
    _sum("a pool by fork", """
        import multiprocessing as m
        if __name__ == "__main__":
            with m.get_context("fork").Pool(4) as pool:
                print(sum(pool.map(int, input().split())))
        """),
    _sum("a pool by spawn", """
        import multiprocessing as m
        def read(word): return int(word)
        if __name__ == "__main__":
            with m.get_context("spawn").Pool(2) as pool:
                print(sum(pool.map(read, input().split())))
        """),
    _sum("a pool by a server", """
        import multiprocessing as m
        def read(word): return int(word)
        if __name__ == "__main__":
            with m.get_context("forkserver").Pool(2) as pool:
                print(sum(pool.imap_unordered(read, input().split())))
        """),
    _sum("a queue between processes", """
        from multiprocessing import Process, Queue
        def work(words, answers):
            total = 0
            while (word := words.get()) is not None: total += int(word)
            answers.put(total)
        words, answers = Queue(), Queue()
        worker = Process(target=work, args=(words, answers))
        worker.start()
        for word in input().split(): words.put(word)
        words.put(None)
        print(answers.get())
        worker.join()
        """),
    _sum("pipes, locks, values and events", """
        import multiprocessing as m
        def work(pipe, total, lock, event):
            event.wait()
            while (n := pipe.recv()) is not None:
                with lock: total.value += n
        ours, theirs = m.Pipe()
        total, lock, event = m.Value("q", 0), m.Lock(), m.Event()
        worker = m.Process(target=work, args=(theirs, total, lock, event), daemon=True)
        worker.start()
        for word in input().split(): ours.send(int(word))
        ours.send(None)
        event.set()
        worker.join()
        print(total.value)
        """),
    _sum("a manager", """
        from multiprocessing import Manager, Process
        def work(shared): shared["sum"] = sum(shared["numbers"])
        if __name__ == "__main__":
            with Manager() as manager:
                shared = manager.dict(numbers=list(map(int, input().split())))
                worker = Process(target=work, args=(shared,))
                worker.start()
                worker.join()
                print(shared["sum"])
        """),
    _sum("shared memory", """
        from multiprocessing import Process, shared_memory
        import struct
        def work(name):
            memory = shared_memory.SharedMemory(name)
            a, b = struct.unpack_from("qq", memory.buf)
            struct.pack_into("q", memory.buf, 0, a + b)
            memory.close()
        memory = shared_memory.SharedMemory(create=True, size=64)
        struct.pack_into("qq", memory.buf, 0, *map(int, input().split()))
        worker = Process(target=work, args=(memory.name,))
        worker.start()
        worker.join()
        print(struct.unpack_from("q", memory.buf)[0])
        memory.close()
        memory.unlink()
        """),
    _sum("futures in processes", """
        from concurrent.futures import ProcessPoolExecutor
        def add(pair): return pair[0] + pair[1]
        if __name__ == "__main__":
            with ProcessPoolExecutor(2) as pool:
                print(pool.submit(add, list(map(int, input().split()))).result())
        """),
    _sum("its own interpreter", """
        import subprocess, sys
        code = "print(sum(map(int, input().split())))"
        print(subprocess.run([sys.executable, "-c", code], input=input(), capture_output=True, text=True, check=True).stdout, end="")
        """),
    _sum("its own source, in a process", """
        import subprocess, sys
        if len(sys.argv) > 1:
            print(sum(map(int, sys.argv[1:])))
        else:
            subprocess.run([sys.executable, __file__, *input().split()], check=True)
        """),
    _sum("its own input, in a process", """
        import subprocess, sys
        subprocess.run([sys.executable, "-c", "print(sum(map(int, input().split())))"], check=True)
        """),
    _sum("itself, anew", """
        import os, sys
        if os.environ.get("AGAIN") is None:
            os.environ["AGAIN"] = "1"
            os.execv(sys.executable, [sys.executable, *sys.argv])
        print(sum(map(int, input().split())))
        """),
    _sum("a shell", "import os\na, b = input().split()\nos.system(f'echo $(({a} + {b}))')"),
    _sum("the output of a shell", "import subprocess\na, b = input().split()\nprint(subprocess.getoutput(f'expr {a} + {b} || echo $(({a} + {b}))').split()[-1])"),
    _sum("a pipe of processes", """
        import subprocess
        first = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        second = subprocess.Popen(["cat"], stdin=first.stdout, stdout=subprocess.PIPE)
        first.stdin.write(input().encode())
        first.stdin.close()
        print(sum(map(int, second.communicate()[0].split())))
        first.wait()
        """),
    _sum("a child that answers", """
        import os
        if os.fork() == 0:
            print(sum(map(int, input().split())))
        else:
            os.wait()
        """),
    _sum("an answer through a pipe", """
        import os
        read_end, write_end = os.pipe()
        if os.fork() == 0:
            os.write(write_end, str(sum(map(int, input().split()))).encode())
            os._exit(0)
        os.close(write_end)
        print(os.read(read_end, 100).decode())
        os.wait()
        """),
    _sum("a process in a session of its own, left behind", """
        import subprocess
        subprocess.Popen(["sleep", "60"], start_new_session=True)
        print(sum(map(int, input().split())))
        """),
    _sum("a local server", """
        import socket, threading
        server = socket.socket(socket.AF_UNIX)
        server.bind("/tmp/server")
        server.listen()
        def serve():
            peer, _ = server.accept()
            peer.sendall(str(sum(map(int, peer.recv(100).split()))).encode())
            peer.close()
        threading.Thread(target=serve).start()
        client = socket.socket(socket.AF_UNIX)
        client.connect("/tmp/server")
        client.sendall(input().encode())
        print(client.recv(100).decode())
        """),
    _sum("a child that is killed", """
        import os, signal, subprocess
        child = subprocess.Popen(["sleep", "60"])
        child.terminate()
        assert child.wait() == -signal.SIGTERM
        print(sum(map(int, input().split())))
        """),
    Entry("a function with a pool", CALM_ADD, "AC", """
        from multiprocessing import Pool
        def one(n): return n
        def add(a, b):
            with Pool(2) as pool: return sum(pool.map(one, [a, b]))
        """),
    Entry("a function that runs an interpreter", CALM_ADD, "AC", """
        import subprocess, sys
        def add(a, b): return int(subprocess.check_output([sys.executable, "-c", f"print({a} + {b})"]))
        """),
]
