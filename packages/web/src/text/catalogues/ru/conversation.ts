import type { conversation as en } from "../en/conversation.ts";
import type { Translated } from "../translated.ts";

export const conversation: Translated<typeof en> = {
  "conversation.send": "Отправить",
  "conversation.write": "Написать сообщение",
  "conversation.messageTo": "Сообщение для {name}",
  "conversation.placeholder": "Сообщение",
  "conversation.online": "в сети",
  "conversation.showDetails": "Показать сведения",
  "conversation.hideDetails": "Скрыть сведения",
  "conversation.messages": "Сообщения",
  "conversation.earlier": "Показать более ранние сообщения",
  "conversation.protection": "Этот разговор можете прочитать только вы и {name}.",
  "conversation.newCount": "{count, plural, one {# новое} few {# новых} many {# новых} other {# нового}}",
  "conversation.toEnd": "К последним сообщениям",
  "conversation.unread":
    "{count, plural, one {# непрочитанное сообщение} few {# непрочитанных сообщения} many {# непрочитанных сообщений} other {# непрочитанного сообщения}}",
  "conversation.today": "Сегодня",
  "conversation.yesterday": "Вчера",
  "conversation.fromYou": "Вы, {time}",
  "conversation.fromOther": "{name}, {time}",
  "conversation.state.sending": "отправляется",
  "conversation.state.waiting": "ждёт прямого пути",
  "conversation.state.sent": "отправлено",
  "conversation.state.delivered": "доставлено",
  "conversation.state.read": "прочитано",
  "conversation.state.failed": "не отправлено",
  "conversation.path.direct": "напрямую",
  "conversation.path.relay": "через сервер",
  "conversation.didNotReach": "Это сообщение не дошло: его адресат — {name}.",
  "conversation.tryAgain": "Повторить",
  "conversation.compare": "Сверить код",
  "conversation.keepKeys": "Продолжить с известными мне ключами",
  "conversation.answer": "Ответить на запрос",
  "conversation.askAgain": "Отправить новый запрос",
  "conversation.keysChanged.title": "У {name} другие ключи",
  "conversation.keysChanged.text":
    "Так бывает, когда человек регистрируется заново или теряет все устройства. Но это может быть и кто-то другой. Отправка приостановлена, пока вы не решите: спросите {name} лично или по другому каналу, была ли новая регистрация.",
  "conversation.outgoing.title": "Ждём ответа: {name}",
  "conversation.outgoing.text":
    "Вы сможете писать, когда {name} примет ваш запрос. Запрос дождётся появления в сети.",
  "conversation.incoming.title": "{name} хочет вам написать",
  "conversation.incoming.text": "Вы сможете писать, когда примете запрос и сервер получит ваш ответ.",
  "conversation.blocked.title": "Вы заблокировали {name}",
  "conversation.blocked.text": "Никто из вас не может писать другому.",
  "conversation.ended.title": "Этот разговор завершён",
  "conversation.ended.text": "Чтобы снова написать {name}, отправьте новый запрос.",
  "conversation.unready.title": "Это устройство в разговоре недавно",
  "conversation.unready.text":
    "Вы сможете писать, когда оно создаст ключи с устройством {name}. Возможно, для этого обоим нужно быть в сети.",
  "conversation.undecided.title": "Это устройство пока не успевает за разговором",
  "conversation.undecided.text":
    "Отправка приостановлена, пока оно не догонит устройство {name}. Возможно, для этого обоим нужно быть в сети.",
  "conversation.fork.title": "Сервер показывает два разных разговора",
  "conversation.fork.text":
    "Отправка приостановлена. То, что получило это устройство, не продолжает прежнее; спросите {name}, что видно с другой стороны.",
};
