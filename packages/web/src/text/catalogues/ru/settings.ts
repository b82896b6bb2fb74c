import type { settings as en } from "../en/settings.ts";
import type { Translated } from "../translated.ts";

export const settings: Translated<typeof en> = {
  "settings.title": "Настройки",
  "settings.back": "Назад к настройкам",
  "settings.onServer": "на сервере {server}",

  "settings.profile.title": "Профиль",
  "settings.profile.userName": "Имя пользователя",
  "settings.profile.nameNote": "По этому точному имени вас находят другие. Изменить его нельзя.",
  "settings.profile.server": "Сервер",
  "settings.profile.thisDevice": "Это устройство",
  "settings.profile.deviceId": "Этот браузер, {id}",
  "settings.profile.displayName": "Отображаемое имя",
  "settings.profile.displayNameHint": "Не более 64 знаков. Рядом стоит имя пользователя.",
  "settings.profile.bio": "О себе",
  "settings.profile.bioHint": "Не более 500 знаков.",
  "settings.profile.whoSees":
    "Это видят ваши контакты и участники ваших групп. Сервер прочесть этого не может.",
  "settings.profile.save": "Сохранить",
  "settings.profile.saved": "Сохранено.",
  "settings.picture.choose": "Выбрать фотографию",
  "settings.picture.remove": "Убрать фотографию",
  "settings.picture.crop": "Обрезать фотографию",
  "settings.picture.preview": "Как будет выглядеть фотография",
  "settings.picture.zoom": "Размер",
  "settings.picture.across": "Влево и вправо",
  "settings.picture.down": "Вверх и вниз",
  "settings.picture.use": "Взять эту фотографию",

  "settings.security.title": "Безопасность",
  "settings.password.title": "Пароль",
  "settings.password.neverSeen": "Сервер никогда его не видел.",
  "settings.password.changed": "Пароль изменён. На остальных ваших устройствах выполнен выход.",
  "settings.password.change": "Изменить",
  "settings.password.dialog": "Изменить пароль",
  "settings.password.old": "Прежний пароль",
  "settings.password.new": "Новый пароль",
  "settings.password.note":
    "Забытый пароль никто не восстановит. После смены пароля остальные ваши устройства выйдут из учётной записи.",

  "settings.signOut.title": "Выход",
  "settings.signOut.note":
    "При выходе сообщения и ключи удаляются из этого браузера. Контакты вернутся, когда вы войдёте снова; прежние сообщения — нет, если сначала не сохранить копию истории.",
  "settings.signOut.here": "На этом устройстве",
  "settings.signOut.hereNote": "Получится, даже если сервер не отвечает.",
  "settings.signOut.act": "Выйти",
  "settings.signOut.everywhere": "Везде",
  "settings.signOut.everywhereNote": "Выход на всех устройствах вашей учётной записи, включая это.",
  "settings.signOut.everywhereAct": "Выйти везде",
  "settings.signOut.question": "Выйти на этом устройстве?",
  "settings.signOut.everywhereQuestion": "Выйти везде?",
  "settings.signOut.lost":
    "Ваши сообщения и ключи будут удалены из этого браузера. Контакты вернутся, когда вы войдёте снова; сообщения — только из сохранённой копии истории.",
  "settings.signOut.everywhereLost": "Сервер завершит вход на всех устройствах вашей учётной записи.",

  "settings.delete.label": "Удалить учётную запись",
  "settings.delete.hint": "На сервере и на этом устройстве, навсегда.",
  "settings.delete.act": "Удалить",
  "settings.delete.question": "Удалить учётную запись навсегда?",
  "settings.delete.lost":
    "Вы потеряете контакты, разговоры и все сообщения на этом устройстве. Сервер удалит всё, что хранит о вас. Отменить это никто не сможет.",
  "settings.delete.kept": "То, что другие от вас уже получили, останется у них.",
  "settings.delete.typeName": "Введите {name} для подтверждения",
  "settings.delete.password": "Ваш пароль",
  "settings.delete.confirm": "Удалить навсегда",

  "settings.appearance.title": "Оформление",
  "settings.appearance.note": "Обе настройки хранятся только в этом браузере.",
  "settings.theme.title": "Тема",
  "settings.theme.system": "Как в системе",
  "settings.theme.light": "Светлая",
  "settings.theme.dark": "Тёмная",
  "settings.textSize.title": "Размер текста",
  "settings.textSize.letter": "Аа",
  "settings.sample.theirs": "Встретимся в семь?",
  "settings.sample.mine": "В семь удобно. Хлеб за мной.",

  "settings.language.title": "Язык",
  "settings.language.browser": "Как в браузере",
  "settings.language.browserNow": "Сейчас: {language}",

  "settings.notifications.title": "Уведомления",
  "settings.notifications.label": "Сообщать о новых сообщениях",
  "settings.notifications.hint": "На этом устройстве, пока вы не смотрите на Sotto.",
  "settings.notifications.willAsk":
    "На этом устройстве, пока вы не смотрите на Sotto. Браузер спросит, можно ли.",
  "settings.notifications.denied":
    "Браузер не разрешает уведомления для этого сайта. Разрешите их в настройках браузера для этого сайта, затем включите здесь.",
  "settings.notifications.unsupported": "Этот браузер не показывает уведомлений для этой страницы.",
  "settings.notifications.note":
    "В уведомлении стоит только «Новое сообщение»: ни имени, ни текста. Его показывает сам браузер, пока Sotto открыт во вкладке; никакой другой службе ничего не сообщается.",
  "notification.newMessage": "Новое сообщение",
  "settings.presence.title": "Кто вас видит",
  "settings.presence.label": "Показывать, когда я в сети",
  "settings.presence.hint": "Вашим контактам. Если выключено, вы тоже не видите, в сети ли они.",

  "settings.paths.title": "Пути",
  "settings.paths.choice": "Каким путём идут сообщения",
  "settings.paths.note":
    "Каким бы ни был путь, написанное можете прочитать только вы и собеседник. В сведениях о разговоре для него можно выбрать другой.",

  "settings.history.title": "История",
  "settings.history.save": "Сохранить копию",
  "settings.history.saveNote":
    "В файле все сообщения с этого устройства и никаких ключей: писать от вашего имени с ним никто не сможет.",
  "settings.history.seal": "Запечатать паролем копии",
  "settings.history.sealed": "Прочесть файл сможет только тот, кто знает пароль копии.",
  "settings.history.open": "Каждый, у кого есть файл, сможет прочесть все сообщения в нём.",
  "settings.history.passphrase": "Пароль копии",
  "settings.history.passphraseHint": "Лучше всего несколько слов. Без них файл не откроет никто, даже вы.",
  "settings.history.saveAct": "Сохранить копию",
  "settings.history.saved": "Сохранено в {file}.",
  "settings.history.read": "Вернуть из копии",
  "settings.history.readNote":
    "Сообщения возвращаются на свои места, каждое один раз; ничего не отправляется. Принимаются только копии вашей учётной записи.",
  "settings.history.file": "Сохранённая раньше копия",
  "settings.history.fileHint": "С этого устройства или с прежнего.",
  "settings.history.choose": "Выбрать файл",
  "settings.history.filePassphrase": "Пароль этой копии",
  "settings.history.readAct": "Вернуть",
  "settings.history.readDone":
    "{added, plural, =0 {Ничего нового: все сообщения копии уже здесь.} one {Вернулось # сообщение.} few {Вернулись # сообщения.} many {Вернулось # сообщений.} other {Вернулось # сообщения.}}",
};
