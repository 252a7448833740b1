"""What the people of 星桥 do."""

from sandbox.story.activities.kinds import HOURS, Activity
from sandbox.story.drawings import Scene

XINGQIAO = (
    Activity(
        "meeting",
        5,
        Scene.MEETING,
        "支部党员大会",
        (
            "支部大会，讨论年度计划。",
            "党小组学习，每人讲五分钟。",
            "线上党课，已签到。",
            "组织生活会，提了两条建议。",
        ),
        day=18,
    ),
    Activity(
        "party-day",
        5,
        Scene.GIFTS,
        "主题党日",
        (
            "主题党日：给山区小学寄旧电脑。",
            "主题党日，园区植树。",
            "主题党日：参观红色电台旧址。",
            "主题党日，和社区一起做便民维修。",
        ),
        day=8,
    ),
    Activity(
        "notes",
        4,
        Scene.PAPER,
        "学习笔记",
        (
            "本月学习笔记，两页。",
            "读书体会：把小事做成标准。",
            "学习笔记：数据安全法重点。",
            "党章学习摘抄与心得。",
        ),
    ),
    Activity(
        "share",
        4,
        Scene.TALK,
        "技术分享会",
        (
            "分享大促压测的三个坑。",
            "讲如何把客服知识库做成检索。",
            "新人训练营：代码评审怎么提意见。",
            "园区沙龙：小团队怎么做灰度发布。",
            "讲解仓储机器人调度，现场演示。",
        ),
        levels=("team", "team", "company", "park"),
    ),
    Activity(
        "innovation",
        2,
        Scene.PAPER,
        "创新成果",
        ("软件著作权登记下来了。", "退换货自动核验上线，节省三个人天。", "参加市级创新赛获二等奖。"),
        levels=("company", "company", "city"),
    ),
    Activity(
        "rush",
        2,
        Scene.OFFICE,
        "保障大促",
        (
            "大促零点值守到早上六点，无故障。",
            "数据库主备切换，处置四十分钟恢复。",
            "寒潮爆单，下班后支援仓库打包。",
        ),
        points=(3, 4, 6, 6, 8),
    ),
    Activity(
        "praise",
        3,
        Scene.PAPER,
        "客户表扬信",
        ("客户写来表扬信，感谢连夜补发。", "平台五星留言并点名感谢。", "老客户送来锦旗。"),
    ),
    Activity(
        "mentor",
        3,
        Scene.OFFICE,
        "师带徒",
        (
            "带新人走完一次上线流程。",
            "徒弟独立值班，我在旁边看着。",
            "结对辅导：帮他把第一份方案改到通过。",
        ),
    ),
    Activity(
        "volunteer-hours",
        5,
        Scene.STREET,
        "志愿服务",
        (
            "到社区教老人用智能手机。",
            "园区路口早高峰劝导。",
            "周末在图书馆做讲解。",
            "马拉松补给站志愿者。",
            "帮助残疾人网店修图上架。",
        ),
        quantities=HOURS,
    ),
    Activity(
        "donation",
        1,
        Scene.GIFTS,
        "爱心捐助",
        ("捐旧电脑一台。", "参加园区义卖，所得全捐。", "给乡村图书室寄书二十本。"),
    ),
)
