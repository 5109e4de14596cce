"""Vocabulary of headings in registration lists: words for each field, as data.

Sources: the exports' own code where it is public (pretix `base/exporters/orderlist.py` and its
translations, HiEventsDev/hi.events `AttendeesExport.php`, indico `registration/util.py`,
Attendize `AttendeesExport.php`, alfio-event/alf.io `EventApiController.java`,
fossasia/open-event-server `csv_jobs_util.py`), headings of other published exports, and
words of hand-made lists in many languages.

Weight 1 to 100: the confidence that the word means this field of the *attendee*. The heading with
the highest weight in a file wins; among equals, the first. Words have the form of
`headers.heading_key`: folded, `_ - . : /` as spaces, `#` as the word `number`.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a block of text."""
    return frozenset(text.split())


def phrases(text: str) -> frozenset[str]:
    """The phrases of a block of text, separated by |."""
    return frozenset(phrase.strip() for phrase in text.replace("\n", "").split("|"))


# field -> weight -> phrases, separated by |
EXACT: dict[str, dict[int, str]] = {
    "name": {
        100: """
            attendee name|attendee full name|ticket full name|participant name|
            participant full name|guest name|delegate name|name of attendee|name of participant|
            name of the participant|name of delegate|attendees name|speaker name|
            name des teilnehmers|teilnehmername|teilnehmer name|
            name teilnehmer|name teilnehmer in|nom du participant|nombre del asistente|
            nombre del participante|nome do participante|nome del partecipante|participante|
            teilnehmer|teilnehmerin|teilnehmende|
            visitor name|registrant name|student name|name of student|
            name of the student|name of the attendee|candidate name|member name|volunteer name|
            اسم المشارك|nom de l assistent|jméno účastníka|navn på deltager|όνομα συμμετεχόντοσ|
            bertaratuko den pertsonaren izena|osallistujan nimi|nome da persoa asistente|
            שם משתתף|ime sudionika|résztvevő neve|nama peserta|参加者の名前|참석자 이름|
            numm vum participant|apmeklētāja vārds uzvārds|deltakernavn|naam deelnemer|
            naam van deelnemer|imię i nazwisko uczestnika|imię uczestnika|
            numele participantului|имя посетителя|имя участника|фио участника|meno účastníka|
            ime udeleženca|namn på deltagare|ชื่อผู้เข้าร่วม|katılımcı adı|ім я учасника|
            tên người tham dự|观众姓名|參加者姓名|参会者姓名|與會者名字|参加者名|参加者氏名|
            प्रतिभागी का नाम|شرکاء کا نام|শিক্ষার্থীর নাম|পূর্ণ নাম|পুরো নাম
        """,
        90: """
            full name|fullname|your full name|your name|complete name|name in full|contact name|
            name surname|name and surname|first and last name|first name and last name|
            name and last name|firstname lastname|first last name|name first and last|
            given and family name|vollständiger name|voller name|name vorname|vorname nachname|
            vor und nachname|vorname und nachname|nachname vorname|vorname name|ganzer name|
            nom complet|nom et prénom|nom et prénoms|prénom et nom|nom prénom|prénom nom|
            nombre completo|nombre y apellido|nombre y apellidos|apellidos y nombre|
            apellidos y nombres|nombres y apellidos|nome completo|nome e cognome|cognome e nome|
            nominativo|nome e sobrenome|nome cognome|volledige naam|naam|voor en achternaam|
            imię i nazwisko|nazwisko i imię|pełne imię i nazwisko|jméno a příjmení|celé jméno|
            příjmení a jméno|meno a priezvisko|celé meno|fuldt navn|fullt navn|
            fullständigt namn|för och efternamn|navn|namn|koko nimi|nimi|teljes név|név|
            nume complet|nume și prenume|numele și prenumele|ad soyad|adı soyadı|
            adınız soyadınız|isim soyisim|ad soyadı|полное имя|фио|ф и о|имя и фамилия|
            фамилия и имя|фамилия имя|фамилия имя отчество|имя фамилия|повне ім я|піб|
            прізвище та ім я|ім я та прізвище|ονοματεπώνυμο|πλήρεσ όνομα|όνομα και επώνυμο|
            όνομα|ime i prezime|puno ime|ime in priimek|име и фамилия|име и презиме|izen osoa|
            vārds uzvārds|vārds un uzvārds|vardas pavardė|vardas ir pavardė|
            ees ja perekonnanimi|nama lengkap|nama|họ tên|họ và tên|tên đầy đủ|ชื่อ นามสกุล|
            ชื่อ|ชื่อเต็ม|表示名|氏名|お名前|名前|フルネーム|姓名|全名|名字|中文姓名|이름|성명|
            성함|전체 이름|नाम|पूरा नाम|आपका नाम|आपका पूरा नाम|संपूर्ण नाव|पूर्ण नाव|नाव|نام|
            پورا نام|آپ کا نام|آپ کا پورا نام|مکمل نام|نام و نام خانوادگی|نام کامل|الاسم|
            الاسم الكامل|الاسم كامل|الاسم الثلاثي|שם|שם מלא|பெயர்|முழு பெயர்|முழுப்பெயர்|
            আপনার নাম|নাম|పేరు|పూర్తి పేరు|ಹೆಸರು|ಪೂರ್ಣ ಹೆಸರು|പേര്|മുഴുവൻ പേര്|નામ|પૂરું નામ|ਨਾਮ|
            ਪੂਰਾ ਨਾਮ|නම|සම්පූර්ණ නම|ስም|ሙሉ ስም|jina|jina kamili|सहभागीको नाम|पूरा नाम थर|
            osallistuja|deltager|deltagare|deelnemer|uczestnik|účastník|katılımcı|участник|
            kompletten numm|enw|enw llawn|ainm
        """,
        85: "name",
        84: """
            attendee|attendees|participant|participants|delegate|delegates|guest|guests|
            registrant|registrants|names|guest list|list of participants|list of attendees
        """,
        70: """
            display name|public name|profile name|contact person|person|
            who|speaker|speakers|client|member|members|student|students|volunteer|volunteers|
            ansprechpartner|ansprechpartnerin|ansprechperson|kontaktperson|kontakt|invitee|
            invitees|invité|invitée|invités|convidado|convidados|invitado|gast|gäste|hóspede
        """,
        45: "user name|username",
        50: "team leader name|leader name|team lead name|captain name|team leader|name of leader",
    },
    "badge_name": {
        70: """
            preferred name|preferred first name|preferred given name|preferred full name|
            chosen name|nick name|nickname|known as|goes by|go by|also known as|call name|
            preferred name if different|badge name|name on badge|name for badge|badge|
            name tag name|nametag name|nametag|name tag|name badge|spitzname|namensschild|
            name auf dem badge|name auf namensschild|badgename|nome no crachá|nome para crachá|
            nome do crachá|nome social|nome preferido|apelido no crachá|nombre preferido|
            nombre en el gafete|nombre para el gafete|nombre para la credencial|apodo|
            nombre en la credencial|nom sur le badge|nom d usage|prénom d usage|surnom|
            nome sul badge|nome preferito|soprannome|naam op badge|naam op de badge|
            imię na identyfikatorze|nazwa na identyfikatorze|pseudonim|jméno na visačce|
            přezdívka|kutsumanimi|nimi nimikylttiin|lempinimi|namn på bricka|smeknamn|kallenavn|
            kaldenavn|takma ad|yaka kartı adı|имя на бейдже|имя на бэйдже|ім я на бейджі|
            ψευδώνυμο|バッジ名|バッジ表示名|名札|名札の名前|ニックネーム|呼び名|昵称|暱稱|称呼|
            胸牌姓名|名牌姓名|名牌上的名字|닉네임|명찰 이름|명찰명|उपनाम बैज|बैज पर नाम|
            बैज नाम|بیج پر نام|الاسم على البطاقة|الاسم المفضل|اللقب المفضل|panggilan|
            nama panggilan|tên gọi|tên trên thẻ|biệt danh|ชื่อเล่น|ชื่อบนป้าย
        """,
    },
    "given_name": {
        100: """
            attendee first name|attendee given name|ticket first name|participant first name|
            guest first name|first name attendee|attendee firstname
        """,
        80: """
            first name|firstname|given name|given names|givenname|first names|forename|
            forenames|fname|f name|first|given|christian name|your first name|first name s|
            vorname|vornamen|rufname|prénom|prénoms|prenom|nombre|nombres|primer nombre|nome|
            nome próprio|primeiro nome|jméno|etunimi|etunimet|voornaam|voornamen|roepnaam|imię|
            imiona|förnamn|fornavn|meno|ime|име|prenume|prenumele|keresztnév|utónév|utónevek|
            имя|ім я|όνομα γιά|virnumm|izena|vārds|vardas|eesnimi|nama depan|nama pertama|tên|
            ชื่อจริง|名|下の名前|名 given name|给定名称|給定名字|이름 given|isim|adı|ad|
            adınız|الاسم الاول|الاسم الأول|שם פרטי|पहला नाम|प्रथम नाम|पहिले नाव|नाम प्रथम|
            پہلا نام|முதல் பெயர்|প্রথম নাম|నామం|jina la kwanza|önevi|nom de pila|nom propi
        """,
    },
    "middle_name": {
        80: """
            middle name|middle names|middle|middlename|m name|middle initial|second given name|
            patronymic|отчество|по батькові|segundo nombre|deuxième prénom|zweiter vorname
        """,
    },
    "family_name": {
        100: """
            attendee last name|attendee family name|attendee surname|ticket last name|
            participant last name|guest last name|last name attendee|attendee lastname
        """,
        80: """
            last name|lastname|family name|familyname|surname|surnames|last names|lname|l name|
            last|family|second name|your last name|nachname|familienname|zuname|nom de famille|
            nom|nom famille|apellido|apellidos|primer apellido|apelido|apelidos|cognome|cognom|
            cognoms|sobrenome|último nome|příjmení|sukunimi|achternaam|familienaam|nazwisko|
            efternamn|efternavn|etternavn|priezvisko|prezime|priimek|презиме|фамилия|прізвище|
            επώνυμο|nume|nume de familie|numele|vezetéknév|családnév|familljennumm|abizena|
            abizenak|uzvārds|pavardė|perekonnanimi|nama belakang|nama keluarga|họ|họ và tên đệm|
            họ đệm|tên gia đình|นามสกุล|姓|苗字|名字 family name|氏|氏 surname family name|姓氏|
            家族姓氏|성|성씨|soyad|soyadı|soyisim|soyadınız|اسم العائلة|اللقب|שם משפחה|उपनाम|
            अंतिम नाम|आडनाव|कुलनाम|थर|خاندانی نام|آخری نام|نام خانوادگی|கடைசி பெயர்|
            குடும்ப பெயர்|পদবি|শেষ নাম|jina la ukoo|jina la mwisho
        """,
    },
    "email": {
        100: """
            attendee email|attendee e mail|attendee email address|ticket email|
            participant email|guest email|participant e mail|delegate email|
            email of participant|attendee mail|e mail teilnehmer in|e mail teilnehmer|
            e mail du participant|correo electrónico del participante|email do participante|
            email partecipante|email účastníka|e mail účastníka|email peserta|
            e mailadres deelnemer|e mailadres van deelnemer|adres email uczestnika|
            email uczestnika|correo electrónico do asistente|correu electrònic de l assistent|
            email συμμετεχόντοσ|bertaratuko den pertsonaren e maila|osallistujan sähköposti|
            דוא ל משתתף|e pošta sudionika|résztvevő e mail címe|参加者の電子メール|
            참석자 이메일|e mail vum participant|apmeklētāja e pasts|deltakerens e post|
            e mailul participantului|адрес электронной почты посетителя|
            адреса електронної пошти відвідувача|email udeleženca|e post till deltagare|
            อีเมลผู้เข้าร่วม|katılımcı e postası|email người tham dự|观众email|與會者電子郵件|
            البريد الإلكتروني للمشارك
        """,
        80: """
            email|e mail|email address|e mail address|email id|e mail id|mail|mail id|emailid|
            emailaddress|your email|your email address|contact email|email adress|e mail adress|
            mail address|e mail adresse|email adresse|emailadresse|mailadresse|e mailadresse|
            courriel|adresse courriel|adresse e mail|adresse email|adresse mail|
            adresse électronique|correo|correo electrónico|correo electronico|
            dirección de correo electrónico|dirección de correo|mail electrónico|
            correu electrònic|endereço de e mail|endereço de email|indirizzo e mail|
            indirizzo email|posta elettronica|e mailadres|emailadres|adres e mail|adres email|
            e post|e postadress|epost|e postadresse|epostadresse|sähköposti|sähköpostiosoite|
            e pošta|e mailová adresa|emailová adresa|e mail cím|email cím|adresa de email|
            adresă de e mail|e posta|eposta|e posta adresi|e posta adresiniz|mail adresi|
            эл почта|электронная почта|почта|адрес электронной почты|емейл|имейл|
            електронна пошта|ел пошта|електронна адреса|имейл адрес|ηλεκτρονικό ταχυδρομείο|
            ηλεκτρονική διεύθυνση|e bost|e maila|e pasts|el paštas|surel|alamat email|
            hộp thư điện tử|địa chỉ email|thư điện tử|อีเมล|อีเมล์|メール|メールアドレス|
            eメール|電子メール|邮箱|电子邮箱|电子邮件|电邮|邮件|電子郵件|電郵|信箱|이메일|
            이메일 주소|전자우편|메일|ईमेल|ई मेल|ईमेल पता|ای میل|ای میل ایڈریس|برقی پتہ|ایمیل|
            البريد الإلكتروني|البريد الالكتروني|الايميل|الإيميل|אימייל|דוא ל|דואר אלקטרוני|
            மின்னஞ்சல்|ইমেইল|ইমেল|ఇమెయిల్|ಇಮೇಲ್|ഇമെയിൽ|ઈમેલ|ਈਮੇਲ|වි තැපෑල|ኢሜይል|barua pepe
        """,
        40: "username|user email|login email|registration email|contact",
    },
    "phone": {
        100: """
            attendee phone|attendee phone number|ticket phone number|ticket phone|
            participant phone
        """,
        80: """
            phone|phone number|phone no|phone number s|mobile|mobile number|mobile no|
            mobile phone|mobile phone number|cell|cell phone|cellphone|cell number|telephone|
            telephone number|tel|tel no|contact number|contact no|contact phone|phonenumber|
            telefon|telefonnummer|handy|handynummer|mobilnummer|mobiltelefon|mobil|téléphone|
            telephone portable|portable|numéro de téléphone|téléphone portable|téléphone mobile|
            teléfono|telefono|número de teléfono|móvil|celular|teléfono móvil|número de celular|
            telefone|telemóvel|número de telefone|cellulare|numero di telefono|telefoonnummer|
            telefoon|mobiel|gsm|numer telefonu|komórka|telefonní číslo|telefónne číslo|
            telefonszám|număr de telefon|matkapuhelin|puhelin|puhelinnumero|telefonsnummer|
            broj telefona|telefonska številka|número de telèfon|telefono zenbakia|cep telefonu|
            telefon numarası|телефон|номер телефона|номер телефону|мобильный телефон|τηλέφωνο|
            κινητό|nomor telepon|nomor hp|no hp|telepon|số điện thoại|điện thoại|เบอร์โทรศัพท์|
            เบอร์โทร|โทรศัพท์|電話|電話番号|携帯電話|携帯番号|电话|手机|手机号|手机号码|
            电话号码|電話號碼|手機|전화번호|휴대폰|휴대전화|연락처|फ़ोन|फोन|फोन नंबर|मोबाइल|
            मोबाइल नंबर|मोबाईल|موبائل|موبائل نمبر|فون|فون نمبر|رابطہ نمبر|شماره تلفن|رقم الهاتف|
            الهاتف|الجوال|رقم الجوال|טלפון|מספר טלפון|தொலைபேசி|அலைபேசி|தொலைபேசி எண்|মোবাইল|ফোন|
            ফোন নম্বর|মোবাইল নম্বর|ఫోన్|simu|namba ya simu
        """,
        55: "contact|contact details|contact info",
        60: "whatsapp|whatsapp number|whatsapp no|whatsapp contact|work phone|home phone",
    },
    "dial_code": {
        60: "dial code|dialling code|dialing code|phone code|phone country code",
    },
    "company": {
        100: """
            attendee company|attendee company name|ticket company name|ticket company|
            attendee organization|attendee organisation|company badge
        """,
        80: """
            company|company name|organisation|organization|organisation name|organization name|
            name of organisation|name of organization|name of company|your company|employer|
            firm|firma|firmenname|unternehmen|name des unternehmens|organisationen|verein|
            entreprise|société|organisme|structure|empresa|compañía|organización|azienda|
            società|ente|organizzazione|organização|bedrijf|bedrijfsnaam|organisatie|
            organizacja|nazwa firmy|společnost|spoločnosť|organizace|virksomhed|företag|foretak|
            bedrift|yritys|organisaatio|cég|cégnév|szervezet|companie|organizație|compania|
            şirket|kurum|firma adı|kuruluş|компания|организация|место работы|компанія|
            організація|εταιρεία|εταιρία|οργανισμόσ|perusahaan|instansi|công ty|đơn vị|บริษัท|
            หน่วยงาน|องค์กร|会社|会社名|所属|所属会社|企業|公司|单位|工作单位|公司名称|單位|
            회사|회사명|소속|कंपनी|संस्था|संगठन|ادارہ|کمپنی|ادارے کا نام|الشركة|المؤسسة|الجهة|
            חברה|ארגון|நிறுவனம்|প্রতিষ্ঠান|কোম্পানি|సంస్థ|kampuni|cwmni|erakundea|uzņēmums|
            tvrtka|podjetje|company organisation|company organization|organisation company|
            company institution|workplace|place of work|agency
        """,
        75: """
            affiliation|affiliations|institution|institutional affiliation|zugehörigkeit|
            affiliazione|afiliación|afiliação|college company name|company college|
            company college name|college organisation|college organization|organization college|
            university company
        """,
        60: """
            college|college name|university|university name|institute|institute name|school|
            school name|name of college|name of institute|name of institution|
            name of university|universität|hochschule|université|universidad|universidade|
            università|universiteit|कॉलेज|यूनिवर्सिटी|جامعہ|کالج|جامعة|大学|学校|대학교|학교|
            kampus|universitas
        """,
    },
    "ticket_type": {
        100: """
            ticket type|ticket type name|ticket class|tickettype|attendee type|
            attendee ticket type
        """,
        80: """
            ticket name|ticket category|type of ticket|product|produkt|ticket|pass type|pass|
            pass name|registration type|registration category|participant type|
            type of registration|admission type|ticketart|ticketkategorie|ticket typ|tickettyp|
            billet|type de billet|catégorie de billet|tipo de entrada|tipo de boleto|entrada|
            tipo de ingresso|ingresso|tipo di biglietto|biglietto|tickettype naam|rodzaj biletu|
            typ biletu|bilet|typ vstupenky|druh vstupenky|vstupenka|lipputyyppi|lippu|biljettyp|
            biljett|billettype|bilet türü|тип билета|билет|тип квитка|τύποσ εισιτηρίου|
            jenis tiket|tiket|loại vé|ประเภทบัตร|参加枠名|参加枠|チケット|チケット種別|
            チケット名|票种|票類|票种名称|门票类型|门票|참가유형|티켓|티켓 종류|टिकट|
            टिकट का प्रकार|ٹکٹ|نوع التذكرة|التذكرة|סוג כרטיס|producte|προϊόν|producto|produktua|
            tuote|produit|produto|מוצר|proizvod|termék|produk|prodotto|製品|제품|produkts|
            produs|продукт|izdelek|สินค้า|ürün|sản phẩm|产品|產品|المنتج|cynnyrch|delegate type|
            badge type|registration option|item|item name|product name|ticket title|
            lineitem name|ticket option|ticket package|ticket variant|ticket kind|ticket label|
            ticket group|attending as|registering as|registered as|pass category|
            tarif|billet tarif|tipo de inscrição|tipo de inscripción|ticket purchased
        """,
        60: """
            category|attendee category|kategorie|kategoria|catégorie|categoría|categoria|
            kategori|категория|श्रेणी|قسم|類別 参加|role|participant category|delegate category|
            access category|membership type|ticket tier|price tier|tier|type|status type|
            group type|plan|package
        """,
    },
    "variation": {
        80: """
            variation|variant|variante|variació|variace|amrywiad|παραλλαγή|variacion|variación|
            aldakuntza|variaatio|וריאציה|varijacija|variáció|variasi|バリエーション|변동|
            variācija|variasjon|wariant|variação|variație|вариант|variácia|varianta|
            รูปแบบสินค้า|varyasyon|варіанти|biến thể|变量|التباين|product variation|
            ticket variation
        """,
    },
    "order_code": {
        80: """
            order code|order number|order id|order no|order reference|order ref|order|orderid|
            ordernumber|booking reference|booking ref|reservationid|reservation id|
            reservation number|booking number|purchase id|transaction id|order identifier|
            bestellnummer|bestellung|bestellcode|buchungsnummer|auftragsnummer|
            rechnungsnummer bestellung|numéro de commande|code de commande|commande|
            n de commande|référence commande|référence de commande|número de pedido|
            código del pedido|código de pedido|pedido|número de orden|número do pedido|
            código do pedido|numero ordine|codice ordine|ordine|numero d ordine|bestelnummer|
            bestelcode|bestelling|numer zamówienia|kod zamówienia|zamówienie|číslo objednávky|
            kód objednávky|objednávka|objednávkový kód|ordrenummer|ordrekode|bestillingsnr|
            bokningsnummer|ordernummer|tilausnumero|tilauskoodi|rendelési kód|rendelésszám|
            id comandă|număr comandă|sipariş kodu|sipariş no|sipariş numarası|код заказа|
            номер заказа|код замовлення|номер замовлення|κωδικόσ παραγγελίασ|kode pemesanan|
            nomor pesanan|mã đặt hàng|mã đơn hàng|รหัสการลงทะเบียน|注文コード|注文番号|订单代码|
            订单号|订单编号|訂單代碼|訂單編號|주문 코드|주문번호|رمز الطلب|رقم الطلب|קוד הזמנה|
            מספר הזמנה|codi de comanda|eskaera kodea|šifra narudžbe|koda naročila|
            pasūtījuma kods|nummer vun der bestellung|order name number|
            n de pedido|n do pedido|n ordine|n commande
        """,
    },
    "position": {
        80: """
            position id|positionid|position number|line item id|identificador de la posició|
            id pozice|post id|id de posición|posizioaren ida|paikkatunniste|id de la position|
            id da posición|מזהה פריט|id pozicije|pozícióazonosító|id posisi|id posizione|
            ポジションid|직책 아이디|iegādāto produktu id|posisjons id|positie id|id pozycji|
            id posição|id de posição|id ul poziției|id позиции|id pozície|positions id|
            รหัสรายการ|id позиції|id vị trí|位置id|位置識別號|رقم الوظيفة
        """,
    },
    "addon_to": {
        80: "add on to position id|addon to|addon to position id|zusatzprodukt zu position",
    },
    "ticket_id": {
        100: "attendee number|attendee id|attendee no|attendeeid|attendee public id|public id",
        90: """
            guest id|api id|ticket uuid|uuid|speaker id|participant id|delegate id|
            registrant id|issued ticket id
        """,
    },
    "code": {
        100: """
            ticket secret|barcode|barcode number|barcode no|bar code|barcodes|ticket barcode|
            secret|qr code url|qr code|qrcode|qr|qr data|qr value|qr string|qr code data|
            qr code link|ticket qr|check in code|checkin code|check in qr code|scan code|
            entry code|kód vstupenky|billethemmelighed|secreto de la entrada|sarrera sekretua|
            lipun salaisuus|secret du billet|billete segredo|סוד כרטיס|tajna ulaznice|
            jegy titkos kódja|rahasia tiket|biglietto segreto|チケットシークレット|
            티켓 기밀사항|billetthemmelighet|ticketgeheim|sekret biletu|segredo do ingresso|
            segredo de bilhete|cheie secretă bilet|tajomstvo vstupenky|skrivnost vstopnice|
            klient hemlighet|รหัสลับตั๋ว|gizli bilet|пароль квитка|bí mật vé|隱藏票|سر التذكرة|
            μυστικό εισιτηρίου|strichcode|code barres|code barre|código de barras|
            codice a barre|streepjescode|kod kreskowy|čárový kód|viivakoodi|streckkod|штрихкод|
            штрих код|バーコード|条形码|条码|二维码|바코드|qr код|código qr|codice qr|kod qr|
            qr kód|qr kodu|stregkode|strekkode|security code|ticket security code|check in token|
            ticket token|
            bar qr code number|bar qr code no|
            booking barcode|validation code|attendee barcode|attendee qr code
        """,
        90: """
            ticket code|ticketcode|unique ticket url|ticket url|ticket link|check in url|
            ticket number|ticket no|ticket id|ticketid|ticketnumber|ticket serial|
            ticket serial number|ticketnummer|ticket nummer|eintrittskartennummer|kartennummer|
            numéro de billet|n de billet|code billet|code du billet|número de entrada|
            código de entrada|número de boleto|código del boleto|número do ingresso|
            código do ingresso|numero biglietto|codice biglietto|ticketcode nummer|numer biletu|
            kod biletu|číslo vstupenky|číslo lístku|lippunumero|biljettnummer|billettnummer|
            billetnummer|jegyszám|jegykód|bilet numarası|bilet kodu|bilet no|номер билета|
            код билета|номер квитка|κωδικόσ εισιτηρίου|nomor tiket|kode tiket|mã vé|số vé|
            หมายเลขบัตร|รหัสบัตร|受付番号|受付コード|整理番号|チケット番号|チケットコード|票号|
            票码|门票编号|票券編號|签到码|입장권 번호|티켓 번호|접수번호|टिकट नंबर|टिकट कोड|
            ٹکٹ نمبر|رقم التذكرة|رمز التذكرة|מספר כרטיס|קוד כרטיס|টিকিট নম্বর|டிக்கெட் எண்|
            n do ingresso|n de ingresso|n de entrada|n de boleto|n biglietto|n billet|n ticket
        """,
        80: """
            ticket reference|ticket ref|reference number ticket|short id|booking id|bookingid|
            pseudonymization id|pseudonyme id|id pseudonyme|registration id|registration no|
            registration number|registration code|reg no|reg id|reg number|reg code|regno|regid|
            confirmation number|confirmation no|confirmation code|confirmation id|enrollment no|
            enrolment no|enrollment number|roll no|badge id|badge number|badge code|badge no|
            anmeldenummer|anmeldecode|anmelde id|registrierungsnummer|teilnehmernummer|
            teilnehmer id|buchungscode|numéro d inscription|n d inscription|code d inscription|
            número de registro|código de registro|número de inscripción|código de inscripción|
            número de inscrição|código de inscrição|numero di registrazione|codice iscrizione|
            inschrijfnummer|numer rejestracji|kod rejestracji|registrační číslo|
            ilmoittautumisnumero|anmälningsnummer|kayıt no|kayıt numarası|kayıt kodu|
            регистрационный номер|номер регистрации|реєстраційний номер|αριθμόσ εγγραφήσ|
            nomor registrasi|nomor pendaftaran|mã đăng ký|mã số|รหัสลงทะเบียน|登録番号|申込番号|
            参加番号|報名編號|报名编号|报名号|등록번호|신청번호|पंजीकरण संख्या|पंजीकरण क्रमांक|
            नोंदणी क्रमांक|رجسٹریشن نمبر|رقم التسجيل|מספר הרשמה|பதிவு எண்|রেজিস্ট্রেশন নম্বর|
            নিবন্ধন নম্বর|
            n de inscripción|n de inscrição|n de registro|n iscrizione
        """,
        60: """
            code|unique code|unique id|your code|reference|reference number|ref|ref no|
            reference code|reference id|referenz|kennung|codigo|código|codice|kod|kód|код|
            コード|代码|编号|編號|코드|कोड|کوڈ|رمز|guest code|member code|invite code|
            invitation code|pass number|pass id|pass code|pnr
        """,
    },
    "weak_id": {
        60: """
            id|user id|userid|member id|customer id|response id|submission id|row id|record id|
            entry id
        """,
        30: """
            s no|sno|sr no|srno|sl no|slno|s n|sn|serial|serial no|serial number|sr|no|nr|
            number|lfd nr|lfd nummer|nummer|laufende nummer|n|num|index|row|numéro|número|
            numero|num ero|lp|l p|poř č|č|jrno|sıra|sıra no|№|п п|номер|α α|stt|ลำดับ|番号|序号|
            序號|编号 序|순번|번호|क्र|क्रमांक|क्र सं|अ क्र|नंबर|نمبر شمار|نمبر|الرقم|م|מספר|
            வரிசை எண்|ক্রমিক|ক্রমিক নং
        """,
    },
    "status": {
        100: """
            attendee status|registration status|registration state|ticket status|guest status|
            participant status|rsvp status|approval status|attendee state|ticket state|
            booking status|reservation status|参加ステータス|anmeldestatus|teilnahmestatus|
            buchungsstatus|ticketstatus|statut d inscription|statut de l inscription|
            estado de la inscripción|estado de registro|estado da inscrição|stato iscrizione|
            status rejestracji|stav registrace|kayıt durumu|статус регистрации|報名狀態|
            报名状态|参加状態|등록 상태
        """,
        90: """
            status|rsvp|estado|estatus|statut|stato|tila|stan|stav|durum|állapot|stare|статус|
            състояние|statws|κατάσταση|egoera|סטטוס|ステータス|状況|状態|状态|狀態|진행상태|
            상태|statuss|būsena|olek|สถานะ|trạng thái|الحالة|स्थिति|स्टेटस|حیثیت|اسٹیٹس|நிலை|
            অবস্থা|స్థితి|hali|estat|stade|ilmoittautumistila|response|rsvp response|
            attending status|
            situação|situacao|situación
        """,
        50: """
            state|état|etat|approval|confirmation|confirmation status|acceptance|
            acceptance status|application status|decision
        """,
    },
    "order_status": {
        90: """
            order status|order state|ordrestatus|bestellstatus|statut de commande|
            statut de la commande|
            estado del pedido|estado do pedido|stato ordine|stav objednávky|status zamówienia|
            orderstatus|tilauksen tila|sipariş durumu|статус заказа|статус замовлення|
            trạng thái đơn hàng|注文状況|订单状态|訂單狀態|주문 상태
        """,
    },
    "payment_status": {
        90: """
            payment status|payment state|paid status|fee status|zahlungsstatus|
            statut de paiement|statut du paiement|état du paiement|estado del pago|
            estado de pago|estado do pagamento|stato pagamento|stato del pagamento|betaalstatus|
            betalingsstatus|betalningsstatus|status płatności|stav platby|maksun tila|
            ödeme durumu|статус оплаты|статус платежа|статус оплати|κατάσταση πληρωμήσ|
            status pembayaran|trạng thái thanh toán|สถานะการชำระเงิน|支払状況|支払い状況|
            入金状況|付款状态|支付状态|付款狀態|결제 상태|결제상태|भुगतान स्थिति|
            ادائیگی کی حیثیت|حالة الدفع|סטטוס תשלום
        """,
        50: """
            payment|zahlung|paiement|pago|pagamento|betaling|płatność|platba|maksu|ödeme|оплата|
            πληρωμή|pembayaran|thanh toán|支払い|支払|付款|支付|결제|भुगतान|ادائیگی|الدفع|תשלום|
            fee paid|fees|fee|payment done|payment received|payment confirmation|zahlungseingang
        """,
    },
    "paid_flag": {
        90: """
            paid|is paid|has paid|amount received|payment verified|payment received y n|bezahlt|
            gezahlt|payé|payée|pagado|pagada|pago s n|pagato|
            betaald|betalt|betald|zapłacono|opłacone|zaplaceno|zaplatené|maksettu|fizetve|
            plătit|plătită|ödendi|ödenmiş|оплачено|plaćeno|plačano|πληρώθηκε|dibayar|lunas|
            ชำระเงินแล้ว|支払い済み|支払済み|已付款|已支付|지불|भुगतान किया|مدفوع|שולם|pagat|
            apmaksāts|bezuelt|trả tiền|ordainduta
        """,
    },
    "confirmed_flag": {
        70: """
            confirmed|is confirmed|approved|is approved|accepted|bestätigt|confirmé|confirmado|
            confermato|bevestigd|potwierdzone|potvrzeno|vahvistettu|onaylandı|подтверждено|
            підтверджено|確認済み|已确认|확인
        """,
    },
    "attending_flag": {
        70: """
            attending y n|will you attend|coming y n|rsvp yes no|asistencia confirmada|
            confirmed attendance|attendance confirmed|attending|going|coming|will attend|
            is attending|nimmt teil|kommt|zusage|
            présent prévu|participe|asistirá|osallistuu|deltar|deltager s n
        """,
    },
    "cancel_flag": {
        90: """
            canceled|cancelled|is canceled|is cancelled|void|voided|void status|is void|
            refunded|is refunded|withdrawn|storniert|annulé|annulée|cancelado|cancelada|
            annullato|geannuleerd|anulowane|anulowano|zrušeno|zrušené|peruttu|peruutettu|iptal|
            iptal edildi|отменено|скасовано|キャンセル|已取消|취소|ยกเลิก|deleted|is deleted|
            rejected|declined
        """,
    },
    "blocked_flag": {
        90: """
            blocked|is blocked|gesperrt|blocat|zablokované|zablokovaný|blokeret|bloqueado|
            blokeatuta|blokattu|bloqué|חסום|blokirano|blokkolva|diblokir|bloccato|
            ブロックされました|차단됨|gespaart|blokkert|geblokkeerd|zablokowany|zablokowane|
            zablokované stránky|blockad|ถูกระงับ บล็อก|заблоковано|заблокировано|bị chặn|封鎖|
            محجوب|banned|revoked
        """,
    },
    "waitlist_flag": {
        90: """
            waitlisted|waitlist|is waitlisted|on waitlist|waiting list|on waiting list|
            warteliste
        """,
    },
    "arrived_at": {
        100: """
            checked in at|checked in date|check in date|check in time|checkin date|checkin time|
            checkedin at|checked in on|arrival time|arrived at|date checked in|scanned at|
            scan time|entry time|scan date|first scan|eingecheckt am|heure d arrivée|出席日時|
            签到时间|checked in date time|attended at|check in timestamp|
            date de scan|heure de scan|date d entrée|scandatum|fecha de escaneo|
            fecha de check in|data check in|data de check in|data skanu|scan tarihi
        """,
    },
    "arrived": {
        80: """
            checked in|checkedin|check in status|checkin status|check in|checkin|is checked in|
            has arrived|arrived|attendance|attendance status|attended|has attended|present|
            presence|scanned|is scanned|出欠ステータス|出席|出欠|出席状況|签到|签到状态|簽到|
            출석|eingecheckt|anwesend|anwesenheit|présent|présence|enregistrement effectué|
            asistencia|asistió|chequeado|presente|presença|presenza|check in realizado|
            fez check in|check in effettuato|aanwezig|ingecheckt|obecność|obecny|odprawiony|
            přítomen|odbaveno|odbavený|läsnä|saapunut|närvarande|checkade in|til stede|
            tjekket ind|innsjekket|katıldı|kontrol edilmiş|присутствие|присутствовал|
            зареєстрований|παρουσία|kehadiran|hadir|เช็คอินแล้ว|チェックイン済み|已签入|
            체크인 됨 입장 완료|उपस्थिति|حاضری|الحضور|تم تسجيل الوصول|נוכחות|ביצע צ ק אין|
            beléptetve|check inano|cu check in|used|redeemed|ticket used
        """,
    },
    "quantity": {
        80: """
            quantity|ticket quantity|tickets quantity|qty|number of tickets|no of tickets|
            ticket count|tickets|pax|heads|headcount|head count|number of people|no of people|
            number of persons|no of persons|number of attendees|no of attendees|total attendees|
            party size|number of participants|no of participants|number of pax|nos|head|
            total tickets|total pax|antal billetter|antal biljetter|count|people count|
            number of seats booked|people|
            total number of people|seats|
            number of seats|
            group size|persons|how many people|total guests|total people|admits|anzahl|
            anzahl tickets|anzahl personen|anzahl der tickets|personenzahl|personen|menge|
            quantité|nombre de billets|nombre de personnes|nombre de places|cantidad|
            número de entradas|número de personas|quantidade|número de ingressos|
            número de pessoas|quantità|numero di biglietti|numero di persone|aantal|
            aantal tickets|aantal personen|ilość|liczba biletów|liczba osób|počet|
            počet vstupenek|počet osob|määrä|antal|antal personer|antall|mennyiség|létszám|
            cantitate|adet|kişi sayısı|количество|количество билетов|кількість|ποσότητα|jumlah|
            jumlah tiket|số lượng|จำนวน|数量|枚数|人数|参加人数|票数|人數|수량|인원|संख्या|
            تعداد|العدد|כמות|எண்ணிக்கை|সংখ্যা
        """,
        60: "attendees|participants|guests|delegates|adults attending",
    },
    "adults": {
        80: """
            adults|adult|number of adults|adultos|número de adultos|erwachsene|adultes|adulti|
            volwassenen|dorośli|大人|成人|어른|वयस्क
        """,
    },
    "children": {
        80: """
            children|child|kids|number of children|number of kids|children count|kids count|
            niños|número de niños|kinder|enfants|crianças|bambini|kinderen|dzieci|子供|儿童|
            어린이|बच्चे
        """,
    },
    "guests": {
        80: """
            guests|guest|number of guests|companion|companion name|plus one name|plus 1|
            name of plus one|name of companion|name of guest plus one|plus one s name|
            additional guest|extra guest|accompanying guest|accompanying person|
            number of plus ones|other guests|other guest number|other guests number|
            number of other guests|additional guest number|family members|bringing plus one|
            number of family members|bringing a plus one|bringing a guest|bringing guest|
            no of guests|guest count|additional guests|extra guests|
            plus ones|plus one|number of additional guests|companions|number of companions|
            accompanying persons|accompanying guests|number of accompanying persons|
            accompanying|accompanied by number|how many guests|guests count|begleitpersonen|
            begleitung|anzahl begleitpersonen|anzahl gäste|gäste|accompagnants|
            nombre d accompagnants|nombre d invités|acompañantes|número de acompañantes|
            invitados|acompanhantes|número de acompanhantes|accompagnatori|ospiti|
            osoby towarzyszące|doprovod|počet hostů|seuralaiset|avec|medföljande|ledsager|
            misafir sayısı|гости|количество гостей|συνοδοί|同伴者|同伴者数|同行者数|同行人数|
            동반인원|동반자
        """,
    },
    "buyer_name": {
        80: """
            buyer name|purchaser name|buyer|purchaser|order name|registration name|
            customer name|customer|
            buyer full name|billing name|payer name|booker name|booked by|order full name|
            customer full name|bought by|ordered by|registered by|name käufer|käufer|besteller|
            bestellername|acheteur|nom de l acheteur|comprador|nombre del comprador|
            nome do comprador|acquirente|koper|kupujący|kupující|ostaja|köpare|satın alan|
            покупатель|покупець|購入者|購入者名|购买人|구매자
        """,
    },
    "buyer_given": {
        80: """
            buyer first name|purchaser first name|order first name|billing first name|
            booker first name|buyer given name|customer first name|registrant first name buyer
        """,
    },
    "buyer_family": {
        80: """
            buyer last name|purchaser last name|order last name|billing last name|buyer surname|
            booker last name|customer last name|purchaser surname
        """,
    },
    "buyer_email": {
        80: """
            buyer email|buyer e mail|purchaser email|order email|order e mail|billing email|
            payer email|booker email|customer email|buyer email address|purchaser email address
        """,
    },
    "event_id": {
        100: """
            event id|eventid|event slug|eventslug|اسم المختصر للحدث|mot de l esdeveniment|
            zkratka události|arrangements slug sidste del af url|kurzname der veranstaltung|
            slug εκδηλώσεων|slug del evento|tapahtuman tunniste|url semántica do evento|
            קיצור אירוע event slug|kratki naziv događaja|rendezvény azonosítója slug|slug acara|
            slug dell evento|イベントのスラグ|이벤트 슬러그 짧고 간결한 문자열|
            kuerzform vum evenement|event permalenke|slug van evenement|evenement slug|
            skrót wydarzenia|slug do evento|slug evento|descriptor eveniment|
            url identifikátor podujatia|oznaka dogodka|förkortning för evenemanget|
            สลักของกิจกรรม event slug|etkinlik dizisi|коротка назва події|sên sự kiện|活动slug|
            活動slug
        """,
    },
    "event_name": {
        100: """
            event name|event|event title|veranstaltung|événement|evento|イベント名|
            tapahtuman nimi
        """,
    },
    "timestamp": {
        80: """
            timestamp|zeitstempel|horodateur|marca temporal|carimbo de data hora|
            informazioni cronologiche|tijdstempel|sygnatura czasowa|časová značka|
            časová pečiatka|tidstämpel|tidsstempel|aikaleima|időbélyeg|marcaj de timp|
            marcă temporală|zaman damgası|отметка времени|позначка часу|χρονική σήμανση|
            vremenska oznaka|časovni žig|клеймо за време|stempel waktu|cap waktu|dấu thời gian|
            ประทับเวลา|タイムスタンプ|타임스탬프|时间戳记|时间戳|時間戳記|टाइमस्टैम्प|टाइमस्टँप|
            ٹائم اسٹیمپ|طابع زمني|חותמת זמן|நேரமுத்திரை|টাইমস্ট্যাম্প|marca de temps|
            marca horaria
        """,
    },
}

