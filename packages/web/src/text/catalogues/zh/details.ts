import type { details as en } from "../en/details.ts";
import type { Translated } from "../translated.ts";

export const details: Translated<typeof en> = {
  "details.title": "详情",
  "details.back": "返回对话",
  "details.protection": "这个对话如何受保护",
  "details.number": "安全号码",
  "details.numberHint": "当面或在通话中念给 {name} 听。如果你们看到的数字相同，中间就没有别人。",
  "details.copy": "复制",
  "details.copied": "已复制",
  "details.keysRenewed": "密钥更新于{when}",
  "details.keysRenewedNow": "密钥刚刚更新",
  "details.keysHint": "这里的每台设备每周至少自动更换一次密钥。",
  "details.renew": "更新",
  "details.renewing": "新密钥正在路上，服务器转交后即生效。",
  "details.suite": "也能抵御未来的计算机",
  "details.suiteHint": "密钥用 X-Wing 协商：同时采用经典方法和后量子方法。消息用 AES-256 密封。",
  "details.onlyHere": "只有这里能读",
  "details.onlyHereHint": "服务器只保存密封的副本，直到送达。",
  "details.contact": "联系人",
  "details.remove": "移除联系人",
  "details.removeTitle": "移除 {name}？",
  "details.removeText":
    "对话将结束；已有的消息会留在这台设备上，排在列表末尾。要再互相写消息，需要其中一方发送新的请求。",
  "details.removeBlockedText": "{name} 可以再次向你发送请求。已有的消息会留在这台设备上，排在列表末尾。",
  "details.block": "屏蔽",
  "details.blockTitle": "屏蔽 {name}？",
  "details.blockText": "对话将结束，{name} 不能再向你发送请求。移除联系人即可撤销屏蔽。",
};
