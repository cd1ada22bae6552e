"""Sentences about anything, against which a small market is measured.

With three documents there is no mean to subtract and no spread to compare with. These sentences stand in: they join
the mean of each side with a small weight, and every z-score is taken over the candidates and them together. In a
market of some hundred documents they hardly count. They come from no market: daily life, trades, weather, offices.
"""

SENTENCES = (
    "超市今天新到一批水果，下班后人很多。",
    "会议改到星期四下午，请各位提前看一下材料。",
    "这条路正在修，公交车要绕行两站。",
    "他在院子里种了两棵石榴树，秋天结了不少果子。",
    "合同一式两份，双方盖章后生效。",
    "冬天的湖面结了冰，远处有人在放风筝。",
    "系统升级期间暂停服务，预计两个小时后恢复。",
    "孩子放学以后要练一个小时钢琴。",
    "仓库里的货物按批次摆放，先进先出。",
    "她把旧照片整理成一本相册，送给了母亲。",
    "请携带身份证原件到窗口办理登记。",
    "球队在最后一分钟扳平了比分。",
    "工厂每个月检修一次设备，检修时停产半天。",
    "这本小说讲的是一个渔村三代人的故事。",
    "数据每天夜里备份一次，保存三十天。",
    "医生建议他少吃盐，多走路。",
    "银行卡丢了要先挂失，再补办新卡。",
    "今年雨水多，茶叶上市比往年晚了一周。",
    "软件支持手机和电脑两种方式登录。",
    "博物馆周一闭馆，其他时间免费参观。",
    "司机在服务区休息了二十分钟继续上路。",
    "研究小组发表了一篇关于材料强度的论文。",
    "社区组织老人学习使用智能手机。",
    "模型训练完成后需要在新的数据上验证效果。",
    "厨房漏水，物业派人来换了水管。",
    "项目预算已经批准，下个月开始招标。",
    "摄像头安装在路口，可以看到四个方向的车流。",
    "新员工入职前要参加三天培训。",
    "天气预报说明天有大风，渔船都回港了。",
    "平台提供接口，方便其他系统调用。",
    "学校图书馆增加了两百个座位。",
    "客服电话早上九点开始接听。",
)
