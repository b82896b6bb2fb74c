import type { shell as en } from "../en/shell.ts";
import type { Translated } from "../translated.ts";

export const shell: Translated<typeof en> = {
  "shell.backToList": "Назад к списку",
  "shell.conversations": "Разговоры",
  "shell.skip": "К содержанию",
  "shell.choose": "Выберите разговор",
  "shell.chooseHint": "или нажмите <0/> и введите имя.",
  "shell.noContact": "{name} нет в ваших контактах",
  "shell.connecting": "Подключаемся к серверу.",
  "shell.noAnswer": "Сервер не отвечает. Сообщения ждут на этом устройстве и уйдут сами.",
  "shell.noNetwork": "Вы не в сети. Сообщения ждут на этом устройстве и уйдут сами.",
  "shell.signInAgain": "Войти снова",
  "shell.understood": "Понятно",
  "shell.arrivals": "Новые сообщения",
  "shell.arrival": "{name} пишет: {text}",
  "shell.somebody": "Кто-то",
  "shell.warning.fork":
    "<0>{name}</0>: сервер показывает участникам разные истории этого разговора. То, что не следует из прежнего, отклонено; спросите, что видят они.",
  "shell.warning.refusedHandshake":
    "<0>{name}</0>: изменение ключей или участников отклонено: его не делал ни один участник или оно не по правилам.",
  "shell.warning.keysChanged":
    "<0>{name}</0>: сервер показывает для этого человека другие ключи. Пока вы не решите, ничего не отправляется; спросите его по другому каналу.",
  "shell.warning.keysRefused":
    "<0>{name}</0>: от имени этого человека показаны чужие ключи, они отклонены. Ничего не изменилось.",
  "shell.warning.undecided":
    "<0>{name}</0>: это устройство не может проследить смену ключей. Больше ничего не отправляется.",
  "shell.warning.unreadable": "<0>{name}</0>: пришло что-то, что нельзя открыть.",
  "shell.warning.gap": "<0>{name}</0>: часть сообщений не пришла. Они ещё могут прийти.",
  "shell.more":
    "{count, plural, one {и ещё # уведомление} few {и ещё # уведомления} many {и ещё # уведомлений} other {и ещё # уведомления}}",
  "shell.keys": "Сочетания клавиш",
  "shell.keys.find": "Перейти к человеку",
  "shell.keys.step": "Предыдущий или следующий разговор",
  "shell.keys.walk": "Двигаться по списку",
  "shell.keys.settings": "Настройки",
  "shell.keys.send": "Отправить сообщение",
  "shell.keys.newLine": "Новая строка в сообщении",
  "shell.keys.leave": "Закрыть верхнее, потом выйти из поля, потом из разговора",
  "shell.keys.help": "Этот список",
  "shell.keys.or": "или",
  "shell.partFailed":
    "Эта часть приложения дала сбой или не загрузилась. Остальное работает; чтобы попробовать снова, перезагрузите страницу.",
};
