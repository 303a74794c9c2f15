//! What stands in place of a story and says so, in the languages of the web: robots' checks, errors, requests for consent, for money.

use std::sync::LazyLock;

use regex::Regex;

use super::blocks::weight_of;
use super::text::Show;

/// A wall has few words of its own.
const MAX_WALL: f32 = 1500.0;
/// Characters of its beginning in which it says so.
const HEAD: usize = 600;
/// From so many characters on, what stands before a request for money is the beginning of a story.
const MIN_LEAD: f32 = 200.0;
/// A text above this is more than the beginning of a story, whatever stands at its end.
const MAX_LEAD: f32 = 3000.0;
/// The same, where only the page's metadata says that it is not for everybody: many a page has all of its text all the same.
const MAX_DECLARED: f32 = 1200.0;
/// Lines at the end in which a page asks for money.
const END: usize = 6;

/// An error page, a wall, or a robot's welcome: short, and it says so. What has the beginning of a story above its request for money
/// is none, see [`is_lead`].
pub(crate) fn wall(title: &str, text: &str) -> Option<&'static str> {
    if weight_of(text) >= MAX_WALL {
        return None;
    }
    let head: String = text.chars().take(HEAD).collect();
    let says = |pattern: &Regex| pattern.is_match(title) || pattern.is_match(&head);
    let kind = WALLS.iter().find(|(_, pattern)| says(pattern)).map(|(kind, _)| *kind);
    kind.or_else(|| (says(&PAY) && weight_of(&without_pay(text)) < MIN_LEAD).then_some("behind a paywall"))
}

/// Whether the text is the beginning of a story whose rest is for subscribers; `declared`: the page's metadata says so. The request for
/// money stands at its end, or behind it on the page: `page` shows the lines of that, none of them blank, and is asked
/// only of short texts.
pub(crate) fn is_lead(declared: bool, text: &str, page: impl FnOnce(&mut Show<'_>)) -> bool {
    let weight = weight_of(text);
    if weight == 0.0 || weight >= MAX_LEAD {
        return false;
    }
    let Some(last) = text.lines().rev().find(|line| !line.trim().is_empty()) else { return false };
    let asks = |line: &str| weight_of(line) < MIN_LEAD && PAY.is_match(line);
    let at_its_end = || text.lines().rev().filter(|line| !line.trim().is_empty()).take(END).any(asks);
    let behind_it = || {
        // Lines that are still looked at, once the end of the text was shown.
        let (mut left, mut is_asked) = (None, false);
        page(&mut |line| {
            match &mut left {
                None => left = (line.trim() == last.trim()).then_some(END),
                Some(left) => {
                    is_asked = asks(line);
                    *left -= 1;
                }
            }
            !is_asked && left != Some(0)
        });
        is_asked
    };
    (declared && weight < MAX_DECLARED) || at_its_end() || behind_it()
}

/// The text without the lines that ask for money.
pub(crate) fn without_pay(text: &str) -> String {
    text.lines().filter(|line| !PAY.is_match(line)).collect::<Vec<_>>().join("\n")
}

static WALLS: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    vec![
        ("a check for robots", either(ROBOTS, ROBOTS_UNSPACED)),
        ("an error", either(ERRORS, ERRORS_UNSPACED)),
        ("a request for consent", either(CONSENT, CONSENT_UNSPACED)),
    ]
});
static PAY: LazyLock<Regex> = LazyLock::new(|| either(PAYING, PAYING_UNSPACED));

/// Phrases of languages that part their words, and of those that do not. Where a word begins is said without `\b`, which would keep
/// other letters than English ones from the fast ways of [`Regex`].
#[allow(clippy::unwrap_used)] // constants, built by tests
fn either(spaced: &[&str], unspaced: &[&str]) -> Regex {
    Regex::new(&format!(r"(?i)(?:^|\W)(?:{})|{}", spaced.join("|"), unspaced.join("|"))).unwrap()
}

