//! Lines that are never part of a story, told by what they say: labels, teasers, prompts. In many languages, of no site.

use std::sync::LazyLock;

use regex::Regex;

/// A longer line is a story's own, whatever it begins with. Bytes.
const MAX_LABEL: usize = 480;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// The whole line says that advertising follows.
    Advertising = 1,
    /// The whole line belongs to a button, a credit, a counter.
    Widget,
    /// The whole line is the heading of a list of other articles.
    Section,
    /// The line begins with a word that leads elsewhere.
    Teaser,
    /// The line asks for something.
    Prompt,
}

/// What `line` is, if it is none of the story's.
pub(crate) fn label(line: &str) -> Option<Label> {
    if line.len() > MAX_LABEL {
        return None;
    }
    let line = line.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '"' | '“' | '„' | '©' | ')' | '.' | '!' | '?'));
    LABELS.iter().find(|(_, words)| words.is_match(line)).map(|(label, _)| *label)
}

/// Letters and digits in lower case: two texts that differ in quotes and spaces are the same.
pub(crate) fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

static LABELS: LazyLock<[(Label, Regex); 5]> = LazyLock::new(|| {
    let whole = |words: &str| build(&format!(r"^(?i:{words})\s*[.:!…]?$"));
    [
        (Label::Advertising, whole(ADVERTISING)),
        (Label::Widget, whole(WIDGETS)),
        (Label::Section, whole(SECTIONS)),
        (Label::Teaser, build(&format!(r"^(?i:{TEASERS})(?:\s*[:»>|+–—→-].*|\s*)$"))),
        (Label::Prompt, build(&format!(r"^(?i:{PROMPTS})"))),
    ]
});

const ADVERTISING: &str = "anzeigen?|werbung|werbeanzeige|anzeige\\s*/\\s*werbung|(?:weiter|weiterlesen) nach der (?:anzeige|werbung)|artikel wird nach der anzeige fortgesetzt|\
    ads?|advertisements?|advertorial|advertising|sponsored(?: content| post)?|paid content|promoted|article content|\
    (?:story|article) continues (?:below|after)(?: (?:this )?(?:ad|advertisement))?|continue reading below|scroll to continue(?: with content)?|\
    advertisement.{0,25}(?:story|article) continues below.{0,60}|publicité|la suite après cette publicité|annonces?|publicidade?|anuncio|\
    continua (?:depois|após) (?:da|a) publicidade|pubblicità|continua a leggere|advertentie|reclame|annons(?:er)?|annonse|reklam[aey]?|mainos|inzerce|hirdetés|\
    publicitate|реклама|рекламa|διαφήμιση|إعلان|פרסומת|विज्ञापन|広告|広告の後に続きます|광고|广告|廣告|quảng cáo|iklan";

const WIDGETS: &str = "externer inhalt|externen inhalt anzeigen|empfohlener (?:redaktioneller |externer )?inhalt|inhalte? (?:von .{1,30} )?(?:anzeigen|laden)|\
    (?:artikel|seite|beitrag) (?:teilen|merken|drucken|versenden)|teilen|drucken|merken|speichern|vorlesen|anhören|(?:link|url) kopieren|\
    kommentare?(?: lesen| schreiben)?|\\d+ kommentare?|kommentieren|zur startseite|nach oben|mehr laden|quelle: .{2,40}|fotos?: .{2,80}|bild(?:quelle)?: .{2,80}|\
    share(?: this)?(?: article| story| page| post)?|share on .{2,20}|tweet|e-?mail|print|copy link|save|listen|comments?|\\d+ comments?|leave a (?:comment|reply)|follow us|\
    load more|show more|back to top|photos?: .{2,80}|image: .{2,80}|source: .{2,40}|credits?: .{2,80}|getty images|copyright.{0,80}|© ?.{2,80}|all rights reserved\\.?|\
    partager|imprimer|commentaires?|commenter|compartir|imprimir|comentarios?|compartilhar|comentários?|condividi|stampa|commenti|delen|reacties|udostępnij|komentarze|sdílet|diskuse|\
    del|skriv ut|dela|jaa|kommentit|tulosta|поделиться|комментарии|paylaş|yorumlar|シェア|シェアする|コメント|공유|댓글|分享|评论|評論|foto: .{2,80}|fotó: .{2,80}|zdroj: .{2,60}|fuente: .{2,60}|fonte: .{2,60}";

const SECTIONS: &str = "mehr zum thema|mehr zu diesem thema|zum thema|themen|themen in diesem artikel|schlagwörter|stichwörter|weitere (?:artikel|informationen|themen|meldungen|nachrichten)|\
    meistgelesen|auch interessant|das könnte (?:sie|dich) auch interessieren|empfehlung(?:en)? der redaktion|newsletter|\
    related(?: articles?| stories| story| content| topics| news| posts| links)?|more (?:on this (?:story|topic)|stories|from .{2,30}|news|like this)|most (?:read|popular|viewed)|popular now|trending(?: now)?|\
    recommended(?: for you| stories| articles| reading)?|you (?:may|might) (?:also )?(?:like|be interested in)|read (?:more|next|also)|see also|up next|topics|tags|filed under|editor['’]s picks?|\
    sur le même sujet|à lire (?:aussi|également)|lire aussi|les plus lus|articles? liés?|más información|noticias relacionadas|te puede interesar|lo más (?:leído|visto)|temas|\
    leia (?:também|mais)|veja também|saiba mais|mais lidas|notícias relacionadas|leggi anche|articoli correlati|potrebbe interessarti(?: anche)?|i più letti|lees (?:ook|meer|verder)|meer over|meest gelezen|\
    läs (?:också|även|mer|vidare)|les også|les mer|læs også|læs mere|mest lest|mest læst|lue myös|luetuimmat|czytaj (?:także|też|również|więcej)|zobacz (?:także|też|również)|polecamy|\
    čtěte (?:také|též|dále)|související(?: články)?|mohlo by vás zajímat|olvass tovább|kapcsolódó(?: cikkek)?|читайте (?:также|ещё|еще)|по теме|смотрите также|читайте також|також за темою|ilgili haberler|\
    関連記事|関連ニュース|あわせて読みたい|おすすめ|この記事をシェア|人気記事|ランキング|관련\\s?기사|추천\\s?기사|相关(?:阅读|新闻|文章)|相關(?:閱讀|新聞|文章)|延伸閱讀|baca juga";

