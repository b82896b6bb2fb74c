import type { signIn as en } from "../en/signIn.ts";
import type { Translated } from "../translated.ts";

export const signIn: Translated<typeof en> = {
  "signIn.submitSignIn": "Войти",
  "signIn.titleRegister": "Выберите имя и пароль",
  "signIn.titleSignIn": "Вход на {server}",
  "signIn.ledeRegister": "Без номера телефона и без адреса почты. Ваша учётная запись хранится на {server}.",
  "signIn.ledeSignIn": "С вашим именем пользователя и паролем.",
  "signIn.submitRegister": "Создать учётную запись",
  "signIn.haveAccount": "У меня есть учётная запись",
  "signIn.noAccount": "Создать новую учётную запись",
  "signIn.userName": "Имя пользователя",
  "signIn.password": "Пароль",
  "signIn.nameRule": "От 3 до 32 знаков: a-z, 0-9, точка, подчёркивание и дефис.",
  "signIn.nameGood": "Другие найдут вас по имени {name}.",
  "signIn.passwordRule": "Не меньше 8 знаков; лучше всего несколько слов.",
  "signIn.passwordShort":
    "Слишком короткий: ещё {count, plural, one {# знак} few {# знака} many {# знаков} other {# знака}}.",
  "signIn.passwordWeak": "Легко угадать. Добавьте слово или два.",
  "signIn.passwordFair": "Неплохо. Ещё одно слово сделает его надёжным.",
  "signIn.passwordStrong": "Надёжный.",
  "signIn.passwordMissing": "Введите пароль.",
  "signIn.promise": "Пароль остаётся в этом браузере. Сервер узнаёт лишь, что вы его знаете.",
  "signIn.step.checkingName": "Спрашиваем у сервера это имя.",
  "signIn.step.makingKeys": "Создаём ключи этого устройства.",
  "signIn.step.provingPassword": "Подтверждаем пароль. Сервер его не видит.",
  "signIn.step.storing": "Сохраняем ключи в этом браузере.",
  "signIn.step.connecting": "Подключаемся.",
  "signIn.moveTitle": "{name} используется на другом устройстве",
  "signIn.moveText":
    "Учётную запись можно перенести в этот браузер. Контакты перейдут вместе с ней, прежние сообщения останутся там, а на другом устройстве будет выполнен выход.",
  "signIn.move": "Перенести учётную запись сюда",
  "signIn.invitedToRoom":
    "Вас пригласили в комнату. Создайте учётную запись или войдите, и вы сможете войти по её паролю.",
  "signIn.invited":
    "{name} ждёт вашего сообщения. Создайте учётную запись или войдите, и вы сможете написать.",
};
