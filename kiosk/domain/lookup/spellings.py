"""Spellings that follow no rule: letters of abjads, common surnames, readings of characters.

Facts of common knowledge: passport and census spellings of the commonest surnames. Anything else is
transliterated.
"""

from __future__ import annotations

ARABIC_LETTERS = {
    "ا": "a", "آ": "a", "أ": "a", "إ": "i", "ء": "-", "ئ": "i", "ؤ": "u", "ب": "b", "پ": "p",
    "ت": "t", "ٹ": "t", "ث": "s/t", "ج": "j/g", "چ": "ch", "ح": "h", "خ": "k", "د": "d", "ڈ": "d",
    "ذ": "z/d", "ر": "r", "ڑ": "r", "ز": "z", "ژ": "z", "س": "s", "ش": "s", "ص": "s", "ض": "z/d",
    "ط": "t", "ظ": "z", "ع": "a", "غ": "g", "ف": "f", "ق": "k/g", "ك": "k", "گ": "g", "ل": "l",
    "م": "m", "ن": "n", "و": "u", "ه": "h", "ي": "i",
}  # fmt: skip
"""Folded letters; `first/second` where countries differ (ض is z in Urdu, d in Arabic)."""

HEBREW_LETTERS = {
    "א": "a", "ב": "b/v", "ג": "g", "ד": "d", "ה": "h", "ו": "u", "ז": "z", "ח": "h", "ט": "t",
    "י": "i", "כ": "k", "ך": "k", "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s",
    "ע": "a", "פ": "p/f", "ף": "f", "צ": "ts/z", "ץ": "ts/z", "ק": "k", "ר": "r", "ש": "s",
    "ת": "t",
}  # fmt: skip


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """`王=wang/wong 李=lee` as a dictionary."""
    pairs = (entry.partition("=") for entry in text.split())
    return {native: tuple(spellings.split("/")) for native, _, spellings in pairs}


COMPOUND_SURNAMES = frozenset(
    _table(
        "欧阳 歐陽 诸葛 諸葛 司马 司馬 上官 司徒 东方 東方 夏侯 皇甫 尉迟 尉遲 公孙 公孫 慕容 "
        "令狐 长孙 長孫 宇文 轩辕 軒轅 端木 南宫 南宮 独孤 獨孤 西门 西門 百里 呼延 闻人 钟离 "
        "남궁 황보 제갈 사공 선우 서문 독고"
    )
)

HAN_SPELLINGS = _table(
    "王=wong 李=lee 张=cheung/chang/teo 張=cheung/chang/teo 刘=lau/liew 劉=lau/liew 陈=chan/tan "
    "陳=chan/tan 杨=yeung/young 楊=yeung/young 黄=wong/ng/hwang 黃=wong/ng/hwang 赵=chiu/chao "
    "趙=chiu/chao 吴=ng/woo/goh 吳=ng/woo/goh 周=chow/chou 徐=tsui/hsu 孙=suen/sun 孫=suen/sun "
    "马=ma 朱=chu 胡=woo/hu 郭=kwok/kuo 何=ho 林=lam/lim/lin 罗=law/lo 羅=law/lo 高=ko/kao "
    "梁=leung/liang 郑=cheng/tay 鄭=cheng/tay 谢=tse/hsieh/chia 謝=tse/hsieh/chia 宋=sung "
    "许=hui/hsu/koh 許=hui/hsu/koh 邓=tang 鄧=tang 韩=hon 冯=fung 馮=fung 曹=tso/cao "
    "曾=zeng/tsang 彭=pang 蔡=choi/tsai/chua 潘=poon/phua 袁=yuen 于=yu 余=yu/yee 叶=yip/yeh/yap "
    "葉=yip/yeh/yap 蒋=chiang 蔣=chiang 杜=to 苏=so/su 蘇=so/su 魏=ngai/wei 程=ching 吕=lui/lu "
    "呂=lui/lu 丁=ting 沈=shum/shen 任=ren/yam 卢=lo 盧=lo 姚=yiu 钟=chung/chong 鍾=chung/chong "
    "姜=kang/chiang 崔=tsui/choi 谭=tam 譚=tam 陆=luk/lu 陸=luk/lu 汪=wong 范=fan 金=kim/kam "
    "石=shek 廖=liu/liew 贾=jia 夏=ha/hsia 韦=wai 方=fong 白=pak/bai 邹=chow 孟=mang 熊=hung "
    "秦=chun/chin 邱=yau/khoo/chiu 江=kong 尹=wan/yin 薛=sit/hsueh 闫=yan 段=tuen 雷=lui/louie "
    "侯=hau/hou 龙=lung 史=sze 陶=to 黎=lai 贺=ho 顾=koo 顧=koo 毛=mo 郝=kok 龚=kung 邵=shiu "
    "万=man 钱=chin 严=yim 武=mo 戴=tai 莫=mok 孔=hung/kung 向=heung 单=shan 仇=qiu 解=xie "
    "翟=zhai 朴=park/piao 查=zha 覃=qin/tan 盖=ge 乐=yue/le 区=ou/au 尉迟=yuchi 长孙=zhangsun "
    "单于=chanyu 万俟=moqi 贤=yin 仔=zai 伟=wai 明=ming 志=chi 文=man 家=ka 嘉=ka 国=kwok "
    "華=wah 华=wah"
)  # fmt: skip
"""Surnames in Cantonese, Hokkien and Taiwanese spelling, and readings that differ in surnames."""

