"""Takes "verb parallel operations" lines; says "begin", "end N" and "clean" for each."""
import sys
import threading

import redis


class RedisQueue:
    """A queue in a Redis list, as it is written by hand everywhere."""

    def __init__(self, name, namespace="queue", **redis_kwargs):
        self.db = redis.Redis(**redis_kwargs)
        self.key = "%s:%s" % (namespace, name)

    def put(self, item):
        self.db.rpush(self.key, item)

    def get(self, timeout):
        item = self.db.blpop([self.key], timeout=timeout)
        return item[1] if item else None

    def fill(self, item, count):
        for left in range(count, 0, -1000):
            self.db.rpush(self.key, *([item] * min(1000, left)))

    def clean(self):
        self.db.unlink(self.key)


host, port, payload = sys.argv[1:]
queue = RedisQueue("benchmark-python", host=host, port=int(port))


def say(line):
    print(line, flush=True)


def in_threads(count, work):
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def put(parallel, operations):
    each = max(1, operations // parallel)

    def work():
        for _ in range(each):
            queue.put(payload)

    say("begin")
    in_threads(parallel, work)
    say("end %d" % (each * parallel))


def listen(parallel, operations):
    queue.fill(payload, operations)
    begin = max(1, operations // 10)
    lock = threading.Lock()
    handled = 0

    def work():
        nonlocal handled
        while handled < operations:
            if queue.get(1) is None:
                continue
            with lock:
                handled += 1
                if handled == begin:
                    say("begin")
                if handled == operations:
                    say("end %d" % (operations - begin))

    in_threads(parallel, work)


say("ready")
for line in sys.stdin:
    verb, count, number = line.split()
    (put if verb == "put" else listen)(int(count), int(number))
    queue.clean()
    say("clean")