# field -> weight -> phrases looked for inside longer headings and questions
INSIDE: dict[str, dict[int, str]] = {
    "name": {
        60: """
            your full name|full name|name on your badge|name on the badge|name on badge|
            badge name|name tag|nametag|namensschild|participant name|attendee name|
            name of participant|name of attendee|name of the participant|vollständiger name|
            vor und nachname|vorname und nachname|nom complet|nom et prénom|prénom et nom|
            nombre completo|nombre y apellido|nome completo|nome e cognome|imię i nazwisko|
            jméno a příjmení|ad soyad|ad ve soyad|adınız ve soyadınız|фио|полное имя|
            имя и фамилия|nama lengkap|họ và tên|họ tên|पूरा नाम|पूर्ण नाव|پورا نام|مکمل نام|
            الاسم الكامل|முழு பெயர்|সম্পূর্ণ নাম|পুরো নাম|氏名|お名前|姓名|성함|성명|full names|
            name and surname|first and last name|ονοματεπώνυμο
        """,
        45: """
            your name|preferred name|call you|dein name|ihr name|votre nom|tu nombre|su nombre|
            seu nome|il tuo nome|आपका नाम|آپ کا نام|اسمك|ваше имя|ваше ім я
        """,
        35: "name|naam|navn|namn|nimi|नाम|नाव|نام|பெயர்|নাম|名前|이름|jméno",
    },
    "given_name": {
        50: """
            first name|given name|forename|vorname|prénom|etunimi|voornaam|förnamn|fornavn|имя|
            primer nombre|primeiro nome|firstname
        """,
    },
    "family_name": {
        50: """
            last name|family name|surname|nachname|familienname|nom de famille|apellidos|
            apellido|cognome|sobrenome|sukunimi|achternaam|efternamn|etternavn|efternavn|
            nazwisko|příjmení|soyad|фамилия|lastname
        """,
    },
    "email": {
        50: """
            email address|e mail address|email id|email|e mail|mail id|courriel|
            correo electrónico|correo|mailadresse|sähköposti|e post|メールアドレス|メール|邮箱|
            이메일|ईमेल|ای میل|البريد الإلكتروني|электронная почта|e posta|электронной почты|
            மின்னஞ்சல்|ইমেইল|e mailadres|gmail
        """,
    },
    "phone": {
        50: """
            phone number|phone no|mobile number|mobile no|contact number|contact no|phone|
            mobile|telefonnummer|telefon|handynummer|téléphone|teléfono|telefone|telefono|
            celular|телефон|電話|电话|手机|전화|मोबाइल|फोन|فون|موبائل|الهاتف|cellphone
        """,
        40: "whatsapp number|whatsapp",
    },
    "company": {
        50: """
            your company|your organisation|your organization|company name|company|organisation|
            organization|employer|entreprise|empresa|azienda|firma|unternehmen|bedrijf|компания|
            организация|会社|公司|회사|कंपनी|ادارہ|الشركة|affiliation|workplace
        """,
        40: """
            college|university|institute|institution|school|universität|hochschule|université|
            universidad|universidade|università|大学|कॉलेज|جامعہ|کالج
        """,
    },
    "ticket_type": {
        40: "ticket type|type of ticket|ticket category|pass type|ticketart|tipo de entrada",
    },
    "code": {
        40: """
            registration number|registration no|registration id|ticket number|ticket code|
            barcode
        """,
    },
    "quantity": {
        40: """
            number of tickets|number of people|number of persons|number of attendees|
            how many people|how many tickets|number of seats|anzahl personen|anzahl tickets|
            nombre de personnes
        """,
    },
    "guests": {
        40: """
            number of guests|how many guests|additional guests|number of companions|anzahl gäste
        """,
    },
    "payment_status": {
        45: "payment status|zahlungsstatus",
    },
    "status": {
        40: "registration status|status",
    },
    "arrived": {
        40: "checked in|check in status",
    },
}

