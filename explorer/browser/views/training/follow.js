/** Asking after runs that train, every other second while somebody looks. */

const EVERY = 2000; // milliseconds

/**
 * @param {() => Promise<void>} ask resolves when the page shows what is new
 * @returns {() => void} stops asking
 */
export function keepAsking(ask) {
  let timer = 0;
  let asking = false;
  let stopped = false;
  const next = async () => {
    clearTimeout(timer);
    if (stopped || asking || document.hidden) return; // whoever comes back to the page starts it again
    asking = true;
    await ask();
    asking = false;
    timer = setTimeout(next, EVERY);
  };
  const wake = () => void next();
  document.addEventListener("visibilitychange", wake);
  timer = setTimeout(next, EVERY);
  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", wake);
  };
}