const TEASERS: &str = "im video|video|video des tages|lesen sie (?:auch|dazu|hier|mehr|weiter)(?: zum thema| dazu)?|lies (?:auch|hier|mehr|dazu)|mehr (?:dazu|zum thema|lesen|infos?|informationen)|auch interessant|siehe auch|\
    (?:hintergrund|podcast|interview|kommentar|liveblog|newsblog|grafik|fotostrecke|bilderstrecke)|passend (?:dazu|zum thema)|zum thema|weiterlesen|weitere artikel|das könnte sie auch interessieren|\
    read (?:also|more|next|now|the full story|on)|also read|related(?: articles?| stories| story| coverage| video)?|see (?:also|more)|recommended|more on this(?: story)?|more from .{2,40}|watch(?: now| live| more| the video| below)?|listen(?: now)?|in (?:pictures|video)|\
    don['’]t miss|must read|explainer|timeline|gallery|\
    (?:à |a )?lire (?:aussi|également|plus)|voir aussi|à voir|en vidéo|vidéo|écouter aussi|sur le même sujet|lea también|lee también|leer (?:más|también)|te puede interesar|más información|vea también|mira también|en vídeo|\
    leia (?:também|mais)|veja também|veja mais|saiba mais|assista|leggi anche|leggi (?:di più|tutto)|guarda (?:anche|il video)|potrebbe interessarti|lees (?:ook|meer)|bekijk ook|läs (?:också|även|mer)|se också|les også|læs også|se også|lue myös|katso myös|\
    czytaj (?:także|też|również)|zobacz (?:także|też|również)|przeczytaj(?: także)?|čtěte (?:také|též)|čti také|olvassa? (?:el )?(?:még|tovább)|читайте (?:также|ещё|еще)|смотрите также|читайте також|ayrıca okuyun|関連記事|【関連記事】|動画|baca juga";

const PROMPTS: &str = "(?:jetzt|hier|kostenlos|gratis) (?:abonnieren|anmelden|registrieren|testen|bestellen|den newsletter|zum newsletter)|(?:zum |unseren |den )?newsletter (?:abonnieren|bestellen|anmelden)|abonnieren sie (?:unseren|hier|jetzt|den)|\
    melden sie sich (?:hier |jetzt )?(?:für|zu)|folgen sie uns|sie sind noch kein|haben sie (?:einen )?fehler (?:gefunden|entdeckt)|fehler gefunden|bereits (?:abonnent|registriert)|schon (?:abonnent|registriert)|\
    dieser artikel (?:ist|erschien) (?:zuerst|ursprünglich) (?:bei|auf|in)|mit (?:material|inhalten) (?:von|der) (?:dpa|afp|reuters)|an dieser stelle finden sie|hier finden sie (?:externe )?inhalte?|ich bin damit einverstanden|damit können personenbezogene|\
    wir (?:verwenden|nutzen|benötigen) (?:cookies|ihre (?:zustimmung|einwilligung))|\
    sign up (?:for|to|here|now|today)|sign in (?:to|or)|log in (?:to|or)|subscribe (?:to|now|here|today|for)|already (?:a subscriber|have an account|registered)|create an account|get (?:our|the|email|daily|breaking) .{0,40}(?:newsletter|updates|alerts|inbox)|\
    join (?:our|the) .{0,30}(?:newsletter|community|channel|conversation|whatsapp|telegram)|follow (?:us|me|him|her|them) (?:on|at)|follow .{2,30} on (?:x|twitter|facebook|instagram|google|linkedin|whatsapp)|click here to (?:read|subscribe|sign|join|view|get)|\
    by (?:signing up|subscribing|submitting|clicking)|this (?:site|website) uses cookies|we use cookies|your (?:email|e-mail) address will not|enter your e-?mail|support our (?:work|journalism)|download (?:our|the) app|\
    have (?:a|you got a) (?:tip|story)|do you have (?:a|any) (?:tip|story|information)|got a (?:tip|story)|this (?:article|story|post) (?:was )?(?:first |originally )?(?:appeared|published) (?:on|in|at|by)|\
    inscrivez-vous|abonnez-vous|s['’]abonner|recevez (?:notre|nos|la|chaque)|suivez-nous|déjà abonné|suscríbete|suscribirse|regístrate|síguenos|sigue (?:toda la información|nuestro)|inscreva-se|assine|siga (?:o|a|nos)|iscriviti|abbonati|seguici|\
    schrijf je in|abonneer|volg ons|prenumerera|följ oss|tilaa|zapisz się|obserwuj nas|přihlaste se|odebírejte|sledujte nás|подпис(?:ывайтесь|аться)|подпишитесь|підпис(?:уйтесь|атися)|iratkozzon fel|abone ol|会員登録|ログイン|購読|구독|订阅|訂閱";

#[allow(clippy::unwrap_used)] // constants: a test builds them all
fn build(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

#[cfg(test)]
#[path = "labels_tests.rs"]
mod tests;