BARE_NOUN = 84
"""Weight of `Guest` or `Attendees` as a heading: names, or how many."""
ATTENDEE_WORDS = words(
    """
    attendee attendees participant participants guest guests delegate visitor registrant
    ticketholder participante participantes teilnehmer teilnehmers teilnehmerin deelnemer
    uczestnik uczestnika asistente asistentes partecipante convidado inscrit invité deltager
    deltaker deltagare osallistuja účastník účastníka katılımcı участник участника student
    candidate
    """
)
BUYER_WORDS = words(
    """
    buyer purchaser payer billing booker customer ordered orderer payeur acheteur comprador
    pagador käufer besteller koper acquirente kupujący kupující köpare покупатель
    """
)
JOINING_WORDS = words("of the s du de del des der la le do da dell della van by ticket holder")

CALLED = (
    " call you ", " be called ", " you go by ", " known as ", " prefer to be ", " goes by ",
    " called at ", " address you ", " nombre te gusta ", " prefiere que ", " preferred name ",
    " preferred first name ", " preferred given name ", " chosen name ", " nickname ",
    " nick name ", " heißen möchte", " genannt werden", " vous appel", " t appel",
    " te llam", " gostaria de ser chamad", " prefere ser chamad", " prefers to be ",
)  # fmt: skip
"""Phrases of questions for the name that a person goes by."""
BADGE_SIGNS = (
    "badge", "name tag", "nametag", "nameplate", "name plate", "lanyard", "crachá", "cracha",
    "gafete", "credencial", "namensschild", "identyfikator", "visačk", "jmenovk", "бейдж", "бэйдж",
    "名札", "バッジ", "胸牌", "名牌", "명찰", "बैज", "بیج", "yaka kart", "nimikyltti", "namnskylt",
    "navneskilt", "naamkaart", "tesserino", "cartellino",
)  # fmt: skip
NAME_SIGNS = (
    "name", "nombre", "nome", "nom ", "naam", "imię", "jméno", "nimi", "namn", "navn", "имя",
    "ім я", "名前", "氏名", "姓名", "이름", "नाम", "نام", "الاسم", "appear", "isim", "表示",
)  # fmt: skip

