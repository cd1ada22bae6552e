"""Every kind of notification: its title and text. Placeholders are filled from the row's context at reading time."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Wording:
    """How a kind reads. `{name}` placeholders, filled with plain text; templates escape the result."""

    title: Text
    body: Text


KINDS: dict[str, Wording] = {
    "organisation_waiting": Wording(
        _("“{organisation}”等待核验"), _("“{organisation}”登记了单位信息，请核验其证明材料。")
    ),
    "organisation_verified": Wording(
        _("“{organisation}”已通过核验"), _("“{organisation}”已通过核验，现在可以发布、申请和办理。")
    ),
    "organisation_rejected": Wording(
        _("“{organisation}”未通过核验"), _("“{organisation}”未通过核验。原因：{reason} 修改后可重新提交。")
    ),
    "organisation_suspended": Wording(
        _("“{organisation}”已被暂停"), _("“{organisation}”已被暂停办理。原因：{reason} 如有疑问请联系管理员。")
    ),
    "scenario_submitted": Wording(_("“{scenario}”待审核"), _("“{department}”提交了“{scenario}”，请审核。")),
    "scenario_returned": Wording(_("“{scenario}”被退回修改"), _("“{scenario}”被退回修改。意见：{reason}")),
    "scenario_published": Wording(
        _("“{scenario}”已发布"), _("“{scenario}”已通过审核并发布，匹配结果稍后会出现在机会页面。")
    ),
    "scenario_withdrawn": Wording(_("“{scenario}”已撤回"), _("您申请的“{scenario}”已由发布单位撤回。原因：{reason}")),
    "scenario_expired": Wording(
        _("“{scenario}”已到期"), _("“{scenario}”已过截止时间，没有收到申请。可以延期后重新发布，或调整内容。")
    ),
    "scenario_invitation": Wording(
        _("“{department}”邀请贵单位对接"), _("“{department}”邀请“{organisation}”就“{scenario}”对接。留言：{message}")
    ),
    "gap_new": Wording(
        _("关注的缺口有新机会：“{scenario}”"),
        _("“{department}”发布的“{scenario}”还没有合适的能力，属于贵单位关注的市场缺口。"),
    ),
    "gap_closed": Wording(
        _("“{gap}”的缺口已补上"), _("贵单位关注的市场缺口“{gap}”里，开放的机会都已有合适的能力或不再开放。")
    ),
    "event_enrolled": Wording(
        _("“{organisation}”已列入“{event}”"),
        _("“{organisation}”已列入 {day} 的“{event}”。请填写最多会面几场、哪些场次不能参加，排位会照此安排。"),
    ),
    "event_times": Wording(
        _("“{event}”的会面时间"), _("{day}，{place}。“{organisation}”的会面（时间 #桌号 对方）：{times}")
    ),
    "event_without_times": Wording(
        _("“{event}”没有排到会面"), _("“{organisation}”在 {day} 的“{event}”没有排到会面，可联系主办方调整时间或场次。")
    ),
    "event_cancelled": Wording(_("“{event}”已取消"), _("“{event}”已取消。原因：{reason}")),
    "consortium_invited": Wording(
        _("“{organisation}”邀请贵单位联合申请"),
        _("“{organisation}”牵头申请“{scenario}”，请贵单位负责：{reason} 请确认或说明不参加的原因。"),
    ),
    "consortium_confirmed": Wording(
        _("“{reason}”已确认参加联合体"), _("“{reason}”已确认与“{organisation}”联合申请“{scenario}”。")
    ),
    "consortium_refused": Wording(
        _("有单位不参加“{scenario}”的联合体"), _("“{scenario}”的联合申请有一家不参加或已退出。{reason}")
    ),
    "consortium_removed": Wording(
        _("“{scenario}”的联合体有调整"), _("“{organisation}”已不再邀请贵单位联合申请“{scenario}”。")
    ),
    "application_revised": Wording(
        _("“{scenario}”的申请有修改"), _("“{organisation}”在截止前修改并再次提交了“{scenario}”的申请。")
    ),
    "application_received": Wording(_("“{scenario}”收到新申请"), _("“{organisation}”申请了“{scenario}”，请查看方案。")),
    "application_withdrawn": Wording(
        _("“{scenario}”的一份申请已撤回"), _("“{organisation}”撤回了对“{scenario}”的申请。")
    ),
    "application_chosen": Wording(
        _("“{scenario}”拟选定“{organisation}”"),
        _("“{department}”拟选定“{organisation}”承担“{scenario}”，公示到 {reason}。期满没有成立的异议即建立案例。"),
    ),
    "application_reserve": Wording(
        _("“{scenario}”的申请列为候补"), _("“{organisation}”申请的“{scenario}”列为候补。{reason}")
    ),
    "application_forfeited": Wording(
        _("“{scenario}”的选定单位未能签约"),
        _("“{organisation}”不再承担“{scenario}”。原因：{reason} 有候补的，按名次递补。"),
    ),
    "objection_raised": Wording(
        _("“{scenario}”的公示收到异议"),
        _("有人对拟选定“{organisation}”承担“{scenario}”提出异议，处理之前不会建立案例。"),
    ),
    "objection_answered": Wording(
        _("您对“{scenario}”公示的异议已处理"), _("您对“{scenario}”公示提出的异议：{result}。处理意见：{reason}")
    ),
    "objection_upheld": Wording(
        _("对“{scenario}”公示的异议成立"), _("公示期内对拟选定“{organisation}”的异议成立，不再选定。处理意见：{reason}")
    ),
    "application_accepted": Wording(
        _("“{scenario}”的申请已被接受"),
        _("“{department}”接受了“{organisation}”对“{scenario}”的申请，案例已建立。理由：{reason}"),
    ),
    "application_declined": Wording(
        _("“{scenario}”的申请未被接受"), _("“{department}”没有接受“{organisation}”对“{scenario}”的申请。理由：{reason}")
    ),
    "case_opened": Wording(_("案例“{case}”已建立"), _("案例“{case}”已建立，请双方填写合同与里程碑。")),
    "labelling_assigned": Wording(
        _("“{campaign}”等您标注"), _("批次“{campaign}”中有文本分配给您标注。每一对都会自动保存，可以分几次完成。")
    ),
    "case_moved": Wording(_("案例“{case}”有新进展"), _("案例“{case}”的状态变为“{state}”。说明：{reason}")),
}


class _Missing(dict[str, str]):
    """An older row may lack a value that a newer wording asks for: show nothing rather than fail."""

    def __missing__(self, key: str) -> str:
        return ""


def phrase(kind: str, context: dict[str, str]) -> tuple[str, str]:
    """Title and text in the active language."""
    wording = KINDS[kind]
    values = _Missing(context)
    return str(wording.title).format_map(values), str(wording.body).format_map(values)
