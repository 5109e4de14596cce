"""The people of the made-up event: names in the scripts that meet at such events.

All of them are invented: common given and family names of each language, put together here.
"""

from __future__ import annotations

NAMES = """
Asha Rao|Kavya Nair|José María Ibáñez Muñoz|Zoë Lefèvre|Jürgen Groß|Łukasz Wiśniewski
आशा देशपांडे|Siobhán O'Shaughnessy-D'Arcy|Bjørn Ødegård|Çağrı Öztürk|Nguyễn Thị Hương
Þórdís Jónsdóttir|Renée L'Hermite|Li|Bo|Ng|Åsa Öberg|Dvořák Jiří|Élodie Fontaine
Ana Sofía Gutiérrez|João Gonçalves|Ştefan Bălănescu|Mária Kovács|Žofia Šťastná|Gülay Işık
Māra Bērziņa|Tõnu Põld|Käthe Müller|Noël D'Aubigny|Ò̩lá Adéyẹmí|Wanjiru Kamau
Chukwuemeka Okonkwo|Lindiwe Dlamini|Kwame Mensah|Amina Diallo|Ximena Ñancupil|Niamh Brennan
Muhammad Usman|Mohammed Siddiqui|Mohamad Hidayat|Abdul Rahman|Fatima Sheikh|Zainab
Sana Mirza|Bilal Ahmed|Priya Sharma|Priya Sharma|Supriya Shinde|Priyanka Shah|Rahul Verma
Rahul Varma|Ravi Kulkarni|R. Karthik|Sneha Patil|Aarohi Deshmukh-Patil|Vaishnavi Gokhale
Dr. Meenakshi Sundaram|Harpreet Kaur|Gurpreet Singh Sandhu|Tenzin Dolma|Lalthanmawia
Imtisenla Ao|Bhupen Saikia|Maria D'Souza|Null Islander|Ravi [Speaker]|Nan True|आशा राव
प्रिया कुलकर्णी|अनिरुद्ध चक्रवर्ती|लक्ष्मी|राजेश्वरी त्रिपाठी|विक्रम जोशी|ऋषभ श्रीवास्तव
कृष्णा ज्ञानेश्वर पाटील|श्रद्धा म्हात्रे|सुनीता अर्याल|विष्णु प्रसाद भट्टराई|मृणाल क्षीरसागर
हृषीकेश द्विवेदी|ओम|علی رضا قریشی|عائشہ صدیقہ|محمد عثمان|زینب بی بی|حسن نواز چیمہ
ثناء اللہ خٹک|فہمیدہ کوثر|نور|கார்த்திக் சுப்பிரமணியன்|மீனாட்சி|பிரியா ராஜன்
ஸ்ரீனிவாசன் வெங்கடேஷ்|தமிழ்ச்செல்வி|முத்து|யாழினி கந்தசாமி|অনিন্দিতা চট্টোপাধ্যায়
রবীন্দ্র ভট্টাচার্য|মৌসুমী সেনগুপ্ত|তানভীর হোসেন|নুসরাত জাহান|শ্রেয়া|లక్ష్మీ ప్రసన్న
వెంకటేశ్వర రావు|శ్రీనివాస్ రెడ్డి|అనూష|కృష్ణమూర్తి చెరుకూరి|ಕಾವ್ಯಾ ಹೆಗಡೆ|ಮಂಜುನಾಥ ಗೌಡ
ಶ್ರೀಲಕ್ಷ್ಮಿ|ಪುಟ್ಟಸ್ವಾಮಿ ಬಸವರಾಜ್|ശ്രീജിത്ത് മേനോൻ|ആതിര കൃഷ്ണൻ|മുഹമ്മദ് അഷ്റഫ്|ലക്ഷ്മിക്കുട്ടി
આશા પટેલ|હાર્દિક ત્રિવેદી|કૃપા શાહ|જિગ્નેશ|ਹਰਪ੍ਰੀਤ ਕੌਰ|ਗੁਰਵਿੰਦਰ ਸਿੰਘ ਢਿੱਲੋਂ|ਅੰਮ੍ਰਿਤ
නිමාලි පෙරේරා|ශ්‍රීමාල් විජේසිංහ|කසුන්|محمد الأحمد|فاطمة الزهراء بن عيسى
خالد بن عبد الرحمن آل سعيد|ليلى|يوسف حداد|مریم کریمی|امیرحسین رضایی|می‌ترا خسروی|پژمان
נועה בן־דוד|יוסף כהן|שירה|אברהם לוי־מזרחי|สมชาย ใจดี|ณัฐธิดา ศรีสุวรรณ|พิมพ์ชนก
กิตติพงษ์ วงศ์ไพบูลย์|សុខ វណ្ណា|ចាន់ ស្រីមុំ|ដារ៉ា|欧阳小明|王芳|陳美玲|李|司马相宜|张伟|黃志豪|佐藤さくら
高橋健太|山田アリス|斎藤|ジョン・スミス|김서연|이준호|남궁민수|박|Анна Соколова
Дмитрий Щербаков|Олена Коваленко|Ђорђе Петровић|Іван Їжакевич|Яна|Θεοδώρα Παπαδοπούλου
Γιώργος Αγγελής|Έλλη|ნინო ბერიძე|გიორგი კაპანაძე|Անահիտ Սարգսյան|Տիգրան Պետրոսյան|አበበ ተስፋዬ
ሰላማዊት ኃይሉ|ဖြူဖြူ အောင်|ທອງສຸກ|Kavya 🌸 Nair|🐍 Pythonista|Sam 🏳️‍🌈|Zed 🎉🎉
Maximiliane-Friederike Freifrau von Obersteinhausen-Wolfenbrück zu Lindental
María de los Ángeles Guadalupe Hernández-Villaseñor y Fernández de Córdoba
Venkatanarasimharajuvaripeta Satyanarayana|Aditi Menon|Ben Carter|Chloe Martin|Deepak Joshi
Emily Stone|Farhan Qureshi|Grace Okafor|Hiro Tanaka|Ishaan Gupta|Julia Novak|Karan Mehta
Leila Haddad|Manoj Pillai|Nadia Rahman|Omar Farouk|Pooja Iyer|Quentin Blake-Jones
Rosa Delgado|Sunil Jadhav|Tara Bhatt|Uma Chandran|Varun Khanna|Wei Chen|Yusuf Demir|Zara Ali
Asha Rao
"""
"""One person between two bars or line ends, in the order of their codes."""

