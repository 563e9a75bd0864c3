const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** A text as the content of an HTML or XML element, or a quoted attribute in HTML. Control characters stay as they are. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/**
 * A text for XML 1.0, in an element or an attribute. Line breaks and tabs are written as references, since a parser makes
 * spaces of them in an attribute; characters that XML cannot hold in any way (section 2.2) become U+FFFD.
 */
export function escapeXml(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- these are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/[&<>"'\n\t]/g, (character) => entities[character] ?? "")
  );
}
