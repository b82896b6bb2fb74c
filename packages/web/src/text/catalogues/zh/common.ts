import type { common as en } from "../en/common.ts";
import type { Translated } from "../translated.ts";

export const common: Translated<typeof en> = {
  "common.reload": "重新加载页面",
  "common.cannotGoOn": "Sotto 无法在这里继续运行",
  "common.updateReady": "Sotto 的新版本已就绪。",
  "common.updateNow": "重新加载",
  "common.updateLater": "稍后",
  "common.close": "关闭",
  "common.cancel": "取消",
  "common.showPassword": "显示密码",
  "common.capsLock": "大写锁定已打开。",
  "common.copy": "复制",
  "common.copied": "已复制",
  "common.copyFailed": "未能复制：请手动选择",
};
