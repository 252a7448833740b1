"""Rulebooks as tests write them."""

from domain.rulebooks import Rulebook, parse_rulebook


def no_parents(_: str) -> None:
    """Know no other rulebook."""


def rulebook(text: str) -> Rulebook:
    """Return the rulebook that the text describes; it extends none."""
    return parse_rulebook(text, file="test.yaml", parents=no_parents)


CLUB = rulebook("""
id: club
name: 测试支部
version: "1"
base: {points: 100, per: month}
periods: {quarter: mean of months, year: mean of quarters}
components:
  gains: {name: 加分, caps: {quarter: 40}}
categories:
  study: {name: 学习, component: gains, caps: {month: 12}}
  service: {name: 服务, component: gains}
  duty: 纪律
items:
  talk: {name: 发言, category: study, points: 5, caps: {month: 10}, clause: 第一条}
  course:
    name: 讲课
    category: study
    points: {levels: {branch: {name: 支部, points: 3}, city: {name: 市, points: 8}}}
  hours:
    name: 志愿
    category: service
    points: {each: 1.5, unit: 小时, from: 0.5, to: 8, step: 0.5}
    caps: {event: 9, day: 10}
  urgent: {name: 急难, category: service, points: {from: 1, to: 10}}
  free: {name: 酌情, category: service, points: any positive, caps: {year: 30}}
  adjust: {name: 调整, category: duty, points: any}
  absence: {name: 缺席, category: duty, points: -2, floors: {month: -5}}
  fault: {name: 失误, category: duty, points: any negative}
  veto: {name: 否决, category: duty, points: 0, effect: {stars: 1, barred: true}}
  seasonal: {name: 防汛, category: service, points: 2, since: 2025-06-01, until: 2025-09-01}
groups:
  busy: {name: 服务合计, items: [hours, urgent], caps: {month: 20}}
total: {caps: {month: 130}, floors: {month: 60}}
stars: {periods: [month], bands: {5: "[120, ∞)", 3: "[100, 120)", 1: "(-∞, 100)"}}
grade: {periods: [year], bands: {优秀: "[105, ∞)", 合格: "(60, 105)", 不合格: "(-∞, 60]"}}
""")
"""Everything the language can say, in one small book."""
