"""What the people of 莲塘 do."""

from sandbox.story.activities.kinds import HOURS, Activity
from sandbox.story.activities.service import SERVICE
from sandbox.story.drawings import Scene

LIANTANG = (
    *SERVICE,
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
