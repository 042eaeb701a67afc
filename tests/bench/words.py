"""The words that the big catalogue is called by: English|Chinese."""

from __future__ import annotations


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ADJECTIVES = _split(
    """small|小号 large|大号 round|圆形 square|方形 tall|高款 low|矮款 soft|柔软 warm|温暖 light|轻便 heavy|厚重 matte|哑光
    glossy|亮面 striped|条纹 plain|素色 folding|折叠 stacking|可叠放 handmade|手工 classic|经典 modern|现代 rustic|乡村
    garden|花园 travel|旅行 winter|冬季 summer|夏季"""
)
MATERIALS = _split(
    """oak|橡木 walnut|胡桃木 bamboo|竹 linen|亚麻 cotton|棉 wool|羊毛 silk|丝绸 leather|皮革 clay|陶土 porcelain|瓷
    glass|玻璃 steel|不锈钢 copper|铜 iron|铸铁 marble|大理石 cork|软木 rattan|藤 paper|纸 velvet|天鹅绒 felt|毛毡"""
)
NOUNS = _split(
    """mug|马克杯 teapot|茶壶 bowl|碗 plate|盘子 kettle|水壶 pan|平底锅 knife|刀 board|砧板 jar|罐子 basket|篮子
    lamp|台灯 chair|椅子 table|桌子 stool|凳子 shelf|置物架 mirror|镜子 rug|地毯 curtain|窗帘 cushion|靠垫 blanket|毯子
    pillow|枕头 towel|毛巾 bathrobe|浴袍 vase|花瓶 candle|蜡烛 clock|时钟 box|盒子 tray|托盘 tumbler|玻璃杯 fork|叉子
    spoon|勺子 apron|围裙 napkin|餐巾 tablecloth|桌布 planter|花盆 hook|挂钩 bench|长凳 desk|书桌 bookend|书立 umbrella|雨伞"""
)
COLOURS = _split("sage|鼠尾草绿 clay|陶土色 ink|墨色 sand|沙色 snow|雪白 rust|锈红 moss|苔绿 sky|天蓝")
SIZES = _split("small|小 medium|中 large|大")
STORIES = _split(
    """made by hand in small series and finished with natural oil every piece is a little different dishwasher safe
    lasts for years keeps its colour easy to clean pairs well with wood stone and linen comes in a box of recycled card
    repaired for free ten years"""
)
SYLLABLES = _split("ka lo mi ru ven sta bri nor el dun ora fen wick hal tor by")
