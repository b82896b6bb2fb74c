import type { settings as en } from "../en/settings.ts";
import type { Translated } from "../translated.ts";

export const settings: Translated<typeof en> = {
  "settings.title": "设置",
  "settings.back": "返回设置",
  "settings.onServer": "位于 {server}",

  "settings.profile.title": "个人资料",
  "settings.profile.userName": "用户名",
  "settings.profile.nameNote": "别人通过这个确切的名字找到你。它无法更改。",
  "settings.profile.server": "服务器",
  "settings.profile.thisDevice": "此设备",
  "settings.profile.deviceId": "此浏览器，{id}",

  "settings.security.title": "安全",
  "settings.password.title": "密码",
  "settings.password.neverSeen": "服务器从未见过它。",
  "settings.password.changed": "密码已更改。你的其他设备均已退出登录。",
  "settings.password.change": "更改",
  "settings.password.dialog": "更改密码",
  "settings.password.old": "当前密码",
  "settings.password.new": "新密码",
  "settings.password.note": "忘记的密码没有人能找回。更改后，你的其他设备都会退出登录。",

  "settings.signOut.title": "退出登录",
  "settings.signOut.note":
    "退出登录会从此浏览器中移除消息和密钥。再次登录时联系人会恢复；以前的消息不会，除非你事先保存历史记录的副本。",
  "settings.signOut.here": "在此设备上",
  "settings.signOut.hereNote": "服务器没有回应时也可以。",
  "settings.signOut.act": "退出登录",
  "settings.signOut.everywhere": "在所有地方",
  "settings.signOut.everywhereNote": "你账号的每台设备都会退出登录，包括这一台。",
  "settings.signOut.everywhereAct": "全部退出",
  "settings.signOut.question": "要在此设备上退出登录吗？",
  "settings.signOut.everywhereQuestion": "要在所有地方退出登录吗？",
  "settings.signOut.lost":
    "你的消息和密钥将从此浏览器中移除。再次登录时联系人会恢复；消息只能从你保存过的历史记录副本中读回。",
  "settings.signOut.everywhereLost": "服务器会让你账号的每台设备退出登录。",

  "settings.delete.label": "删除你的账号",
  "settings.delete.hint": "从服务器和此设备上永久删除。",
  "settings.delete.act": "删除账号",
  "settings.delete.question": "要永久删除你的账号吗？",
  "settings.delete.lost":
    "你将失去联系人、对话以及此设备上的所有消息。服务器会移除它保存的关于你的一切。没有人能撤销此操作。",
  "settings.delete.kept": "别人已收到的消息会留在他们那里。",
  "settings.delete.typeName": "输入 {name} 以确认",
  "settings.delete.password": "你的密码",
  "settings.delete.confirm": "永久删除",

  "settings.appearance.title": "外观",
  "settings.appearance.note": "这两项选择只保存在此浏览器中。",
  "settings.theme.title": "主题",
  "settings.theme.system": "跟随系统",
  "settings.theme.light": "浅色",
  "settings.theme.dark": "深色",
  "settings.textSize.title": "文字大小",
  "settings.textSize.letter": "文",
  "settings.sample.theirs": "我们七点见面好吗？",
  "settings.sample.mine": "七点可以。我带面包。",

  "settings.language.title": "语言",
  "settings.language.browser": "跟随浏览器",
  "settings.language.browserNow": "当前：{language}",

  "settings.notifications.title": "通知",
  "settings.notifications.label": "有新消息时通知我",
  "settings.notifications.hint": "在此设备上，当你没有在看 Sotto 时。",
  "settings.notifications.willAsk": "在此设备上，当你没有在看 Sotto 时。浏览器会询问是否允许。",
  "settings.notifications.denied":
    "你的浏览器不允许此网站发送通知。请在浏览器的网站设置中允许通知，然后再打开此开关。",
  "settings.notifications.unsupported": "此浏览器无法为此页面显示通知。",
  "settings.notifications.note":
    "通知只写“新消息”：没有名字，也没有内容。它由此浏览器在 Sotto 标签页打开时自行显示，不会告诉任何其他服务。",
  "notification.newMessage": "新消息",
  "settings.presence.title": "谁能看到你",
  "settings.presence.label": "显示我在线",
  "settings.presence.hint": "向你的联系人显示。关闭后，你也看不到他们是否在线。",

  "settings.paths.title": "路径",
  "settings.paths.choice": "消息走哪条路",
  "settings.paths.note": "无论走哪条路，只有你和对方能读到内容。每个对话都可以在详情中单独选择。",

  "settings.history.title": "历史记录",
  "settings.history.save": "保存副本",
  "settings.history.saveNote": "文件包含此设备上的所有消息，不含任何密钥：没有人能用它以你的名义写消息。",
  "settings.history.seal": "用口令密封",
  "settings.history.sealed": "只有知道口令的人才能读这个文件。",
  "settings.history.open": "拿到文件的任何人都能读其中的每条消息。",
  "settings.history.passphrase": "副本的口令",
  "settings.history.passphraseHint": "用几个词组成最好。没有它，谁也打不开文件，包括你自己。",
  "settings.history.saveAct": "保存副本",
  "settings.history.saved": "已保存为 {file}。",
  "settings.history.read": "读回副本",
  "settings.history.readNote":
    "消息回到各自的位置，每条只出现一次；不会发送任何内容。只接受你自己账号的副本。",
  "settings.history.file": "以前保存的副本",
  "settings.history.fileHint": "来自此设备或以前的设备。",
  "settings.history.choose": "选择文件",
  "settings.history.filePassphrase": "它的口令",
  "settings.history.readAct": "读回",
  "settings.history.readDone":
    "{added, plural, =0 {没有新内容：副本中的消息都已在这里。} other {已读回 # 条消息。}}",
};
