"""Translate the status words of registration platforms into ticket status.

Sources of the words: Eventbrite, Luma, pretix (all its languages, from its published
translations), Tito, Hi.Events, alf.io, Indico, Meetup, connpass, Webropol, and hand-made lists.
"""

from __future__ import annotations

import re
import unicodedata

from kiosk.domain.datetimes import month_of
from kiosk.domain.people.registration import TicketStatus
from kiosk.importers.understand.vocabulary import phrases, words

VALID, UNPAID, UNAPPROVED = TicketStatus.VALID, TicketStatus.UNPAID, TicketStatus.UNAPPROVED
CANCELED, BLOCKED = TicketStatus.CANCELED, TicketStatus.BLOCKED

SEVERITY = {VALID: 0, UNPAID: 1, UNAPPROVED: 2, BLOCKED: 3, CANCELED: 4}
"""If several columns have a status, the worst one counts, in the order of the desk's check."""


_WORDS: dict[TicketStatus, str] = {
    VALID: """
        מגיע|מגיעה|מגיעים|akan hadir|katılıyorum|geliyorum|
        participe|participera|je participe|nimmt teil|ich nehme teil|partecipo|parteciperò|
        asistiré|iré|vou|irei|katılacağım|katılacak|приду|придём|придёт|будет|буду|przyjdę|
        ik kom|komt|参加します|出席します|出席する|ご出席|出席予定|参加予定|selected|
        vai|virá|viene|vient|kommt|
        attending|checked in|checkedin|checked-in|approved|session|paid|p|active|acquired|
        completed|complete|placed|confirmed|confirm|issued|valid|complimentary|comp|comped|free|
        yes|y|ok|okay|true|registered|going|accepted|accept|success|successful|succeeded|
        captured|settled|done|received|purchased|sold|booked|reserved seat|partially refunded|
        partial refund|partly refunded|refund requested|transfer received|attended|arrived|
        present|not checked in|not checked-in|unused|used|redeemed|scanned|admitted|enrolled|
        ticketed|guest list|publish|published|joyfully accepts|accepts|accepts with pleasure|
        will attend|no show|no-show|yet to check in|not yet checked in|not checkedin|yet to arrive|
        not arrived|to check in|awaiting check in|
        aprovado(a)|vip|sponsor|speaker|staff|crew|volunteer|organizer|
        organiser|
        processed|fulfilled|waived|exempt|sponsored|invoice paid|paid in full|fully paid|full|
        cash|card|credit card|debit card|online|upi|gpay|google pay|phonepe|paytm|stripe|paypal|
        bank transfer|neft|imps|razorpay|cheque|offline|pending (confirmed)|checked out|in|
        assigned|unassigned|claimed|sent|delivered|activated|verified|参加|参加確定|当選|確定|
        支払い済み|支払済み|支払済|入金済み|入金済|済|出席|承認済み|承認|参加する|bezahlt|
        gezahlt|bestätigt|angemeldet|teilnehmend|zugesagt|zusage|eingecheckt|gültig|aktiv|frei|
        kostenlos|ja|j|genehmigt|payé|payée|payee|paye|confirmé|confirmée|inscrit|inscrite|
        validé|validée|valide|présent|présente|oui|gratuit|accepté|acceptée|réglé|réglée|pagado|
        pagada|confirmado|confirmada|inscrito|inscrita|válido|válida|asistirá|aprobado|aprobada|
        sí|si|gratis|aceptado|aceptada|completado|pago|paga|aprovado|aprovada|sim|concluído|
        inscrição confirmada|pagato|pagata|confermato|confermata|iscritto|iscritta|valido|
        approvato|sì|gratuito|completato|betaald|bevestigd|aangemeld|geldig|goedgekeurd|
        opłacone|opłacona|opłacony|zapłacone|zapłacono|potwierdzone|potwierdzony|potwierdzona|
        zarejestrowany|zatwierdzone|tak|aktywny|ważny|zaplaceno|zaplacené|potvrzeno|potvrzený|
        registrován|platné|ano|zaplatené|potvrdené|áno|betalt|bekræftet|tilmeldt|bekreftet|
        påmeldt|betald|bekräftad|anmäld|godkänd|gyldig|godkendt|maksettu|vahvistettu|
        ilmoittautunut|hyväksytty|osallistuu|kyllä|fizetve|megerősítve|regisztrált|érvényes|
        igen|plătit|plătită|confirmat|da|înscris|ödendi|ödenmiş|onaylandı|kayıtlı|evet|
        katılıyor|geçerli|оплачено|оплачен|подтверждено|подтвержден|подтверждён|зарегистрирован|
        участвует|да|платено|потвърдено|підтверджено|зареєстровано|зареєстрований|так|πληρώθηκε|
        επιβεβαιώθηκε|πληρωμένο|ναι|plaćeno|potvrđeno|plačano|potrjeno|lunas|dibayar|
        terkonfirmasi|terdaftar|hadir|trả tiền|đã thanh toán|đã xác nhận|đã đăng ký|
        ชำระเงินแล้ว|ยืนยันแล้ว|已付款|已支付|支付|已确认|已確認|已报名|已報名|通过|已通过|有效|
        报名成功|지불|결제완료|결제 완료|확정|참가|참석|승인|승인됨|등록완료|확인|भुगतान|
        भुगतान किया|पुष्ट|पुष्टि|स्वीकृत|हाँ|हां|हो|पंजीकृत|पैसे दिले|भरले|जमा|ادا شدہ|
        تصدیق شدہ|منظور|منظور شدہ|ہاں|جی ہاں|ادائیگی ہو گئی|مدفوع|مؤكد|مؤكدة|مقبول|مقبولة|نعم|مسجل|
        مسجلة|تم الدفع|
        تم التأكيد|تم تأكيده|مدفوعة|موافق|سيحضر|نشط|
        שולם|מאושר|כן|pagat|ordainduta|apmaksāts|samaksāts|apstiprināts|makstud|apmokėta|
        bezuelt|பணம் செலுத்தப்பட்டது|உறுதி|ஆம்|পরিশোধিত|নিশ্চিত|হ্যাঁ|అవును|imelipwa|ndiyo|
        ausstehend (bestätigt)|en attente (confirmé)|függőben (megerősítve)|
        in attesa (confermato)|in behandeling (bevestigd)|na čekanju (potvrđeno)|
        odottaa (vahvistettu)|pendente (confirmado)|pendiente (confirmado)|
        steet op (confirméiert)|under behandling(bekræftet)|väntar (bekräftad)|
        w toku (potwierdzone)|zain (konfirmatuta)|čaká sa (potvrdené)|đang chờ xử lý (xác nhận)|
        בהמתנה (מאושר)|قيد الانتظار (تم تأكيده)|รอดําเนินการ (ยืนยันแล้ว)|保留中(確認済み)|
        待定(已確認)|대기중(승인됨)
    """,
    UNPAID: """
        pending|n|expired|e|unpaid|not paid|awaiting payment|awaiting_payment|to be paid|
        to_be_paid|payment pending|pending payment|payment due|due|outstanding|open|
        initializing|incomplete|in progress|partially paid|partial|partial payment|deposit paid|
        invoiced|invoice sent|overdue|pay at the door|pay at door|pay later|pay at venue|
        pays at the desk|unsettled|not received|processing|on hold|hold|authorized|
        payment failed|failed|no payment|requires payment|awaiting offline payment|reserved|
        reserved for offline payment|to pay|draft|started|abandoned|created|offline payment|
        pre reserved|offen|ausstehend|abgelaufen|unbezahlt|nicht bezahlt|zahlung offen|
        zahlung ausstehend|teilweise bezahlt|überfällig|reserviert|en attente|
        en attente de paiement|expiré|expirée|impayé|impayée|non payé|non payée|à payer|
        paiement en attente|pendiente|pendiente de pago|expirado|expirada|no pagado|no pagada|
        sin pagar|impagado|pago pendiente|pendente|pagamento pendente|não pago|não paga|
        aguardando pagamento|a pagar|in attesa|in attesa di pagamento|scaduto|scaduta|
        non pagato|non pagata|da pagare|openstaand|verlopen|niet betaald|onbetaald|
        in afwachting|wacht op betaling|w toku|oczekujące|oczekuje|oczekuje na płatność|
        wygaśnięte|wygasłe|nieopłacone|nieopłacony|nieopłacona|niezapłacone|do zapłaty|
        chybějící|čeká|čeká na platbu|čeká na zaplacení|nezaplaceno|nezaplacené|vypršelo|
        vypršelá platnost|čaká sa na|vypršala platnosť|afventer|udløbet|ikke betalt|ubetalt|
        avventer|utløpt|avvaktande|obetald|ej betald|utgången|odottaa|odottaa maksua|
        vanhentunut|maksamatta|avoin|függőben|lejárt|fizetésre vár|nincs fizetve|în așteptare|
        expirat|neplătit|neplătită|bekleniyor|beklemede|ödeme bekleniyor|ödenmedi|süresi doldu|
        не завершено|истекло|ожидает оплаты|ожидание|не оплачено|не оплачен|в ожидании|
        термін придатності закінчився|в очікуванні|очікує оплати|неплатено|εκκρεμήσ|έχει λήξει|
        εκκρεμεί|απλήρωτο|na čekanju|isteklo|v teku|poteklo|nije plaćeno|neplaćeno|pendent|
        pendent de pagament|ordaindu gabe|iraungita|tertunda|kedaluwarsa|belum lunas|
        belum bayar|menunggu pembayaran|đang chờ xử lý|hết hạn|chưa thanh toán|chờ thanh toán|
        รอดำเนินการ|หมดอายุ|รอชำระเงิน|ยังไม่ชำระ|保留中|期限切れ|未払い|未入金|未払|支払い待ち|
        入金待ち|待处理的|待处理|过期的|未付款|未支付|待付款|待支付|等待|過期|대기중|만료됨|
        미결제|미납|결제대기|결제 대기|입금대기|बकाया|लंबित|भुगतान बाकी|अदत्त|बाकी|प्रलंबित|
        زیر التوا|غیر ادا شدہ|ادا نہیں کیا|باقی|واجب الادا|قيد الانتظار|منتهي الصلاحية|
        غير مدفوع|בהמתנה|פג תוקף|לא שולם|gaida|beidzies derīguma termiņš|steet op|ofgelaf|
        নিলম্বিত|অপরিশোধিত|নিஷலுவை|நிலுவையில்|haijalipwa
    """,
    UNAPPROVED: """
        masih ragu|ragu ragu|belum pasti|belum tahu|kararsızım|kararsız|пока не знаю|не знаю|
        todavía no lo sé|no lo sé|ainda não sei|je ne sais pas|weiß noch nicht|non so|weet nog niet|
        em análise|en revisión|en análisis|in prüfung|en cours d'examen|in valutazione|por definir|
        a definir|não respondeu|
        не ответил|не ответила|нет ответа|pas encore répondu|sin respuesta|sem resposta|
        keine antwort|ei vastausta|brak odpowiedzi|geen antwoord|
        unapproved|approval pending|pending approval|pending_approval|awaiting approval|waitlist|
        waitlisted|wait list|wait listed|waiting list|waiting|on waitlist|on waiting list|
        invited|invitation sent|invite sent|maybe|tentative|interested|undecided|applied|
        application received|under review|in review|review|submitted|requested|shortlisted|
        moderation|unconfirmed|not confirmed|not approved|not yet approved|
        awaiting confirmation|pending confirmation|needs approval|standby|queue|queued|queueing|
        no response|no reply|not replied|not responded|unknown|unverified|to be confirmed|tbc|
        tbd|provisional|lottery|nominated|warteliste|auf warteliste|freigabe ausstehend|
        mungkin|
        eingeladen|vielleicht|unbestätigt|nicht bestätigt|angefragt|vorgemerkt|liste d attente|
        liste d'attente|sur liste d'attente|approbation en attente|invité|invitée|peut-être|
        peut être|non confirmé|à confirmer|lista de espera|en lista de espera|en espera|
        aprobación pendiente|invitado|invitada|quizás|tal vez|por confirmar|sin confirmar|
        no confirmado|no confirmada|sin confirmación|
        não confirmado|não confirmada|non confermato|non confermata|sin responder|
        aprovação pendente|convidado|convidada|talvez|a confirmar|em espera|lista d attesa|
        lista d'attesa|in attesa di approvazione|invitato|forse|da confermare|wachtlijst|
        wacht op goedkeuring|uitgenodigd|misschien|lista rezerwowa|lista oczekujących|
        zatwierdzenie w toku|zaproszony|może|niepotwierdzone|čekací listina|náhradník|pozván|
        možná|nepotvrzeno|čaká sa na schválenie|venteliste|godkendelse afventer|inviteret|måske|
        godkjenning venter|väntelista|reservlista|väntar godkännande|inbjuden|kanske|varasija|
        varasijalla|jonossa|jonotuslista|odottaa hyväksyntää|kutsuttu|ehkä|várólista|
        engedélyre vár|meghívott|talán|listă de așteptare|în curs de aprobare|invitat|poate|
        bekleme listesi|yedek liste|onay bekliyor|davetli|belki|лист ожидания|список ожидания|
        в листе ожидания|на рассмотрении|ожидает подтверждения|приглашен|приглашён|возможно|
        лист очікування|в очікуванні затвердження|запрошено|можливо|λίστα αναμονήσ|ίσωσ|
        odobrenje na čekanju|lista čekanja|čakalna lista|daftar tunggu|persetujuan tertunda|
        diundang|danh sách chờ|phê duyệt đang chờ xử lý|รอการอนุมัติ|รายชื่อสำรอง|補欠|抽選待ち|
        抽選中|キャンセル待ち|承認待ち|承認保留中|招待|招待中|未定|審査中|候补|候補|等候名单|
        待审核|审核中|待審核|等待批准|已邀请|대기|대기자|대기 명단|승인 대기중|승인대기|
        승인 대기|초대|미정|प्रतीक्षा सूची|प्रतीक्षा|प्रतीक्षा यादी|अनुमोदन लंबित|आमंत्रित|शायद|
        انتظار|فہرست انتظار|منتظر|زیر غور|شاید|مدعو|قائمة الانتظار|في انتظار الموافقة|ربما|
        بانتظار التأكيد|بانتظار الموافقة|في انتظار التأكيد|قيد المراجعة|معلق|معلّق|غير مؤكد|
        غير مؤكدة|لم يرد|
        רשימת המתנה|ממתין לאישור|הוזמן|אולי|pendent d'aprovació|llista d'espera|onartzeke|
        fräischaltung steet op|காத்திருப்பு|অপেক্ষমাণ|অপেক্ষমান
    """,
    CANCELED: """
        לא מגיע|לא מגיעה|לא מגיעים|leider nicht|leider nein|hélas non|malheureusement non|
        lamentablemente no|purtroppo no|helaas niet|niestety nie|tidak hadir|
        tidak bisa hadir|katılamıyorum|katılmıyorum|
        desistência|desistiu|desistente|desistió|renunció|não comparecerá|não participará|
        ne participe pas|ne participera pas|je ne participe pas|nimmt nicht teil|
        ich nehme nicht teil|non partecipo|non parteciperò|no asistiré|no asistirá|no iré|
        não vou|não irei|katılamayacağım|katılmayacağım|katılmayacak|не приду|не придёт|
        не придем|не придём|не сможет|не будет|nie przyjdę|ik kom niet|komt niet|欠席する|
        欠席します|参加しません|参加しない|欠席|ご欠席|欠席予定|not selected|
        não vai|não virá|no va|no viene|no irá|non viene|ne vient pas|kommt nicht|
        not attending|refunded|deleted|transferred|transferred out|cancelled|canceled|cancel|c|
        declined|decline|rejected|reject|withdrawn|withdrew|released|invalidated|no|void|voided|
        revoked|invalid|canceled (paid fee)|not going|not coming|can't go|cannot attend|removed|
        charged back|chargeback|reversed|disputed|fully refunded|refund|returned|regret|regrets|
        will not attend|timeout|timed out|trash|regretfully declines|declines|
        declines with regret|cannot come|can't come|can't make it|will not come|not able to attend|
        cancelled by registrant|lost|not accepted|denied|dropped|dropped out|inactive|terminated|
        archived|
        ineligible|disqualified|duplicate|spam|test|false|storniert|abgesagt|abgemeldet|
        abgelehnt|erstattet|zurückerstattet|ungültig|nein|absage|gelöscht|annulliert|
        stornierung|nimmt nicht teil|annulé|annulée|annule|remboursé|remboursée|refusé|refusée|
        désinscrit|non|désisté|désistement|absent excusé|cancelado|cancelada|anulado|anulada|
        rechazado|rechazada|reembolsado|reembolsada|devuelto|no asistirá|recusado|recusada|não|
        estornado|rejeitado|rejeitada|annullato|annullata|cancellato|cancellata|rimborsato|
        rimborsata|rifiutato|disdetto|geannuleerd|afgemeld|terugbetaald|geweigerd|afgewezen|nee|
        anulowane|anulowany|anulowana|anulowano|zwrócone|odrzucone|odrzucony|zrezygnował|nie|
        zrušeno|zrušené|zrušený|vráceno|odmítnuto|odhlášen|ne|stornováno|annulleret|refunderet|
        afmeldt|afvist|nej|kansellert|avmeldt|avlyst|refundert|nei|avbokad|återbetald|avanmäld|
        avböjt|peruutettu|peruttu|perunut|peruuttanut|hylätty|hyvitetty|ei osallistu|ei|törölve|
        lemondva|elutasítva|visszatérítve|nem|anulat|anulată|rambursat|respins|nu|iptal|
        iptal edildi|iade edildi|reddedildi|hayır|katılmıyor|отменено|отменен|отменён|отмена|
        возврат|возвращено|отклонено|отклонен|нет|не придет|анулирано|отказано|скасовано|
        повернено|відхилено|ні|ακυρώθηκε|ακυρωμένο|όχι|otkazano|odbijeno|preklicano|zavrnjeno|
        dibatalkan|batal|ditolak|tidak|hủy bỏ|đã hủy|hủy|từ chối|không|ยกเลิกแล้ว|ยกเลิก|ไม่|
        参加キャンセル|補欠キャンセル|キャンセル|キャンセル済み|不参加|落選|辞退|返金済み|却下|
        いいえ|取消的|取消|已取消|已退款|退款|退票|拒绝|已拒绝|否|已退票|未通过|취소|취소됨|
        환불|불참|거절|거절됨|환불완료|रद्द|रद्द किया|अस्वीकृत|वापस|नहीं|नाही|منسوخ|مسترد|
        منسوخ شدہ|واپس|نہیں|ملغى|ملغي|ملغاة|تم إلغاؤه|تم الإلغاء|مرفوض|مرفوضة|معتذر|اعتذر|
        لن يحضر|لا|בוטל|מבוטל|נדחה|לא|cancel·lat|
        cancel·lada|bertan behera utzia|atcelts|tühistatud|atšaukta|annuléiert|ரத்து|வாபஸ்|
        বাতিল|রদ|imeghairiwa|annullato (quota pagata)|annulleret (gebyr betalt)|
        annulé (frais payés)|anulowane (opłata uiszczona)|avbruten (betalad avgift)|
        bị hủy (phí thanh toán)|cancelado (tarifa pagada)|cancelado (taxa paga)|
        ezeztatuta (tasa ordainduta)|geannuleerd (betaalde kosten)|
        geannuleerd (betaalde vergoeding)|otkazano (plaćena naknada)|
        peruutettu (maksettu maksu)|storniert (bezahlte gebühr)|törölve (díj kifizetve)|
        zrušené (zaplatený poplatok)|בוטל (שולם עמלה)|تم إلغاؤها (تم دفع الرسوم)|
        ยกเลิกแล้ว (ชําระค่าธรรมเนียมแล้ว)|キャンセル済み(手数料徴収済み)|取消(已付費用)|
        취소된 (유료)
    """,
    BLOCKED: """
        blocked|banned|suspended|gesperrt|blockiert|bloqué|bloquée|bloqueado|bloqueada|bloccato|
        geblokkeerd|zablokowane|zablokowany|blokováno|blokeret|blokkert|blockad|blokattu|
        estetty|blokkolva|blocat|engellendi|заблокировано|заблокирован|заблоковано|封鎖|
        ブロック|차단|محجوب|חסום|diblokir|bị chặn
    """,
}

