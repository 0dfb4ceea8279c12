/** Keeping the conversation: a file on the customer's own device. */

/**
 * Fetches the export (the token goes along in a header, not in an address) and hands it to the browser as a download.
 * @param {import("./client.js").ConversationClient} client
 * @param {"html" | "text"} format
 * @param {string} name
 * @returns {Promise<boolean>}
 */
export async function saveConversation(client, format, name) {
  const blob = await client.download(format);
  if (blob === null) return false;
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name}.${format === "html" ? "html" : "txt"}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return true;
}
