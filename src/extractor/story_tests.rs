//! Stories as news sites serve them, in seven languages and as many layouts, must come out word for word: no label of
//! advertising, no teaser for a film or another story, no caption, byline, comment or notice about cookies.

use super::*;

/// What a site puts around and between the paragraphs of its stories.
pub(super) struct Site {
    pub(super) lang: &'static str,
    /// Says that advertising follows.
    pub(super) ad: &'static str,
    /// Leads to a film, and to another story.
    pub(super) film: &'static str,
    pub(super) also: &'static str,
    /// Heads the key points, the list of other stories, the comments.
    pub(super) points: &'static str,
    pub(super) more: &'static str,
    pub(super) comments: &'static str,
    pub(super) cookies: &'static str,
    pub(super) caption: &'static str,
    pub(super) byline: &'static str,
    pub(super) comment: &'static str,
    pub(super) newsletter: &'static str,
}

/// A headline, a lede, three key points, and paragraphs with a subheading between them.
pub(super) struct Story {
    pub(super) title: &'static str,
    pub(super) lede: &'static str,
    pub(super) points: [&'static str; 3],
    pub(super) first: [&'static str; 2],
    pub(super) heading: &'static str,
    pub(super) second: [&'static str; 3],
}

pub(super) fn check(site: &Site, story: &Story, page: impl Fn(&Site, &Story) -> String) {
    let url = Url::parse("https://zeitung.example/2025/03/14/a-story.html").unwrap();
    let html = page(site, story);
    let article = extract(&Page { bytes: html.as_bytes(), url: Some(&url), ..Page::default() }).article;
    let told: Vec<&str> = article.text.lines().collect();
    let expected: Vec<&str> = [story.lede, site.points]
        .into_iter()
        .chain(story.points)
        .chain(story.first)
        .chain([story.heading])
        .chain(story.second)
        .collect();
    assert_eq!(told, expected, "{}", site.lang);
    assert_eq!(article.title.as_deref(), Some(story.title), "{}", site.lang);
}

fn list(points: &[&str]) -> String {
    points.iter().map(|point| format!("<li>{point}</li>")).collect()
}

fn paragraphs(texts: &[&str], between: &str) -> String {
    texts.iter().map(|text| format!("<p>{text}</p>{between}")).collect()
}

fn head(site: &Site, story: &Story) -> String {
    let Site { lang, cookies, .. } = site;
    let Story { title, lede, .. } = story;
    format!(
        r##"<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} | Zeitung</title>
        <meta property="og:site_name" content="Zeitung"><meta property="og:type" content="article"><meta property="og:title" content="{title}">
        <meta property="og:description" content="{lede}"></head><body><div id="consent" role="dialog"><p>{cookies}</p><button>OK</button></div>
        <header><a href="/">Zeitung</a><nav><ul><li><a href="/a">Politik</a></li><li><a href="/b">Sport</a></li><li><a href="/c">Kultur</a></li><li><a href="/d">Reise</a></li></ul></nav></header>"##
    )
}

fn foot(site: &Site) -> String {
    let Site { more, comments, comment, newsletter, .. } = site;
    format!(
        r##"<div class="newsletter-box"><p>{newsletter}</p><form><input type="email"><button>OK</button></form></div>
        <section class="more"><h2>{more}</h2><ul><li><a href="/1">Zug fährt wieder</a></li><li><a href="/2">Markt öffnet</a></li><li><a href="/3">Schule schließt</a></li></ul></section>
        <section id="comments"><h3>{comments}</h3><div class="comment"><b>anna</b><p>{comment}</p></div><div class="comment"><b>ben</b><p>{comment} {comment}</p></div></section>
        <footer><p>© 2025 Zeitung</p><a href="/i">Impressum</a> <a href="/p">Datenschutz</a></footer></body></html>"##
    )
}

/// Elements and classes that say what they are.
pub(super) fn tidy(site: &Site, story: &Story) -> String {
    let Site { ad, film, also, points, caption, byline, .. } = site;
    let ad = format!("<div class=\"ad-slot\"><span>{ad}</span></div>");
    let (film, also) = (
        format!("<p><strong>{film}:</strong> <a href=\"/film\">{}</a></p>", story.points[1]),
        format!("<p><b>{also}:</b> <a href=\"/other\">{}</a></p>", story.points[2]),
    );
    format!(
        "{}<main><article><h1>{}</h1><p class=\"lead\">{}</p><div class=\"byline\">{byline}</div>
        <figure><img src=\"/b.jpg\"><figcaption>{caption}</figcaption></figure>{ad}
        <h2>{points}</h2><ul>{}</ul><div class=\"body\">{}{film}<h2>{}</h2>{}{also}{ad}</div></article></main>{}",
        head(site, story),
        story.title,
        story.lede,
        list(&story.points),
        paragraphs(&story.first, &ad),
        story.heading,
        paragraphs(&story.second, ""),
        foot(site),
    )
}

/// Nothing but `div` and classes that a program made up.
pub(super) fn bare(site: &Site, story: &Story) -> String {
    let Site { ad, film, also, points, caption, byline, .. } = site;
    let ad = format!("<div class=\"x9k\">{ad}</div>");
    format!(
        "{}<div class=\"q1\"><div class=\"q2\"><h1 class=\"q3\">{}</h1><div class=\"q4\"><p class=\"q8\">{}</p></div><div class=\"q5\">{byline}</div>
        <div class=\"q6\"><img src=\"/b.jpg\"><div class=\"q7 caption\">{caption}</div></div>
        <div class=\"qa\"><h3>{points}</h3><ul>{}</ul></div>
        <div class=\"qb\">{}<p class=\"q8\"><a href=\"/film\">{film}: {}</a></p><h3>{}</h3>{}<p><a href=\"/other\">{also}: {}</a></p></div></div></div>{}",
        head(site, story),
        story.title,
        story.lede,
        list(&story.points),
        paragraphs(&story.first, &ad).replace("<p>", "<p class=\"q8\">"),
        story.points[1],
        story.heading,
        paragraphs(&story.second, &ad).replace("<p>", "<p class=\"q8\">"),
        story.points[2],
        foot(site),
    )
}

#[test]
fn a_german_agency_story() {
    let site = Site {
        lang: "de",
        ad: "Anzeige",
        film: "Im Video",
        also: "Lesen Sie auch",
        points: "Das Wichtigste in Kürze",
        more: "Mehr zum Thema",
        comments: "Kommentare",
        cookies: "Wir und unsere 190 Partner speichern Cookies auf Ihrem Gerät. Sie können Ihre Wahl jederzeit ändern.",
        caption: "Die Fähre am Anleger. Foto: dpa",
        byline: "Von Ruth Kalder",
        comment: "Das wurde aber auch Zeit, wir haben seit Januar gewartet!",
        newsletter: "Abonnieren Sie unseren Newsletter und lesen Sie jeden Morgen, was wichtig ist.",
    };
    let story = Story {
        title: "Fähre zu den Inseln fährt wieder nach neun Wochen",
        lede: "Das einzige Schiff, das Lastwagen zu den äußeren Inseln bringt, fährt wieder. Am Montag soll es frisches Brot geben.",
        points: [
            "Ein Getriebeschaden hatte das Schiff im Januar lahmgelegt.",
            "Waren kamen seither auf Fischerbooten und mit einem kleinen Flugzeug.",
            "Am Montag berät der Rat der Inseln über eine Entschädigung.",
        ],
        first: [
            "Neun Wochen nach dem Schaden am Getriebe hat die Fähre am Freitag um sechs Uhr den Anleger auf dem Festland verlassen, mit vierzehn Lastwagen, zwei Krankenwagen und einem Bus an Bord.",
            "Die Überfahrt dauerte vier Stunden und zehn Minuten. Rund zweihundert Menschen warteten auf der anderen Seite, einige von ihnen seit dem Morgengrauen, und eine Kapelle spielte im Regen.",
        ],
        heading: "„Wir haben gelernt, was wie viel wiegt“",
        second: [
            "Seit dem Ausfall kamen Waren auf Fischerbooten und, wenn der Wind es zuließ, mit einem Flugzeug, das neun Sitze hat. Mehl wurde zugeteilt, die Schulküche kochte Suppe aus Dosen.",
            "Die Reederei gibt einem Zulieferer die Schuld. Sie habe das Teil in der zweiten Januarwoche bestellt, sagte ein Sprecher, doch das erste passte nur zum Schwesterschiff.",
            "Der Verkehrsminister verspricht ein zweites Schiff bis 2027. Das haben die Inseln schon zweimal gehört, jedes Mal nach einem harten Winter.",
        ],
    };
    check(&site, &story, tidy);
    check(&site, &story, bare);
}

#[test]
fn an_english_story() {
    let site = Site {
        lang: "en",
        ad: "Advertisement",
        film: "Watch",
        also: "Read more",
        points: "Key points",
        more: "Related stories",
        comments: "Comments",
        cookies: "We and our 190 partners store cookies on your device. You can change your choice at any time.",
        caption: "The bridge in the morning. Photo: Tam Orr",
        byline: "By Ruth Calder",
        comment: "About time, we have waited for this since January!",
        newsletter: "Sign up for our newsletter and get the news of the day into your inbox every morning.",
    };
    let story = Story {
        title: "Old bridge is raised by two metres to let ships pass",
        lede: "Engineers have lifted the iron bridge over the canal overnight, and the first barges passed under it before noon.",
        points: [
            "The bridge was built in 1894 and had never been moved.",
            "Eight presses lifted it by two metres within eleven hours.",
            "Trains are to cross it again from the second week of May.",
        ],
        first: [
            "The iron bridge over the canal stands two metres higher since Tuesday night. Eight hydraulic presses lifted its nine hundred tonnes within eleven hours, while a crowd watched from the bank.",
            "The first barges passed under it before noon. Their owners had asked for the work for twenty years, because containers could only be stacked two high on the way to the port.",
        ],
        heading: "A winter of calculations",
        second: [
            "The engineers had spent the winter with old drawings, some of which turned out to be wrong. In one corner they found a pillar that stood on timber and not, as was stated, on stone.",
            "The city pays a third of the eleven million, the railway the rest. The mayor called it the cheapest bridge that the town had ever bought, since it already had it.",
            "Trains are to cross it again in May. Until then a bus runs every ten minutes, and cyclists have to walk the long way round by the mill.",
        ],
    };
    check(&site, &story, tidy);
    check(&site, &story, bare);
}

#[test]
fn a_french_story() {
    let site = Site {
        lang: "fr",
        ad: "Publicité",
        film: "En vidéo",
        also: "Lire aussi",
        points: "L'essentiel",
        more: "Sur le même sujet",
        comments: "Commentaires",
        cookies: "Nous et nos 190 partenaires stockons des cookies sur votre appareil. Vous pouvez changer d'avis à tout moment.",
        caption: "Le moulin au printemps. Photo : Luc Arnaud",
        byline: "Par Ruth Calder",
        comment: "Il était temps, nous attendions cela depuis janvier !",
        newsletter: "Inscrivez-vous à notre lettre et recevez chaque matin les nouvelles de la région.",
    };
    let story = Story {
        title: "Le vieux moulin du village moud de nouveau la farine",
        lede: "Fermé depuis quarante ans, le moulin à eau a repris son travail samedi, et le boulanger a vendu tout son pain avant midi.",
        points: [
            "Le moulin avait fermé ses portes en 1985, faute de meunier.",
            "Trente bénévoles ont refait la roue pendant deux hivers.",
            "La farine sera vendue au marché du village chaque samedi.",
        ],
        first: [
            "La roue s'est remise à tourner samedi à neuf heures, d'abord lentement, puis si vite que les enfants ont reculé. Trente bénévoles avaient travaillé pendant deux hivers pour la refaire.",
            "Le boulanger attendait le premier sac, et il a vendu tout son pain avant midi. Selon lui, la farine est plus lourde que celle qu'il achète d'habitude, et le pain se garde mieux.",
        ],
        heading: "Une roue de chêne et de patience",
        second: [
            "Le bois vient de la forêt voisine, où la commune a fait abattre neuf chênes. Il a fallu les laisser sécher pendant un an, ce que les bénévoles ont trouvé plus dur que le travail lui-même.",
            "La région a payé la moitié des travaux, le reste vient d'une collecte. Le maire assure que le moulin ne coûtera rien à la commune, puisque la farine paiera l'entretien.",
            "Une école de la ville a déjà réservé trois visites pour le mois de mai. Le meunier, un ancien instituteur, promet que chacun pourra emporter un petit sac de farine.",
        ],
    };
    check(&site, &story, tidy);
    check(&site, &story, bare);
}

#[test]
fn a_spanish_story() {
    let site = Site {
        lang: "es",
        ad: "Publicidad",
        film: "En vídeo",
        also: "Lea también",
        points: "Las claves",
        more: "Noticias relacionadas",
        comments: "Comentarios",
        cookies: "Nosotros y nuestros 190 socios guardamos cookies en su dispositivo. Puede cambiar su elección en cualquier momento.",
        caption: "El faro al anochecer. Foto: Ana Ruiz",
        byline: "Por Ruth Calder",
        comment: "Ya era hora, lo esperábamos desde el mes de enero.",
        newsletter: "Suscríbase a nuestro boletín y reciba cada mañana las noticias de la costa.",
    };
    let story = Story {
        title: "El faro del cabo vuelve a tener quien lo cuide",
        lede: "Una pareja de biólogos se ha mudado al faro, que llevaba veinte años vacío, y contará desde allí las aves que pasan.",
        points: [
            "El último farero se jubiló en el otoño del año 2005.",
            "La pareja contará cada día las aves que pasan por el cabo.",
            "El faro podrá visitarse los domingos a partir de junio.",
        ],
        first: [
            "El faro del cabo vuelve a tener luz en las ventanas. Una pareja de biólogos se mudó el lunes a la casa del farero, que llevaba veinte años vacía, con seis cajas de libros y un perro.",
            "Desde la torre contarán las aves que pasan, unas doscientas mil cada otoño según un cálculo antiguo. Nadie lo ha comprobado nunca, porque el cabo queda a tres horas del pueblo más cercano.",
        ],
        heading: "Tres horas hasta el pan",
        second: [
            "El ayuntamiento ha arreglado el tejado y el pozo, pero no el camino. Cuando llueve mucho, los dos tendrán que esperar a que baje el arroyo, y por eso han comprado harina para un mes.",
            "El puerto paga la mitad de los gastos, ya que los biólogos también mirarán el estado de la lámpara. Funciona sola desde 2005, aunque en enero estuvo apagada durante cuatro noches.",
            "A partir de junio el faro podrá visitarse los domingos. Los visitantes tendrán que subir a pie, y quien quiera podrá llevar el pan, dicen los nuevos vecinos.",
        ],
    };
    check(&site, &story, tidy);
    check(&site, &story, bare);
}

#[test]
fn a_polish_story() {
    let site = Site {
        lang: "pl",
        ad: "Reklama",
        film: "Zobacz także",
        also: "Czytaj także",
        points: "Najważniejsze",
        more: "Polecamy",
        comments: "Komentarze",
        cookies: "My i nasi 190 partnerzy zapisujemy pliki cookie na Twoim urządzeniu. Wybór możesz zmienić w każdej chwili.",
        caption: "Most o poranku. Fot. Jan Nowak",
        byline: "Ruth Kalder",
        comment: "Najwyższy czas, czekaliśmy na to od stycznia!",
        newsletter: "Zapisz się na nasz newsletter i czytaj co rano najważniejsze wiadomości.",
    };
    let story = Story {
        title: "Tramwaj wraca na stary most po dziesięciu latach przerwy",
        lede: "Pierwszy skład przejechał przez rzekę w niedzielę rano, a na przystanku czekało na niego kilkuset mieszkańców.",
        points: [
            "Most zamknięto dla tramwajów wiosną 2015 roku.",
            "Remont trwał trzy lata dłużej, niż planowano.",
            "Bilety w niedziele będą darmowe do końca czerwca.",
        ],
        first: [
            "W niedzielę o szóstej rano tramwaj przejechał przez stary most, pierwszy raz od dziesięciu lat. Na przystanku po drugiej stronie rzeki czekało kilkuset mieszkańców, wielu z nich z kwiatami.",
            "Remont trwał trzy lata dłużej, niż planowano, ponieważ w filarach znaleziono stare skrzynie z narzędziami. Archeolodzy uznali, że zostawili je tam robotnicy sprzed ponad stu lat.",
        ],
        heading: "Skrzynie w filarach",
        second: [
            "Narzędzia trafią do muzeum, które szuka dla nich miejsca. Dyrektorka mówi, że młotki są w lepszym stanie niż te, którymi pracuje się dzisiaj, i że chętnie by je komuś pożyczyła.",
            "Miasto zapłaciło połowę kosztów, resztę dołożyło województwo. Prezydent zapewnia, że nowe tory wytrzymają pięćdziesiąt lat, choć poprzednie miały wytrzymać czterdzieści i nie wytrzymały.",
            "Do końca czerwca bilety w niedziele będą darmowe. Kierowcy autobusów, którzy dotąd wozili ludzi przez drugi most, dostaną tydzień wolnego.",
        ],
    };
    check(&site, &story, tidy);
    check(&site, &story, bare);
}

#[test]
fn a_russian_story() {
    let site = Site {
        lang: "ru",
        ad: "Реклама",
        film: "Смотрите также",
        also: "Читайте также",
        points: "Главное",
        more: "По теме",
        comments: "Комментарии",
        cookies: "Мы и наши 190 партнёров храним файлы cookie на вашем устройстве. Вы можете изменить свой выбор в любое время.",
        caption: "Вокзал утром. Фото: Иван Орлов",
        byline: "Анна Калинина",
        comment: "Давно пора, мы ждали этого с самого января!",
        newsletter: "Подпишитесь на нашу рассылку и читайте каждое утро главные новости.",
    };
    let story = Story {
        title: "Старый вокзал открылся после четырёх лет ремонта",
        lede: "Первый поезд прибыл на обновлённый вокзал в субботу утром, и пассажиров встречал школьный оркестр.",
        points: [
            "Вокзал закрыли на ремонт весной 2021 года.",
            "Часы на башне снова показывают верное время.",
            "Буфет откроется только в начале лета.",
        ],
        first: [
            "Первый поезд прибыл на обновлённый вокзал в субботу в семь часов утра, и пассажиров встречал школьный оркестр. Многие жители города пришли на перрон с детьми, хотя никуда не собирались ехать.",
            "Ремонт продолжался четыре года, вдвое дольше, чем обещали. Рабочие нашли под полом старый колодец, о котором не знал никто, и инженерам пришлось заново рассчитать опоры.",
        ],
        heading: "Колодец под залом ожидания",
        second: [
            "Колодец решили сохранить: теперь его закрывает толстое стекло, и пассажиры могут смотреть вниз. Вода в нём такая чистая, что одна лаборатория уже попросила разрешения брать пробы.",
            "Часы на башне, которые стояли с конца прошлого века, снова идут. Мастер, который их починил, приехал из соседней области и отказался от денег, потому что здесь родился его дед.",
            "Буфет откроется только в начале лета, пока пассажирам предлагают чай из самовара. Начальник вокзала говорит, что самовар, возможно, оставят навсегда.",
        ],
    };
    check(&site, &story, tidy);
    check(&site, &story, bare);
}

#[test]
fn a_japanese_story() {
    let site = Site {
        lang: "ja",
        ad: "広告",
        film: "動画",
        also: "関連記事",
        points: "この記事のポイント",
        more: "おすすめ",
        comments: "コメント",
        cookies: "当社と190のパートナーは、お使いの端末にクッキーを保存します。選択はいつでも変更できます。",
        caption: "朝の港。撮影・山田太郎",
        byline: "記者・佐藤花子",
        comment: "やっとですね。一月からずっと待っていました。",
        newsletter: "ニュースレターに登録すると、毎朝その日のニュースが届きます。",
    };
    let story = Story {
        title: "島へのフェリー、九週間ぶりに運航を再開",
        lede: "離島へトラックを運ぶただ一隻の船が金曜日に運航を再開し、月曜日には焼きたてのパンが店に並ぶ見通しとなった。",
        points: [
            "船は一月の嵐で変速機が壊れ、港に止まっていた。",
            "その間、荷物は漁船と小さな飛行機で運ばれていた。",
            "島の議会は月曜日に補償について話し合う予定だ。",
        ],
        first: [
            "一月の嵐で変速機が壊れてから九週間、フェリーは金曜日の午前六時に本土の桟橋を離れた。船にはトラック十四台と救急車二台、バス一台が積まれていた。",
            "航海には四時間十分かかった。向こう岸では約二百人が待っており、夜明け前から並んだ人もいて、雨の中で楽隊が演奏した。",
        ],
        heading: "重さを学んだ冬",
        second: [
            "船が止まってから、荷物は漁船で運ばれ、風が許せば九人乗りの飛行機でも届いた。小麦粉は配給になり、学校の台所では缶詰のスープが出された。",
            "船会社は部品の業者に責任があると説明している。部品は一月の第二週に注文したが、最初に届いたものは姉妹船のもので、合わなかったという。",
            "運輸大臣は二〇二七年までに二隻目の船を用意すると約束した。島の人々は同じ約束を、厳しい冬のたびにすでに二度聞いている。",
        ],
    };
    check(&site, &story, tidy);
    check(&site, &story, bare);
}
