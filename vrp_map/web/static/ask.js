// Asks the server, and gives up after a time, in browsers too that cannot do that by themselves: a question that hangs
// for ever would keep all that wait behind it.

const PATIENCE_MS = 30000;

// The answer, and what it said as JSON (of "304 not modified": null). Throws where none came in time, or no JSON.
export async function ask(address, options = {}, patience = PATIENCE_MS, read = asJson) {
  const stop = globalThis.AbortController ? new AbortController() : null;
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => {
      fail(new Error("no answer"));
      stop?.abort();
    }, patience);
  });
  try {
    return await Promise.race([heard(fetch(address, stop ? { ...options, signal: stop.signal } : options), read), late]);
  } finally {
    clearTimeout(timer);
  }
}

// What the page cannot do without: anything but "ok" throws.
export async function wanted(address, read = asJson) {
  const { answer, said } = await ask(address, {}, PATIENCE_MS, read);
  if (!answer.ok) throw new Error(String(answer.status));
  return said;
}

const asJson = (answer) => answer.json();

async function heard(coming, read) {
  const answer = await coming;
  return { answer, said: answer.status === 304 ? null : await read(answer) };
}
