/** What clients call themselves; versions are made up. */
export const userAgents: readonly string[] = [
  "Veza/4.2 (iPhone; iOS 18.1)",
  "Veza/4.1 (iPhone; iOS 17.6)",
  "Veza/4.2 (Android 15; Pixel 8)",
  "Veza/4.0 (Android 14; SM-G991B)",
  "Veza/3.9 (Android 12; moto g32)",
  "VezaDesktop/2.7 (macOS 15.0; arm64)",
  "VezaDesktop/2.7 (Windows 11; x64)",
  "VezaDesktop/2.6 (Linux; x64)",
  "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
];