PLATFORM_WORDS: dict[str, dict[str, TicketStatus]] = {
    # pretix: n pending, p paid, e expired, c canceled (docs.pretix.eu, order status)
    "alf.io": {"expired": CANCELED, "free": UNPAID, "pending": UNPAID, "pre reserved": UNPAID},
    "luma": {"pending": UNAPPROVED, "not going": CANCELED, "session": VALID},
    "meetup": {"no": CANCELED, "maybe": UNAPPROVED, "waiting list": UNAPPROVED},
    "indico": {"pending": UNAPPROVED},
    "sessionize": {
        "nominated": UNAPPROVED,
        "in evaluation": UNAPPROVED,
        "accept queue": UNAPPROVED,
    },
}

_YES = words(
    """
    yes y true t 1 x ✓ ✔ ☑ ✅ ja j oui o si sí sì sim tak ano áno kyllä igen da evet да
    так ναι はい 是 예 네 हाँ हां हो جی ہاں نعم כן jo jā bai iya ya có ใช่ wahr vrai
    verdadero verdadeiro vero waar prawda pravda tosi igaz adevărat doğru истина 真 済
    on ok done checked sant sann istinito tiesa patiess істина αληθήσ
    """
)
_NO = words(
    """
    no n false f 0 - – — nein non não nie ne nej nei ei nem nu hayır нет ні όχι いいえ 否
    不 ✗ ✘ ✖ ❌ ☐ 아니오 아니요 नहीं नाही نہیں لا לא nē ez tidak không ไม่ falsch faux falso onwaar
    fałsz epätosi hamis yanlış ложь 偽 off none nee من nepravda falskt falsk usann fals neistinito
    না netiesa aplams väär хибність невярно лъжа ψευδήσ
    """
)
_NOT_ARRIVED = phrases(
    """
    no show|noshow|no-show|absent|not checked in|not checked-in|notcheckedin|unchecked|
    not arrived|not attended|did not attend|didn't attend|not present|missing|unused|not used|
    not scanned|pending|registered|never|欠席|未出席|未チェックイン|未签到|結席|결석|미참석|
    abwesend|nicht eingecheckt|nicht anwesend|absent e|absente|non présent|ausente|assente|
    no asistió|afwezig|nieobecny|nepřítomen|poissa|frånvarande|fraværende|katılmadı|
    отсутствовал|не пришел|отсутствует|अनुपस्थित|غیر حاضر|غائب|a|n/a|na|null|undefined|none|
    not checked|checked out|expected|invited|false|not yet|出席予定|未定
"""
)
_SPACES = re.compile(r"[\s_]+")


