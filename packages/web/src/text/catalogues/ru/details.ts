import type { details as en } from "../en/details.ts";
import type { Translated } from "../translated.ts";

export const details: Translated<typeof en> = {
  "details.title": "Сведения",
  "details.back": "Назад к разговору",
  "details.protection": "Как защищён этот разговор",
  "details.number": "Код безопасности",
  "details.numberHint":
    "Сверьте его с {name} при встрече или по телефону. Если цифры у вас совпадают, между вами никого нет.",
  "details.copy": "Копировать",
  "details.copied": "Скопировано",
  "details.keysRenewed": "Ключи обновлены {when}",
  "details.keysRenewedNow": "Ключи обновлены только что",
  "details.keysHint": "Каждое устройство здесь само меняет свои ключи не реже раза в неделю.",
  "details.renew": "Обновить",
  "details.renewing": "Новые ключи уже в пути и вступят в силу, как только сервер их передаст.",
  "details.suite": "Защита и от компьютеров будущего",
  "details.suiteHint":
    "Ключи согласуются по схеме X-Wing: классический и постквантовый способы сразу. Сообщения запечатаны с AES-256.",
  "details.onlyHere": "Прочитать можно только здесь",
  "details.onlyHereHint": "Сервер хранит запечатанные копии, пока они не доставлены.",
  "details.contact": "Контакт",
  "details.remove": "Удалить контакт",
  "details.removeTitle": "Удалить контакт {name}?",
  "details.removeText":
    "Разговор завершится; сказанное останется на этом устройстве, в конце списка. Чтобы снова писать друг другу, кому-то из вас нужно отправить новый запрос.",
  "details.removeBlockedText":
    "{name} сможет снова отправлять вам запросы. Сказанное останется на этом устройстве, в конце списка.",
  "details.block": "Заблокировать",
  "details.blockTitle": "Заблокировать {name}?",
  "details.blockText":
    "Разговор завершится, и {name} больше не сможет отправлять вам запросы. Чтобы отменить, удалите контакт.",
};
