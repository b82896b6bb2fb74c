import type { contacts as en } from "../en/contacts.ts";
import type { Translated } from "../translated.ts";

export const contacts: Translated<typeof en> = {
  "contacts.add": "Добавить контакт",
  "contacts.own": "Ваша учётная запись",
  "contacts.search": "Поиск",
  "contacts.clearSearch": "Очистить поиск",
  "contacts.found":
    "{count, plural, =0 {Ничего не найдено} one {Найдено: #} few {Найдено: #} many {Найдено: #} other {Найдено: #}}",
  "contacts.nobodyCalled": "Среди ваших контактов и групп нет {query}.",
  "contacts.askThem": "Отправить запрос {name}",
  "contacts.online": "в сети",
  "contacts.ended": "Завершённые",
  "contacts.unread":
    "{count, plural, one {# непрочитанное сообщение} few {# непрочитанных сообщения} many {# непрочитанных сообщений} other {# непрочитанного сообщения}}",
  "contacts.draft": "<0>Черновик:</0> {text}",
  "contacts.noMessages": "Сообщений пока нет",
  "contacts.waiting": "Ждём ответа",
  "contacts.blocked": "Заблокирован",
  "contacts.empty": "Здесь пока никого нет. Здесь появятся ваши разговоры.",
  "contacts.requestCount":
    "{count, plural, one {# запрос} few {# запроса} many {# запросов} other {# запроса}}",
  "contacts.oneWants": "{name} хочет вам написать",
  "contacts.moreWant":
    "{name} и ещё {count, plural, one {# человек хотят} few {# человека хотят} many {# человек хотят} other {# человека хотят}} вам написать",
  "contacts.requests": "Запросы",
  "contacts.requestsLede": "Пока вы не приняли запрос, они не видят, в сети ли вы и прочитали ли что-нибудь.",
  "contacts.noRequests": "Никто не ждёт вашего ответа.",
  "contacts.requestFrom": "Запрос от {name}",
  "contacts.wants": "Хочет вам написать.",
  "contacts.rekeyed":
    "Это не те ключи, по которым вы знаете {name}. Возможно, это кто-то другой: прежде чем принять, спросите по другому каналу, была ли новая регистрация.",
  "contacts.accept": "Принять",
  "contacts.decline": "Отклонить",
  "contacts.block": "Заблокировать",
  "contacts.blockTitle": "Заблокировать {name}?",
  "contacts.blockText":
    "Вы не сможете писать друг другу, и новые запросы от этой учётной записи до вас не дойдут.",
  "contacts.outgoing": "Ждут ответа",
  "contacts.asked": "Отправлен: {when}",
  "contacts.takeBack": "Отозвать",
  "contacts.takeBackFrom": "Отозвать запрос к {name}",
  "contacts.userName": "Имя пользователя",
  "contacts.userNameHint": "Под которым человек зарегистрирован на этом сервере.",
  "contacts.firstMessage": "Первое сообщение",
  "contacts.firstMessageHint":
    "Уйдёт вместе с запросом; больше можно написать, когда его примут. Не больше {max} знаков.",
  "contacts.sendRequest": "Отправить запрос",
  "contacts.invitedBy":
    "Вы открыли приглашение {name}. Отправьте запрос: когда его примут, вы сможете писать друг другу.",
  "contacts.ownInvitation":
    "Это ваше собственное приглашение. Другие открывают его, чтобы отправить вам запрос.",
  "contacts.known": "{name} уже в ваших контактах. <0>Открыть разговор</0>",
  "contacts.waitsForYou": "{name} уже отправил вам запрос. <0>Посмотреть запрос</0>",
  "contacts.bringIn": "Пригласите кого-нибудь",
  "contacts.bringInText":
    "Покажите этот код или отправьте ссылку. Кто её откроет, сможет отправить вам запрос.",
  "contacts.code": "QR-код вашей ссылки-приглашения",
  "contacts.copyLink": "Скопировать ссылку",
  "contacts.share": "Поделиться",
  "contacts.onlyHere":
    "Этот адрес работает только на этом компьютере. Чтобы пригласить людей с других устройств, откройте Sotto по сетевому адресу сервера и возьмите ссылку там.",
};