WILL_ATTEND = (
    " will you attend ", " able to attend ", " will you be attending ", " are you attending ",
    " can you attend ", " are you coming ", " will you come ", " will you join ", " able to join ",
    " can you make it ", " able to make it ", " plan to attend ", " planning to attend ",
    " confirm your attendance ", " attend the event ", " attending the event ",
    " will you be there ",
    " confirm attendance ", " confirming your attendance ", " confirma tu asistencia ",
    " confirmas asistencia ", " vas a asistir ", " asistirás ", " você vai ", " confirma presença ",
    " participerez vous ", " serez vous présent ", " nimmst du teil ", " nehmen sie teil ",
    " kommst du ", " parteciperai ", " do you rsvp ",
)  # fmt: skip
PART_OF_EVENT = words(
    """
    workshop workshops dinner lunch breakfast party afterparty session sessions online virtually
    gala tour talk brunch reception before previous previously last earlier ever past day first
    remotely other another future prior next tutorial tutorials sprint sprints drinks
    """
)

# with these, a status is not the ticket's
NOT_A_STATUS = words(
    """
    email mail mails sms message messages newsletter visa marital employment membership student
    vaccination covid vaccine job work working civil relationship delivery verification whatsapp
    link invitation invite reminder certificate badge print printed current professional
    academic occupation immigration sync subscription account health veteran
    """
)

