/** The words of the page that plain http gets, in the app's three languages. `{https}`, `{certificate}` and `{fingerprint}` are filled in. */

export interface Words {
  readonly title: string;
  readonly why: string;
  /** With https on this port. */
  readonly open: string;
  readonly warning: string;
  readonly trustTitle: string;
  readonly download: string;
  readonly compare: string;
  readonly install: string;
  readonly systems: readonly (readonly [system: string, steps: string])[];
  /** Without https on this port, for who runs the server. */
  readonly setUp: string;
}

export const WORDS = {
  en: {
    title: "This address needs https",
    why: "Over a network, passwords and keys need an encrypted connection. Without one, browsers switch off what Sotto is made of, so it does not open here.",
    open: "Open {https}",
    warning:
      "Your browser will warn you once: this server has made its certificate itself, and your device does not know it yet. Either go on past the warning, or make the device trust the server first, as below. Without trust Sotto works in the open page, but it cannot be installed or opened without a connection.",
    trustTitle: "Trust this server",
    download: "Download {certificate}.",
    compare:
      "Compare its SHA-256 fingerprint with the one that the server shows in its terminal when it starts. Ask whoever runs it; do not rely on this page alone, because on the way here it could have been changed. It should read {fingerprint}",
    install: "Only if they are the same, install it:",
    systems: [
      [
        "iPhone, iPad",
        "Settings → Profile Downloaded → Install. Then Settings → General → About → Certificate Trust Settings → switch it on.",
      ],
      ["Android", "Settings → Security → Encryption & credentials → Install a certificate → CA certificate."],
      [
        "Windows",
        "Open the file → Install Certificate → Place all certificates in the following store → Trusted Root Certification Authorities.",
      ],
      [
        "macOS",
        "Open the file to add it to Keychain Access. Open it there → Trust → When using this certificate: Always Trust.",
      ],
      [
        "Firefox, and Linux",
        "Settings of the browser → Privacy and security → Certificates → Authorities → Import.",
      ],
    ],
    setUp:
      "Whoever runs this server: set tls.selfMade to true, or tls.certFile and tls.keyFile, or put a reverse proxy with https before it and name the proxy in trustedProxies. CONFIGURATION.md tells more.",
  },
  zh: {
    title: "此地址需要使用 https",
    why: "通过网络传输时，密码和密钥必须走加密连接。没有加密连接，浏览器会停用 Sotto 所依赖的功能，因此无法在这里打开。",
    open: "打开 {https}",
    warning:
      "浏览器会警告一次：这台服务器的证书是它自己签发的，您的设备还不认识它。您可以越过警告继续访问，也可以先按下面的步骤让设备信任这台服务器。未信任时，Sotto 可以在打开的页面中使用，但不能安装，也不能离线打开。",
    trustTitle: "信任这台服务器",
    download: "下载{certificate}。",
    compare:
      "将它的 SHA-256 指纹与服务器启动时在终端显示的指纹进行比对。请向服务器的管理者核实，不要只相信本页，因为本页在传输途中可能被篡改。指纹应为 {fingerprint}",
    install: "只有在两者相同时才安装：",
    systems: [
      [
        "iPhone、iPad",
        "设置 → 已下载描述文件 → 安装；然后 设置 → 通用 → 关于本机 → 证书信任设置 → 打开开关。",
      ],
      ["Android", "设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书。"],
      ["Windows", "打开文件 → 安装证书 → 将所有的证书都放入下列存储 → 受信任的根证书颁发机构。"],
      ["macOS", "打开文件，将其添加到“钥匙串访问”；在其中打开它 → 信任 → 使用此证书时：始终信任。"],
      ["Firefox 与 Linux", "浏览器设置 → 隐私与安全 → 证书 → 证书颁发机构 → 导入。"],
    ],
    setUp:
      "服务器的管理者：请将 tls.selfMade 设为 true，或设置 tls.certFile 和 tls.keyFile，或在前面放置带 https 的反向代理并在 trustedProxies 中写明。详见 CONFIGURATION.md。",
  },
  ru: {
    title: "По этому адресу нужен https",
    why: "В сети пароли и ключи должны передаваться по зашифрованному соединению. Без него браузер отключает то, на чём построен Sotto, поэтому здесь он не откроется.",
    open: "Открыть {https}",
    warning:
      "Браузер один раз предупредит: этот сервер сам выпустил свой сертификат, и ваше устройство его ещё не знает. Можно продолжить, несмотря на предупреждение, или сначала сделать сервер доверенным, как описано ниже. Без этого Sotto работает в открытой странице, но его нельзя установить и открыть без соединения.",
    trustTitle: "Как доверять этому серверу",
    download: "Скачайте {certificate}.",
    compare:
      "Сравните его отпечаток SHA-256 с тем, который сервер показывает в терминале при запуске. Спросите того, кто ведёт сервер; не полагайтесь только на эту страницу: по пути сюда её могли изменить. Должно быть {fingerprint}",
    install: "Только если они совпадают, установите сертификат:",
    systems: [
      [
        "iPhone, iPad",
        "Настройки → Профиль загружен → Установить. Затем Настройки → Основные → Об этом устройстве → Доверие сертификатам → включить.",
      ],
      [
        "Android",
        "Настройки → Безопасность → Шифрование и учётные данные → Установить сертификат → Сертификат ЦС.",
      ],
      [
        "Windows",
        "Открыть файл → Установить сертификат → Поместить все сертификаты в следующее хранилище → Доверенные корневые центры сертификации.",
      ],
      [
        "macOS",
        "Открыть файл, чтобы добавить его в «Связку ключей». Открыть его там → Доверие → При использовании сертификата: Доверять всегда.",
      ],
      [
        "Firefox и Linux",
        "Настройки браузера → Приватность и защита → Сертификаты → Центры сертификации → Импортировать.",
      ],
    ],
    setUp:
      "Тому, кто ведёт сервер: установите tls.selfMade в true, или задайте tls.certFile и tls.keyFile, или поставьте перед сервером обратный прокси с https и назовите его в trustedProxies. Подробнее в CONFIGURATION.md.",
  },
} as const satisfies Readonly<Record<string, Words>>;

export type Language = keyof typeof WORDS;

export const AUTHORITY_NAMES: Readonly<Record<Language, string>> = {
  en: "the certificate of its authority",
  zh: "其颁发机构的证书",
  ru: "сертификат его центра сертификации",
};

/** The first language of an Accept-Language header that there are words in, by its order alone; else English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  for (const range of (acceptLanguage ?? "").split(",")) {
    const language = range.trim().slice(0, 2).toLowerCase();
    if (Object.hasOwn(WORDS, language)) return language as Language;
  }
  return "en";
}