const ROBOTS: &[&str] = &[
    r"(?:are you a (?:human|robot)|verify (?:that )?you are (?:a )?human|checking your browser|enable javascript and cookies|please enable (?:javascript|js|cookies)|unusual traffic|access denied|attention required|ddos protection|captcha|security check)(?:\W|$)",
    // All that there is: a story may say so in passing.
    r"just a moment\.\.\.$",
    r"bitte (?:aktivieren|schalten) sie javascript|javascript (?:muss|ist) (?:aktiviert|deaktiviert)|bestätigen sie,? dass sie (?:ein mensch|kein roboter) sind|ungewöhnliche[rn]? (?:datenverkehr|aktivität)",
    r"activer javascript|v[ée]rifi(?:ez|er) que vous êtes (?:un )?humain|confirmez que vous n['’]êtes pas un robot|accès refusé|trafic inhabituel",
    r"habilit[ae] javascript|verifi(?:que|ca) que (?:eres|es) (?:un )?humano|no (?:soy|eres) un robot|acceso denegado|tráfico inusual",
    r"ative o javascript|verifique (?:se|que) você é humano|não sou um robô|acesso negado",
    r"attiva(?:re)? javascript|verifica di essere umano|non sono un robot|accesso negato",
    r"schakel javascript in|controleer of u een mens bent|ik ben geen robot|toegang geweigerd",
    r"aktivera javascript|bekräfta att du är (?:en )?människa|åtkomst nekad|aktiver javascript|bekreft at du er (?:et )?menneske|bekræft,? at du er (?:et )?menneske|ingen tilgang",
    r"ota javascript käyttöön|vahvista,? että olet ihminen|pääsy estetty",
    r"włącz (?:obsługę )?javascript|potwierdź,? że (?:jesteś człowiekiem|nie jesteś robotem)|dostęp zabroniony|odmowa dostępu",
    r"zapněte javascript|povolte javascript|ověřte,? že (?:jste člověk|nejste robot)|přístup (?:odepřen|zamítnut)|engedélyezze a javascript|igazolja,? hogy (?:ember|nem robot)|activați javascript|accesul? (?:este )?interzis",
    r"включите (?:поддержку )?javascript|подтвердите,? что вы (?:человек|не робот)|доступ (?:запрещ[её]н|ограничен)|увімкніть javascript|підтвердьте,? що ви (?:людина|не робот)|доступ заборонено",
    r"javascript['’]?i etkinleştirin|insan olduğunuzu doğrulayın|robot olmadığınızı|erişim engellendi|ενεργοποιήστε τη(?:ν)? javascript|επιβεβαιώστε ότι (?:είστε άνθρωπος|δεν είστε ρομπότ)",
    r"يرجى تفعيل (?:جافا ?سكريبت|javascript)|تحقق من أنك (?:إنسان|لست روبوت)|تم رفض الوصول|aktifkan javascript|pastikan anda bukan robot|akses ditolak|xác minh bạn (?:là người|không phải)|bật javascript",
];
const ROBOTS_UNSPACED: &[&str] = &[
    "javascriptを有効に|ロボットではありません|人間であることを確認|アクセスが拒否されました|請啟用javascript|请启用\\s?javascript|啟用 ?javascript|验证您?是(?:真人|人类)|請?驗證您?(?:是真人|不是機器人)|访问被拒绝|安全验证|자바스크립트를 (?:활성화|사용)|로봇이 아닙니다|사람인지 확인|접근이 거부",
];