HANGUL_SPELLINGS = _table(
    "이=lee/yi/rhee 박=park/pak 최=choi 정=jung/jeong/chung 강=kang 조=cho/jo 윤=yoon/yun "
    "장=jang/chang 임=lim/im 오=oh 서=seo/suh 신=shin 권=kwon 황=hwang 안=ahn/an 유=yoo/yu/ryu "
    "류=ryu/yoo 전=jeon/jun/chun 고=ko/go 문=moon 양=yang 손=son/sohn 배=bae/pae 백=baek/paik/baik "
    "허=heo/hur/huh 심=shim 노=noh/roh 곽=kwak 성=sung 주=joo/ju 우=woo 구=koo/gu/ku 김=kim/gim "
    "천=chun/cheon 방=bang/pang 공=kong 현=hyun 변=byun 여=yeo 추=choo 석=seok/suk 선=sun/sunwoo "
    "길=gil/kil 옥=ok 육=yuk 남=nam 국=kook/guk 준=jun/joon 영=young 희=hee 수=soo/su 은=eun/un "
    "연=yeon/youn 경=kyung/gyeong 호=ho 훈=hoon 철=chul 숙=sook 순=soon 재=jae 태=tae 동=dong "
    "상=sang 승=seung 진=jin 혜=hye 지=ji/jee 민=min 원=won 용=yong 규=kyu/gyu 기=ki/gi "
    "범=beom/bum "
    "남궁=namgung/namkung 황보=hwangbo 제갈=jegal 선우=sunwoo 독고=dokgo"
)
"""Korean syllables as spelt in passports, besides the revised romanisation."""

