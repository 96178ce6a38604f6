/** Keeps the exam's page: leaving asks first, *back* stays. Answers are safe either way; this spares a fright. */

/** @param onBack a *back* was caught. @returns takes the guard off. */
export function guard(onBack: () => void): () => void {
  const leaving = (event: BeforeUnloadEvent) => {
    event.preventDefault();
    // Chrome before 119 asks only when this is set.
    event.returnValue = true;
  };
  const here = { exam: true };
  history.pushState(here, '');
  const back = () => {
    history.pushState(here, '');
    onBack();
  };
  addEventListener('beforeunload', leaving);
  addEventListener('popstate', back);
  return () => {
    removeEventListener('beforeunload', leaving);
    removeEventListener('popstate', back);
  };
}