const ERRORS: &[&str] = &[
    r"page not found|404 (?:not found|error)|error 404|403 forbidden|500 internal server error|502 bad gateway|503 service|this page (?:doesn['’]t|does not|no longer) exist|(?:the )?page you (?:requested|are looking for|were looking for)|temporarily unavailable|down for maintenance",
    r"seite (?:wurde )?nicht gefunden|seite (?:existiert|ist) nicht|fehler 404|artikel (?:ist )?nicht mehr verfügbar|wartungsarbeiten",
    r"page (?:introuvable|non trouvée)|erreur 404|cette page n['’]existe (?:pas|plus)|página no (?:encontrada|existe)|p[aá]gina que busca(?:s)? no|error 404",
    r"página não (?:foi )?encontrada|erro 404|pagina non (?:è stata )?trovata|errore 404|la pagina (?:richiesta )?non esiste|pagina niet gevonden|deze pagina bestaat niet",
    r"sidan (?:kunde inte hittas|hittades inte|finns inte)|siden (?:ble ikke funnet|blev ikke fundet|finnes ikke|findes ikke)|sivua ei löyt(?:ynyt|y)",
    r"strona nie (?:została )?(?:znaleziona|istnieje)|nie znaleziono strony|stránka (?:nebyla nalezena|neexistuje|nenalezena)|stránku sa nepodarilo nájsť|az oldal nem található|pagina nu (?:a fost găsită|există)",
    r"страница не (?:найдена|существует)|ошибка 404|сторінк[ау] не (?:знайдено|існує)|sayfa bulunamadı|η σελίδα δεν (?:βρέθηκε|υπάρχει)|الصفحة غير موجودة|لم يتم العثور على الصفحة|halaman tidak ditemukan|không tìm thấy trang|trang không tồn tại",
];
const ERRORS_UNSPACED: &[&str] = &[
    "ページが見つかりません|お探しのページ|页面不存在|找不到(?:该|该页|您|此)?(?:页面|頁面|網頁|网页)|頁面不存在|页面未找到|페이지를 찾을 수 없|존재하지 않는 페이지",
];

const CONSENT: &[&str] = &[
    r"we (?:and our (?:\d+ )?partners )?(?:use|store) (?:cookies|and/or access)|we value your privacy|before you continue|your privacy (?:matters|choices)|accept (?:all )?cookies to",
    r"wir (?:und unsere (?:\d+ )?partner )?(?:verwenden|nutzen|benötigen) (?:cookies|ihre (?:zustimmung|einwilligung))|mit werbung (?:und tracking )?(?:weiter)?lesen|zustimmung erforderlich|ihre privatsphäre ist uns wichtig",
    r"nous (?:et nos (?:\d+ )?partenaires )?(?:utilisons|stockons)|respectons votre vie privée|avec votre accord,? nos partenaires|accepter et continuer",
    r"(?:nosotros y nuestros (?:\d+ )?socios )?(?:utilizamos|usamos) cookies|valoramos tu privacidad|aceptar y continuar|nós e (?:os )?nossos (?:\d+ )?parceiros|valorizamos (?:a )?sua privacidade|usamos cookies",
    r"utilizziamo (?:i )?cookie|noi e i nostri (?:\d+ )?partner|la tua privacy è importante|accetta e continua|wij (?:en onze (?:\d+ )?partners )?gebruiken cookies|wij waarderen uw privacy|cookies accepteren",
    r"vi (?:och våra (?:\d+ )?partner )?använder (?:cookies|kakor)|vi värnar om din integritet|vi (?:og våre (?:\d+ )?partnere )?bruker (?:cookies|informasjonskapsler)|vi (?:og vores (?:\d+ )?partnere )?bruger cookies|käytämme evästeitä|arvostamme yksityisyyttäsi",
    r"(?:my i nasi partnerzy )?(?:używamy|wykorzystujemy|stosujemy) (?:pliki |plików )?cookie|cenimy (?:twoją )?prywatność|(?:my a naši partneři )?(?:používáme|využíváme) (?:soubory )?cookies?|vážíme si vašeho soukromí|(?:sütiket|cookie-kat) használunk|utilizăm (?:module )?cookie",
    r"мы (?:и наши партн[её]ры )?используем (?:файлы )?(?:cookie|куки)|ми (?:та наші партнери )?використовуємо (?:файли )?cookie|çerez(?:ler)? kullanıyoruz|gizliliğinize önem|χρησιμοποιούμε cookies?|εμείς και οι (?:\d+ )?συνεργάτες μας",
    r"نستخدم (?:نحن وشركاؤنا )?(?:ملفات تعريف الارتباط|الكوكيز)|نحن وشركاؤنا|kami (?:dan mitra kami )?menggunakan cookie|chúng tôi (?:và các đối tác )?sử dụng cookie",
];
const CONSENT_UNSPACED: &[&str] = &[
    "(?:クッキー|cookie)を使用(?:し|する)|プライバシーを尊重|我们(?:及我们的合作伙伴)?(?:使用|会使用) ?cookie|本網站使用 ?cookie|我們(?:和合作夥伴)?使用 ?cookie|쿠키를 사용(?:합니다|하고)|개인정보를 소중히",
];

