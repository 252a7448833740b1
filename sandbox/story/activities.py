"""What the people of the story do, branch by branch: items, words, scenes, and how much."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.story.drawings import Scene


@dataclass(frozen=True, slots=True)
class Activity:
    """One item of a rulebook as people report it.

    `weight` is how often; `levels` are repeated as often as they occur; `quantities` are in the item's own
    unit; `points` are what recorders give where the item leaves it to them. An activity with a `day` of the
    month happens to everybody on that day.
    """

    item: str
    weight: int
    scene: Scene
    banner: str
    notes: tuple[str, ...]
    levels: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    points: tuple[int, ...] = ()
    day: int | None = None
    may_lack_photos: bool = False


HOURS = ("1", "1.5", "2", "2", "2.5", "3", "3", "4", "5", "6")

_SERVICE = (
    Activity(
        "policy",
        3,
        Scene.STREET,
        "政策进楼栋",
        (
            "在小区门口发放医保缴费明白纸，答疑二十多人次。",
            "入户宣传垃圾分类新规，3 号楼全部走到。",
            "给独居老人讲养老补贴怎么申领，帮两户填了表。",
            "周末摆摊讲防诈骗，居民围着问了一上午。",
            "把惠民政策做成大字版，贴到每个单元。",
        ),
    ),
    Activity(
        "culture",
        2,
        Scene.TALK,
        "邻里文化节",
        (
            "社区合唱队排练，负责场地和音响。",
            "邻里节布置会场、维持秩序，忙到晚上八点。",
            "教阿姨们用手机剪辑短视频，来了十二位。",
            "组织孩子们写春联，送到楼栋里。",
            "露天电影放映，搬椅子、收场地。",
        ),
    ),
    Activity(
        "opinion",
        3,
        Scene.HOME,
        "民情走访",
        (
            "走访 6 户，收集到楼道灯不亮、雨棚漏水两条意见，已转社区。",
            "听居民说停车难，记了九条建议，整理成表交网格员。",
            "上门了解加装电梯意愿，一梯六户同意五户。",
            "电话回访上月反映的噪音问题，居民说好多了。",
            "在凉亭和老人们聊了一下午，记下想要扶手的三处台阶。",
        ),
    ),
    Activity(
        "mediation",
        2,
        Scene.HOME,
        "有话好好说",
        (
            "调解楼上漏水纠纷，双方同意各出一半维修费。",
            "两家为晾衣杆起争执，现场量了尺寸，都让了一步。",
            "劝和一对因为带娃闹矛盾的婆媳，晚上又打电话问了问。",
            "停车位之争，翻出当年的协议，当场说清楚了。",
        ),
    ),
    Activity(
        "wish",
        2,
        Scene.GIFTS,
        "点亮微心愿",
        (
            "认领小宇的心愿，买了一套科普书送到家。",
            "帮张奶奶修好收音机，老人当场听起了戏。",
            "给环卫工送去防滑手套和保温杯。",
            "认领“想要一盏台灯”，今天送到孩子手里。",
        ),
    ),
    Activity(
        "donation",
        1,
        Scene.GIFTS,
        "爱心捐助",
        (
            "捐棉衣两件、书十七本。",
            "助学结对，资助本学期书本费。",
            "为患病邻居捐款 200 元，已交社区登记。",
        ),
    ),
)

CHUNFENG = (
    *_SERVICE,
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

LIANTANG = (
    *_SERVICE,
    Activity(
        "patrol",
        8,
        Scene.RIVER,
        "河道巡查",
        (
            "沿莲塘河巡查一圈，捞起漂浮垃圾两袋。",
            "巡河，发现排口水色发浑，已拍照上报。",
            "劝离两位电鱼的人，登记了情况。",
            "清理河边杂草，把警示牌扶正。",
            "汛前查看护栏，一处松动已联系维修。",
        ),
        quantities=("1", "1", "1.5", "2", "2", "3", "3", "4.5"),
    ),
    Activity(
        "volunteer-hours",
        6,
        Scene.STREET,
        "志愿服务",
        (
            "公园里做秩序引导。",
            "帮助老人在自助机上办社保认证。",
            "儿童之家看护，教折纸。",
            "文化礼堂打扫、摆桌椅。",
            "菜场门口义务称重、答疑。",
        ),
        quantities=HOURS,
    ),
    Activity(
        "canteen",
        6,
        Scene.KITCHEN,
        "长者食堂",
        (
            "午餐帮厨，打了六十多份饭。",
            "择菜、洗碗，晚餐给三位老人送上门。",
            "食堂忙不过来，中午晚上都去了。",
            "给高龄老人分餐，软饭单独盛。",
        ),
        quantities=("1", "1", "2"),
    ),
    Activity(
        "lecture",
        1,
        Scene.TALK,
        "百姓宣讲",
        (
            "讲治水十年的变化，听的人不少。",
            "到企业讲安全生产。",
            "街道比赛宣讲，题目是《一条河和一群人》。",
        ),
        levels=("branch", "branch", "street", "city"),
    ),
    Activity(
        "honour",
        1,
        Scene.PAPER,
        "荣誉证书",
        ("被评为街道优秀志愿者，证书见照片。", "获区级“最美河道志愿者”。", "家庭被评为街道文明户。"),
        levels=("street", "street", "district"),
    ),
    Activity(
        "blood",
        1,
        Scene.PAPER,
        "无偿献血证",
        ("献血 400 毫升，附证。", "第 6 次献血，200 毫升。"),
    ),
    Activity(
        "city",
        4,
        Scene.STREET,
        "清洁家园",
        (
            "清扫莲塘路沿街门前三包。",
            "巡查占道堆物，劝导两家店铺。",
            "雨后清理积水和淤泥。",
            "清理绿化带里的白色垃圾。",
        ),
    ),
    Activity(
        "urgent",
        1,
        Scene.RIVER,
        "防汛值守",
        (
            "水位过警戒线，夜里两小时一巡。",
            "暴雨后抢修护坡，扛沙袋三十多个。",
            "发现煤气味，疏散一个单元并报修。",
        ),
        points=(4, 5, 6, 7, 9),
    ),
)

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

ACTIVITIES: Mapping[str, tuple[Activity, ...]] = {
    "chunfeng": CHUNFENG,
    "liantang": LIANTANG,
    "xingqiao": XINGQIAO,
}


def activity(branch: str, item: str) -> Activity:
    """Return one activity of a branch."""
    return next(known for known in ACTIVITIES[branch] if known.item == item)