JAPANESE_READINGS = _table(
    "佐藤=sato 鈴木=suzuki 高橋=takahashi 田中=tanaka 伊藤=ito 渡辺=watanabe 渡邉=watanabe "
    "渡邊=watanabe 山本=yamamoto 中村=nakamura 小林=kobayashi 加藤=kato 吉田=yoshida 山田=yamada "
    "佐々木=sasaki 山口=yamaguchi 松本=matsumoto 井上=inoue 木村=kimura 林=hayashi 斎藤=saito "
    "斉藤=saito 齋藤=saito 齊藤=saito 清水=shimizu 山崎=yamazaki/yamasaki 森=mori 池田=ikeda "
    "橋本=hashimoto 阿部=abe 石川=ishikawa 山下=yamashita 中島=nakajima/nakashima 石井=ishii "
    "小川=ogawa 前田=maeda 岡田=okada 長谷川=hasegawa 藤田=fujita 後藤=goto 近藤=kondo "
    "村上=murakami 遠藤=endo 青木=aoki 坂本=sakamoto 福田=fukuda 太田=ota 西村=nishimura "
    "藤井=fujii 藤原=fujiwara 岡本=okamoto 三浦=miura 金子=kaneko 中野=nakano 中川=nakagawa "
    "原田=harada 松田=matsuda 竹内=takeuchi 小野=ono 田村=tamura 中山=nakayama 和田=wada "
    "石田=ishida 森田=morita 上田=ueda 原=hara 内田=uchida 柴田=shibata 酒井=sakai 宮崎=miyazaki "
    "横山=yokoyama 高木=takagi 安藤=ando 宮本=miyamoto 大野=ono 小島=kojima 谷口=taniguchi "
    "今井=imai 工藤=kudo 高田=takada 増田=masuda 丸山=maruyama 杉山=sugiyama 村田=murata "
    "大塚=otsuka 新井=arai 小山=koyama 平野=hirano 藤本=fujimoto 河野=kono 上野=ueno 野口=noguchi "
    "武田=takeda 松井=matsui 千葉=chiba 菅原=sugawara 岩崎=iwasaki 久保=kubo 木下=kinoshita "
    "佐野=sano 野村=nomura 松尾=matsuo 市川=ichikawa 菊地=kikuchi 菊池=kikuchi 杉本=sugimoto "
    "古川=furukawa 大西=onishi 島田=shimada 水野=mizuno 桜井=sakurai 高野=takano 吉川=yoshikawa "
    "山内=yamauchi 西田=nishida 飯田=iida 西川=nishikawa 小松=komatsu 北村=kitamura 安田=yasuda "
    "五十嵐=igarashi 川口=kawaguchi 平田=hirata 関=seki 中田=nakata 久保田=kubota 服部=hattori "
    "東=higashi/azuma 岩田=iwata 土屋=tsuchiya 川崎=kawasaki 福島=fukushima 本田=honda 辻=tsuji "
    "樋口=higuchi 秋山=akiyama 田口=taguchi 永井=nagai 山中=yamanaka 中西=nakanishi 吉村=yoshimura "
    "川上=kawakami 大橋=ohashi 石原=ishihara 松岡=matsuoka 浜田=hamada 馬場=baba "
    "森本=morimoto "
    "矢野=yano 浅野=asano 松下=matsushita 星野=hoshino 大久保=okubo 吉岡=yoshioka 小池=koike "
    "野田=noda 荒木=araki 熊谷=kumagai 松浦=matsuura 大谷=otani 内藤=naito 黒田=kuroda 尾崎=ozaki "
    "川村=kawamura 永田=nagata 望月=mochizuki 田辺=tanabe 松村=matsumura 荒井=arai 堀=hori "
    "大島=oshima "
    "平井=hirai 菅野=kanno 早川=hayakawa 西=nishi 小田=oda 栗原=kurihara "
    "翔太=shota 大輔=daisuke 健太=kenta 拓也=takuya 翔=sho/kakeru 蓮=ren "
    "大翔=hiroto/haruto "
    "悠真=yuma 湊=minato 陽翔=haruto 隆=takashi 誠=makoto 浩=hiroshi 博=hiroshi 健=ken/takeshi "
    "茂=shigeru 勇=isamu 清=kiyoshi 学=manabu 亮=ryo 剛=takeshi/tsuyoshi 修=osamu 進=susumu "
    "直樹=naoki 和也=kazuya 達也=tatsuya 雄太=yuta 裕太=yuta 太郎=taro 一郎=ichiro 次郎=jiro "
    "美咲=misaki 葵=aoi 桜=sakura 結衣=yui 陽菜=hina/haruna 遥=haruka 愛=ai 舞=mai 彩=aya "
    "陽子=yoko 洋子=yoko 恵子=keiko 京子=kyoko 幸子=sachiko/yukiko 和子=kazuko 裕子=yuko/hiroko "
    "智子=tomoko 直美=naomi 由美=yumi 真由美=mayumi 恵=megumi 香織=kaori 麻衣=mai 優子=yuko "
    "千尋=chihiro 七海=nanami 美優=miyu 凛=rin 花子=hanako 明美=akemi 久美子=kumiko 典子=noriko "
    "秀樹=hideki 大樹=daiki 俊介=shunsuke 康平=kohei 優=yu 光=hikaru 薫=kaoru 純=jun 明=akira "
    "聡=satoshi 徹=toru 豊=yutaka 稔=minoru 実=minoru 武=takeshi 昇=noboru 正=tadashi 弘=hiroshi"
)
"""Readings of common Japanese surnames and given names: kanji do not show their sound."""
