"""The words on buttons: Chinese is the catalogue's key, `words.label` gives a person's language."""

from enum import StrEnum


class Label(StrEnum):
    """The words of one button, or a few words beside a number."""

    REPORT = "申报"
    """Start a report."""
    MY_POINTS = "我的积分"
    """One's own score sheet."""
    MY_REPORTS = "我的申报"
    """One's own reports."""
    QUEUE = "待审"
    """Walk the recorder's queue."""
    PANEL = "管理面板"
    """A login link for the panel."""
    BACK = "返回"
    """One step back."""
    CANCEL = "取消"
    """Throw the draft away."""
    LATER = "稍后再填"
    """Keep the draft for later."""
    TODAY = "今天"
    """The day it is."""
    YESTERDAY = "昨天"
    """The day before."""
    CALENDAR = "选其他日期"
    """Open the calendar."""
    NEXT = "下一步"
    """Go on."""
    SKIP = "跳过"
    """Leave this step empty."""
    RESEND = "重新上传"
    """Drop the photos and send others."""
    SUBMIT = "提交"
    """Send the report to the recorders."""
    CHANGE_ITEM = "改项目"
    """From the preview back to the item."""
    CHANGE_DATE = "改日期"
    """From the preview back to the day."""
    CHANGE_EVIDENCE = "改照片"
    """From the preview back to the photos."""
    CHANGE_NOTE = "改说明"
    """From the preview back to the note."""
    ANOTHER = "再报一项"
    """Start another report."""
    CONTINUE = "继续填写"
    """Go on with a saved draft."""
    DELETE = "删除草稿"
    """Throw a saved draft away."""
    WITHDRAW = "撤回"
    """Take a waiting report back."""
    CORRECT = "补充后再报"
    """Open a returned report again."""
    REOPEN = "重新打开"
    """Turn a withdrawn report into a draft."""
    DETAILS = "看明细"
    """The story of the ledger line."""
    PHOTOS = "看照片"
    """Send the report's photos."""
    YES_CANCEL = "确定不报了"
    """Confirm throwing away."""
    KEEP = "接着填"
    """Do not throw away."""
    APPROVE = "通过"
    """Approve with the rulebook's points."""
    ADJUST = "改分"
    """Approve with other points."""
    RETURN = "退回补充"
    """Ask for more."""
    REJECT = "不予认定"
    """Do not recognise."""
    UNDO = "撤销决定"
    """Take the decision back."""
    NEXT_REPORT = "下一件"
    """The next waiting report."""
    OBJECT = "有异议"
    """Say why a rejection is wrong."""
    UPHOLD = "异议成立"
    """The objection is right: decide again."""
    DISMISS = "维持原决定"
    """The rejection stands."""
    OTHER_REASON = "自己写原因"
    """Type a reason."""
    ANNOUNCE = "写通知"
    """Write an announcement."""
    TOMORROW = "明天"
    """The day after."""
    EVERYBODY = "大家"
    """Who is meant by 姓名 in a group."""
    CHOOSE_UNITS = "选单位"
    """Which units an announcement is for."""
    CHOOSE_KINDS = "按身份选"
    """Which kinds of member it is for."""
    CHOOSE_ROLES = "按职务选"
    """Which roles it is for."""
    ONLY_WITHOUT_REPORT = "只发本月没申报的"
    """A filter."""
    ONLY_BELOW = "只发本季分数低的"
    """A filter that asks for a number."""
    TO_GROUP = "同时发到群里"
    """The units' groups get it too."""
    ASK_READ = "请大家点「已阅」"
    """Readers confirm with a button."""
    SEE_PREVIEW = "下一步：预览"
    """See it as readers will."""
    SEND_NOW = "现在发送"
    """Not later."""
    SEND_LATER = "定时发送"
    """Choose a time."""
    CHANGE_WORDS = "改内容"
    """Back to the words."""
    CHANGE_AUDIENCE = "改对象"
    """Back to whom it is for."""
    CONFIRM_SEND = "确定发送"
    """After the count was shown."""
    DISCARD = "不发了"
    """Throw the draft away."""
    PAUSE = "暂停"
    """Stop for the moment."""
    RESUME = "继续发送"
    """Go on."""
    STOP = "取消发送"
    """Stop for good; asks once more."""
    STOP_NOW = "确定取消"
    """Stop for good."""
    RECALL = "撤回修改"
    """Turn a scheduled one into a draft."""
    SEND_AGAIN = "给没收到的再发一次"
    """Try those once more who could not be reached."""
    READ = "已阅"
    """The reader confirms."""
    EVERY_UNIT = "全部单位"
    """All units one may announce to."""
    EVERY_KIND = "不限身份"
    """No filter by kind."""
    EVERY_ROLE = "不限职务"
    """No filter by role."""
    COLUMN_NAME = "姓名"
    """A column of an exported list."""
    COLUMN_DELIVERY = "送达情况"
    """A column of an exported list."""
    COLUMN_SENT_AT = "送达时间"
    """A column of an exported list."""
    COLUMN_READ_AT = "已阅时间"
    """A column of an exported list."""
    OPEN_PANEL = "打开面板"
    """The login link."""
    MONTH = "本月"
    """The current month's sheet."""
    QUARTER = "本季"
    """The current quarter's sheet."""
    YEAR = "本年"
    """The current year's sheet."""
    OLDER = "更早"
    """An older page."""
    NEWER = "更近"
    """A newer page."""
    PREVIOUS_MONTH = "上个月"
    """One month back."""
    FOLLOWING_MONTH = "下个月"
    """One month on."""
    PREVIOUS_PAGE = "上一页"
    """The page before."""
    FOLLOWING_PAGE = "下一页"
    """The page after."""
    REVERSED = "已冲正"
    """Beside a line that was taken back."""
    REVERSAL = "冲正"
    """Beside a line that takes another back."""
    COUNTED = "封顶，计 {points}"
    """Beside a line that a cap cut."""
    MONTHLY_MEAN = "各月平均"
    """The total is the mean of these months."""
    LANGUAGE = "选择语言"
    """The command that changes the language."""
    HELP = "使用帮助"
    """The command that explains."""


KIND_LABELS = {
    "full": "正式党员",
    "probationary": "预备党员",
    "activist": "入党积极分子",
    "prospect": "发展对象",
    "floating": "流动党员",
}
"""The kinds of member, as the panel names them too."""
ROLE_LABELS = {
    "recorder": "积分记录员",
    "secretary": "支部书记",
    "deputy": "副书记",
    "committee": "支委",
    "supervisor": "纪检委员",
    "administrator": "上级党委管理员",
    "shopkeeper": "兑换管理员",
}
"""The roles, as the panel names them too."""
DELIVERY_LABELS = {
    "sent": "已送达",
    "queued": "等待发送",
    "sending": "正在发送",
    "held": "已暂停",
    "cancelled": "未发（已取消）",
    "blocked": "停用了机器人",
    "unbound": "没有绑定账号",
    "dead": "没有送达",
}
"""What became of one message, by status or by how it failed."""
COMMAND_LABELS = {
    "report": Label.REPORT,
    "points": Label.MY_POINTS,
    "reports": Label.MY_REPORTS,
    "queue": Label.QUEUE,
    "announce": Label.ANNOUNCE,
    "panel": Label.PANEL,
    "language": Label.LANGUAGE,
    "help": Label.HELP,
}
"""The commands of the bot's menu."""
