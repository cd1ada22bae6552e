"""What a text says about requirements: asked, preferred or waived by a demand; met or not met by a supply.

A reading proposes; people confirm it in their forms. Negation is understood: “不需要本地化部署” asks nothing, “不支持离线”
is a statement against. A word alone proves little, so what a demand only mentions is at most preferred.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matching.engine.documents import Strength
from matching.engine.terms import normalise

# How people of both sides say it. Keys are those of the reference data.
_SAYS: Mapping[str, str] = {
    "on-premises": r"本地化?部署|私有化(?:部署)?|内网(?:部署|运行|机房)|部署在.{0,8}(?:内网|机房|局域网)|机房内运行|全内网|在.{0,4}机房(?:里|内)",
    "domestic-hardware": r"国产(?:化)?(?:算力|芯片|加速卡|gpu|npu|硬件|推理卡|处理器)|昇腾|寒武纪|海光",
    "data-stays-in-domain": r"(?:数据|原始.{0,4}|影像|图像|视频|材料|资料|记录|语音|语料|要素|片子)[^，。；]{0,10}不(?:得|能|可|许|准)?(?:传|流|拷)?(?:出|离开|外传|外流|外发)|数据不出(?:域|院|局|厂|校|门)|不出(?:域|院|厂|校|内网|园区|专网)",
    "mlps-2": r"等保(?:2\.0)?二级|等级保护二级|二级等保",
    "mlps-3": r"等保(?:2\.0)?三级|等级保护三级|三级等保",
    "national-crypto": r"国密|sm[234]\b|商用密码|密评",
    "xinchuang": r"信创|国产操作系统|国产数据库|麒麟|统信|龙芯|鲲鹏",
    "model-filing": r"(?:模型|算法|服务)[^，。；]{0,6}备案|已备案|备案号",
    "mobile": r"移动端|手机(?:端|上|操作)?|小程序|\bapp\b|平板",
    "offline": r"离线|断网|脱网|没有?(?:信号|网络|公网)|无(?:网络|网|公网|信号)|不联网|不用联网",
    "edge-inference": r"边缘(?:推理|计算|盒|侧|端|检测|识别|主机)|端侧|前端(?:就地)?(?:判别|识别)|设备端",
    "dialect": r"方言|乡音|土话|家乡话|江淮官话|中原官话|赣语|徽语|皖北话|口音",
    "multilingual": r"多语[种言]|外语|小语种|英[日法俄德韩]|双语|翻译",
    "real-time": r"实时|毫秒|低时延|秒级|[0-9一二三四五六七八九十两]+秒(?:钟)?(?:以内|之内|内|就|出)",
    "high-concurrency": r"高?并发|同时在线|万人同时|峰值",
    "low-light": r"夜间|夜里|夜晚|低照度|弱光|红外|热成?像|不亮灯|黑灯",
    "adverse-weather": r"雨雾|雨雪|雾天|小雨|大雾|团雾|恶劣天气|全天候|雨天|毛毛雨",
    "explainable": r"可解释|可溯源|说明(?:理由|依据)|给出(?:理由|依据|出处)|引用?(?:原文|条款)|(?:依据|理由|出处)的?(?:条款|原文)?|为什么",
    "human-review": r"人工(?:复核|确认|审定|终审|把关)|由.{0,8}(?:确认|审定|点选|定夺)|人机协同|人来?核",
    "audit-trail": r"留痕|可追溯|审计(?:日志)?|全程(?:记录|可查)|防篡改|操作记录",
    "accessible": r"适老|无障碍|大字|读屏|老年人?(?:友好|模式)",
    "system-integration": r"(?:对接|接入|嵌入|打通|集成)[^，。；]{0,12}(?:系统|平台|业务|库|mes|erp|pacs|his|dcs|接口)|(?:系统|平台|双向|接口)对接|接口文档|\bapi\b",
    "small-sample": r"小样本|少样本|样本(?:少|不多|没几)|零样本|冷启动|[0-9一二三四五六七八九十]+(?:张|份|台|条|段)[^，。；]{0,6}(?:就能|即可|起步|就教会|就会)",
    "private-finetuning": r"微调|私有(?:数据)?训练|本地训练|用.{0,6}自己的数据(?:再)?训练",
    "onsite-service": r"驻场|驻点|现场运维|派人常驻",
    "explosion-proof": r"防爆|本安|隔爆|煤安|矿用产品安全标志|矿安",
}  # fmt: skip
# What contradicts it without naming it.
_AGAINST: Mapping[str, str] = {
    "on-premises": r"(?:仅|只)(?:有|提供|支持)?(?:公有)?云|公有云(?:服务|部署|订阅|版)|纯云端|saas|(?:开通|注册)账号(?:即|就|当天)",
    "data-stays-in-domain": r"(?:上传|传|汇)(?:到|至)?(?:公有)?云(?:端|上)?(?:处理|识别|训练)?|公有云(?:服务|部署)|saas",
    "offline": r"(?:需|须|要|必须|要求)(?:保持|全程|一直)?(?:联网|在线)|(?:一直|始终|保持)在线|依赖(?:网络|公网)|断网(?:后)?(?:不可|无法|停)",
    "dialect": r"(?:只|仅)(?:识别|支持|听得?懂|限)?(?:标准)?普通话",
    "explosion-proof": r"(?:非|不|无|未)(?:具备|取得|带)?(?:防爆|本安|隔爆)",
    "low-light": r"(?:仅|只)(?:限)?(?:在)?(?:白天|日间|白昼)|夜间(?:停|不)|夜里不",
    "adverse-weather": r"晴好天气|(?:雨|雾|雪)天?(?:停|不(?:能|可|飞|测))|(?:仅|只)(?:限)?晴",
    "mobile": r"(?:需|须)固定(?:场地|安装)",
    "real-time": r"(?:次日|隔天|每月|按月|每周)(?:出|给|一[次检期])",
}

_ENDS = re.compile(r"[。！？!?；;\n]")
_CLAUSES = re.compile(r"[，,、：:（）()]")
_WAIVED = re.compile(r"不(?:需要|必|要求|强[制求]|限于?|一定要?|用)|无[需须]|毋[需须]|没有?要求|可以没有|不是必[须需]")
_WISHED = re.compile(r"优先|最好|希望|鼓励|可选|加分|倾向|如能|更好|尽量|考虑")
_NEEDED = re.compile(
    r"必须|须|应(?:当|能)?|要求|不得|不能|不许|不可|硬性|一定|只能|得能|要能|务必|需(?:要|能|支持|满足)|也要|关键"
)
_DENIED = re.compile(
    r"(?:不(?:支持|具备|提供|含|能|可|做|带)|暂(?:不|无|未)|尚(?:不|未)|无法|没有|未(?:做|取得|通过|支持)|非)[^，。；]{0,4}$"
)
_KEYS = {key: re.compile(pattern) for key, pattern in _SAYS.items()}
_CONTRARY = {key: re.compile(pattern) for key, pattern in _AGAINST.items()}


@dataclass(frozen=True, slots=True)
class Offer:
    """What a supply's text states."""

    offered: frozenset[str]
    lacking: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A requirement found in a demand's text, and the sentence it was found in."""

    key: str
    strength: Strength
    sentence: str


