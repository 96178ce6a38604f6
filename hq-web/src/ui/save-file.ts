/** Saves bytes that the page has as a file on this machine. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has taken the bytes over when the click returns.
  URL.revokeObjectURL(link.href);
}