# a heading with one of these words is about another person or thing than the attendee
OTHERS = words(
    """
    buyer purchaser owner invoice billing payer parent parents guardian guardians
    emergency referred referral referrer referee refer event booker father fathers
    mother mothers spouse husband wife nominee manager supervisor advisor mentor
    accompanying companion companions friend friends colleague colleagues second
    secondary alternate alternative user username login account tax vat bank card domain
    file host hosts sponsor sponsors sponsored inviter invited recommender teammate
    teammates members child children kids kid son daughter pet roommate principal
    guide guides buddy buddies teacher hod session talk workshop project product item hotel city
    town village state
    country street place tshirt shirt github twitter linkedin discord telegram instagram
    facebook handle website url blog page kin relative relation relationship witness
    dependent dependents partner partners plusone assistant agent rechnung
    rechnungsadresse rechnungsempfänger käufer besteller eltern elternteil
    erziehungsberechtigte erziehungsberechtigter erziehungsberechtigten notfall
    notfallkontakt vater mutter veranstaltung begleitung begleitperson facture
    facturation acheteur parental tuteur urgence événement père mère accompagnant
    accompagnateur factura facturación comprador padre madre tutor emergencia evento
    acompañante fatura responsável emergência fattura acquirente genitore emergenza
    accompagnatore ouder factuur noodgeval faktura rodzic opiekun rodič huoltaja
    laskutus vårdnadshavare forelder veli acil родитель родителя мама папа экстренный
    保護者 緊急 紧急 保护者 家长 監護人 监护人 보호자 비상 अभिभावक पिता माता والد والدہ
    والدین سرپرست ولي الأمر
    """
)

