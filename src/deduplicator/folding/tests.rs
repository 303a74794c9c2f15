//! Which entries are one story. Texts are made of numbered words: each trap is in what they share.

mod properties;

use jiff::Timestamp;

use super::*;
use crate::clock::after;
use crate::model::FeedId;

/// A text of the words from..to of the story `of`; sentences of twelve.
fn words(of: &str, range: std::ops::Range<usize>) -> String {
    let word = |n: usize| if n % 12 == 11 { format!("{of}{n}. ") } else { format!("{of}{n} ") };
    range.map(word).collect()
}

struct Told<'a> {
    site: &'a str,
    /// Whose feed says so.
    by: &'a str,
    url: &'a str,
    title: &'a str,
    text: String,
    hours: u64,
}

fn told<'a>(site: &'a str, url: &'a str, title: &'a str, text: String, hours: u64) -> Told<'a> {
    Told { site, by: site, url, title, text, hours }
}

/// A desk on which entries arrive, as the store does it.
struct Desk {
    folding: Folding,
    members: Vec<Member>,
    with: Vec<(EntryId, EntryId)>,
}

impl Desk {
    fn new(near: Near) -> Self {
        Self { folding: Folding::new(near, Duration::from_hours(31 * 24), 1 << 20), members: Vec::new(), with: Vec::new() }
    }

    fn stories(&self, fits: impl Fn(&Member) -> bool) -> usize {
        let mut stories: Vec<_> = self.members.iter().filter(|member| fits(member)).map(|member| member.story).collect();
        stories.sort_unstable();
        stories.dedup();
        stories.len()
    }

    fn arrives(&mut self, told: &Told<'_>) -> Verdict {
        let entry = EntryId(i64::try_from(self.members.len()).unwrap() + 1);
        let url = format!("https://{}/{}", told.site, told.url);
        let print = fingerprint(told.title, told.site, &told.text);
        let mut member = Member {
            entry,
            story: StoryId(entry.0),
            is_alone: true,
            feed: FeedId(told.by.bytes().fold(1, |all, byte| all * 31 % 1_000_003 + i64::from(byte))),
            publisher: told.by.to_owned(),
            guid: Some(url.clone()),
            foldable: !told.url.is_empty(),
            canonical_url: Some(url),
            title: told.title.to_owned(),
            first_seen: after(Timestamp::UNIX_EPOCH, Duration::from_hours(told.hours)),
            form_stories: 0,
            address_stories: 0,
            print,
        };
        let count = |desk: &Self, member: &mut Member| {
            let (form, host, url) = (member.print.form, member.print.host, member.canonical_url.clone());
            member.form_stories = desk.stories(|other| other.print.form == form && other.print.host == host);
            member.address_stories = desk.stories(|other| other.canonical_url == url);
            let story = member.story;
            member.is_alone = desk.members.iter().filter(|other| other.story == story).count() <= 1;
        };
        count(self, &mut member);
        let ids = self.folding.candidates(&member, &[]);
        let print = |id: EntryId| (id, self.members[usize::try_from(id.0).unwrap() - 1].print.clone());
        let mut ids = self.folding.likely(&member, ids.into_iter().map(print).collect());
        let alike = |other: &&Member| {
            other.canonical_url == member.canonical_url || (member.print.form != 0 && other.print.headline == member.print.headline)
        };
        ids.extend(self.members.iter().rev().filter(alike).map(|other| other.entry));
        let mut others: Vec<Member> = Vec::new();
        for EntryId(id) in ids {
            let other = self.members[usize::try_from(id).unwrap() - 1].clone();
            if others.iter().all(|known| known.entry != other.entry) {
                others.push(other);
            }
        }
        let mut others = self.folding.relevant(&member, others);
        others.iter_mut().for_each(|other| count(self, other));
        let verdict = self.folding.judge(&member, &others);
        if let Some(join) = &verdict.join {
            member.story = join.story;
            self.with.push((entry, join.with));
        }
        for (EntryId(id), join) in &verdict.bridged {
            self.members[usize::try_from(*id).unwrap() - 1].story = join.story;
        }
        self.folding.remember(entry, &member.print, None, Role { founds: verdict.join.is_none(), is_echo: verdict.is_echo });
        self.members.push(member);
        verdict
    }
}

