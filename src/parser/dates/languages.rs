//! Names of months and days of the week as feeds write them: long, cut, and in the case that a date asks for.
//!
//! Written as people write them; [`super::words`] compares them without accents and case. A name stands in each language that uses
//! it, so that the same letters may mean two months (`lis`: November in Poland, October in Croatia).

/// A language with its names.
pub(super) struct Language {
    /// Primary subtag of BCP 47.
    pub tag: &'static str,
    /// January first, the names of one month with blanks between them.
    pub months: [&'static str; 12],
    /// Monday first.
    pub days: [&'static str; 7],
}

/// The more frequent in feeds stands first: it is guessed where nothing tells which of two is meant.
#[rustfmt::skip]
pub(super) const LANGUAGES: [Language; 32] = [
    Language {
        tag: "en",
        months: ["january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec"],
        days: ["monday mon", "tuesday tue tues", "wednesday wed weds", "thursday thu thur thurs", "friday fri", "saturday sat", "sunday sun"],
    },
    Language {
        tag: "de",
        months: ["januar jan jänner jän", "februar feb febr feber", "märz mär mrz maerz", "april apr", "mai", "juni jun", "juli jul",
            "august aug", "september sep sept", "oktober okt", "november nov", "dezember dez"],
        days: ["montag mo mon", "dienstag di die", "mittwoch mi mit", "donnerstag do don", "freitag fr fre", "samstag sa sam sonnabend", "sonntag so son"],
    },
    Language {
        tag: "fr",
        months: ["janvier janv jan", "février févr fév", "mars mar", "avril avr", "mai", "juin jun", "juillet juil jul", "août aoû",
            "septembre sept sep", "octobre oct", "novembre nov", "décembre déc"],
        days: ["lundi lun", "mardi mar", "mercredi mer", "jeudi jeu", "vendredi ven", "samedi sam", "dimanche dim"],
    },
    Language {
        tag: "es",
        months: ["enero ene", "febrero feb", "marzo mar", "abril abr", "mayo may", "junio jun", "julio jul", "agosto ago",
            "septiembre setiembre sept sep set", "octubre oct", "noviembre nov", "diciembre dic"],
        days: ["lunes lun", "martes mar", "miércoles mié", "jueves jue", "viernes vie", "sábado sáb", "domingo dom"],
    },
    Language {
        tag: "it",
        months: ["gennaio gen genn", "febbraio feb febb", "marzo mar", "aprile apr", "maggio mag magg", "giugno giu", "luglio lug", "agosto ago",
            "settembre set sett", "ottobre ott", "novembre nov", "dicembre dic"],
        days: ["lunedì lun", "martedì mar", "mercoledì mer", "giovedì gio", "venerdì ven", "sabato sab", "domenica dom"],
    },
    Language {
        tag: "pt",
        months: ["janeiro jan", "fevereiro fev", "março mar", "abril abr", "maio mai", "junho jun", "julho jul", "agosto ago",
            "setembro set", "outubro out", "novembro nov", "dezembro dez"],
        days: ["segunda seg", "terça ter", "quarta qua", "quinta qui", "sexta sex", "sábado sáb", "domingo dom"],
    },
    Language {
        tag: "nl",
        months: ["januari jan", "februari feb", "maart mrt maa mar", "april apr", "mei", "juni jun", "juli jul", "augustus aug",
            "september sep sept", "oktober okt", "november nov", "december dec"],
        days: ["maandag ma maa", "dinsdag di din", "woensdag wo woe", "donderdag do don", "vrijdag vr vri", "zaterdag za zat", "zondag zo zon"],
    },
    Language {
        tag: "pl",
        months: ["styczeń stycznia sty", "luty lutego lut", "marzec marca mar", "kwiecień kwietnia kwi", "maj maja", "czerwiec czerwca cze",
            "lipiec lipca lip", "sierpień sierpnia sie", "wrzesień września wrz", "październik października paź", "listopad listopada lis",
            "grudzień grudnia gru"],
        days: ["poniedziałek pon pn", "wtorek wt wto", "środa śr śro", "czwartek czw cz", "piątek pt pią", "sobota sob", "niedziela niedz nie ndz nd"],
    },
    Language {
        tag: "ru",
        months: ["январь января янв", "февраль февраля фев февр", "март марта мар", "апрель апреля апр", "май мая", "июнь июня июн",
            "июль июля июл", "август августа авг", "сентябрь сентября сен сент", "октябрь октября окт", "ноябрь ноября ноя нояб",
            "декабрь декабря дек"],
        days: ["понедельник пн пнд", "вторник вт втр", "среда ср срд", "четверг чт чтв", "пятница пт птн", "суббота сб сбт", "воскресенье вс вск"],
    },
    Language {
        tag: "sv",
        months: ["januari jan", "februari feb febr", "mars mar", "april apr", "maj", "juni jun", "juli jul", "augusti aug", "september sep sept",
            "oktober okt", "november nov", "december dec"],
        days: ["måndag mån må", "tisdag tis ti", "onsdag ons on", "torsdag tors tor to", "fredag fre fr", "lördag lör lö", "söndag sön sö"],
    },
    Language {
        tag: "no",
        months: ["januar jan", "februar feb", "mars mar", "april apr", "mai", "juni jun", "juli jul", "august aug", "september sep sept",
            "oktober okt", "november nov", "desember des"],
        days: ["mandag man måndag mån", "tirsdag tir tirs tysdag tys", "onsdag ons", "torsdag tor tors", "fredag fre", "lørdag lør laurdag lau", "søndag søn sundag"],
    },
    Language {
        tag: "da",
        months: ["januar jan", "februar feb", "marts mar", "april apr", "maj", "juni jun", "juli jul", "august aug", "september sep sept",
            "oktober okt", "november nov", "december dec"],
        days: ["mandag man ma", "tirsdag tir tirs ti", "onsdag ons on", "torsdag tor tors to", "fredag fre fr", "lørdag lør lø", "søndag søn sø"],
    },
    Language {
        tag: "fi",
        months: ["tammikuu tammikuuta tammi", "helmikuu helmikuuta helmi", "maaliskuu maaliskuuta maalis", "huhtikuu huhtikuuta huhti",
            "toukokuu toukokuuta touko", "kesäkuu kesäkuuta kesä", "heinäkuu heinäkuuta heinä", "elokuu elokuuta elo",
            "syyskuu syyskuuta syys", "lokakuu lokakuuta loka", "marraskuu marraskuuta marras", "joulukuu joulukuuta joulu"],
        days: ["maanantai maanantaina ma", "tiistai tiistaina ti", "keskiviikko keskiviikkona ke", "torstai torstaina to", "perjantai perjantaina pe",
            "lauantai lauantaina la", "sunnuntai sunnuntaina su"],
    },
    Language {
        tag: "cs",
        months: ["leden ledna led", "únor února úno", "březen března bře", "duben dubna dub", "květen května kvě", "červen června čvn čer",
            "červenec července čvc", "srpen srpna srp", "září zář", "říjen října říj", "listopad listopadu lis", "prosinec prosince pro"],
        days: ["pondělí po pon", "úterý út úte", "středa st stř", "čtvrtek čt čtv", "pátek pá pát", "sobota so sob", "neděle ne ned"],
    },
    Language {
        tag: "sk",
        months: ["január januára jan", "február februára feb", "marec marca mar", "apríl apríla apr", "máj mája", "jún júna", "júl júla",
            "august augusta aug", "september septembra sep", "október októbra okt", "november novembra nov", "december decembra dec"],
        days: ["pondelok po pon", "utorok ut uto", "streda str", "štvrtok štv", "piatok pi pia", "sobota so sob", "nedeľa ne ned"],
    },
    Language {
        tag: "hu",
        months: ["január jan", "február febr feb", "március márc már", "április ápr", "május máj", "június jún", "július júl", "augusztus aug",
            "szeptember szept szep", "október okt", "november nov", "december dec"],
        days: ["hétfő hét", "kedd", "szerda sze", "csütörtök cs csüt", "péntek pén", "szombat szo", "vasárnap vas"],
    },
    Language {
        tag: "tr",
        months: ["ocak oca", "şubat şub", "mart mar", "nisan nis", "mayıs may", "haziran haz", "temmuz tem", "ağustos ağu", "eylül eyl",
            "ekim eki", "kasım kas", "aralık ara"],
        days: ["pazartesi pzt pts", "salı sal", "çarşamba çar çrş", "perşembe per prş", "cuma cum", "cumartesi cmt cts", "pazar paz"],
    },
    Language {
        tag: "ro",
        months: ["ianuarie ian", "februarie feb", "martie mar", "aprilie apr", "mai", "iunie iun", "iulie iul", "august aug", "septembrie sept sep",
            "octombrie oct", "noiembrie nov noi", "decembrie dec"],
        days: ["luni lun", "marți mar", "miercuri mie", "joi", "vineri vin", "sâmbătă sâm", "duminică dum"],
    },
    Language {
        tag: "hr",
        months: ["siječanj siječnja sij", "veljača veljače velj vel", "ožujak ožujka ožu", "travanj travnja tra", "svibanj svibnja svi",
            "lipanj lipnja lip", "srpanj srpnja srp", "kolovoz kolovoza kol", "rujan rujna ruj", "listopad listopada lis", "studeni studenoga studenog stu",
            "prosinac prosinca pro"],
        days: ["ponedjeljak pon", "utorak uto", "srijeda sri", "četvrtak čet", "petak pet", "subota sub", "nedjelja ned"],
    },
    Language {
        tag: "sr",
        months: ["januar januara jan јануар јануара јан", "februar februara feb фебруар фебруара феб", "mart marta mar март марта мар",
            "april aprila apr април априла апр", "maj maja мај маја", "jun juna јун јуна", "jul jula јул јула", "avgust avgusta avg август августа авг",
            "septembar septembra sep sept септембар септембра сеп", "oktobar oktobra okt октобар октобра окт",
            "novembar novembra nov новембар новембра нов", "decembar decembra dec децембар децембра дец"],
        days: ["ponedeljak ponedjeljak pon понедељак пон", "utorak uto уторак уто", "sreda sre среда сре", "četvrtak čet четвртак чет",
            "petak pet петак пет", "subota sub субота суб", "nedelja ned недеља нед"],
    },
    Language {
        tag: "sl",
        months: ["januar januarja jan", "februar februarja feb", "marec marca mar", "april aprila apr", "maj maja", "junij junija jun",
            "julij julija jul", "avgust avgusta avg", "september septembra sep", "oktober oktobra okt", "november novembra nov", "december decembra dec"],
        days: ["ponedeljek pon", "torek tor", "sreda sre", "četrtek čet", "petek pet", "sobota sob", "nedelja ned"],
    },
    Language {
        tag: "uk",
        months: ["січень січня січ", "лютий лютого лют", "березень березня бер", "квітень квітня кві квіт", "травень травня тра трав",
            "червень червня чер черв", "липень липня лип", "серпень серпня сер серп", "вересень вересня вер", "жовтень жовтня жов жовт",
            "листопад листопада лис лист", "грудень грудня гру груд"],
        days: ["понеділок пн", "вівторок вт", "середа ср", "четвер чт", "пятниця пт", "субота сб", "неділя нд"],
    },
    Language {
        tag: "bg",
        months: ["януари яну ян", "февруари фев", "март мар", "април апр", "май", "юни юн", "юли юл", "август авг", "септември сеп септ",
            "октомври окт", "ноември ное ноем", "декември дек"],
        days: ["понеделник пн", "вторник вт", "сряда ср", "четвъртък чт", "петък пт", "събота сб", "неделя нд"],
    },
    Language {
        tag: "el",
        months: ["ιανουάριος ιανουαρίου ιαν", "φεβρουάριος φεβρουαρίου φεβ φεβρ", "μάρτιος μαρτίου μαρ", "απρίλιος απριλίου απρ",
            "μάιος μαΐου μάι μαΐ", "ιούνιος ιουνίου ιουν", "ιούλιος ιουλίου ιουλ", "αύγουστος αυγούστου αυγ", "σεπτέμβριος σεπτεμβρίου σεπ σεπτ",
            "οκτώβριος οκτωβρίου οκτ", "νοέμβριος νοεμβρίου νοε νοεμ", "δεκέμβριος δεκεμβρίου δεκ"],
        days: ["δευτέρα δευ δε", "τρίτη τρί τρι", "τετάρτη τετ", "πέμπτη πέμ πεμ", "παρασκευή παρ", "σάββατο σάβ σαβ", "κυριακή κυρ"],
    },
    Language {
        tag: "ca",
        months: ["gener gen", "febrer febr feb", "març mar", "abril abr", "maig mai", "juny jun", "juliol jul", "agost ag ago", "setembre set",
            "octubre oct", "novembre nov", "desembre des"],
        days: ["dilluns dl", "dimarts dt", "dimecres dc", "dijous dj", "divendres dv", "dissabte ds", "diumenge dg"],
    },
    Language {
        tag: "id",
        months: ["januari jan", "februari feb", "maret mar", "april apr", "mei", "juni jun", "juli jul", "agustus agu agt ags", "september sep",
            "oktober okt", "november nov nop", "desember des"],
        days: ["senin sen", "selasa sel", "rabu rab", "kamis kam", "jumat jum", "sabtu sab", "minggu min"],
    },
    Language {
        tag: "et",
        months: ["jaanuar jaan", "veebruar veebr veeb", "märts mär", "aprill apr", "mai", "juuni", "juuli", "august aug", "september sept sep",
            "oktoober okt", "november nov", "detsember dets"],
        days: ["esmaspäev", "teisipäev", "kolmapäev", "neljapäev", "reede", "laupäev", "pühapäev"],
    },
    Language {
        tag: "lt",
        months: ["sausio sausis saus", "vasario vasaris vas", "kovo kovas kov", "balandžio balandis bal", "gegužės gegužė geg", "birželio birželis birž bir",
            "liepos liepa liep", "rugpjūčio rugpjūtis rugp", "rugsėjo rugsėjis rugs", "spalio spalis spal", "lapkričio lapkritis lapkr lap", "gruodžio gruodis gruod"],
        days: ["pirmadienis pr", "antradienis an", "trečiadienis tr", "ketvirtadienis kt", "penktadienis pn", "šeštadienis št", "sekmadienis sk"],
    },
    Language {
        tag: "lv",
        months: ["janvāris janvārī janv", "februāris februārī febr", "marts martā", "aprīlis aprīlī apr", "maijs maijā", "jūnijs jūnijā jūn",
            "jūlijs jūlijā jūl", "augusts augustā aug", "septembris septembrī sept", "oktobris oktobrī okt", "novembris novembrī nov",
            "decembris decembrī dec"],
        days: ["pirmdiena", "otrdiena", "trešdiena", "ceturtdiena", "piektdiena", "sestdiena", "svētdiena"],
    },
    Language {
        tag: "he",
        months: ["ינואר בינואר", "פברואר בפברואר", "מרץ במרץ מרס במרס", "אפריל באפריל", "מאי במאי", "יוני ביוני", "יולי ביולי", "אוגוסט באוגוסט",
            "ספטמבר בספטמבר", "אוקטובר באוקטובר", "נובמבר בנובמבר", "דצמבר בדצמבר"],
        days: ["שני", "שלישי", "רביעי", "חמישי", "שישי", "שבת", "ראשון"],
    },
    Language {
        tag: "ar",
        months: ["يناير", "فبراير", "مارس", "أبريل إبريل", "مايو", "يونيو يونية", "يوليو يولية", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"],
        days: ["الاثنين الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"],
    },
    Language {
        tag: "th",
        months: ["มกราคม ม.ค", "กุมภาพันธ์ ก.พ", "มีนาคม มี.ค", "เมษายน เม.ย", "พฤษภาคม พ.ค", "มิถุนายน มิ.ย", "กรกฎาคม ก.ค", "สิงหาคม ส.ค",
            "กันยายน ก.ย", "ตุลาคม ต.ค", "พฤศจิกายน พ.ย", "ธันวาคม ธ.ค"],
        days: ["จันทร์ จ", "อังคาร อ", "พุธ พ", "พฤหัสบดี พฤ", "ศุกร์ ศ", "เสาร์ ส", "อาทิตย์ อา"],
    },
];
