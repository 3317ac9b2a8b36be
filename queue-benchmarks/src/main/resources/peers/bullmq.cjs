// Takes "verb parallel operations" lines; says "begin", "end N" and "clean" for each.
const { Queue, Worker } = require('bullmq');
const readline = require('readline');

const [host, port, payload] = process.argv.slice(2);
const connection = { host, port: Number(port), maxRetriesPerRequest: null };
const data = JSON.parse(payload);
const name = 'benchmark-bullmq';
const queue = new Queue(name, { connection, defaultJobOptions: { removeOnComplete: true } });
const say = (line) => process.stdout.write(line + '\n');

async function put(parallel, operations) {
  const each = Math.max(1, Math.floor(operations / parallel));
  say('begin');
  await Promise.all(Array.from({ length: parallel }, async () => {
    for (let i = 0; i < each; i++) {
      await queue.add('job', data);
    }
  }));
  say('end ' + each * parallel);
}

function addBulk(count) {
  return queue.addBulk(Array.from({ length: count }, () => ({ name: 'job', data })));
}

async function putAll(operations) {
  const calls = Math.max(1, Math.floor(operations / 100));
  say('begin');
  for (let i = 0; i < calls; i++) {
    await addBulk(100);
  }
  say('end ' + calls * 100);
}

async function listen(concurrency, operations) {
  for (let left = operations; left > 0; left -= 1000) {
    await addBulk(Math.min(1000, left));
  }
  const begin = Math.max(1, Math.floor(operations / 10));
  let handled = 0;
  let worker;
  await new Promise((resolve) => {
    worker = new Worker(name, async () => {
      handled++;
      if (handled === begin) {
        say('begin');
      }
      if (handled === operations) {
        say('end ' + (operations - begin));
        resolve();
      }
    }, { connection, concurrency });
  });
  await worker.close();
}

async function main() {
  await queue.waitUntilReady();
  say('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [verb, parallel, operations] = line.split(' ');
    if (verb === 'put') {
      await put(Number(parallel), Number(operations));
    } else if (verb === 'put_all') {
      await putAll(Number(operations));
    } else {
      await listen(Number(parallel), Number(operations));
    }
    await queue.obliterate({ force: true });
    say('clean');
  }
  await queue.close();
  process.exit(0);
}

main();