/// The stories that entries end in, numbered in the order in which they begin.
fn stories(near: Near, entries: &[Told<'_>]) -> Vec<usize> {
    let mut desk = Desk::new(near);
    entries.iter().for_each(|told| drop(desk.arrives(told)));
    let mut order = Vec::new();
    let number = |story: StoryId, order: &mut Vec<StoryId>| {
        order.iter().position(|known| *known == story).unwrap_or_else(|| {
            order.push(story);
            order.len() - 1
        })
    };
    desk.members.iter().map(|member| number(member.story, &mut order)).collect()
}

fn check(entries: &[Told<'_>], expected: &[usize]) {
    let titles: Vec<_> = entries.iter().map(|told| (told.site, told.title)).collect();
    assert_eq!(stories(Near::Normal, entries), expected, "{titles:?}");
}

const STORM: &str = "Storm hits the coast and closes the old harbour for days";

#[test]
fn copies_edits_excerpts_and_teasers_are_one_story() {
    let text = words("s", 0..240);
    let edited = format!("{}{}{}", words("s", 0..100), words("other", 0..40), words("s", 100..200));
    check(&[told("a.test", "storm-1", STORM, text.clone(), 0), told("b.test", "x-2", STORM, text.clone(), 1)], &[0, 0]);
    check(&[told("a.test", "storm-1", STORM, text.clone(), 0), told("b.test", "x-2", "A wild night", edited, 1)], &[0, 0]);
    check(&[told("a.test", "storm-1", STORM, text.clone(), 0), told("b.test", "x-2", STORM, words("s", 0..90), 1)], &[0, 0]);
    check(&[told("a.test", "storm-1", STORM, text.clone(), 0), told("b.test", "x-2", STORM, words("s", 0..28), 1)], &[0, 0]);
    // The teaser came first.
    check(&[told("b.test", "x-2", "At sea", words("s", 0..40), 0), told("a.test", "storm-1", STORM, text, 1)], &[0, 0]);
}

#[test]
fn the_words_of_any_script_are_compared() {
    for text in [
        "昨夜の嵐で海岸の古い港が閉鎖され、約四百人の住民が体育館に避難した。市長は記者会見で、水位は木曜日まで下がらない見込みだと述べた。隣の町からも多くの救助隊員が到着し、砂袋を積み上げている。",
        "昨夜的暴风雨袭击了海岸，古老的港口被关闭，大约四百名居民被疏散到体育馆。市长在新闻发布会上说，预计水位要到星期四才会下降。来自邻近城镇的许多救援人员也已到达，正在堆放沙袋。",
        "어젯밤 폭풍이 해안을 강타하여 오래된 항구가 폐쇄되었고 주민 약 사백 명이 체육관으로 대피했다. 시장은 기자회견에서 목요일까지 수위가 내려가지 않을 것으로 예상된다고 말했다.",
        "พายุเมื่อคืนนี้พัดถล่มชายฝั่งและทำให้ท่าเรือเก่าต้องปิด ชาวบ้านประมาณสี่ร้อยคนอพยพไปยังโรงยิม นายกเทศมนตรีกล่าวในงานแถลงข่าวว่าคาดว่าระดับน้ำจะไม่ลดลงจนถึงวันพฤหัสบดี",
        "ضربت عاصفة ليلة أمس الساحل وأغلقت الميناء القديم وأجلي نحو أربعمئة من السكان إلى صالة الألعاب الرياضية وقال رئيس البلدية في مؤتمر صحفي إن من المتوقع ألا ينخفض منسوب المياه حتى يوم الخميس كما وصل عدد كبير من رجال الإنقاذ من المدن المجاورة وهم يكدسون أكياس الرمل",
        "पिछली रात आए तूफान ने तट पर कहर बरपाया और पुराने बंदरगाह को बंद करना पड़ा लगभग चार सौ निवासियों को व्यायामशाला में ले जाया गया महापौर ने संवाददाता सम्मेलन में कहा कि गुरुवार तक जल स्तर घटने की उम्मीद नहीं है पड़ोसी शहरों से भी कई बचावकर्मी पहुंचे",
    ] {
        let cut: String = text.chars().take(text.chars().count() * 3 / 4).collect();
        check(&[told("a.test", "one-1", "A", text.to_owned(), 0), told("b.test", "two-2", "B", cut, 1)], &[0, 0]);
        let (one, other): (String, String) = (text.chars().rev().collect(), text.to_owned());
        check(&[told("a.test", "one-1", "A", one, 0), told("b.test", "two-2", "B", other, 1)], &[0, 1]);
    }
}

#[test]
fn one_address_is_one_story_unless_the_page_is_filled_anew() {
    let at = "2024/03/01/storm-hits-old-coast";
    check(
        &[told("a.test", at, STORM, words("s", 0..99), 0), Told { by: "b.test", ..told("a.test", at, "Storm", String::new(), 5) }],
        &[0, 0],
    );
    let linked = |title, text| Told { by: "b.test", ..told("a.test", at, title, text, 5) };
    check(&[told("a.test", at, STORM, words("s", 0..99), 0), linked("What I think of walls", words("mine", 0..80))], &[0, 1]);
    check(&[told("a.test", at, STORM, words("s", 0..99), 0), linked(STORM, words("teaser", 0..80))], &[0, 0]);
    let daily = |n: usize| told("a.test", "weather", "The weather", words(&format!("d{n}x"), 0..80), 24 * n as u64);
    check(&[daily(0), daily(1), daily(2)], &[0, 1, 2]);
    let front = |title| told("a.test", "", title, String::new(), 0);
    check(&[front("One thing"), front("Another thing")], &[0, 1]);
}

#[test]
fn a_headline_alone_tells_a_story_for_three_days_if_it_says_enough() {
    let empty = |site, title, hours| told(site, "x", title, String::new(), hours);
    check(&[empty("a.test", STORM, 0), empty("b.test", STORM, 9)], &[0, 0]);
    check(&[empty("a.test", STORM, 0), empty("b.test", STORM, 80)], &[0, 1]);
    check(&[empty("a.test", "Open thread", 0), empty("b.test", "Open thread", 1)], &[0, 1]);
    check(
        &[empty("a.test", "The paper of the morning of 8 March", 0), empty("b.test", "The paper of the morning of 8 March", 1)],
        &[0, 1],
    );
    let other = told("b.test", "y", STORM, words("o", 0..200), 2);
    check(&[told("a.test", "x", STORM, words("s", 0..200), 0), other], &[0, 1]);
}

#[test]
fn background_and_introductions_make_no_story() {
    let background = words("back", 0..120);
    let news = |n: &str| format!("{}{background}", words(n, 0..90));
    check(&[told("a.test", "one", "The first day", news("a"), 0), told("a.test", "two", "The second day", news("b"), 24)], &[0, 1]);
    let live = |n: &str| format!("{}{}", words("live", 0..36), words(n, 0..60));
    check(
        &[told("a.test", "live#1", "Live: all news", live("a"), 0), told("a.test", "live#2", "Live: all news", live("b"), 1)],
        &[0, 1],
    );
    let wire = |n: &str| format!("{}{}", words("wire", 0..60), words(n, 0..300));
    check(&[told("a.test", "one", "Trains", wire("a"), 0), told("b.test", "two", "Planes", wire("b"), 5)], &[0, 1]);
}

#[test]
fn house_text_counts_for_nothing() {
    // At several sites, under headlines that say much the same: only that the text is everywhere tells them apart.
    let house = words("house", 0..60);
    let urls = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let sites = urls.map(|url| format!("{url}.test"));
    let item = |n: usize| format!("{house}{}", words(&format!("i{n}x"), 0..20));
    // Those that come before it is known are one story.
    let mut desk = Desk::new(Near::Normal);
    let at = |n: usize| told(&sites[n], urls[n], "Short news of the day from here", item(n), n as u64);
    let known = words("house", 0..60) + &words("before", 0..20);
    for n in 0..house::AT_SITES {
        desk.folding.remember(
            EntryId(-1),
            &fingerprint("", &format!("{n}.test"), &known),
            None,
            Role { founds: true, is_echo: false },
        );
    }
    let joined: Vec<bool> = (0..urls.len()).map(|n| desk.arrives(&at(n)).join.is_some()).collect();
    assert_eq!(joined, [false; 10]);
    let mut fresh = Desk::new(Near::Normal);
    assert!(fresh.arrives(&at(0)).join.is_none() && fresh.arrives(&at(1)).join.is_some(), "without that they are one");
}

#[test]
fn a_digest_makes_no_story_of_what_it_quotes() {
    let item = |site, n: &str| told(site, "x", ["Fire", "Flood"][usize::from(n == "b")], words(n, 0..130), 0);
    let digest = || told("d.test", "all", "All of the day", format!("{}{}", words("a", 0..130), words("b", 0..130)), 1);
    let found = stories(Near::Normal, &[item("a.test", "a"), item("b.test", "b"), digest()]);
    assert_ne!(found[0], found[1]);
    // Nor where it is seen before them: only what it begins with may be taken for it.
    let found = stories(Near::Normal, &[digest(), item("a.test", "a"), item("b.test", "b")]);
    assert_ne!(found[1], found[2]);
    let found = stories(Near::Normal, &[item("b.test", "b"), digest(), item("a.test", "a")]);
    assert_ne!(found[0], found[2]);
    let excerpt = told("e.test", "short", "All of the day", words("a", 0..130), 2);
    check(&[digest(), excerpt], &[0, 0]);
}

#[test]
fn one_site_makes_no_house_text_of_what_others_print() {
    let wire = words("s", 0..180);
    let mut desk = Desk::new(Near::Normal);
    let titles: Vec<String> = (0..18).map(|n| format!("Something else of number{n} today")).collect();
    let urls: Vec<String> = (0..18).map(|n| format!("post-{n}")).collect();
    for n in 0..18 {
        let third = n % 3 * 60;
        let text = format!("{}{}{}", words(&format!("x{n}"), 0..90), words("s", third..third + 60), words(&format!("y{n}"), 0..90));
        desk.arrives(&told("spam.test", &urls[n], &titles[n], text, 0));
    }
    assert!(desk.arrives(&told("a.test", "storm", STORM, wire.clone(), 1)).join.is_none());
    let verdict = desk.arrives(&told("b.test", "gale", "Another headline for it", wire, 2));
    assert_eq!(verdict.join.map(|join| join.with), Some(EntryId(19)));
}

#[test]
fn a_form_with_other_figures_is_another_story() {
    let weather = |day: usize, degrees: usize| {
        format!(
            "Forecast for {day} March in the city of Aster sunny weather is expected by day the air warms to {degrees} degrees at night to {} degrees wind from the west at {} metres a second and a chance of rain of {} percent made automatically and updated often.",
            degrees / 2,
            degrees / 3,
            degrees * 2
        )
    };
    let entry = |site, day: usize, degrees| {
        told(site, ["a", "b", "c", "d"][day], "Weather in the city of Aster", weather(day, degrees), 24 * day as u64)
    };
    check(&[entry("a.test", 0, 20), entry("a.test", 1, 16), entry("a.test", 2, 12)], &[0, 1, 2]);
    check(&[entry("a.test", 0, 20), entry("b.test", 0, 14)], &[0, 1]);
    check(&[entry("a.test", 0, 20), entry("b.test", 0, 20)], &[0, 0]);
}

#[test]
fn two_items_with_one_blurb_stay_two() {
    let blurb = words("blurb", 0..34);
    let item = |url, title, hours| told("a.test", url, title, blurb.clone(), hours);
    check(&[item("video/power", "How power is won", 0), item("podcast/far", "Will the merger go through?", 0)], &[0, 1]);
}

#[test]
fn who_was_alone_follows_the_entry_that_shows_where_it_belongs() {
    let halves = [
        told("a.test", "one", "First half", words("s", 0..150), 0),
        told("b.test", "two", "Second half", words("s", 130..300), 1),
        told("c.test", "all", "All", words("s", 0..300), 2),
    ];
    check(&halves[..2], &[0, 1]);
    check(&halves, &[0, 0, 0]);
}

#[test]
fn levels_ask_for_more_or_less() {
    // Of ten passages each nth is kept.
    let edit = |nth: usize| -> String {
        let passage = |n: usize| words(if n.is_multiple_of(nth) { "s" } else { "o" }, n * 24..n * 24 + 24);
        (0..10).map(passage).collect()
    };
    let folds = |near, nth| {
        let entries = [told("a.test", "one", "This", words("s", 0..240), 0), told("b.test", "two", "That", edit(nth), 1)];
        stories(near, &entries) == [0, 0]
    };
    assert_eq!([Near::Off, Near::Strict, Near::Normal, Near::Loose].map(|near| folds(near, 1)), [false, true, true, true]);
    assert_eq!([Near::Off, Near::Strict, Near::Normal, Near::Loose].map(|near| folds(near, 2)), [false, false, true, true]);
    assert_eq!([Near::Off, Near::Strict, Near::Normal, Near::Loose].map(|near| folds(near, 5)), [false; 4]);
}

#[test]
fn reasons_can_be_read() {
    let mut desk = Desk::new(Near::Normal);
    desk.arrives(&told("a.test", "one", STORM, words("s", 0..200), 0));
    let verdict = desk.arrives(&told("b.test", "two", STORM, words("s", 0..150), 1));
    let join = verdict.join.unwrap();
    assert_eq!(join.reason, "100 % of the shorter text, 100 % of its beginning, is in entry 1");
    assert_eq!((join.with, join.evidence["rule"].as_str()), (EntryId(1), Some("text")));
}

#[test]
fn an_entry_counts_once_for_a_run_wherever_it_is_remembered() {
    let mut desk = Desk::new(Near::Normal);
    desk.arrives(&told("a.test", "one", "This", format!("{}{}", words("s", 0..9), words("o", 0..200)), 0));
    desk.arrives(&told("b.test", "two", "That", words("s", 0..300), 1));
    let [one, two] = [0, 1].map(|n: usize| desk.members[n].clone());
    let runs = |member: &Member| Print::read(&member.print.text).runs.into_iter().map(|run| run.hash).collect::<Vec<_>>();
    let shared: Vec<Posting> = runs(&two).into_iter().filter(|run| runs(&one).contains(run)).map(|run| (run, one.entry)).collect();
    assert!(!shared.is_empty());
    let alone: Vec<EntryId> = desk.folding.candidates(&two, &[]);
    assert_eq!(desk.folding.candidates(&two, &shared), alone, "it is in memory as well");
    let stranger = EntryId(77);
    let once: Vec<Posting> = shared.iter().take(1).map(|(run, _)| (*run, stranger)).collect();
    assert!(!desk.folding.candidates(&two, &once.repeat(9)).contains(&stranger), "one run is not many");
}

#[test]
fn a_phrase_said_over_and_over_is_in_no_story() {
    // Of a few words one run is left: a phrase from the end of the article would be all shared.
    for at in 240..293 {
        let article = told("a.test", "one", STORM, words("s", 0..300), 0);
        let spam = told("b.test", "buy", "Buy now", words("s", at..at + 8).repeat(60), 1);
        check(&[article, spam], &[0, 1]);
    }
}

/// Told by one feed under other names.
fn of_feed(site: &str, items: &[(&str, String)]) -> usize {
    let mut desk = Desk::new(Near::Normal);
    let urls: Vec<String> = (0..items.len()).map(|n| format!("watch-{n}")).collect();
    for ((title, text), url) in items.iter().zip(&urls) {
        desk.arrives(&told(site, url, title, text.clone(), 24));
    }
    desk.stories(|_| true)
}

#[test]
fn what_a_feed_tells_apart_stays_apart_whatever_they_share() {
    // A channel: a line of its own before the same promotion each time.
    let promo = words("promo", 0..95);
    let video = |n: usize| format!("Today the boat number{n} sails. {promo}");
    assert_eq!(of_feed("tube.test", &[("Sailing north", video(1)), ("How to knot", video(2)), ("The old mast", video(3))]), 3);
    // Obituaries and vacancies: a form with another name in it.
    let form = |name: &str| format!("{}{name} {name} {name} {}", words("form", 0..60), words("end", 0..60));
    assert_eq!(of_feed("town.test", &[("Anna Berg", form("berg")), ("Carl Dorn", form("dorn"))]), 2);
    let missing = |name: &str| format!("Missing since Sunday: {name} of Aster");
    assert_eq!(of_feed("town.test", &[(&missing("Anna Berg"), form("berg")), (&missing("Carl Dorn"), form("dorn"))]), 2);
    // The same again under its headline is the same.
    assert_eq!(of_feed("town.test", &[(STORM, words("s", 0..120)), (STORM, words("s", 0..150))]), 1);
}

#[test]
fn a_letter_between_its_introduction_and_its_farewell_is_each_weeks_own() {
    let letter = |n: &str| format!("{}{}{}", words("dear", 0..38), words(n, 0..60), words("yours", 0..47));
    let week = |n: usize| told("a.test", ["x", "y", "z"][n], "The weekly letter", letter(["a", "b", "c"][n]), 168 * n as u64);
    check(&[week(0), week(1), week(2)], &[0, 1, 2]);
}

#[test]
fn a_teaser_under_the_headline_of_its_article_is_of_it_however_common_its_words_are() {
    let mut desk = Desk::new(Near::Normal);
    let common = words("common", 0..36);
    for n in 0..house::AT_SITES {
        let print = fingerprint("", &format!("{n}.test"), &common);
        desk.folding.remember(EntryId(-1), &print, None, Role { founds: true, is_echo: false });
    }
    desk.arrives(&told("a.test", "x", STORM, format!("{common}{}", words("s", 0..200)), 0));
    let teaser = |title| told("b.test", "y", title, common.clone(), 2);
    assert!(desk.arrives(&teaser("Something else that is said of it here")).join.is_none());
    assert!(desk.arrives(&teaser(&format!("{STORM} | B News"))).join.is_some());
}

#[test]
fn an_edit_is_no_further_story_with_the_same_words() {
    let mut desk = Desk::new(Near::Normal);
    let (one, other) = (words("s", 0..100), words("o", 0..100));
    let print = |text: &str| fingerprint(STORM, "a.test", text);
    desk.arrives(&told("a.test", "x", STORM, one.clone(), 0));
    for n in 0..9 {
        let (before, now) = if n % 2 == 0 { (&one, &other) } else { (&other, &one) };
        desk.folding.remember(EntryId(1), &print(now), Some(&print(before)), Role { founds: true, is_echo: false });
    }
    assert!(desk.arrives(&told("b.test", "y", "Gale", one, 1)).join.is_some());
}

#[test]
fn letters_that_keyboards_exchange_and_parts_of_syllables_are_the_same() {
    let alike = |one: &str, other: &str| assert_eq!(print_of(one), print_of(other), "{one}");
    alike("کتاب های یک نویسنده ایرانی در نمایشگاه بزرگ پایتخت", "كتاب هاي يك نويسنده ايراني در نمايشگاه بزرگ پايتخت");
    alike(
        "서울의 오래된 다리가 어제 밤 폭풍으로 무너졌다",
        &unicode_normalization::UnicodeNormalization::nfd("서울의 오래된 다리가 어제 밤 폭풍으로 무너졌다").collect::<String>(),
    );
}
