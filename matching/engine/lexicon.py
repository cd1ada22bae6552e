"""How the things that requirements speak of are said in Chinese, by the keys of the reference data.

The patterns describe ways of speaking (a verb of leaving with a boundary, a number with “秒”), not sentences that were
seen. What a market calls them besides comes from its reference data, through `Lexicon`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from matching.engine.terms import normalise

MOST = 4  # phrases of one thing that are read in one sentence
_N = r"[0-9一二三四五六七八九十百千万两几数]+"
_FEW_SECONDS = r"(?<![0-9.一二三四五六七八九十百两])(?:0\.[0-9]+|10|[1-9](?:\.[0-9]+)?|[一二三四五六七八九十两])\s*秒"
_DATA = r"(?:数据|信息|资料|材料|档案|图像|影像|图片|视频|录音|语音|语料|记录|样本|病历|文件|原件|音频)"
_INSIDE = r"(?:内网|机房|局域网|专网|本地|单位内部|院内|厂内|局内|校内|园区内|自有服务器|自建服务器)"
_SYSTEM = r"(?:系统|平台|业务|数据库|信息库|mes|erp|pacs|lis|his|emr|scada|dcs|plc|oa|crm|接口|中台)"

SAYS: Mapping[str, str] = {
    "on-premises": (
        rf"(?:本地化?|私有化?|属地化?)(?:部署|安装|交付|落地)|私有[化云]|(?:部署|安装|布设|运行|建设?|落地?|放|"
        rf"装|跑)(?:在|到|于|进)[^，。；]{{0,8}}{_INSIDE}"
        rf"|(?:内网|机房|局域网|专网|本地服务器|自有服务器|自建机房)(?:环境|里|内|"
        rf"中)?[^，。；、]{{0,3}}(?:部署|安装|运行|完成|处理|使用|落地)|在[^，。；]{{0,8}}(?:机房|内网|"
        rf"局域网)(?:里|内|中|环境)"
    ),
    "domestic-hardware": (
        r"国产(?:化|自主)?[^，。；、]{0,4}(?:算力|芯片|加速卡|推理卡|训练卡|gpu|npu|cpu|服务器|硬件|处理器)|"
        r"昇腾|寒武纪|海光|摩尔线程|天数智芯|燧原|沐曦|壁仞|昆仑芯|算能"
    ),
    "data-stays-in-domain": (
        rf"{_DATA}[^，。；]{{0,12}}(?:不|勿|禁止|严禁)(?:得|能|可|许|准|允许)?(?:直接|擅自|"
        rf"随意)?(?:(?:传|流|拷|带|导|搬|发|送|移)?(?:出|离开)|外[传流发泄带]|上云|上公网|上传|出境)"
        rf"|不(?:得|能|可|许|准)?(?:传|流|带)?(?:出|离)(?:域|院|局|厂|校|门|园区?|内网|专网|本地|机房|单位|境)|"
        rf"{_DATA}[^，。；]{{0,4}}(?:须|只能|应|全部|均|都)?(?:留在|存放?在|保[存留]在|"
        rf"存储在)[^，。；]{{0,4}}{_INSIDE}"
        rf"|{_DATA}(?:本地|就地)(?:存储|处理|留存)|可用不可见"
    ),
    "mlps-2": (
        r"(?:等保|等级保护)[^，。；、0-9一二三四]{0,6}(?:2\.0)?[^，。；、0-9一二三四]{0,4}(?:第?[二2]|"
        r"ii(?!i))级|(?:[二2]|(?<!i)ii)级(?:等保|(?:信息|网络)?安全等级保护|等级保护)"
    ),
    "mlps-3": (
        r"(?:等保|等级保护)[^，。；、0-9一二三四]{0,6}(?:2\.0)?[^，。；、0-9一二三四]{0,4}(?:第?[三3]|iii)级|"
        r"(?:[三3]|iii)级(?:等保|(?:信息|网络)?安全等级保护|等级保护)"
    ),
    "national-crypto": r"国密|国产密码|(?<![a-z])sm[1-49](?![0-9a-z])|商用密码|商密|密评|密码应用安全性",
    "xinchuang": (
        r"信创|国产化?(?:操作系统|数据库|中间件|软硬件|环境|平台)|麒麟|统信|(?<![a-z])uos(?![a-z])|龙芯|鲲鹏|"
        r"飞腾|兆芯|达梦|金仓"
    ),
    "model-filing": (
        r"(?:模型|算法|生成式人工智能|生成式ai|aigc)(?:服务)?[^，。；、]{0,6}(?:备案|登记)|(?:备案|"
        r"登记)[^，。；、]{0,4}(?:大模型|模型|算法)|网信[办部][^，。；]{0,8}备案"
    ),
    "mobile": (
        r"移动(?:端|终端|办公|设备|应用)|手机(?!号|信号|短信|卡|店|厂|壳|屏|银行|制造|产业|产线|主板|零)|"
        r"小程序|(?<![a-z])(?:app|h5|pda)(?![a-z])|平板(?:电脑|端|设备|上)|掌上|手持(?:终端|设备)"
    ),
    "offline": (
        r"离线(?!训练|评测|数仓|数据仓|批|标注)|断网|脱网|弱网|(?<!全)无(?:公|外|互联)?网(?!络(?:安全|攻)|约|"
        r"格|点|民|址|站|页|络改造)|没有?(?:网络|公网|信号|网(?=[，。；、]|时|也|的))"
        r"|(?:网络|信号)(?:中断|不好|不稳|差|弱|盲区|覆盖不到)|不(?:用|需要?|必|须|依赖|靠|能依赖|得依赖|"
        r"可依赖)?(?:联网|上网|公网|外网|互联网|网络(?!改造|建设|布线|安全))|无[须需](?:联网|上网|"
        r"网络(?!改造|建设|布线|安全))"
    ),
    "edge-inference": (
        r"边缘(?:推理|计算|侧|端|盒|节点|设备|网关|智能|服务器|主机|识别|检测|部署|处理)|端侧|终端侧|设备端|"
        r"云边|边端|(?:就地|前端|现场设备|本机|机上|车上|片上)(?:直接|实时)?(?:推理|计算|识别|判别|分析|处理|"
        r"运算)"
    ),
    "dialect": (
        r"方言|口音|乡音|土话|地方话|本地话|(?:江淮|中原|西南|冀鲁|胶辽|兰银)官话|(?:[吴粤闽湘赣晋徽]|闽南)语|"
        r"客家话"
    ),
    "multilingual": (
        rf"多语[种言]|多国语言|小语种|外语|外文|双语|(?<![a-z])多语|[英日法俄德韩]语|英文|日文|韩文|俄文|"
        rf"阿拉伯语|西班牙语|少数民族语言|互译|翻译|{_N}(?:余|多)?(?:种|门)语言"
    ),
    "real-time": (
        rf"实时|即时(?!通)|毫秒|(?<![a-z])[0-9]+\s*ms(?![a-z])|低[时延]延迟?|低时延|低延时|秒级|秒[回出开]|"
        rf"{_FEW_SECONDS}(?:钟)?(?:以内|之内|内|就|即|出|给|响应|返回)|(?:(?<=超过)|(?<=[小少低]于)|"
        rf"(?<=控制在)|(?<=[≤<=]))\s*{_FEW_SECONDS}"
    ),
    "high-concurrency": (
        rf"并发|同时(?:在线|访问)|{_N}(?:人|路|用户)同时|峰值(?!电|负荷|功率)|(?<![早晚])高峰(?:期|时段)|"
        rf"(?<![a-z])[qt]ps(?![a-z])"
    ),
    "low-light": (
        r"夜间(?!值|加班|经济|急诊|电价|充电|施工)|夜里|夜晚|夜视|低照度?|弱光|微光|暗光|昏暗|无补?光|红外|"
        r"热成像|光线(?:不足|差|暗)"
    ),
    "adverse-weather": (
        r"(?:雨|雾|雪|霾|沙尘|冰雹|大风){1,4}(?:天气?|环境|条件)|雨[雪雾]|雾[霾雪]|(?:团|浓|大)雾|(?:恶劣|极端|"
        r"复杂|不良|各[种类])(?:天气|气象|气候)|全天候"
    ),
    "explainable": (
        r"可解释|可溯源|(?:给出|附[上带]?|列[出明]|说[明清]|标[明注]|注明|展示|提供|指出|"
        r"讲清)[^，。；、]{0,8}(?:依据|理由|出处|来源|原文|为什么|为何)|引用(?:原文|出处|条款|来源)|溯源(?:到|"
        r"至)"
        r"|有据可[依查]|(?:不能|不得|不可|不要|不是|避免)[^，。；]{0,3}黑[箱盒]"
    ),
    "human-review": (
        r"(?<![靠赖])人工(?:复核|复审|确认|审定|终审|把关|介入|兜底|校核|核验|裁定|干预)|"
        r"(?<!靠)人工(?:最终)?审核(?:后|通过|确认)|(?:由|经)[^，。；、]{0,12}(?:复核|确认|审定|审签|签发|把关|"
        r"拍板|裁定)|人机(?:协同|协作|共审|结合)|人在回路"
        r"|(?:最终|最后)(?:决定|判断|结论|决策)权?[^，。；]{0,4}(?:由|归|在)"
    ),
    "audit-trail": (
        r"留痕|可追溯|可回溯|审计(?:日志|追踪|留痕)|日志审计|操作(?:日志|记录)|全(?:程|过程)(?:记录|可查|可追|"
        r"留存)|防篡改|不可篡改|可审计"
    ),
    "accessible": (
        r"适老|无障碍|大字(?:体|号|版)|大号字|读屏|(?:老年|长辈|关怀)(?:人)?(?:版|模式|友好)|(?:视障|听障|残障|"
        r"残疾)[^，。；、]{0,4}(?:可用|使用|友好|能用)|盲人|手语"
    ),
    "system-integration": (
        rf"(?:对接|接入|嵌入|打通|集成|联通|互通|贯通|衔接|兼容|挂接|融入)[^，。；、]{{0,14}}{_SYSTEM}|(?:与|"
        rf"和|同|跟)[^，。；、]{{0,14}}{_SYSTEM}[^，。；、]{{0,6}}(?:对接|打通|互通|集成|贯通|衔接|联动)"
        r"|(?:系统|平台|双向|接口|业务)(?:间|之间)?(?:的)?(?:对接|打通|互通|集成|贯通)|(?:开放|标准|提供|"
        r"预留)(?:数据)?接口|(?<![a-z])(?:api|sdk)(?![a-z])"
    ),
    "small-sample": (
        rf"[小少零]样本|few-?shot|zero-?shot|样本[量数]?(?:很|较|太|极|非常|比较)?(?:少|不多|不足|有限|"
        rf"稀[缺少]|匮乏)|(?:缺|缺少|缺乏|没有)(?:足够的?)?(?:样本|标注|训练数据)|冷启动|(?:只|仅)(?:需|要|"
        rf"用)\s*{_N}(?:余|多|来)?(?:张|份|条|段|例|幅)"
    ),
    "private-finetuning": (
        r"微调|精调|增量训练|再训练|二次训练|(?:私有|本地|自有|专有|自己的?|本单位)(?:的)?(?:业务)?(?:数据|"
        r"语料|样本)[^，。；、]{0,6}(?:训练|调优)|(?:本地|就地)训练|(?<![a-z])lora(?![a-z])"
    ),
    "onsite-service": (
        r"驻[场点厂院校]|现场(?:运维|服务|支持|实施|保障|培训)|(?:派人|派员|专人|"
        r"安排人员)[^，。；、]{0,6}(?:常驻|驻|现场)|上门(?:服务|运维|维护|实施|安装)"
    ),
    "explosion-proof": (
        r"防爆|本安|本质安全|隔爆|煤安|矿安|(?<![a-z])(?:atex|iecex)(?![a-z])|爆炸性(?:环境|气体|粉尘)"
    ),
}
# What a supply says that goes against a requirement without naming it; a plain statement that it is met weighs more.
AGAINST: Mapping[str, str] = {
    "on-premises": r"公有云(?:服务|部署|订阅|版)|纯云端|saas|(?:开通|注册)账号(?:即|就|便|当天)",
    "data-stays-in-domain": (
        r"(?:上传|传|汇|发送)(?:到|至)?(?:公有|厂商|我方)?云(?:端|上|平台)?|公有云(?:服务|部署)|saas"
    ),
    "offline": (
        r"(?:需要?|须|要|必须|要求)(?:保持|全程|一直|始终)?(?:联网|在线)|(?:一直|始终|保持|全程)(?:联网|在线)|"
        r"依赖(?:网络|公网)"
    ),
    "explosion-proof": r"(?:非|不具备|未取得|无)防爆",
    "mobile": r"(?:仅|只)(?:支持|提供|限)?(?:pc|电脑|桌面)",
    "real-time": r"(?:次日|隔[天日]|每[月周]|按[月周])(?:出|给|生成|一[次检期])",
}
# The same, said with “only”: nothing else can be meant.
ONLY: Mapping[str, str] = {
    "on-premises": r"(?:仅|只)(?:有|提供|支持|能|限)?(?:部署在|运行在|在|于|用)?(?:公有)?云",
    "dialect": r"(?:只|仅)(?:识别|支持|听得?懂|限|能识别)?(?:标准)?普通话",
    "low-light": r"(?:仅|只)(?:限|能)?(?:在|于)?(?:白天|日间|白昼)|(?:夜间|夜里|夜晚)(?:停|不[能可飞]|无法)",
    "adverse-weather": r"(?:仅|只)(?:限|能)?(?:在|于)?(?:晴|天气良好)|(?:雨|雾|雪)天?(?:停|不[能可飞测]|无法)",
    "multilingual": r"(?:只|仅)(?:支持|识别|限)?(?:中文|汉语)",
}
# Circumstances rather than functions: “一旦断网，须…” asks for them although they stand in a condition.
CIRCUMSTANCES = frozenset({"offline", "low-light", "adverse-weather", "high-concurrency"})

DEPLOYMENTS: Mapping[str, str] = {
    "cloud": (
        r"(?:公有|政务|行业|混合|专属|电信|移动)云|云(?:端|上(?=部署|运行|服务|处理|即|可|使用)|服务|平台|部署|"
        r"主机|资源)|(?<!不)上云|(?<![a-z])saas(?![a-z])"
    ),
    "on-premises": SAYS["on-premises"],
    "edge": r"边缘(?:推理|计算|侧|端|盒|节点|设备|网关|服务器|主机|部署)|云边|边端",
    "device": (
        r"端侧|终端侧|设备端|车端|嵌入式|机载|车载(?!视频|录像)|(?:运行|部署|装|跑|内置)(?:在|于|到)(?:手机|"
        r"摄像[机头]|无人机|机器人|车机|终端)"
    ),
}
MODALITIES: Mapping[str, str] = {
    "text": r"文本|文字|文档|公文|病历|语料|自然语言|(?<![a-z])nlp(?![a-z])|工单|文书|合同|台账|报告",
    "image": r"图像|图片|照片|影像|拍照|扫描件|截图|图纸|(?<![a-z])(?:ocr|ct|mri|x光|dr)(?![a-z])|x光",
    "video": r"视频|监控画面|摄像[头机]|录像|直播",
    "speech": r"语音|录音|通话|音频|声纹|(?<![a-z])(?:asr|tts)(?![a-z])|听写",
    "remote-sensing": (
        r"遥感|卫星(?!定位|导航|通信|电话)|航拍|航片|正射|多光谱|高光谱|(?<![a-z])(?:sar|insar)(?![a-z])"
    ),
    "time-series": r"时序|时间序列|传感器|振动|波形|曲线|(?<![a-z])scada(?![a-z])|遥测|心电|监测数据|流量数据",
    "multimodal": r"多模态|跨模态|图文|音视频|视觉语言",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase of a sentence: what it speaks of, and where it stands in the sentence as it is compared."""

    key: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Start and end."""
        return self.start, self.end


class Lexicon:
    """Patterns by key, with the words that a market's reference data adds."""

    def __init__(self, patterns: Mapping[str, str], words: Mapping[str, Iterable[str]] | None = None) -> None:
        """`words`: key to other ways to say it; a key without a pattern is known by its words alone."""
        added = {key: [_literal(word) for word in said if word.strip()] for key, said in (words or {}).items()}
        keys = [*patterns, *(key for key in added if key not in patterns)]
        self._patterns = {
            key: re.compile("|".join([*([patterns[key]] if key in patterns else []), *added.get(key, ())]))
            for key in keys
            if key in patterns or added.get(key)
        }

    def __contains__(self, key: str) -> bool:
        return key in self._patterns

    def mentions(self, plain: str) -> Iterator[Mention]:
        """The phrases of a normalised sentence, key by key, at most `MOST` of each."""
        for key, pattern in self._patterns.items():
            for found in islice(pattern.finditer(plain), MOST):
                yield Mention(key, found.start(), found.end())

    def named(self, phrase: str) -> frozenset[str]:
        """The keys that a short phrase names."""
        return frozenset(mention.key for mention in self.mentions(normalise(phrase)))


def _literal(word: str) -> str:
    plain = normalise(word.strip())
    edge = "(?<![a-z0-9])", "(?![a-z0-9])"
    return f"{edge[0] if plain[0].isascii() else ''}{re.escape(plain)}{edge[1] if plain[-1].isascii() else ''}"
