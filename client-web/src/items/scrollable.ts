/** Attachment: an element that has more than it shows can be reached and scrolled by keyboard; one that hasn't cannot. */
export function scrollable(node: HTMLElement): () => void {
  const look = () => {
    const overflows = node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1;
    if (overflows) node.tabIndex = 0;
    else node.removeAttribute('tabindex');
  };
  const observer = new ResizeObserver(look);
  look();
  observer.observe(node);
  for (const child of node.children) observer.observe(child);
  return () => observer.disconnect();
}