# headings that hold yes/no about a mailing, not an address or a number
NOT_A_VALUE = words(
    """
    consent opt optin subscribe newsletter verified confirmed confirm repeat again agree
    permission allow mailing marketing wiederholen bestätigen preference preferences
    updates notification notifications code dial extension ext type size domain sent
    link status url provider
    """
)

# with these, a company heading speaks of something else than the company's name
NOT_THE_COMPANY = words(
    """
    size address website url email phone number id type logo role industry sector vat
    tax street city zip gst registration code conduct job position designation title
    department year
    """
)

# with these, a heading with "name" in it is no person's name
NOT_A_NAME = words(
    """
    hostel hotel room hall venue building city town village district state country region area
    street block bank branch product item tool song movie book topic title project device model
    file domain host brand pet tutor coach vendor supplier agency hospital department
    designation subject program programme category type number id code size url link
        azienda bedrijf branch chapter class club college community company course degree
    department dept email employer empresa entreprise file firm firma group institute
    institution kampus mail organisation organization position role school session
    society société team ticket university unternehmen unternehmens verein ادارہ کالج
    کمپنی कंपनी कॉलेज 会社 会社名 公司 学校 회사 회사명
    """
)

FAMILY_FIRST_HEADINGS = words(
    """
    vezetéknév keresztnév családnév utónév utónevek họ tên
    """
)
"""Hungarian and Vietnamese headings: names written family first, with a space."""

