import type { common as en } from "../en/common.ts";
import type { Translated } from "../translated.ts";

export const common: Translated<typeof en> = {
  "common.reload": "Перезагрузить страницу",
  "common.cannotGoOn": "Sotto не может продолжить работу здесь",
  "common.updateReady": "Готова новая версия Sotto.",
  "common.updateNow": "Обновить",
  "common.updateLater": "Позже",
  "common.close": "Закрыть",
  "common.cancel": "Отмена",
  "common.showPassword": "Показать пароль",
  "common.capsLock": "Включён Caps Lock.",
  "common.copy": "Скопировать",
  "common.copied": "Скопировано",
  "common.copyFailed": "Не скопировано: выделите сами",
};
