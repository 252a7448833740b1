"""The sentences in which mistakes are told to a rulebook's author, in Chinese and in English."""

from domain.rulebooks.problems import Problem, ProblemCode, Sentence

_SENTENCES: dict[ProblemCode, tuple[str, str]] = {
    ProblemCode.UNREADABLE: ("文件读不出来，须为 UTF-8 文本", "this file cannot be read as UTF-8 text"),
    ProblemCode.TOO_LARGE: (
        "文件太大，最多 {limit} 字",
        "this file is too large; at most {limit} characters",
    ),
    ProblemCode.TOO_DEEP: ("缩进层次太多，最多 {limit} 层", "nested too deeply; at most {limit} levels"),
    ProblemCode.TAB: ("缩进请用空格，不要用制表符 Tab", "indent with spaces, not with a tab"),
    ProblemCode.SYNTAX: ("这里的写法不对：{detail}", "this is not well-formed YAML: {detail}"),
    ProblemCode.FULL_WIDTH: (
        "这一行像是用了中文的“：”或“，”，请换成英文的 “: ”（后面空一格）和 “, ”",
        "this line seems to hold a full-width colon or comma; write “: ” with a space after it, and “, ”",
    ),
    ProblemCode.NOTHING_WRITTEN: (
        "文件是空的；从 id、name、version、categories、items 五行写起",
        "this file is empty; begin with five lines: id, name, version, categories, items",
    ),
    ProblemCode.ANCHOR: (
        "不支持 & 和 * 引用，请直接写出来",
        "anchors and aliases (& and *) are not allowed; write it out",
    ),
    ProblemCode.TAG: ("不支持 ! 标签", "tags (!) are not allowed"),
    ProblemCode.SEVERAL_DOCUMENTS: (
        "一个文件只能有一个规则本",
        "one file holds one rulebook; remove the second “---”",
    ),
    ProblemCode.DUPLICATE_KEY: ("“{key}” 写了两次", "“{key}” is written twice"),
    ProblemCode.UNKNOWN_KEY: (
        "不认识 “{key}”|，这里可以写：{known}",
        "unknown key “{key}”|; known here: {known}",
    ),
    ProblemCode.TWO_FORMS: (
        "“{key}” 和 “{form}” 是分值的两种写法，只能选一种；几种情况各有单价的，分成几个指标写",
        "“{key}” and “{form}” are two forms of points, choose one; for several rates write several items",
    ),
    ProblemCode.MISSING_KEY: ("缺少 “{key}”", "“{key}” is missing"),
    ProblemCode.WRONG_SHAPE: ("“{key}” 的写法不对，这里应当是{wanted_zh}", "“{key}” must be {wanted_en}"),
    ProblemCode.NOT_A_NUMBER: (
        "“{value}” 不是数字（最多四位小数）",
        "“{value}” is not a number with at most four decimals",
    ),
    ProblemCode.NOT_A_DATE: (
        "“{value}” 不是日期，请写成 2025-01-31",
        "“{value}” is not a date; write 2025-01-31",
    ),
    ProblemCode.NOT_A_DAY_RULE: (
        "“{value}” 不是每月的哪一天，请写成 last day - 3 working days、last friday、25 或 5 of next month",
        "“{value}” is no day of a month; write last day - 3 working days, last friday, 25 or 5 of next month",
    ),
    ProblemCode.NOT_A_TIME: ("“{value}” 不是钟点，请写成 10:00", "“{value}” is not a time; write 10:00"),
    ProblemCode.NOT_A_CHOICE: (
        "“{value}” 不可用|，可以写：{known}",
        "“{value}” is not possible|; choose from: {known}",
    ),
    ProblemCode.NOT_A_CODE: (
        "代码 “{value}” 须以小写字母开头，只用小写字母、数字和连字符，不超过 32 个",
        "the code “{value}” must begin with a small letter and hold only small letters, digits, hyphens",
    ),
    ProblemCode.NOT_A_BAND: (
        '“{value}” 不是区间，请写成 "[90, ∞)"；方括号含该数，圆括号不含',
        '“{value}” is not a band; write "[90, ∞)", square brackets include the number, round ones exclude it',
    ),
    ProblemCode.NOT_A_SHARE: (
        "“{value}” 不是比例，请写成 30% 或 2/5，不超过 100%",
        "“{value}” is not a share; write 30% or 2/5, at most 100%",
    ),
    ProblemCode.NOT_A_CONDITION: (
        "“{value}” 不是条件，请写成 total >= 90 and rank <= 3 这样",
        "“{value}” is not a condition; write something like total >= 90 and rank <= 3",
    ),
    ProblemCode.CONDITION_CUT: (
        "“{value}” 没有写完，缺右括号；花括号里的条件有逗号时，整句加双引号",
        "“{value}” is cut short, a bracket is open; within braces a condition with a comma is put in quotes",
    ),
    ProblemCode.EMPTY: ("“{key}” 是空的", "“{key}” is empty"),
    ProblemCode.TOO_LONG: (
        "“{key}” 太长，最多 {limit} 个字",
        "“{key}” is too long; at most {limit} characters",
    ),
    ProblemCode.NOT_POSITIVE: ("“{key}” 须大于 0", "“{key}” must be above 0"),
    ProblemCode.RANGE_REVERSED: ("from {low} 大于 to {high}", "from {low} is above to {high}"),
    ProblemCode.DATES_REVERSED: (
        "until {until} 须晚于 since {since}",
        "until {until} must come after since {since}",
    ),
    ProblemCode.CAP_SIGN: (
        "封顶 {value} 不能小于 {least}；限制扣分请用 floors",
        "a cap of {value} cannot be below {least}; to limit deductions write floors",
    ),
    ProblemCode.FLOOR_SIGN: (
        "保底 {value} 不能大于 {most}；限制加分请用 caps",
        "a floor of {value} cannot be above {most}; to limit gains write caps",
    ),
    ProblemCode.CAP_ON_TOTAL: (
        "基础分按 {base} 发放，总分的封顶保底也须按 {base}，不能按 {per}",
        "the base is granted per {base}, so the total is capped per {base} too, not per {per}",
    ),
    ProblemCode.UNKNOWN_CATEGORY: (
        "没有 “{value}” 这个维度|，已有：{known}",
        "there is no category “{value}”|; there are: {known}",
    ),
    ProblemCode.UNKNOWN_COMPONENT: (
        "没有 “{value}” 这个组成部分|，已有：{known}",
        "there is no component “{value}”|; there are: {known}",
    ),
    ProblemCode.UNKNOWN_ITEM: (
        "没有 “{value}” 这个指标|，已有：{known}",
        "there is no item “{value}”|; there are: {known}",
    ),
    ProblemCode.UNKNOWN_INSTRUMENT: (
        "没有 “{value}” 这个测评表|，已有：{known}",
        "there is no instrument “{value}”|; there are: {known}",
    ),
    ProblemCode.UNKNOWN_CONSEQUENCE: (
        "没有 “{value}” 这项结果运用|，已有：{known}",
        "there is no consequence “{value}”|; there are: {known}",
    ),
    ProblemCode.UNKNOWN_REQUIREMENT: (
        "没有 “{value}” 这项要求|，已有：{known}",
        "there is no requirement “{value}”|; there are: {known}",
    ),
    ProblemCode.UNKNOWN_GRADE: (
        "没有 “{value}” 这个等次|，已有：{known}",
        "there is no grade “{value}”|; there are: {known}",
    ),
    ProblemCode.UNKNOWN_SOURCE: (
        "“{value}” 不能作为得分来源|，可以写：{known}",
        "“{value}” is no source of a score|; choose from: {known}",
    ),
    ProblemCode.UNKNOWN_NAME: (
        "条件里不认识 “{value}”|，可以写：{known}",
        "a condition does not know “{value}”|; it knows: {known}",
    ),
    ProblemCode.UNKNOWN_FUNCTION: (
        "条件里没有 “{value}” 这个函数|，可以写：{known}",
        "a condition has no function “{value}”|; it has: {known}",
    ),
    ProblemCode.WRONG_ARGUMENTS: (
        "函数 “{value}” 括号里应当是：{wanted}",
        "the function “{value}” takes: {wanted}",
    ),
    ProblemCode.UNKNOWN_PERIOD: (
        "“{value}” 不是周期|，可以写：{known}",
        "“{value}” is not a period|; choose from: {known}",
    ),
    ProblemCode.UNWEIGHTED: (
        "“{value}” 不在 weights 的任何一份里，就不会计入；请加一份（不想计就写 weight: 0%），或写 of: total",
        "no part of “weights” names “{value}”: it would not count; give it a part, or write of: total",
    ),
    ProblemCode.SHARES_SUM: (
        "“{key}” 各份合计是 {sum}，应当是 100%",
        "the shares of “{key}” add up to {sum} instead of 100%",
    ),
    ProblemCode.CIRCLE: (
        "得分互相依赖成了环：{chain}",
        "these scores depend on each other in a circle: {chain}",
    ),
    ProblemCode.CHOOSE_ONE: (
        "“{first}” 和 “{second}” 只能写一个，也必须写一个",
        "write either “{first}” or “{second}”, one of them",
    ),
    ProblemCode.NEEDS_LEVELS: (
        "“{key}” 只用于按级次记分的指标（points: levels）",
        "“{key}” is only for items scored by level (points: levels)",
    ),
    ProblemCode.NEEDS_QUANTITY: (
        "“{key}” 只用于按数量记分的指标",
        "“{key}” is only for items scored by quantity",
    ),
    ProblemCode.NEEDS_UNITS: (
        "“{value}” 需要先写 units 一节，给单位定基础分",
        "“{value}” needs a section “units” that gives units a base",
    ),
    ProblemCode.IDLE_KEY: (
        "“{key}” 在这里不起作用：{why_zh}",
        "“{key}” does nothing here: {why_en}",
    ),
    ProblemCode.UNUSED_COMPONENT: (
        "没有维度计入 “{value}”，请删除或在维度里写 component: {value}",
        "no category flows into “{value}”; remove it or write component: {value} in a category",
    ),
    ProblemCode.BANDS_OVERLAP: (
        "{value} 同时属于 “{first}” 和 “{second}”",
        "{value} lies in both “{first}” and “{second}”",
    ),
    ProblemCode.BANDS_GAP: ("{value} 附近不属于任何一档", "totals {value} fall into no band"),
    ProblemCode.MEAN_NOT_SHORTER: (
        "{kind} 不能取 {of} 的平均，须取更短的周期",
        "a {kind} cannot be the mean of {of}s; only of shorter periods",
    ),
    ProblemCode.BASE_NOT_GRANTED: (
        "基础分按 {base} 发放，而 {kind} 取 {of} 的平均，基础分就不会计入",
        "the base is granted per {base}, but a {kind} is the mean of {of}s, where it would never count",
    ),
    ProblemCode.EFFECT_WITHOUT_STARS: (
        "没有 stars 一节，星级效果不起作用",
        "there is no “stars” section that this effect could act on",
    ),
    ProblemCode.UNKNOWN_PARENT: ("找不到上级规则本 “{value}”", "there is no rulebook “{value}” to extend"),
    ProblemCode.NOTHING_TO_REMOVE: (
        "上级规则本里没有 “{key}”，无从删除",
        "there is no “{key}” above that could be removed",
    ),
    ProblemCode.PARENT_CIRCLE: (
        "规则本互相继承成了环：{chain}",
        "these rulebooks extend each other in a circle: {chain}",
    ),
    ProblemCode.SHARE_MAY_BE_LOST: (
        "提示：没有 {value} 时，这一份就没有人得；要给别人请写 otherwise，例如 otherwise: unit",
        "hint: where there are no {value}, their share is lost; name who gets it then, as in otherwise: unit",
    ),
    ProblemCode.UNUSUAL_ROLE: (
        "提示：“{value}” 不是常用的职务，名册的 roles 一列里要同样写|；常用的有：{known}",
        "hint: “{value}” is no usual role; the roster must spell it the same way|. Usual: {known}",
    ),
}