CODE_PAGE_HINTS: dict[str, frozenset[str]] = {
    "cp1254": words("soyad soyadı durum ad isim adınız soyadınız kurum katılımcı"),
    "cp1250": words(
        """
        nazwisko uczestnik bilety stanowisko zgoda prezime jmeno prijmeni
        meno priezvisko prenume nume nev vezeteknev keresztnev
        """
    ),
}
"""Headings without accents that identify the language, if two code pages fit equally well."""

EITHER_NAME_OR_PART: dict[str, str] = {
    # a lone heading is the whole name; beside its counterpart it is a part
    "name": "family_name",
    "nom": "family_name",
    "nume": "family_name",
    "nombre": "given_name",
    "nome": "given_name",
    "jméno": "given_name",
    "imię": "given_name",
    "meno": "given_name",
    "ime": "given_name",
    "име": "given_name",
    "имя": "given_name",
    "ім я": "given_name",
    "όνομα": "given_name",
    "이름": "given_name",
    "tên": "given_name",
    "ad": "given_name",
    "adı": "given_name",
    "isim": "given_name",
    "izena": "given_name",
    "vārds": "given_name",
    "vardas": "given_name",
    "名字": "given_name",
    "ชื่อ": "given_name",
    "名": "given_name",
    "név": "family_name",
    "naam": "family_name",
    "navn": "family_name",
    "namn": "family_name",
    "nimi": "family_name",
    "नाम": "given_name",
    "نام": "given_name",
    "الاسم": "given_name",
    "שם": "given_name",
    "nama": "given_name",
    "first": "given_name",
    "姓名": "name",
}
