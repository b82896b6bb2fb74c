import type { shell as en } from "../en/shell.ts";
import type { Translated } from "../translated.ts";

export const shell: Translated<typeof en> = {
  "shell.backToList": "返回列表",
  "shell.conversations": "对话",
  "shell.skip": "跳到内容",
  "shell.choose": "选择一个对话",
  "shell.chooseHint": "或按 <0/> 并输入名字。",
  "shell.noContact": "{name} 不在你的联系人中",
  "shell.connecting": "正在连接服务器。",
  "shell.noAnswer": "服务器没有回应。消息会留在此设备上，稍后自动发出。",
  "shell.noNetwork": "你已离线。消息会留在此设备上，稍后自动发出。",
  "shell.signInAgain": "重新登录",
  "shell.understood": "知道了",
  "shell.arrivals": "新到消息",
  "shell.arrival": "{name}：{text}",
  "shell.somebody": "某人",
  "shell.warning.fork":
    "<0>{name}</0>：服务器向对话成员展示了不同的历史。与之前内容不衔接的部分已被拒绝；请问问对方看到了什么。",
  "shell.warning.refusedHandshake":
    "<0>{name}</0>：一次密钥或成员的更改被拒绝，因为它不是成员作出的，或不符合规则。",
  "shell.warning.keysChanged":
    "<0>{name}</0>：服务器为此人展示了另一组密钥。在你决定之前不会发送任何内容；请通过其他途径询问对方。",
  "shell.warning.keysRefused": "<0>{name}</0>：有人以此人的名义展示了不属于此人的密钥，已被拒绝。一切照旧。",
  "shell.warning.undecided": "<0>{name}</0>：此设备无法跟上一次密钥更改，因此不再发送任何内容。",
  "shell.warning.unreadable": "<0>{name}</0>：收到了无法打开的内容。",
  "shell.warning.gap": "<0>{name}</0>：有消息缺失，之后可能还会到达。",
  "shell.warning.wishFailed": "<0>{name}</0>：你要求的更改已无法进行，因为群组已经变化。请查看成员后再试。",
  "shell.warning.listCorrected": "<0>{name}</0>：服务器投递到的设备与成员的设备不一致。已告知它正确的设备。",
  "shell.more": "{count, plural, other {还有 # 条提示}}",
  "shell.keys": "键盘快捷键",
  "shell.keys.find": "找到一个人",
  "shell.keys.step": "上一个或下一个对话",
  "shell.keys.walk": "在列表中移动",
  "shell.keys.settings": "设置",
  "shell.keys.send": "发送消息",
  "shell.keys.newLine": "在消息中换行",
  "shell.keys.leave": "关闭最上层，然后离开输入框，再离开对话",
  "shell.keys.help": "显示此列表",
  "shell.keys.or": "或",
  "shell.partFailed": "应用的这一部分出了错，或无法获取。其余部分照常运行；请重新加载页面再试。",
};