def read_demand(text: str) -> list[Reading]:
    """The requirements of a demand in the order of their keys, each with the sentence that asks it most firmly."""
    found: dict[str, Reading] = {}
    for sentence in filter(None, map(str.strip, _ENDS.split(text))):
        for clause in filter(None, _CLAUSES.split(normalise(sentence))):
            for key, pattern in _KEYS.items():
                if (said := pattern.search(clause)) and not _WAIVED.search(clause[: said.end()]):
                    firm = bool(_NEEDED.search(clause)) and not _WISHED.search(clause)
                    if key not in found or (firm and found[key].strength == "preferred"):
                        found[key] = Reading(key, "required" if firm else "preferred", sentence)
    return [found[key] for key in sorted(found)]


def read_supply(text: str) -> Offer:
    """What a supply says it meets, and what it says it does not; what it says both ways counts against it."""
    offered: set[str] = set()
    lacking: set[str] = set()
    for sentence in filter(None, _ENDS.split(normalise(text))):
        for clause in filter(None, _CLAUSES.split(sentence)):
            for key, pattern in _CONTRARY.items():
                if pattern.search(clause):
                    lacking.add(key)
            for key, pattern in _KEYS.items():
                if said := pattern.search(clause):
                    (lacking if _DENIED.search(clause[: said.start()]) else offered).add(key)
    return Offer(frozenset(offered - lacking), frozenset(lacking))


def keys_of(phrase: str) -> frozenset[str]:
    """The requirements that a short phrase names; the phrase itself when it names none that is known."""
    if phrase in _KEYS:
        return frozenset([phrase])
    named = frozenset(key for key, pattern in _KEYS.items() if pattern.search(normalise(phrase)))
    return named or frozenset([phrase])
