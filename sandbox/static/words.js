// The words of the phones page, in both languages.

const WORDS = {
  zh: {
    title: "积分 · 演示",
    left: "党员的手机",
    right: "记录员的手机",
    hour: "+1 小时",
    day: "+1 天",
    panel: "管理面板",
    language: "English",
    send: "发送",
    attach: "照片或文件",
    commands: "命令菜单",
    keys: "收起或打开按钮",
    write: "写消息…",
    caption: "添加说明…",
    begin: "开始 START",
    restart: "恢复使用机器人",
    block: "停用机器人",
    unblock: "恢复机器人",
    sticker: "发送贴纸",
    voice: "发送语音",
    location: "发送位置",
    robot: "机器人",
    group: "群组",
    invite: "这个账号还没有加入支部",
    open: "打开邀请链接",
    unbound: "未绑定",
    bound: "已绑定",
    newAccount: "＋ 新账号…",
    newName: "访客",
    edited: "已编辑",
    asFile: "作为文件发送",
    earlier: "更早的消息",
    ok: "知道了",
    failed: "没有发出去：",
    pinned: "置顶",
    empty: "这里还没有消息。",
    others: "其他账号",
    odd: { sticker: "👍 贴纸", voice: "语音 0:03", location: "位置", new_chat_members: "加入了群组" },
    roles: {
      member: "党员", probationary: "预备党员", activist: "入党积极分子", prospect: "发展对象", floating: "流动党员",
      recorder: "积分记录员", secretary: "支部书记", committee: "支委", line_leader: "一岗双责", supervisor: "纪检委员",
      administrator: "党委管理员", admin: "党委管理员", shopkeeper: "兑换管理员", outsider: "群众代表",
    },
  },
  en: {
    title: "Jifen · demo",
    left: "A member's phone",
    right: "A recorder's phone",
    hour: "+1 hour",
    day: "+1 day",
    panel: "Panel",
    language: "中文",
    send: "Send",
    attach: "Photos or files",
    commands: "Commands",
    keys: "Fold or open the keyboard",
    write: "Message…",
    caption: "Add a caption…",
    begin: "START",
    restart: "Use the bot again",
    block: "Block the bot",
    unblock: "Unblock the bot",
    sticker: "Send a sticker",
    voice: "Send a voice message",
    location: "Send a place",
    robot: "bot",
    group: "group",
    invite: "This account has not joined a branch yet",
    open: "Open the invitation link",
    unbound: "not bound",
    bound: "bound",
    newAccount: "＋ New account…",
    newName: "Guest",
    edited: "edited",
    asFile: "Send as files",
    earlier: "Earlier messages",
    ok: "OK",
    failed: "Not sent: ",
    pinned: "Pinned",
    empty: "No messages here yet.",
    others: "Other accounts",
    odd: { sticker: "👍 Sticker", voice: "Voice 0:03", location: "Place", new_chat_members: "joined the group" },
    roles: {
      member: "member", probationary: "probationary member", activist: "activist", prospect: "prospect",
      floating: "floating member", recorder: "recorder", secretary: "secretary", committee: "committee",
      line_leader: "line leader", supervisor: "supervisor", administrator: "administrator", admin: "administrator",
      shopkeeper: "shopkeeper", outsider: "mass representative",
    },
  },
};

export let language = localStorage.getItem("language") === "en" ? "en" : "zh";

export function word(key) {
  return WORDS[language][key] ?? key;
}

export function roleName(role) {
  return WORDS[language].roles[role] ?? role;
}

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("language", language);
}

export function formatDay(seconds, zone) {
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    timeZone: zone, year: "numeric", month: "long", day: "numeric", weekday: "short",
  }).format(new Date(seconds * 1000));
}

export function formatTime(seconds, zone) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" })
    .format(new Date(seconds * 1000));
}

export function formatMoment(iso, zone) {
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
    timeZone: zone, month: "short", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false,
  }).format(new Date(iso));
}

export function formatSize(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
