"""Invented people of many cultures, and what a volunteer types to find one of them.

Names are common given and family names; part of the family names are built from syllables, so
that most words are rare, as on real lists. `Native=` pairs give a spelling in another script.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kiosk.domain.lookup.people import Findable

# Share of the population, given names, family names, name endings for the built-up ones.
CULTURES: dict[str, tuple[int, str, str, str]] = {
    "hindi": (
        14,
        "Aarav=आरव Vihaan=विहान Arjun=अर्जुन Rohan=रोहन Kunal=कुणाल Sanjana=संजना Pooja=पूजा "
        "Kavya=काव्या Ishaan=ईशान Suresh=सुरेश Ramesh=रमेश Mahesh=महेश Geeta=गीता Seema=सीमा "
        "Rekha=रेखा Sunil=सुनील Anil=अनिल Vijay=विजय Ajay=अजय Meenakshi=मीनाक्षी Priyanka=प्रियंका "
        "Shubham=शुभम Harsh=हर्ष Nandini=नंदिनी Asha=आशा Usha=उषा Dinesh=दिनेश Lata=लता Vivek=विवेक "
        "Tarun Bhavna Chetan Dhruv Gunjan Jyoti Kiran Lokesh Madhuri Nitin Omprakash Pankaj "
        "Radhika Sakshi Tanvi Umesh Vaibhav Yogesh Zoya",
        "Sharma=शर्मा Verma=वर्मा Gupta=गुप्ता Singh=सिंह Kumar=कुमार Yadav=यादव Mishra=मिश्रा "
        "Pandey=पांडे Tiwari=तिवारी Chauhan=चौहान Rathod=राठोड Joshi=जोशी Mehta=मेहता Kapoor=कपूर "
        "Khanna=खन्ना Malhotra=मल्होत्रा Saxena=सक्सेना Agrawal=अग्रवाल Bhatia Chopra Dwivedi Goyal "
        "Jaiswal Khatri Mathur Nigam Ojha Purohit Rastogi Sethi Trivedi Upadhyay Vaidya",
        "kar wal pal chand nath deep raj want lal iya",
    ),
    "marathi": (
        7,
        "Ganesh=गणेश Mangesh=मंगेश Sandeep=संदीप Vaishali=वैशाली Snehal=स्नेहल Prachi=प्राची "
        "Mayuri=मयुरी Rohini=रोहिणी Swapna=स्वप्ना Amol=अमोल Nilesh=निलेश Yogita=योगिता Sagar=सागर",
        "Kulkarni=कुलकर्णी Deshmukh=देशमुख Patil=पाटील Jadhav=जाधव Pawar=पवार Shinde=शिंदे "
        "Bhosale=भोसले Gaikwad=गायकवाड Kadam=कदम Salunkhe Thorat Wagh Khot Lokhande Nimbalkar",
        "kar e gaonkar pure wade",
    ),
    "urdu": (
        10,
        "Muhammad=محمد Ali=علی Ahmed=احمد Hassan=حسن Hussain=حسین Usman=عثمان Bilal=بلال "
        "Hamza=حمزہ Imran=عمران Kamran=کامران Asad=اسد Faisal=فیصل Nadeem=ندیم Tariq=طارق "
        "Shahid=شاہد Zahid=زاہد Rashid=راشد Sajid=ساجد Yasir=یاسر Ayesha=عائشہ Fatima=فاطمہ "
        "Zainab=زینب Maryam=مریم Sadia=سعدیہ Rabia=رابعہ Nasreen=نسرین Shabnam=شبنم Naveed=نوید",
        "Khan=خان Qureshi=قریشی Malik=ملک Chaudhry=چوہدری Sheikh=شیخ Mirza=مرزا Siddiqui=صدیقی "
        "Abbasi=عباسی Bhatti=بھٹی Butt=بٹ Raza=رضا Iqbal=اقبال Javed=جاوید Akhtar=اختر "
        "Hashmi=ہاشمی "
        "Zaidi=زیدی Naqvi=نقوی Gilani=گیلانی Farooqi Jatoi Lodhi Mengal",
        "zai i ani pur oto",
    ),
    "arabic": (
        6,
        "Mohammed=محمد Omar=عمر Khaled=خالد Youssef=يوسف Ibrahim=إبراهيم Mahmoud=محمود "
        "Mustafa=مصطفى Abdullah=عبدالله Layla=ليلى Mariam=مريم Nour=نور Salma=سلمى Huda=هدى "
        "Karim=كريم Samir=سمير Walid=وليد Hanan=حنان Rania=رانيا Tamer=تامر Yasmin=ياسمين",
        "Hassan=حسن Hussein=حسين Mansour=منصور Haddad=حداد Khalil=خليل Nasser=ناصر Saleh=صالح "
        "Farouk=فاروق Shaheen=شاهين Sabri=صبري Awad=عوض Othman=عثمان Barakat=بركات Zidan=زيدان",
        "awi ani i oudi",
    ),
    "persian": (
        2,
        "Reza=رضا Shirin=شیرین Mehdi=مهدی Parisa=پریسا Sara=سارا Amir=امیر Leila=لیلا "
        "Behrouz=بهروز",
        "Hosseini=حسینی Ahmadi=احمدی Karimi=کریمی Moradi=مرادی Rahimi=رحیمی Jafari=جعفری",
        "zadeh pour ian i nejad",
    ),
    "tamil": (
        6,
        "Karthik=கார்த்திக் Arun=அருண் Priya=பிரியா Lakshmi=லட்சுமி Murugan=முருகன் Kumar=குமார் "
        "Senthil=செந்தில் Meena=மீனா Kavitha=கவிதா Ramya=ரம்யா Vijay=விஜய் Selvi=செல்வி Anand=ஆனந்த் "
        "Dinesh Gokul Hari Ilango Jothi Prakash Saravanan Uma Vetri",
        "Subramanian=சுப்பிரமணியன் Krishnan=கிருஷ்ணன் Raman=ராமன் Rajan=ராஜன் Natarajan=நடராஜன் "
        "Sundaram=சுந்தரம் Ganesan=கணேசன் Murthy Iyer Iyengar Pillai Chettiar Mudaliar Nadar",
        "samy appan arasan maran kumar nathan",
    ),
    "telugu": (
        4,
        "Srinivas=శ్రీనివాస్ Ravi=రవి Lakshmi=లక్ష్మి Kiran=కిరణ్ Suresh=సురేష్ Anusha=అనూష Venkatesh=వెంకటేష్ "
        "Padma=పద్మ Sravani=శ్రావణి Naresh=నరేష్",
        "Reddy=రెడ్డి Rao=రావు Naidu=నాయుడు Varma=వర్మ Prasad=ప్రసాద్ Chowdary Gadde Kolluri Mallela",
        "pati palli konda veni",
    ),
    "kannada": (
        2,
        "Rajesh=ರಾಜೇಶ್ Shweta=ಶ್ವೇತಾ Manjunath=ಮಂಜುನಾಥ್ Savita=ಸವಿತಾ Girish=ಗಿರೀಶ್ Deepa=ದೀಪಾ",
        "Gowda=ಗೌಡ Hegde=ಹೆಗಡೆ Shetty=ಶೆಟ್ಟಿ Bhat=ಭಟ್ Kamath Nayak=ನಾಯಕ್ Patil=ಪಾಟೀಲ್",
        "appa anna murthy",
    ),
    "malayalam": (
        2,
        "Anoop=അനൂപ് Sreelakshmi=ശ്രീലക്ഷ്മി Vishnu=വിഷ്ണു Aparna=അപർണ Jithin=ജിതിൻ Neethu=നീതു",
        "Nair=നായർ Menon=മേനോൻ Pillai=പിള്ള Varma=വർമ്മ Thomas=തോമസ് Joseph=ജോസഫ് Kurup Panicker",
        "kutty ettan attil",
    ),
    "bengali": (
        4,
        "Arnab=অর্ণব Ananya=অনন্যা Sourav=সৌরভ Rafiq=রফিক Nusrat=নুসরাত Tanvir=তানভীর Mita=মিতা "
        "Debashis=দেবাশিস Farhana=ফারহানা Sumon=সুমন",
        "Das=দাস Ghosh=ঘোষ Sen=সেন Rahman=রহমান Islam=ইসলাম Hossain=হোসেন Roy=রায় Biswas=বিশ্বাস "
        "Mitra=মিত্র Sarkar=সরকার Khatun=খাতুন Majumdar",
        "uddin ul endra babu",
    ),
    "gujarati": (
        2,
        "Hardik=હાર્દિક Jignesh=જિગ્નેશ Bhavin=ભાવિન Hetal=હેતલ Kinjal=કિંજલ Parth=પાર્થ",
        "Patel=પટેલ Shah=શાહ Desai=દેસાઈ Mehta=મહેતા Parmar=પરમાર Solanki=સોલંકી Modi=મોદી",
        "wala bhai ia",
    ),
    "punjabi": (
        2,
        "Gurpreet=ਗੁਰਪ੍ਰੀਤ Harpreet=ਹਰਪ੍ਰੀਤ Manpreet=ਮਨਪ੍ਰੀਤ Simran=ਸਿਮਰਨ Navjot=ਨਵਜੋਤ Amandeep=ਅਮਨਦੀਪ",
        "Singh=ਸਿੰਘ Kaur=ਕੌਰ Gill=ਗਿੱਲ Sidhu=ਸਿੱਧੂ Dhillon=ਢਿੱਲੋਂ Grewal=ਗਰੇਵਾਲ Bajwa",
        "wal preet",
    ),
    "sinhala": (
        1,
        "Nuwan=නුවන් Kasun=කසුන් Dilani=දිලානි Chamara=චමාර Ishara=ඉෂාර",
        "Perera=පෙරේරා Fernando=ප්‍රනාන්දු Silva=සිල්වා Bandara=බණ්ඩාර Jayasinghe",
        "sekara ratne wardena singhe",
    ),
    "nepali": (
        2,
        "Sujan=सुजन Sarita=सरिता Prakash=प्रकाश Nabin=नबिन Roshan=रोशन Bimala=बिमला Kabita=कविता",
        "Shrestha=श्रेष्ठ Gurung=गुरुङ Tamang=तामाङ Thapa=थापा Karki=कार्की Adhikari=अधिकारी Rai=राई",
        "al ekoti",
    ),
    "english": (
        8,
        "Olivia George Harry Amelia Jack Isla Noah Ava Leo Mia Arthur Grace Oscar Lily Charlie "
        "Freya Henry Emily William Sophie Thomas Ella Alfie Evie Jacob Ruby Edward Alice Philip "
        "Christopher Stephen Katherine Rebecca Jennifer Nicholas Geoffrey Caitlin Siobhan Deirdre",
        "Smith Jones Taylor Brown Evans Roberts Walker Wright Robinson Thompson Hughes Edwards "
        "Green Wood Turner Hill Cooper Ward Bailey Cox Bennett Gray Foster Russell Griffin Palmer "
        "O'Brien O'Connor O’Neill MacDonald McCarthy FitzGerald Smith-Jones Ashworth D'Arcy",
        "ton ham ley son worth field man by bridge",
    ),
    "german": (
        4,
        "Jürgen Björn Günther Käthe Sören Lukas Anna Mathias Heike Ulrike Wolfgang Stefan Jörg",
        "Müller Schmidt Schröder Weiß Groß Köhler Schäfer Jäger Böhm Krüger Hoffmann Vogt Kühn",
        "mann bach hof er berger stein",
    ),
    "french": (
        3,
        "François Hélène Chloé Jérôme Zoé Benoît Noémie Rémi Aurélie Étienne Jean-Luc Marie-Claire",
        "Lefèvre Dubois Moreau Gauthier Béranger Châtelain D’Aubigny L'Hermite Garnier Rousseau",
        "eau ard ier ot elle",
    ),
    "spanish": (
        5,
        "José María Iñigo Begoña Joaquín Núria Lucía Andrés Rocío Ximena Sofía Martín Guadalupe",
        "García Fernández Muñoz Peña Ibáñez Gómez Núñez Vázquez Zúñiga Rodríguez Hernández Quispe",
        "ez illo ares ondo eda",
    ),
    "portuguese": (
        2,
        "João Gonçalo Luís Conceição Thiago Inês Letícia Antônio Marília",
        "Araújo Magalhães Simões Leitão Brandão Assunção Gonçalves Silva Santos",
        "eira inho aes ao",
    ),
    "polish": (
        2,
        "Łukasz Małgorzata Paweł Agnieszka Michał Żaneta Wojciech Zofia",
        "Wójcik Kowalski Zieliński Szczęsny Dąbrowska Łuczak Nowak Błaszczyk",
        "ski icz ak czyk owska",
    ),
    "nordic": (
        2,
        "Bjørn Åse Øystein Søren Håkon Sigríður Þóra Freja Lars",
        "Ødegård Næss Sørensen Åkesson Jónsdóttir Hansen Lindqvist Berg",
        "sen sson gaard dal strom",
    ),
    "turkish": (
        2,
        "Çağrı Ayşe Şule Gökhan İrem Oğuz Emre Zeynep Işıl",
        "Yılmaz Öztürk Şahin Çelik Güneş Kılıç Doğan Aydın",
        "oğlu er kaya demir",
    ),
    "russian": (
        3,
        "Dmitry=Дмитрий Sergey=Сергей Olga=Ольга Ekaterina=Екатерина Ilya=Илья Yulia=Юлия "
        "Nikolai=Николай Tatiana=Татьяна Andrei=Андрей",
        "Ivanov=Иванов Smirnov=Смирнов Kuznetsov=Кузнецов Popov=Попов Volkov=Волков "
        "Shevchenko=Шевченко Zhukov=Жуков Morozova=Морозова",
        "ov in enko sky",
    ),
    "greek": (
        1,
        "Nikos=Νίκος Eleni=Ελένη Giorgos=Γιώργος Katerina=Κατερίνα Dimitris=Δημήτρης",
        "Papadopoulos=Παπαδόπουλος Georgiou=Γεωργίου Nikolaidis=Νικολαΐδης Pappas=Παππάς",
        "akis idis opoulos",
    ),
    "chinese": (
        6,
        "Wei=伟 Xiaoming=小明 Fang=芳 Meiling=美玲 Jianguo=建国 Zihan=子涵 Yuxuan=宇轩 Jing=静 "
        "Haoran=浩然 Xinyi=欣怡 Mingzhe=明哲 Lihua=丽华 Qiang=强 Ting=婷",
        "Wang=王 Li=李 Zhang=张 Liu=刘 Chen=陈 Yang=杨 Zhao=赵 Huang=黄 Zhou=周 Wu=吴 Xu=徐 Sun=孙 "
        "Ma=马 Zhu=朱 Hu=胡 Guo=郭 Lin=林 Ouyang=欧阳 Sima=司马",
        "",
    ),
    "japanese": (
        2,
        "Haruka=遥 Takashi=隆 Yui=結衣 Kenta=健太 Sakura=さくら Daisuke=大輔 Yoko=陽子",
        "Sato=佐藤 Suzuki=鈴木 Takahashi=高橋 Tanaka=田中 Watanabe=渡辺 "
        "Yamamoto=山本 Nakamura=中村",
        "",
    ),
    "korean": (
        2,
        "Minjun=민준 Seoyeon=서연 Jihoon=지훈 Hayoon=하윤 Yuna=유나 Dongwook=동욱",
        "Kim=김 Lee=이 Park=박 Choi=최 Jung=정 Kang=강 Yoon=윤 Lim=임 Shin=신",
        "",
    ),
    "vietnamese": (
        2,
        "Minh Hương Đức Linh Quang Thủy Phương Dũng Thảo",
        "Nguyễn Trần Lê Phạm Hoàng Võ Đặng Bùi",
        "",
    ),
    "thai": (
        1,
        "Somchai=สมชาย Malee=มาลี Prasit=ประสิทธิ์ Siriporn=ศิริพร",
        "Wongsakul=วงศ์สกุล Srisai=ศรีใส Suwannarat=สุวรรณรัตน์",
        "wong porn chai",
    ),
    "hebrew": (
        1,
        "Yael=יעל Noam=נועם Tamar=תמר Itai=איתי David=דוד",
        "Cohen=כהן Levi=לוי Mizrahi=מזרחי Shalev=שלו Peretz=פרץ",
        "man berg i",
    ),
    "amharic": (
        1,
        "Abebe=አበበ Selam=ሰላም Dawit=ዳዊት Tigist=ትግስት",
        "Bekele=በቀለ Tadesse=ታደሰ Girma=ግርማ Haile=ኃይሌ",
        "u ew",
    ),
    "african": (
        5,
        "Chinedu Ngozi Oluwaseun Adaeze Folasade Emeka Tunde Kwame Akosua Kofi Wanjiru Kamau "
        "Achieng Otieno Njeri Thabo Lerato Sipho",
        "Okafor Adeyemi Okonkwo Balogun Mensah Owusu Boateng Mwangi Odhiambo Kariuki Dlamini "
        "Nkosi Ogunleye Chukwuemeka",
        "emeka ola wande iru ele",
    ),
    "single": (2, "Sukarno Wulandari Budi Dewi Slamet Tenzin Dorje Pema Suharto", "", ""),
}
SYLLABLES = (
    "ba be bi bo da de di do fa ga ge gi go ha hi ja jo ka ke ki ko la le li lo ma me mi mo na ne "
    "ni no pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi vo za ze bra dra kri pra sta "
    "tre gla har mal ber kan ran vin der son tor lin mar nar pal sar tan"
)
COMPANIES = (
    "Acme Zoho Infosys Wipro Tata Nimbus Brightfield Kestrel Novalab Freelance Student Siemens "
    "Bosch Ericsson Rakuten"
)


class Person(NamedTuple):
    """One invented person; `latin` is the name in Latin letters, also where `name` is not."""

    found: Findable
    latin: str
    native: bool


def make_people(count: int, seed: int = 1) -> list[Person]:
    """Invent people; the first of a longer list are the same."""
    random_ = random.Random(f"people {seed}")
    cultures = list(CULTURES.items())
    weights = [culture[1][0] for culture in cultures]
    return [
        _person(number, *random_.choices(cultures, weights)[0], random_) for number in range(count)
    ]


def _pick(names: str, random_: random.Random) -> tuple[str, str]:
    """A name, the first ones of the list oftener, with its native spelling or none."""
    listed = names.split()
    latin, _, native = listed[int(len(listed) * random_.random() ** 1.5)].partition("=")
    return latin, native


def _person(
    number: int, culture: str, of: tuple[int, str, str, str], random_: random.Random
) -> Person:
    _, given_names, family_names, endings = of
    given, given_native = _pick(given_names, random_)
    family, family_native = _pick(family_names, random_) if family_names else ("", "")
    if endings and random_.random() < 0.5:
        built = "".join(random_.choices(SYLLABLES.split(), k=random_.choice((1, 2, 2))))
        family, family_native = (built + random_.choice(endings.split())).capitalize(), ""
    native = bool(given_native and family_native) and random_.random() < 0.35
    if native:
        joint = "" if culture in {"chinese", "japanese", "korean"} else " "
        first, last = given_native, family_native
        name = last + joint + first if not joint else f"{first} {last}"
        latin = f"{family} {given}" if not joint else f"{given} {family}"
    else:
        if culture in {"urdu", "arabic"} and random_.random() < 0.3:
            given = f"{random_.choice(('Muhammad', 'Mohammad', 'Syed', 'Abdul'))} {given}"
        if culture in {"tamil", "telugu"} and random_.random() < 0.3:
            family = family[0] + "."
        if culture in {"spanish", "portuguese"} and random_.random() < 0.5:
            family = f"{family} {_pick(family_names, random_)[0]}"
        first, last = given, family
        name = latin = f"{first} {last}".strip()
    return Person(_findable(number, name, first, last, latin, random_), latin, native)


def _findable(
    number: int, name: str, first: str, last: str, latin: str, random_: random.Random
) -> Findable:
    local = ".".join(plain(latin).split()) if random_.random() < 0.5 else f"user{number * 7919}"
    return Findable(
        id=f"{random_.getrandbits(128):032x}",
        name=name,
        given_name=first,
        family_name=last,
        email=f"{local}{random_.randrange(100)}@{random_.choice(('example.org', 'mail.example'))}",
        company=random_.choice(COMPANIES.split()),
        order_code=f"{random_.getrandbits(25):05X}",
        phone=f"+91 00000 {random_.randrange(100000):05d}",
        codes=(f"{random_.getrandbits(50):010x}",),
    )


def plain(text: str) -> str:
    """Latin letters without accents, small: what is typed when accents are a bother."""
    special = text.translate(str.maketrans("łŁøØđĐıßþÞ", "lLoOdDisTt")).replace("æ", "ae")
    marked = unicodedata.normalize("NFKD", special)
    kept = "".join(c for c in marked if not unicodedata.combining(c) and c not in "'’")
    return kept.replace("-", " ").replace(".", "").casefold()


# What is typed ---------------------------------------------------------------------------------

KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBORS = {
    key: row[max(0, place - 1) : place] + row[place + 1 : place + 2] + above[place : place + 1]
    for above, row in zip(("", *KEYBOARD), KEYBOARD, strict=False)
    for place, key in enumerate(row)
}
SOUNDS = (
    ("mohammed", "muhammad"), ("muhammad", "mohamed"), ("sh", "s"), ("ee", "i"), ("oo", "u"),
    ("v", "w"), ("w", "v"), ("ph", "f"), ("th", "t"), ("kh", "k"), ("gh", "g"), ("z", "j"),
    ("ch", "c"), ("aa", "a"), ("y", "i"), ("ck", "k"), ("x", "ks"), ("ss", "s"), ("nn", "n"),
    ("ll", "l"), ("tt", "t"), ("i", "ee"), ("u", "oo"), ("f", "ph"), ("t", "th"), ("q", "k"),
    ("j", "z"), ("ai", "ay"), ("dh", "d"), ("bh", "b"), ("a", "aa"), ("o", "u"), ("e", "i"),
)  # fmt: skip


def _letter_place(text: str, random_: random.Random) -> int:
    places = [at for at, char in enumerate(text) if char.isalpha()]
    return random_.choice(places) if places else 0


def swap(text: str, random_: random.Random) -> str:
    """Two letters in the wrong order."""
    at = [i for i in range(len(text) - 1) if text[i] != text[i + 1] and " " not in text[i : i + 2]]
    if not at:
        return text
    i = random_.choice(at)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def drop(text: str, random_: random.Random) -> str:
    """One letter missing."""
    at = _letter_place(text, random_)
    return text[:at] + text[at + 1 :]


def double(text: str, random_: random.Random) -> str:
    """One letter twice."""
    at = _letter_place(text, random_)
    return text[: at + 1] + text[at : at + 1] + text[at + 1 :]


def neighbor(text: str, random_: random.Random) -> str:
    """The key beside."""
    at = _letter_place(text, random_)
    return text[:at] + random_.choice(NEIGHBORS.get(text[at], "e")) + text[at + 1 :]


def slip(text: str, random_: random.Random) -> str:
    """Any one typing error."""
    return random_.choice((swap, drop, double, neighbor))(text, random_)


def by_sound(text: str, random_: random.Random) -> str:
    """One or two letters spelt by ear."""
    rules = [rule for rule in SOUNDS if rule[0] in text]
    for spelling, heard in random_.sample(rules, min(len(rules), random_.choice((1, 2)))):
        text = text.replace(spelling, heard, 1)
    return text


class Query(NamedTuple):
    """What is typed for whom, and how it is scored."""

    kind: str
    text: str
    person: Person
    rule: str
    """`person` (or a namesake), `native` (one who is written in another script too), `fitting`
    (five that fit literally will do) or `bearing` (three of five)."""
    meant: str = ""
    """What would have been typed without the slip, where that is not the whole name."""


def _turned(text: str) -> str:
    words = text.split()
    return " ".join([words[-1], *words[:-1]])


def _partial(word: str, random_: random.Random) -> str:
    return word[: random_.randint(2, max(2, min(4, len(word) - 1)))]


Maker = Callable[[str, random.Random], str]
WHOLE_NAME: dict[str, Maker] = {
    "full name": lambda text, _: text,
    "letters swapped": swap,
    "letter dropped": drop,
    "letter doubled": double,
    "neighbouring key": neighbor,
    "by sound": by_sound,
    "two slips": lambda text, random_: slip(slip(text, random_), random_),
    "turned round": lambda text, _: _turned(text),
    "turned, one slip": lambda text, random_: slip(_turned(text), random_),
}
FITTING: dict[str, Maker] = {
    "initial and last": lambda text, _: f"{text[0]} {text.split()[-1]}",
    "last and initial": lambda text, _: f"{text.split()[-1]} {text[0]}",
    "beginnings": lambda text, random_: " ".join(_partial(w, random_) for w in _ends(text)),
    "beginnings, turned": lambda text, random_: " ".join(
        _partial(w, random_) for w in reversed(_ends(text))
    ),
}


def _ends(text: str) -> tuple[str, str]:
    words = text.split()
    return words[0], words[-1]


def make_queries(people: list[Person], each: int, seed: int = 2) -> Iterator[Query]:
    """Queries of every kind, so many each."""
    random_ = random.Random(f"queries {seed}")
    latin = [
        person
        for person in people
        if not person.native and len(person.latin.split()) > 1 and len(person.latin.split()[-1]) > 2
    ]
    accented = [person for person in latin if plain(person.latin) != person.latin.casefold()]
    native = [person for person in people if person.native]
    for kind, make in WHOLE_NAME.items():
        for person in random_.choices(latin, k=each):
            yield Query(kind, make(plain(person.latin), random_), person, "person")
    for kind, make in FITTING.items():
        for person in random_.choices(latin, k=each):
            yield Query(kind, make(plain(person.latin), random_), person, "fitting")
    for person in random_.choices(accented, k=each):
        yield Query("accents dropped", plain(person.latin), person, "person")
    for person in random_.choices(latin, k=each):
        first, last = _ends(plain(person.latin))
        part = _partial(last, random_)
        text = f"{slip(first, random_)} {part}"
        yield Query("slip and beginning", text, person, "fitting", f"{first} {part}")
    for person in random_.choices(latin, k=each):
        meant = max(plain(person.latin).split(), key=len)
        yield Query("one name, one slip", slip(meant, random_), person, "bearing", meant)
    for person in random_.choices(native, k=each):
        yield Query("native script", person.found.name, person, "person")
    for person in random_.choices(native, k=each):
        yield Query("Latin for native", plain(person.latin), person, "native")


def is_hit(query: Query, first: list[Person]) -> bool:
    """Whether the first five results do: the person or a namesake, or people who fit as well."""
    meant = sorted(plain(query.person.latin).split())
    namesakes = [person for person in first if sorted(plain(person.latin).split()) == meant]
    if query.rule == "native":
        return any(person.native for person in namesakes)
    if namesakes or query.person in first:
        return True
    if query.rule == "fitting":
        return len(first) == 5 and all(
            _fits(query.meant or query.text, plain(p.latin)) for p in first
        )
    if query.rule == "bearing":
        return sum(query.meant in plain(person.latin).split() for person in first) >= min(
            3, len(first) or 1
        )
    return False


def _fits(typed: str, name: str) -> bool:
    """Whether every word typed begins another word of the name."""
    words = name.split()
    for beginning in sorted(typed.split(), key=len, reverse=True):
        fitting = [word for word in words if word.startswith(beginning)]
        if not fitting:
            return False
        words.remove(min(fitting, key=len))
    return True
