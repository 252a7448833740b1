"""What the people of 春风 do."""

from sandbox.story.activities.kinds import HOURS, Activity
from sandbox.story.activities.service import SERVICE
from sandbox.story.drawings import Scene

CHUNFENG = (
    *SERVICE,
    Activity(
        "meeting",
        4,
        Scene.MEETING,
        "支部党员大会",
        (
            "参加支部党员大会，学习讨论。",
            "党小组会，汇报了楼栋联系情况。",
            "听党课一次，做了笔记。",
            "支委扩大会，讨论下月服务安排。",
        ),
        day=20,
    ),
    Activity(
        "party-day",
        4,
        Scene.MEETING,
        "主题党日",
        (
            "主题党日：参观村史馆，重温入党誓词。",
            "主题党日，集体清理小区杂物堆。",
            "主题党日交流发言，讲了楼道自治的做法。",
            "主题党日：给老党员过政治生日。",
        ),
        day=5,
    ),
    Activity(
        "lecture",
        1,
        Scene.TALK,
        "宣讲进社区",
        (
            "给楼组长讲消防安全四十分钟。",
            "街道组织的理论宣讲，讲社区治理一节。",
            "暑期给孩子们讲家乡的桥。",
        ),
        levels=("branch", "branch", "street", "city"),
    ),
    Activity(
        "article",
        1,
        Scene.PAPER,
        "稿件采用通知",
        (
            "楼道改造的稿子被街道公众号采用。",
            "写了一篇邻里互助的小通讯，社区刊用。",
            "“晒秋节”活动报道，已采用，附链接截图。",
        ),
        may_lack_photos=True,
    ),
    Activity(
        "volunteer-hours",
        7,
        Scene.STREET,
        "志愿服务",
        (
            "路口文明劝导，早高峰值守。",
            "社区图书角整理上架。",
            "陪护独居老人去医院复查。",
            "核对楼栋信息，帮忙录入。",
            "暑托班看护孩子写作业。",
            "帮社区搬运、分发物资。",
            "疫苗接种点引导，站了半天。",
        ),
        quantities=HOURS,
    ),
    Activity(
        "neighbour",
        4,
        Scene.HOME,
        "结对帮扶",
        (
            "看望结对的陈大爷，量血压、换灯泡。",
            "给行动不便的邻居买菜送药。",
            "陪吴奶奶聊天，帮她和外地女儿视频。",
            "送去自己包的饺子，顺便检查了煤气阀门。",
        ),
    ),
    Activity(
        "night-watch",
        3,
        Scene.NIGHT,
        "平安夜巡",
        (
            "19:30—21:00 夜巡，提醒两户关好车窗。",
            "夜巡一班，发现消防通道停车，已联系挪车。",
            "与保安一起查了地下车库，充电桩正常。",
            "今晚巡逻无异常，劝离占道烧烤一处。",
        ),
    ),
    Activity(
        "city",
        4,
        Scene.STREET,
        "清洁家园 从我做起",
        (
            "清扫 5 号楼楼道和门前落叶。",
            "巡查飞线充电，劝导 3 户整改。",
            "清理小广告四十多张。",
            "周末大扫除，清出旧家具一车。",
            "整理共享单车，摆了一长排。",
        ),
    ),
    Activity(
        "urgent",
        1,
        Scene.NIGHT,
        "应急值守",
        (
            "台风夜在社区值守，转移低洼处 4 户居民。",
            "水管爆裂，半夜帮忙关阀、清水。",
            "暴雨内涝，和物业一起垒沙袋到凌晨。",
        ),
        points=(3, 5, 5, 6, 8),
    ),
)