def status_key(word: str) -> str:
    """A status word in the form of the tables."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", word).casefold()).strip(" .!*")


_LETTERS = str.maketrans("ıłøđ", "ilod")


def _without_accents(word: str) -> str:
    """A word as people type it without accents (`nao`, `hayir`); unchanged in other scripts."""
    if word.isascii():
        return word
    letters = unicodedata.normalize("NFD", word).translate(_LETTERS)
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    return plain if plain.isascii() else word


def _build() -> dict[str, TicketStatus]:
    table: dict[str, TicketStatus] = {}
    for change in (str, _without_accents):
        for meaning, block in _WORDS.items():
            for word in phrases(block):
                table.setdefault(status_key(change(word)), meaning)
    return table


_TABLE = _build()
_TYPED_NO = frozenset(map(_without_accents, _NO)) - _YES
_TYPED_YES = frozenset(map(_without_accents, _YES)) - _NO
_PREFIX_SIGNS = re.compile(r"^[^\w(]+|[^\w)]+$")


def meaning_of(word: str, platform: str = "") -> TicketStatus | None:
    """The meaning of a status word; None if it is unknown; an empty word is valid."""
    key = status_key(word).removeprefix("wc-")  # WooCommerce's order states
    if not key or key in ("-", "–", "—"):
        return VALID
    special = PLATFORM_WORDS.get(platform, {})
    for candidate in (key, key.replace("-", " "), _PREFIX_SIGNS.sub("", key)):
        found = special.get(candidate) or _TABLE.get(candidate)
        if found is not None:
            return found
    if key.endswith(")") and "(" in key:
        return _TABLE.get(key[: key.index("(")].strip())
    known = {_TABLE.get(part.strip()) for part in _CLAUSES.split(key)} - {None}
    if len(known) == 1 and len(key) <= 60:
        return known.pop()  # "No, lo siento", "К сожалению, нет"
    if len(key) <= 60:
        return next((meaning for sign, meaning in _SIGNS if sign.search(key)), None)
    return None


_CLAUSES = re.compile(r"[,;.!?…]+")
_SIGNS = (
    (
        re.compile(r"wait ?-?list|(?:un|not |await\w* |for )(?:approv|confirm)|not yet approv"),
        UNAPPROVED,
    ),
    (
        re.compile(r"\b(?:regret|declin|unable|can ?not|can't|won't|refund|cancel|withdr|reject)"),
        CANCELED,
    ),
    (re.compile(r"\b(?:not|never) (?:be )?(?:attend|com|going|join|able)"), CANCELED),
    (re.compile(r"\b(?:pay ?later|incomplete|not paid|unpaid|to be paid|awaiting pay)"), UNPAID),
    (re.compile(r"\bpending\b.*\b(?:pay|transaction|cart)|\bpay\w*\b.*\bpending"), UNPAID),
    (re.compile(r"\bpending\b|\bmaybe\b|\bnot sure\b|^hopefully\b|\btentativ"), UNAPPROVED),
    (
        re.compile(r"\baccept|\b(?:i|we)(?:'ll| will) (?:be |there)|\bwill attend|\bcan't wait"),
        VALID,
    ),
    (re.compile(r"^(?:yes|yep|yup|yeah|yay|sure|of course|definitely|absolutely)\b"), VALID),
    (
        re.compile(
            r"^(?:no|nope?|nah|sorry)(?:$|\s?[^\w\s]| (?:i|we|thank|thanks|can|will|longer|"
            r"sorry|unfortunately|not|pod|pued|asist|ir|voy|vamos|vendr|particip))"
        ),
        CANCELED,
    ),
)
"""Signs in phrases that no table has (`Joyfully accepts`, `Pending from pay later`)."""


_ROLES = words(
    """
    vip sponsor speaker staff crew volunteer organizer organiser free session full p c n e cash
    card online offline open sent delivered partial hold no yes y j ja da ne si ok in new test
    complete active inactive member true false
    """
)
"""Words that mean a status only under a heading that says so."""


def is_status_word(word: str) -> bool:
    """Whether a word is the status of a ticket, under whatever heading it stands."""
    key = status_key(word)
    if not key or key in _ROLES or is_yes(word) is not None:
        return False
    return meaning_of(word) is not None


_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ,].*)?|"
    r"\d{1,2}[-/. ]+(?:\d{1,2}|(?:de )?(?P<month>[^\d\s.,/-]+)\.?(?: de)?)"
    r"[-/. ,]+\d{2,4}(?:[T ,].*)?|"
    r"(?P<first>[^\d\s.,/-]+)\.? \d{1,2},? \d{4}.*"
)


def is_date(word: str) -> bool:
    """Whether a cell is a date: in a column about payment it is the date of the payment."""
    found = _DATE.fullmatch(word.strip())
    month = found and (found["month"] or found["first"])
    return found is not None and (not month or month_of(month) is not None)


ARRIVED_WORDS = phrases(
    """
    checked in|checkedin|checked-in|arrived|attended|present|scanned|used|redeemed|admitted|p|
    in|出席|参加済み|チェックイン済み|已签到|已签入|출석|eingecheckt|anwesend|présent|présente|
    asistió|presente|aanwezig|obecny|obecna|přítomen|läsnä|saapunut|närvarande|til stede|
    katıldı|hadir|उपस्थित|حاضر
"""
)
"""Words for a person who has arrived, also in a status column."""


def is_yes(word: str) -> bool | None:
    """Whether the word means yes; None if it is neither yes nor no; empty is no."""
    key = status_key(word)
    if not key or key in _NO or _without_accents(key) in _TYPED_NO:
        return False
    return True if key in _YES or _without_accents(key) in _TYPED_YES else None


def arrived(word: str) -> str:
    """The source's check-in mark if it means "arrived" (a time, a yes), else empty."""
    key = status_key(word)
    if not key or key in _NO or key in _NOT_ARRIVED or key.startswith(("0000-00-00", "not ", "未")):
        return ""
    return word
