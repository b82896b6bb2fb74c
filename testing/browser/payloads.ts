/** Texts that would run, lead elsewhere or turn other text around if they were taken for more than text. */
export const PAYLOADS: readonly string[] = [
  `<img src=x onerror="document.title='ran'">`,
  `<script>document.title='ran'</script>`,
  `<a href="javascript:document.title='ran'">press</a>`,
  `javascript:document.title='ran'//https://sotto.example`,
  `[press](javascript:document.title='ran')`,
  `data:text/html,<script>document.title='ran'</script>`,
  `"><svg onload=document.title='ran'>`,
  `{{constructor.constructor("document.title='ran'")()}}`,
  `\${document.title='ran'}`,
  `</p></article><h1>Somebody else</h1>`,
  `\u202egnp.exe\u202c \u0000 \ud83d \u{1f468}\u200d\u{1f469}`,
  "a".repeat(5000),
  `https://sotto.example/"onclick="document.title='ran'`,
  `https://bank.example@evil.example/`,
];