_LISTED = "|"
"""In a sentence, what begins here lists all that is known; a known word that is near is asked for instead."""
_NEAR = 0.7
"""How alike two words must be for one to be proposed in place of the other."""


def problem(code: ProblemCode, *, file: str, line: int, **facts: object) -> Problem:
    """Return the problem with its sentence filled in; where a known word is near, that word is proposed."""
    near = _nearest(str(facts.get("value", facts.get("key", ""))), str(facts.get("known", "")))
    parts = [words.partition(_LISTED) for words in _SENTENCES[code]]
    heads = [head if near else head + listed for head, _, listed in parts]
    chinese, english = (head.format(**facts) for head in heads)
    if near:
        chinese, english = f"{chinese}；是不是 “{near}”？", f"{english}; did you mean “{near}”?"
    return Problem(file, line, code, Sentence(chinese, english))


def _nearest(written: str, known: str) -> str:
    """Return the known word that was probably meant, nothing where none is near."""
    if not written or not known:
        return ""
    from difflib import get_close_matches  # only mistakes wait for it

    spelled = {word.lower().replace("_", "-"): word for word in known.split(", ")}
    found = get_close_matches(written.lower().replace("_", "-"), spelled, n=1, cutoff=_NEAR)
    return spelled[found[0]] if found else ""
