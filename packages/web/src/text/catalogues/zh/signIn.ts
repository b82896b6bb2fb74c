import type { signIn as en } from "../en/signIn.ts";
import type { Translated } from "../translated.ts";

export const signIn: Translated<typeof en> = {
  "signIn.submitSignIn": "登录",
  "signIn.titleRegister": "选一个名字和一个密码",
  "signIn.titleSignIn": "登录 {server}",
  "signIn.ledeRegister": "不需要手机号，也不需要邮箱。你的账号保存在 {server} 上。",
  "signIn.ledeSignIn": "使用你的用户名和密码。",
  "signIn.submitRegister": "创建账号",
  "signIn.haveAccount": "我已有账号",
  "signIn.noAccount": "注册新账号",
  "signIn.userName": "用户名",
  "signIn.password": "密码",
  "signIn.nameRule": "3 到 32 个字符：a-z、0-9、点、下划线和连字符。",
  "signIn.nameGood": "别人可以用 {name} 找到你。",
  "signIn.passwordRule": "至少 8 个字符；用几个词组成最好。",
  "signIn.passwordShort": "太短：还差 {count, plural, other {# 个字符}}。",
  "signIn.passwordWeak": "容易被猜到。再加一两个词。",
  "signIn.passwordFair": "还可以。再加一个词就很强。",
  "signIn.passwordStrong": "很强。",
  "signIn.passwordMissing": "请输入密码。",
  "signIn.promise": "密码不会离开这个浏览器。服务器只能确认你知道它。",
  "signIn.step.checkingName": "正在向服务器申请这个名字。",
  "signIn.step.makingKeys": "正在生成此设备的密钥。",
  "signIn.step.provingPassword": "正在证明密码。服务器看不到密码。",
  "signIn.step.storing": "正在把密钥存入此浏览器。",
  "signIn.step.connecting": "正在连接。",
  "signIn.moveTitle": "{name} 正在另一台设备上使用",
  "signIn.moveText":
    "你可以把账号移到这个浏览器。联系人会一起过来，以前的消息留在原处，另一台设备会退出登录。",
  "signIn.move": "把账号移到这里",
  "signIn.invited": "{name} 想和你联系。先创建账号或登录，然后就可以写消息。",
};