const PAYING: &[&str] = &[
    r"subscribe (?:now )?to (?:continue|keep) reading|to (?:continue|keep) reading|already a (?:subscriber|member)\?|this (?:article|content|story|post) is (?:reserved |only |exclusively )?(?:for|available to) (?:paying |paid )?(?:subscribers|members)|log ?in to (?:continue|read)|sign in to (?:continue|read)|create (?:a free|an) account to|(?:the )?rest of this (?:article|story|post) is for|this (?:post|story) is for paid|unlock this (?:article|story)|you have (?:reached your|\d+|one|no) (?:limit of )?(?:free )?articles?",
    r"(?:sie haben )?bereits (?:ein )?abo(?:nnement)?\?|jetzt weiterlesen(?: mit)?|(?:nur )?für abonnent(?:inn)?en|weiterlesen mit (?:abo|plus)|sie sind bereits abonnent|jetzt (?:abonnieren|testen) und weiterlesen|dieser (?:artikel|inhalt) ist (?:exklusiv|nur) für|um weiterzulesen|mit einem abo (?:weiter)?lesen",
    r"(?:cet article|la suite) (?:de cet article )?est réservée? (?:à nos|aux) abonnés|il vous reste .{1,10} de cet article|déjà abonnée? ?\?|abonnez-vous pour (?:lire|continuer)|article réservé aux abonnés|pour lire la suite",
    r"contenido (?:exclusivo )?para suscriptores|suscríbete para (?:seguir leyendo|continuar|leer)|¿ya (?:eres|es) suscriptor|para seguir leyendo|conteúdo exclusivo para assinantes|assine para (?:continuar|ler)|já é assinante\?|exclusivo para assinantes",
    r"(?:articolo|contenuto) riservato agli abbonati|abbonati per (?:continuare|leggere)|sei già abbonato\?|per continuare a leggere|(?:dit )?artikel is (?:alleen )?(?:voor|exclusief voor) abonnees|al abonnee\?|verder lezen\? (?:word|neem)|lees verder met een abonnement|om verder te lezen",
    r"(?:logga in|bli prenumerant|prenumerera) för att (?:läsa|fortsätta)|redan prenumerant\?|artikeln är (?:låst|för prenumeranter)|(?:for å lese videre|allerede abonnent\?|kun for abonnenter|for at læse videre|artiklen er (?:kun )?for abonnenter|saken er for abonnenter)|(?:lue koko juttu|jatka lukemista) tilaajana|oletko jo tilaaja\?|vain tilaajille",
    r"(?:treść|artykuł) (?:dostępn[ay] )?(?:tylko )?dla (?:subskrybentów|prenumeratorów)|masz już (?:subskrypcję|prenumeratę)\?|aby czytać dalej|kup (?:dostęp|subskrypcję)|(?:článek|obsah) je (?:dostupný )?(?:pouze |jen )?pro (?:předplatitele|předplatné)|už máte předplatné\?|pokračování článku je|(?:csak )?előfizetőink(?:nek)? (?:számára )?(?:olvasható|elérhető)|már előfizető\?|abonează-te (?:pentru )?(?:a|să) cit(?:i|ești)|conținut (?:exclusiv )?pentru abonați",
    r"(?:статья|материал|полный текст) доступ(?:ен|на) (?:только )?(?:по подписке|подписчикам|для подписчиков)|чтобы (?:читать|дочитать) (?:дальше|далее|полностью)|оформите подписку|уже (?:есть подписка|подписаны)\?|(?:стаття|матеріал) доступн(?:а|ий) (?:тільки |лише )?(?:за передплатою|передплатникам)|оформіть (?:перед|під)плату",
    r"okumaya devam etmek için|(?:bu içerik )?(?:sadece )?abonelere özel|zaten abone misiniz|για να συνεχίσετε την ανάγνωση|μόνο για συνδρομητές|(?:هذا )?المحتوى (?:متاح )?(?:فقط )?للمشتركين|اشترك (?:الآن )?(?:لمتابعة|لمواصلة) القراءة|artikel ini khusus (?:untuk )?pelanggan|berlangganan untuk (?:membaca|melanjutkan)|nội dung dành (?:riêng )?cho (?:thuê bao|hội viên|độc giả trả phí)|đăng ký để đọc tiếp",
];
const PAYING_UNSPACED: &[&str] = &[
    "会員限定|有料会員|続きを読むには|この記事は有料|残り\\d+文字|订阅(?:后|以)?(?:继续|可)?阅读|(?:付费|付費|订阅|訂閱)(?:用户|用戶|會員|会员)(?:专享|專享|可|才)|登录后?(?:继续|查看)阅?读?全文|訂閱(?:後|以)?繼續閱讀|(?:유료|구독) ?회원(?:만|에게|용| 전용)|구독(?:하고|하면|후) (?:계속|전체)|이어서 읽으려면",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(wall("", text), expected, "{text}");
        assert_eq!(wall(text, "Some words."), expected, "as a title: {text}");
    }

    #[test]
    fn walls_are_known_in_the_languages_of_the_web() {
        for text in [
            "Please verify you are a human",
            "Bestätigen Sie, dass Sie ein Mensch sind.",
            "Vérifiez que vous êtes humain",
            "Verifica que eres humano",
            "Verifique se você é humano",
            "Verifica di essere umano",
            "Controleer of u een mens bent",
            "Bekräfta att du är människa",
            "Vahvista, että olet ihminen",
            "Potwierdź, że nie jesteś robotem",
            "Ověřte, že jste člověk",
            "Подтвердите, что вы не робот",
            "Підтвердьте, що ви людина",
            "Lütfen insan olduğunuzu doğrulayın",
            "تحقق من أنك إنسان",
            "続けるには人間であることを確認してください",
            "请先验证您是真人",
            "계속하려면 로봇이 아닙니다를 누르세요",
        ] {
            check(text, Some("a check for robots"));
        }
        for text in [
            "Page not found",
            "Diese Seite wurde nicht gefunden",
            "Page introuvable",
            "Página no encontrada",
            "Página não encontrada",
            "Pagina non trovata",
            "Deze pagina bestaat niet",
            "Sidan kunde inte hittas",
            "Siden blev ikke fundet",
            "Sivua ei löytynyt",
            "Nie znaleziono strony",
            "Stránka nebyla nalezena",
            "Az oldal nem található",
            "Pagina nu a fost găsită",
            "Страница не найдена",
            "Sayfa bulunamadı",
            "Η σελίδα δεν βρέθηκε",
            "الصفحة غير موجودة",
            "申し訳ありません、お探しのページは見つかりません",
            "抱歉，找不到页面",
            "페이지를 찾을 수 없습니다",
            "Không tìm thấy trang",
        ] {
            check(text, Some("an error"));
        }
        for text in [
            "We and our 812 partners store and/or access information",
            "Wir und unsere 200 Partner verwenden Cookies",
            "Nous et nos 300 partenaires utilisons des cookies",
            "Utilizamos cookies propias",
            "Nós e os nossos parceiros armazenamos",
            "Noi e i nostri 190 partner archiviamo",
            "Wij en onze partners gebruiken cookies",
            "Vi använder kakor",
            "Vi bruger cookies",
            "Käytämme evästeitä",
            "Cenimy Twoją prywatność",
            "Používáme soubory cookie",
            "Мы используем файлы cookie",
            "Sitemizde çerez kullanıyoruz",
            "نستخدم ملفات تعريف الارتباط",
            "当サイトではクッキーを使用しています",
            "我们使用cookie来改善体验",
            "이 사이트는 쿠키를 사용합니다",
        ] {
            check(text, Some("a request for consent"));
        }
        for text in [
            "Subscribe to continue reading",
            "Nur für Abonnenten",
            "La suite est réservée aux abonnés",
            "Contenido exclusivo para suscriptores",
            "Conteúdo exclusivo para assinantes",
            "Articolo riservato agli abbonati",
            "Artikel is alleen voor abonnees",
            "Logga in för att läsa",
            "For å lese videre må du være abonnent",
            "Oletko jo tilaaja?",
            "Treść dostępna dla subskrybentów",
            "Článek je pouze pro předplatitele",
            "Már előfizető?",
            "Материал доступен только по подписке",
            "Okumaya devam etmek için abone olun",
            "هذا المحتوى متاح فقط للمشتركين",
            "この記事は有料会員だけが読めます",
            "订阅后继续阅读",
            "구독 회원만 볼 수 있습니다",
        ] {
            check(text, Some("behind a paywall"));
        }
    }

    #[test]
    fn a_wait_is_a_wall_where_it_is_all_that_there_is() {
        check("Just a moment...", Some("a check for robots"));
        assert_eq!(wall("Rain", "Just a moment... and the river rose, said the mayor."), None);
        assert_eq!(wall("Just a moment... then the river rose", "The mayor left his house."), None);
    }

    #[test]
    fn a_request_for_money_may_begin_with_a_sign() {
        check("¿Ya eres suscriptor?", Some("behind a paywall"));
    }

    #[test]
    fn stories_about_such_things_are_none() {
        for text in [
            "The court found that the firm may use cookies only with consent.",
            "Der Verlag will seine Abonnenten halten.",
            "Les abonnés au gaz paieront plus cher.",
            "Robots now verify parcels in the hall.",
            "La página web del ministerio volvió a funcionar.",
        ] {
            check(text, None);
        }
        assert_eq!(wall("", &format!("Page not found. {}", "A long story. ".repeat(120))), None);
    }

    #[test]
    fn the_beginning_of_a_paid_story_is_no_wall_but_marked() {
        let lead = "The river rose by two metres during the night, and four hundred people left their houses. ".repeat(4);
        let paid = format!("{lead}\nSubscribe to continue reading.\nMonthly, 9 euros.");
        assert_eq!(wall("River rises", &paid), None);
        for (declared, text, expected) in [
            (false, paid.as_str(), true),
            (true, lead.as_str(), true),
            (false, lead.as_str(), false),
            (true, &lead.repeat(5), false),
            (true, "", false),
            (false, &format!("{}\nSubscribe to continue reading.", lead.repeat(10)), false),
            (false, &format!("Subscribe to continue reading.\n{}", "A line of the story.\n".repeat(8)), false),
        ] {
            assert_eq!(is_lead(declared, text, |_| {}), expected, "{declared} {text}");
        }
        // What the extractor left out stands on the page.
        let shown = std::cell::Cell::new(0);
        let behind = |page: &str| {
            shown.set(0);
            is_lead(false, "One.\nTwo.", |show| {
                page.lines().inspect(|_| shown.set(shown.get() + 1)).all(show);
            })
        };
        assert!(behind("Menu\nOne.\nTwo.\nShare\nAlready a subscriber? Log in."));
        assert!(!behind("Already a subscriber? Log in.\nOne.\nTwo.\nShare\nMore news"));
        for (others, expected) in [(5, true), (6, false)] {
            let others = "Another headline\n".repeat(others);
            assert_eq!(behind(&format!("One.\nTwo.\n{others}Already a subscriber? Log in.\nMore\nand more")), expected, "{others}");
            assert_eq!(shown.get(), 8, "what stands behind is not looked at");
        }
        assert!(
            !behind(&format!("Two.\n{}One.\nTwo.\nAlready a subscriber? Log in.", "Another headline\n".repeat(6))),
            "the first"
        );
        assert_eq!(shown.get(), 7);
        for (declared, text) in [(true, lead.clone()), (false, String::new()), (false, lead.repeat(10)), (false, paid.clone())] {
            is_lead(declared, &text, |_| panic!("no page is asked for {text}"));
        }
        assert_eq!(without_pay(&paid), format!("{lead}\nMonthly, 9 euros."));
    }
}
