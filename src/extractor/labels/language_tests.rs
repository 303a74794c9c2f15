//! For each language a line of each kind, and a sentence of a story with such a word, which is none.

use super::*;

/// Language; advertising, widget, section, teaser, prompt; a story's own.
const LINES: &str = "\
de | Anzeige | 12 Kommentare | Mehr zum Thema | Lesen Sie auch: Als die Flut kam | Jetzt abonnieren und weiterlesen | Teilen will die Gemeinde das Haus mit dem Nachbarort.
en | Story continues below advertisement | Share this article | Most popular | Read more: The day the river rose | Sign up for our newsletter | Comments by the mayor did not help the talks.
nl | Advertentie | 4 reacties | Lees ook | Bekijk ook: de brug in beeld | Schrijf je in voor de nieuwsbrief | Reclame voor gokken wordt in juli verboden.
sv | Annons | Dela artikeln | Mest läst | Läs också: Bron stängs | Följ oss på nätet | Annonserna i tidningen räddade dansbanan.
nb | Annonse | Kopier lenke | Mest lest | Les også: Broen stenges | Følg oss på nettet | Reklame for spill blir forbudt fra sommeren.
da | Annonce | Vis flere | Mest læste | Læs også: Broen lukkes | Tilmeld dig nyhedsbrevet | Annoncen i avisen gav hende et nyt job.
fr | La suite après cette publicité | Partager l'article | Sur le même sujet | À lire aussi : le pont est fermé | Abonnez-vous dès maintenant | Partager le pain, voilà ce que le village a choisi.
es | Publicidad | Compartir en redes | Lo más leído | Lea también: El puente cerrado | Suscríbete a nuestro boletín | Compartir coche es la costumbre del valle.
pt | Continua depois da publicidade | Compartilhar | Mais lidas | Leia também: A ponte fechada | Inscreva-se no canal | Comentar a obra não quis o prefeito.
it | Pubblicità | Condividi su rete | Articoli correlati | Leggi anche: Il ponte chiuso | Iscriviti alla newsletter | Stampa e comune discutono del ponte da mesi.
ro | Publicitate | Adaugă un comentariu | Articole similare | Citește și: Podul închis | Abonează-te la buletin | Publicitatea la jocuri va fi interzisă din iulie.
ca | Publicitat | Comparteix a la xarxa | Notícies relacionades | Llegeix també: El pont tancat | Subscriu-te al butlletí | Comparteixen el pa i la casa des de fa anys.
pl | Reklama | Udostępnij na profilu | Polecamy | Czytaj także: Most zamknięty | Zapisz się do listy | Reklama piwa znika z ulic miasta od lipca.
cs | Inzerce | Sdílet článek | Nejčtenější | Čtěte také: Most je zavřený | Přihlaste se k odběru | Diskuse o mostu trvala do noci.
sk | Inzercia | Zdieľať článok | Najčítanejšie | Čítajte aj: Most je zatvorený | Prihláste sa na odber | Diskusia o moste trvala do noci.
sl | Oglasno sporočilo | Dodaj komentar | Sorodne novice | Preberite tudi: Most je zaprt | Naročite se na novice | Oglasi za igre bodo prepovedani od julija.
hr | Tekst se nastavlja ispod oglasa | Podijeli članak | Najčitanije | Pročitajte i: Most je zatvoren | Pretplatite se na novosti | Komentari gradonačelnika nisu pomogli.
sr | Огласи | Подели на мрежи | Најчитаније | Прочитајте и: Мост је затворен | Пратите нас на мрежи | Реклама за пиво нестаје са улица града.
bg | Реклама | Сподели в мрежата | Още по темата | Прочетете още: Мостът е затворен | Абонирайте се за новини | Реклама на хазарт няма да има от юли.
ru | На правах рекламы | Поделиться | Читайте также | Читайте также: Мост закрыт | Подписывайтесь на канал | Комментарии мэра делу не помогли.
uk | На правах реклами | Поділитися | За темою | Читайте також: Міст закрито | Підписуйтесь на канал | Реклама пива зникає з вулиць міста.
fi | Mainos | Näytä lisää | Luetuimmat | Lue myös: Silta suljettu | Seuraa meitä verkossa | Mainos lehdessä toi hänelle työpaikan.
et | Reklaam | Jaga artiklit | Seotud lood | Loe ka: Sild on suletud | Liitu uudiskirjaga | Reklaami hasartmängudele enam ei lubata.
hu | Hirdetés | Cikk megosztása | Legolvasottabb | Olvassa el még: Lezárták a hidat | Iratkozzon fel hírlevelünkre | Hirdetés útján talált rá az új gazda.
lt | Straipsnis tęsiamas po reklamos | Rodyti daugiau | Skaitomiausi | Skaitykite taip pat: Tiltas uždarytas | Prenumeruokite naujienas | Komentuoti sprendimo meras nenorėjo.
lv | Reklāma | Pievienot komentāru | Saistītie raksti | Lasi arī: Tilts slēgts | Seko mums tīklā | Reklāma avīzē viņai deva jaunu darbu.
el | Διαφήμιση | Κοινοποίηση | Σχετικά άρθρα | Διαβάστε επίσης: Έκλεισε η γέφυρα | Εγγραφείτε στο ενημερωτικό δελτίο | Σχόλια του δημάρχου δεν βοήθησαν στις συνομιλίες.
tr | Haber reklamdan sonra devam ediyor | Haberi paylaş | İlgili Haberler | Ayrıca okuyun: Köprü kapandı | Abone olun | Yorumlar belediye başkanını kızdırdı.
ar | إعلان | شارك المقال | الأكثر قراءة | اقرأ أيضا: الجسر مغلق | اشترك في النشرة | إعلان الرئيس جاء بعد ساعات من الاجتماع.
he | פרסומת | הוסיפו תגובה | כתבות נוספות | קראו גם: הגשר נסגר | הצטרפו לערוץ | תגובות ראש העיר לא עזרו לשיחות.
fa | آگهی | ارسال نظر | اخبار مرتبط | بیشتر بخوانید: پل بسته شد | عضو شوید | تبلیغات بازی از تابستان ممنوع می‌شود.
hi | विज्ञापन | शेयर करें | संबंधित खबरें | यह भी पढ़ें: पुल बंद | सब्सक्राइब करें | विज्ञापन पर रोक जुलाई से लागू होगी।
bn | বিজ্ঞাপন | শেয়ার করুন | সম্পর্কিত খবর | আরও পড়ুন: সেতু বন্ধ | সাবস্ক্রাইব করুন | বিজ্ঞাপন নিষিদ্ধ হবে জুলাই থেকে।
th | โฆษณา | แชร์ข่าวนี้ | ข่าวที่เกี่ยวข้อง | อ่านเพิ่มเติม: สะพานปิด | เข้าสู่ระบบ | โฆษณาพนันจะถูกห้ามตั้งแต่เดือนกรกฎาคม
vi | Quảng cáo | Chia sẻ bài viết | Tin liên quan | Đọc thêm: Cầu đóng cửa | Đăng ký nhận tin | Quảng cáo cờ bạc sẽ bị cấm từ tháng bảy.
id | Iklan | Bagikan artikel | Berita terkait | Baca juga: Jembatan ditutup | Ikuti kami di kanal | Iklan judi akan dilarang mulai Juli.
ja | 広告 | もっと見る | 関連記事 | 動画：橋が閉まる | 会員登録はこちら | 広告を見た人が橋に集まった。
ko | 광고 | 댓글 12개 | 많이 본 뉴스 | 관련기사: 다리 폐쇄 | 구독하고 계속 읽기 | 광고 규제가 칠월부터 시작된다.
zh-Hans | 广告 | 分享本文 | 相关阅读 | 延伸阅读：大桥关闭 | 订阅我们的消息 | 广告从七月起被禁止。
zh-Hant | 廣告 | 我要留言 | 相關新聞 | 延伸閱讀：大橋關閉 | 訂閱電子報 | 廣告從七月起被禁止。";

#[test]
fn every_language_has_its_lines() {
    let mut left: Vec<&str> = languages().map(|words| words.language).collect();
    for row in LINES.lines() {
        let mut fields = row.split(" | ");
        let language = fields.next().unwrap();
        left.retain(|other| *other != language);
        for expected in [Label::Advertising, Label::Widget, Label::Section, Label::Teaser, Label::Prompt] {
            check(fields.next().unwrap(), Some(expected));
        }
        check(fields.next().unwrap(), None);
    }
    assert!(left.is_empty(), "{left:?}");
}
