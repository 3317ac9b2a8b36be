"""The queue that people write by hand, and a small program that uses it.

redis_queue.py PORT NAME put COUNT     puts the first COUNT items
redis_queue.py PORT NAME get COUNT     gets COUNT items and compares them
redis_queue.py PORT NAME push ITEM...  puts these
redis_queue.py PORT NAME drain         prints what there is, an item a line
"""
import sys

import redis


class RedisQueue(object):
    """Simple queue with a Redis backend."""

    def __init__(self, name, namespace='queue', **redis_kwargs):
        self.__db = redis.Redis(**redis_kwargs)
        self.key = '%s:%s' % (namespace, name)

    def qsize(self):
        """Return the approximate size of the queue."""
        return self.__db.llen(self.key)

    def empty(self):
        """Return True if the queue is empty, False otherwise."""
        return self.qsize() == 0

    def put(self, item):
        """Put item into the queue."""
        self.__db.rpush(self.key, item)

    def get(self, block=True, timeout=None):
        """Remove and return an item from the queue."""
        if block:
            item = self.__db.blpop(self.key, timeout=timeout)
            if item:
                item = item[1]
        else:
            item = self.__db.lpop(self.key)
        return item

    def get_nowait(self):
        """Equivalent to get(False)."""
        return self.get(False)

    def clean(self):
        """Remove everything from the queue."""
        self.__db.delete(self.key)


def item(i):
    """The i-th item: binary, of growing and shrinking length, now and then empty."""
    if i % 1000 == 999:
        return b''
    return b'%d:' % i + bytes((i * k) % 256 for k in range(i % 50))


def get_items(queue, count):
    for i in range(count):
        got = queue.get(timeout=30)
        if got != item(i):
            sys.exit('item %d is %r' % (i, got))
    print('got', count)


def main(port, name, verb, *args):
    queue = RedisQueue(name, host='127.0.0.1', port=int(port))
    if verb == 'put':
        for i in range(int(args[0])):
            queue.put(item(i))
        print('put', args[0])
    elif verb == 'get':
        get_items(queue, int(args[0]))
    elif verb == 'push':
        for one in args:
            queue.put(one)
        print('put', len(args))
    elif verb == 'drain':
        size = queue.qsize()
        while not queue.empty():
            print(queue.get_nowait().decode())
        print('drained', size)
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main(*sys.argv[1:])