COMPANIES = (
    "Acme Foundry",
    "",
    "Nirmiti Labs",
    "Open Kitchen Collective",
    "",
    "पुणे युवा केंद्र",
    "Baobab Systems",
    "Möwe & Söhne GmbH",
    "",
    "مکتبۂ دانش",
    "Institute of Quiet Engineering",
    "水滴工作室",
    "",
)
TICKET_TYPES = (
    *("Regular",) * 7,
    *("Student",) * 4,
    *("Speaker",) * 2,
    *("Volunteer",) * 2,
    "Sponsor",
    "Organiser",
)
SHIRTS = ("M", "L", "S", "XL", "XS", "", "XXL", "M", "L")
DIETS = ("Vegetarian", "Everything", "Vegan", "", "Jain", "Halal", "Vegetarian", "No nuts")
CITIES = ("Pune", "Chennai", "Lahore", "Kathmandu", "Berlin", "Nairobi", "São Paulo", "Taipei")

NOTES = {
    7: "Speaks at 10:30 in hall 2; the microphone is at the help desk.",
    23: "Parcel for her at the help desk.",
    58: "Introduce to the other newcomers.",
    91: "Needs a seat near the door.",
}
"""Number of the person to a note on the card."""

ATTENTION = {
    12: "Call Meera from the organisers before letting in.",
    44: "Hand over the key of the speakers' room, and note that it was taken.",
    120: "Ask for the student card.",
}
"""Number of the person to what has to be done before the check-in."""
