//! Polish, Czech, Slovak, Slovene, Croatian, Serbian, Bulgarian, Russian, Ukrainian.

use super::Words;

pub(super) const WORDS: &[Words] = &[
    Words {
        language: "pl",
        advertising: "reklam(a|y)|ogłoszenie|ogłoszenia|materiał (sponsorowany|partnera|promocyjny|reklamowy|płatny)|\
            artykuł sponsorowany|(treść|treści) sponsorowan(a|e)|tekst sponsorowany|(dalsza część|ciąg dalszy|\
            dalszy ciąg) (tekstu |artykułu |materiału |)(pod|po|poniżej) (reklamą|reklamie|reklamy|wideo|materiałem wideo)|\
            artykuł (jest kontynuowany|kontynuowany) po reklamie|pozostała część artykułu pod (reklamą|materiałem wideo)|(zamknij|\
            pomiń) reklamę|koniec reklamy|współpraca (reklamowa|płatna)",
        widgets: "udostępnij( na <20>| artykuł|)|podziel się( na <20>| artykułem|)|skomentuj( artykuł|)|komentarze|# komentarz(y|\
            e|)|(zobacz|czytaj|pokaż|przeczytaj)( wszystkie|) komentarze|dodaj komentarz|brak komentarzy|drukuj|wydrukuj|\
            zapisz (artykuł|na później)|posłuchaj artykułu|skopiuj link|kopiuj link|link skopiowany|pokaż więcej|załaduj więcej|\
            wczytaj więcej|zobacz (więcej|wszystkie)|powrót na górę|przejdź do treści|zamknij|foto:<81>|fot. <80>|zdjęci(e|\
            a):<81>|źródło( zdjęcia|):<61>|źródła:<61>|zdjęcie (ilustracyjne|poglądowe)|wszelkie prawa zastrzeżone|\
            czas czytania:<20>|# min(ut|uty|.|) czytania|zgłoś błąd|lubię to",
        sections: "czytaj (także|też|również|więcej|dalej)|zobacz (także|też|również)|polecamy|polecane( artykuły| dla ciebie|)|\
            (najczęściej|najchętniej) (czytane|komentowane)|najpopularniejsze|najnowsze( wiadomości| artykuły|)|\
            powiązane( artykuły| tematy|)|podobne (artykuły|tematy)|może (cię|cię też|cię również|ci się) (zainteresować|\
            spodobać)|to może cię zainteresować|więcej (na ten temat|o <30>|artykułów|informacji|wiadomości)|tagi|tematy|\
            słowa kluczowe|warto przeczytać|nie przegap|ostatnie wiadomości|z ostatniej chwili|inne (artykuły|wiadomości)|\
            o autorze|poprzedni artykuł|następny artykuł|zobacz więcej",
        teasers: "czytaj (także|też|również|więcej|dalej|tutaj)|czytaj więcej (o|na)( <40>|)|zobacz (także|też|również|wideo|\
            zdjęcia|film|więcej|nagranie)|przeczytaj( także| też| również| więcej|)|posłuchaj( także| podcastu|)|obejrzyj( także| wideo|\
            )|oglądaj( także|)|wideo|galeria( zdjęć|)|polecamy|warto przeczytać|więcej na ten temat|nie przegap|kliknij tutaj|\
            sprawdź też|dowiedz się więcej|materiał wideo|na żywo|relacja na żywo",
        prompts: "zapisz się|obserwuj nas|obserwuj (nasz|<20> w google)|zaloguj się|zarejestruj się|subskrybuj|zaprenumeruj|\
            masz już konto|masz (temat|informację|ciekawy temat)|napisz do nas|dołącz do (nas|nas na|naszej|naszego)|polub nas|\
            załóż konto|aby (czytać dalej|przeczytać cały artykuł|zobaczyć tę treść)|pobierz (naszą |)aplikację|ta strona (używa|\
            korzysta z) (plików |)cookies|używamy (plików |)cookies|twój adres e(-|)mail nie zostanie|bądź na bieżąco|\
            wesprzyj (nas|nasze)|ten artykuł (jest dostępny|przeczytasz)|kup (prenumeratę|subskrypcję|dostęp)|\
            dziękujemy, że przeczytałaś",
    },
    Words {
        language: "cs",
        advertising: "reklam(a|y)|inzerce|komerční sdělení|komerční (článek|prezentace|obsah)|placená (inzerce|reklama|\
            spolupráce)|sponzorovan(ý obsah|ý článek|é)|reklamní sdělení|článek pokračuje (pod|za) (reklamou|inzercí)|\
            text pokračuje pod reklamou|pokračování (článku |)(pod|za) reklamou|(přeskočit|zavřít|skrýt) reklamu|pr článek|\
            propagace článku",
        widgets: "sdílet( na <20>| článek| přes <20>|)|sdílejte( na <20>| článek|)|diskuse|diskuze|(vstoupit do|přejít do|\
            otevřít) (diskuse|diskuzi|diskusi)|komentáře|# komentář(ů|e|)|(zobrazit|číst)( všechny|) komentáře|přidat komentář|\
            okomentovat|tisknout|vytisknout|uložit (článek|na později)|poslechnout článek|kopírovat odkaz|zkopírovat odkaz|\
            odkaz zkopírován|zobrazit (více|další|vše)|načíst (další|více)|další články|zpět nahoru|zavřít|foto:<81>|\
            fotografie:<81>|zdroj:<61>|zdroj fotografií:<61>|zdroje:<61>|ilustrační (foto|snímek|fotografie)(:<61>|)|\
            autor fotografie:<61>|všechna práva vyhrazena|doba čtení:<20>|# min(ut|uty|.|) čtení|nahlásit chybu|\
            vstoupit do diskuze|poslat e-mailem",
        sections: "čtěte (také|též|dále)|související( články| témata| zprávy|)|mohlo by vás (také |)zajímat|nejčtenější( články| zprávy|\
            )|nejnovější( články| zprávy|)|doporučujeme|doporučené( články|)|podobné články|další (zprávy|články|čtení)|\
            více (k tématu|o tématu|z rubriky|z <30>|článků)|témata( článku|)|štítky|klíčová slova|tagy|k tématu|\
            přečtěte si (také|též|více)|poslední zprávy|aktuálně z <30>|o autorovi|předchozí článek|následující článek|\
            nepřehlédněte|zaujalo vás",
        teasers: "čtěte (také|též|více|zde|i)|čti také|přečtěte si( také| též| více|)|přečtěte si i|viz také|sledujte( také| živě| on-line| online|\
            )|podívejte se( také| na video|)|poslechněte si( také|)|video|fotogalerie|galerie|více (zde|k tématu|čtěte zde)|\
            mohlo by vás zajímat|související|související článek|doporučujeme|nepřehlédněte|celý článek|číst (dále|více|dál)|\
            zjistit více",
        prompts: "přihlaste se|přihlásit se (k|do)|odebírejte|sledujte nás|zaregistrujte se|registrujte se|předplaťte si|už (máte|\
            jste) (předplatné|účet|předplatitel|registrovaný)|máte (již|už) (předplatné|účet)|máte (tip|pro nás tip|zajímavý tip)|\
            našli jste (v článku |)chybu|tento článek je (pouze |)(pro předplatitele|součástí)|pro (pokračování ve čtení|\
            zobrazení tohoto obsahu)|používáme (soubory |)cookies|tento web používá (soubory |)cookies|stáhněte si (naši |\
            )aplikaci|přidejte se k nám|líbí se vám|podpořte (nás|naši|naši práci)|chcete (odebírat|dostávat)|získejte přístup|\
            vaše e-mailová adresa nebude",
    },
    Words {
        language: "sk",
        advertising: "reklama|inzercia|komerčný (článok|obsah)|platená (spolupráca|inzercia|reklama)|sponzorovan(ý obsah|ý článok|\
            é)|článok pokračuje pod (reklamou|videoreklamou|inzerciou|video reklamou)|text pokračuje pod reklamou|\
            reklamné sdelenie|(preskočiť|zavrieť) reklamu|advertoriál|pr článok",
        widgets: "zdieľať( na <20>| článok| cez <20>|)|zdieľajte( na <20>| článok|)|diskusia|(vstúpiť do|prejsť do|\
            otvoriť) (diskusie|diskusiu)|komentáre|# komentár(ov|e|)|(zobraziť|čítať)( všetky|) komentáre|pridať komentár|tlačiť|\
            vytlačiť|uložiť (článok|na neskôr)|vypočuť si článok|kopírovať odkaz|skopírovať odkaz|odkaz skopírovaný|\
            zobraziť (viac|ďalšie|všetky)|načítať (ďalšie|viac)|späť hore|zavrieť|foto:<81>|zdroj:<61>|zdroj foto:<61>|\
            ilustračn(é foto|ý záber|á fotografia|á snímka)(:<61>|)|autor fotografie:<61>|všetky práva vyhradené|čas čítania:<20>|\
            # min(út|úty|.|) čítania|nahlásiť chybu|poslať e-mailom",
        sections: "čítajte (aj|tiež|viac|ďalej)|súvisiace( články| témy| správy|)|súvisiaci článok|mohlo by vás (tiež |)zaujímať|\
            mohlo by vás zaujať|najčítanejšie( články| správy|)|najnovšie( články| správy|)|odporúčame|odporúčané( články|)|\
            podobné články|ďalšie (správy|články)|viac (k téme|o téme|z <30>|článkov)|témy( článku|)|štítky|kľúčové slová|\
            prečítajte si (aj|tiež|viac)|k téme|posledné správy|o autorovi|predchádzajúci článok|nasledujúci článok|neprehliadnite",
        teasers: "čítajte (aj|tiež|viac|tu)|čítaj (aj|viac|tiež)|prečítajte si( aj| tiež| viac|)|prečítaj si (aj|viac)|\
            pozrite si( aj| tiež| video|)|pozri (aj|video)|vypočujte si( aj|)|sledujte( aj| naživo| online|)|video|fotogaléria|\
            galéria|viac (tu|k téme|čítajte tu)|mohlo by vás zaujímať|súvisiaci článok|odporúčame|neprehliadnite|čítať (ďalej|\
            viac)|zistiť viac|celý článok",
        prompts: "prihláste sa|prihlásiť sa (na|do)|odoberajte|sledujte nás|zaregistrujte sa|registrujte sa|predplaťte si|\
            už (máte|ste) (predplatné|účet|predplatiteľ)|máte (tip|pre nás tip|už (predplatné|účet))|našli ste (v článku |)chybu|\
            tento článok je (len |)pre predplatiteľov|pre (pokračovanie v čítaní|zobrazenie tohto obsahu)|používame (súbory |\
            )cookies|táto (stránka|webová stránka) používa (súbory |)cookies|stiahnite si (našu |)aplikáciu|pridajte sa k nám|\
            podporte (nás|našu)|chcete (odoberať|dostávať)|vaša e-mailová adresa nebude|získajte prístup",
    },
    Words {
        language: "sl",
        advertising: "oglas(i|)|oglasno sporočilo|promocijsko sporočilo|promocijska vsebina|plačana (objava|vsebina)|\
            sponzorirana vsebina|naročena vsebina|oglaševanje|(članek|besedilo) se nadaljuje (pod|po) oglas(om|u)|\
            zgodba se nadaljuje (pod|po) oglas(om|u)|(preskoči|zapri) oglas",
        widgets: "deli( članek| na <20>| prek <20>| novico)|delite( članek| na <20>|)|natisni( članek|)|komentarji|# komentar(jev|\
            ji|ja|)|(prikaži|preberi|poglej)( vse|) komentarje|dodaj komentar|komentiraj|shrani( članek| za pozneje)|\
            poslušaj članek|kopiraj povezavo|povezava kopirana|prikaži več|naloži več|prikaži vse|nazaj na vrh|foto:<81>|\
            fotografija:<81>|vir( fotografije|):<61>|vse pravice pridržane|čas branja:<20>|# min(ut|) branja|prijavi napako|\
            simbolična fotografija|fotografija je simbolična",
        sections: "preberite (tudi|še|več)|preberi (tudi|še|več)|povezane (novice|vsebine|teme)|povezani članki|sorodn(e novice|\
            i članki|e vsebine)|najbolj (brano|brane|komentirano)|najnovejše( novice|)|priporočamo|priporočeno|več (o temi|novic|\
            iz <30>|na to temo)|morda vas zanima|morda vas bo zanimalo|ključne besede|oznake|zadnje novice|o avtorju|\
            poglejte tudi|prejšnji članek|naslednji članek|ne spreglejte",
        teasers: "preberite (tudi|še|več)|preberi (tudi|še|več)|berite (tudi|več)|beri (tudi|več)|poglejte (tudi|še|si)|\
            poglej (tudi|video)|oglejte si( tudi|)|prisluhnite( tudi|)|video|fotogalerija|galerija|več (o tem|preberite)|\
            morda vas zanima|ne spreglejte|preberite celoten članek|v živo",
        prompts: "naročite se|naroči se|prijavite se (na|na e-novice)|prijavi se (na|na e-novice)|sledite nam|registrirajte se|\
            že (imate|ste) (račun|naročnik|naročnino|registrirani)|imate (predlog|namig|že račun)|članek je (dostopen|\
            na voljo) (le|samo) naročnikom|za (nadaljnje branje|ogled vsebine|branje celotnega članka)|uporabljamo piškotke|\
            (ta spletna stran|spletno mesto) uporablja piškotke|prenesite (našo |)aplikacijo|pridružite se nam|podprite (nas|\
            naše)|ste opazili napako",
    },
    Words {
        language: "hr",
        advertising: "oglas(i|)|reklama|reklame|oglasni (sadržaj|prostor)|sponzoriran(i sadržaj|i članak|o)|promotivni (sadržaj|\
            članak)|plaćeni (oglas|sadržaj)|(članak|tekst|vijest) se nastavlja (ispod|nakon|poslije|iza) oglasa|nastavak (teksta|\
            članka) (ispod|nakon) oglasa|nastavite čitati nakon oglasa|tekst se nastavlja ispod (videa|galerije)|(preskoči|\
            zatvori|ukloni) oglas(e|)|native članak",
        widgets: "podijeli( članak| na <20>| vijest| putem <20>|)|podijelite( članak| na <20>|)|ispiši|ispis članka|komentari|\
            # komentar(a|i|)|(prikaži|pogledaj|pročitaj)( sve|) komentare|dodaj komentar|komentiraj|ostavite komentar|\
            spremi( članak| za kasnije)|poslušaj članak|kopiraj (link|poveznicu)|poveznica kopirana|prikaži (više|još|sve)|\
            učitaj (više|još)|povratak na vrh|zatvori|foto:<81>|fotografija:<81>|izvor( fotografije|):<61>|foto ilustracija|\
            ilustracija:<61>|sva prava pridržana|vrijeme čitanja:<20>|# min(uta|ute|) čitanja|prijavi (grešku|pogrešku)",
        sections: "pročitajte (i|više|još)|pročitaj (i|više|još)|povezan(e vijesti|i članci|e teme|o)|vezan(e vijesti|i članci)|\
            najčitanije( vijesti|)|najnovije( vijesti|)|preporučujemo|preporuč(eno|amo)|više (o temi|vijesti|iz rubrike|s <30>)|\
            možda (će vas|vas|će te) (zanimati|zanima|zanimati i)|moglo bi vas zanimati|ključne riječi|oznake|teme|tagovi|\
            posljednje vijesti|o autoru|pogledajte i|slični članci|prethodni članak|sljedeći članak|ne propustite",
        teasers: "pročitajte (i|više|još|ovdje|cijeli članak)|pročitaj (i|više|još|ovdje)|čitajte (i|više)|čitaj (više|dalje)|\
            pogledajte( i| video| još| galeriju|)|pogledaj (i|video|galeriju)|poslušajte( i|)|video|fotogalerija|galerija|\
            više (o tome|o svemu|pročitajte)|ne propustite|možda vas zanima|povezani članak|povezana vijest|uživo|saznajte više",
        prompts: "prijavite se (na|za)|pretplatite se|pratite nas|registrirajte se|već (imate|ste) (račun|pretplatnik|\
            korisnički račun|registrirani)|imate (informaciju|priču|dojavu|vijest|već račun)|pošaljite nam|\
            članak je dostupan samo pretplatnicima|za (nastavak čitanja|prikaz ovog sadržaja|čitanje cijelog članka)|\
            koristimo kolačiće|(ova|naša) (web |internet(ska|) |)stranica koristi kolačiće|preuzmite (našu |)aplikaciju|\
            pridružite nam se|pridružite se (našem|našoj)|podržite nas|uočili ste (grešku|pogrešku)",
    },
    Words {
        language: "sr",
        advertising: "oglas(i|)|reklama|reklame|оглас(и|)|реклама|рекламе|sponzorisan(i sadržaj|i tekst|o)|plaćeni (oglas|\
            sadržaj)|спонзорисани садржај|promo tekst|(tekst|vest) se nastavlja (ispod|nakon) (oglasa|reklame)|\
            nastavak teksta (ispod|nakon) (oglasa|reklame)|текст се наставља (испод|након) (огласа|рекламе)|zatvori reklamu",
        widgets: "podeli( vest| na <20>| tekst|)|podelite( vest| na <20>|)|подели( вест| на <20>|)|поделите|odštampaj|štampaj|\
            штампај|komentari|коментари|# komentar(a|i|)|# коментар(а|и|)|(prikaži|pogledaj|pročitaj)( sve|) komentare|\
            pošalji komentar|пошаљи коментар|ostavite komentar|оставите коментар|sačuvaj (vest|tekst)|kopiraj link|копирај линк|\
            prikaži (više|još|sve)|прикажи више|učitaj još|zatvori|foto:<81>|фото:<81>|фотографија:<81>|izvor:<61>|извор:<61>|\
            foto ilustracija|sva prava zadržana|сва права задржана|vreme čitanja:<20>|време читања:<20>|prijavi grešku",
        sections: "pročitajte (i|još|više)|прочитајте (и|још|више)|povezan(e vesti|i tekstovi|e teme|o)|повезан(е вести|\
            и текстови|о)|najčitanije( vesti|)|најчитаније( вести|)|najnovije( vesti|)|најновије( вести|)|preporučujemo|\
            препоручујемо|možda (će vas|vas) (zanimati|zanima)|можда (ће вас|вас) (занимати|занима)|ključne reči|кључне речи|teme|\
            теме|tagovi|ознаке|više iz rubrike|slične vesti|poslednje vesti|последње вести|o autoru|prethodni tekst|sledeći tekst|\
            ne propustite",
        teasers: "pročitajte (i|još|više|celu vest)|прочитајте (и|још|више)|čitajte (i|više)|читајте (и|више)|pogledajte( i| video| još|\
            )|погледајте( и| видео| још|)|poslušajte( i|)|video|видео|galerija|fotogalerija|галерија|više o tome|ne propustite|\
            uživo|уживо|saznajte više|опширније|opširnije",
        prompts: "prijavite se na|пријавите се на|pretplatite se|претплатите се|pratite nas|пратите нас|registrujte se|\
            региструјте се|imate (informaciju|priču|vest|već nalog)|pošaljite nam|пошаљите нам|već imate nalog|\
            za nastavak čitanja|koristimo kolačiće|користимо колачиће|(ovaj sajt|naš sajt) koristi kolačiće|preuzmite (našu |\
            )aplikaciju|преузмите (нашу |)апликацију|pridružite nam se|придружите нам се|podržite nas|подржите (нас|наш)",
    },
    Words {
        language: "bg",
        advertising: "реклама|реклами|рекламно съдържание|спонсорирано( съдържание|)|платено съдържание|платена публикация|\
            рекламна публикация|(статията|текстът|новината) продължава (под|след) рекламата|продължава след рекламата|\
            затвори реклама(та|)|промотирано",
        widgets: "сподели( в <20>| във <20>| статията| новината|)|споделете( в <20>| във <20>|)|споделяне|принтирай|отпечатай|\
            разпечатай|коментари|# коментар(а|и|)|(виж|прочети|покажи)( всички|) коментари|добави коментар|напиши коментар|\
            коментирай|запази статията|чуй статията|копирай (линка|линк|връзката)|покажи (още|повече|всички)|зареди (още|повече)|\
            виж всички|към началото|затвори|снимка:<81>|снимки:<81>|фото:<81>|източник:<61>|илюстративна снимка|\
            снимката е илюстративна|архивна снимка|всички права запазени|време за четене:<20>|# мин(ути|.|) (за |)четене|\
            сигнализирай за грешка",
        sections: "прочетете (още|и|повече|също)|прочети (още|и|повече)|виж(те|) (още|и|повече|също)|още по темата|още от <30>|\
            по темата|свързани (статии|новини|теми|публикации)|най-(четени|четено|нови|популярни|гледани|коментирани)( новини| статии|\
            )|препоръчваме( ви|)|препоръчани( статии|)|подобни (статии|новини)|може да (ви|те) (хареса|заинтересува)|\
            може би ще (ви|те) заинтересува|ключови думи|етикети|тагове|последни новини|за автора|предишна статия|следваща статия|\
            не пропускайте",
        teasers: "прочетете (още|и|повече|тук|също)|прочети (още|и|повече|тук)|четете (още|и|повече)|вижте (още|и|повече|тук|също|\
            видео|снимки)|виж (още|и|повече|тук|видео)|гледайте( още| видео| на живо|)|чуйте( още|)|слушайте( още|)|видео|галерия|\
            фотогалерия|още по темата|научете повече|не пропускайте|на живо|препоръчваме",
        prompts: "абонирайте се|абонирай се|последвайте ни|следвайте ни|последвай ни|регистрирайте се (за|тук|безплатно)|\
            влезте в (профила|акаунта)|вече (сте абонат|имате (профил|акаунт|абонамент))|имате (новина|сигнал|информация)|\
            изпратете (ни|сигнал)|за да (прочетете цялата|продължите четенето|видите това съдържание)|използваме бисквитки|(този|\
            нашият) сайт използва бисквитки|изтеглете (нашето |)приложението|присъединете се към (нашия|нашата|канала)|\
            подкрепете (ни|независимата журналистика|нашата)|вашият имейл адрес няма",
    },
    Words {
        language: "ru",
        advertising: "реклама|на правах рекламы|рекламное объявление|реклама. <60>|спонсорский (материал|контент)|\
            партнерский (материал|контент|проект)|рекламный материал|(статья|текст|материал) продолж(ается|ится|ение) (после|под|\
            ниже) реклам(ы|ой)|продолжение (статьи |)(после|ниже|под) реклам(ы|ой)|(пропустить|закрыть|скрыть|отключить) рекламу|\
            erid:<40>|реклама( |)erid<60>|промо-материал",
        widgets: "поделиться( в <20>| статьей| новостью| ссылкой|)|поделитесь( в <20>| с друзьями| статьей|)|комментарии|\
            # комментари(й|я|ев)|(показать|читать|смотреть)( все|) комментарии|комментировать|оставить комментарий|\
            добавить комментарий|написать комментарий|обсудить|распечатать|версия для печати|сохранить статью|слушать статью|\
            скопировать ссылку|копировать ссылку|ссылка скопирована|показать (еще|больше|все)|загрузить еще|смотреть все|\
            читать полностью|вернуться наверх|закрыть|фото:<81>|фотография:<81>|источник( фото| изображения|):<61>|\
            изображение:<81>|иллюстрация:<81>|автор фото:<61>|фото из архива|архивное фото|все права защищены|время (на |)чтени(я|\
            е):<20>|# мин(ут|уты|.|) (на |)чтени(я|е)|сообщить об ошибке|нашли ошибку",
        sections: "читайте (также|еще|и)|по теме|смотрите (также|еще)|читать (также|еще)|материалы по теме|новости по теме|\
            еще по теме|другие (новости|материалы|статьи)|похожие (материалы|новости|статьи)|связанные (материалы|новости)|\
            самое (читаемое|популярное|обсуждаемое|интересное|важное)|популярное|популярные (новости|статьи|материалы)|\
            рекомендуем( прочитать| почитать|)|рекомендации|вам (может|могут) (быть интересно|понравиться|быть интересны)|\
            главные новости|последние новости|новости партнеров|главное за день|лента новостей|теги|метки|темы|ключевые слова|\
            об авторе|больше (новостей|по теме)|предыдущая статья|следующая статья|не пропустите|что еще почитать|что почитать",
        teasers: "читайте (также|еще|далее|больше|подробнее|по теме|в материале <40>|на <30>|нас в <40>)|читать (также|далее|еще|\
            дальше|подробнее|полностью)|смотрите (также|еще|видео)|смотреть (также|видео)|слушайте (также|подкаст)|\
            подробнее( об этом| по теме| читайте|)|видео|видео дня|фоторепортаж|фотогалерея|галерея|инфографика|материал(ы|\
            ) по теме|по теме|рекомендуем|узнать больше|не пропустите|прямая трансляция|трансляция|см. также|ранее по теме|\
            больше по теме|главное к этому часу",
        prompts: "подпис(ывайтесь|аться|ывайся)|подпишитесь|подпишись|следите за (нами|нашими|новостями|событиями)|читайте нас|\
            войдите(, | )(чтобы|или|на сайт)|войти (на сайт|через|или)|зарегистрируйтесь|авторизуйтесь|присоединяйтесь к (нам|\
            нашему|нашей|каналу)|вступайте в|уже (зарегистрированы|подписаны|есть аккаунт|есть подписка)|скачайте (наше |\
            )приложение|мы используем (файлы |)(cookie|куки)|(этот |наш |)сайт использует (файлы |)(cookie|куки)|поддержите (нас|\
            нашу|независимую)|(заметили|нашли|увидели) (ошибку|опечатку)|есть (что рассказать|новость|тема)|сообщите нам|\
            присылайте (нам|новости)|ваш (e-mail|адрес email|email) не будет|чтобы (читать дальше|оставить комментарий|\
            прочитать полностью)|выделите (фрагмент|ее|текст) и нажмите|нажмите ctrl",
    },
    Words {
        language: "uk",
        advertising: "реклама|на правах реклами|рекламне оголошення|спонсорський (матеріал|контент)|партнерський (матеріал|\
            контент|проєкт|проект)|рекламний матеріал|(стаття|текст|матеріал) продовж(ується|иться) (після|під|нижче) реклам(и|\
            ою)|продовження (статті |)(після|під|нижче) реклам(и|ою)|(пропустити|закрити|сховати) рекламу",
        widgets: "поділитися( в <20>| у <20>| статтею| новиною|)|поділитись( в <20>| у <20>|)|поширити( в <20>| у <20>|)|\
            коментарі|# коментар(ів|і|)|(показати|читати|дивитися)( всі|) коментарі|коментувати|залишити коментар|додати коментар|\
            написати коментар|обговорити|роздрукувати|версія для друку|зберегти статтю|слухати статтю|скопіювати посилання|\
            копіювати посилання|посилання скопійовано|показати (ще|більше|всі)|завантажити ще|дивитися всі|повернутися (вгору|\
            нагору)|закрити|фото:<81>|світлина:<81>|джерело( фото|):<61>|зображення:<81>|ілюстрація:<81>|автор фото:<61>|\
            ілюстративне фото|фото ілюстративне|фото з архіву|архівне фото|усі права захищені|всі права захищені|час (на |\
            )читання:<20>|# хв(илин|илини|.|) (на |)читання|повідомити про помилку",
        sections: "читайте (також|ще|і)|також за темою|за темою|по темі|дивіться (також|ще)|читати (також|ще)|матеріали (за темою|\
            по темі)|новини за темою|інші (новини|матеріали|статті)|схожі (матеріали|новини|статті)|пов'язані (матеріали|новини|\
            теми|статті)|найпопулярніше|популярне|найчитаніше|популярні (новини|статті|матеріали)|рекомендуємо( прочитати|)|\
            вас може (зацікавити|також зацікавити)|вам може (бути цікаво|сподобатися)|головні новини|останні новини|\
            новини партнерів|стрічка новин|головне за день|теги|мітки|теми|ключові слова|про автора|більше (новин|по темі|\
            за темою)|попередня стаття|наступна стаття|не пропустіть|що ще почитати",
        teasers: "читайте (також|ще|далі|більше|детальніше|докладніше|нас у <40>|нас в <40>|на <30>)|читати (також|далі|ще|більше|\
            повністю)|дивіться (також|ще|відео)|дивитися (також|відео)|слухайте (також|подкаст)|детальніше( про це| читайте| по темі|\
            )|докладніше( про це|)|відео|відео дня|фоторепортаж|фотогалерея|галерея|інфографіка|матеріал(и|) за темою|за темою|\
            рекомендуємо|дізнатися більше|не пропустіть|пряма трансляція|трансляція|див. також|до теми|нагадаємо також|\
            раніше за темою",
        prompts: "підпис(уйтесь|атися|уйтеся|уйся)|підпишіться|підпишись|стежте за (нами|нашими|новинами)|слідкуйте за (нами|\
            нашими|новинами)|увійдіть(, | )(щоб|або|на сайт)|увійти (на сайт|через|або)|зареєструйтеся|зареєструйтесь|\
            авторизуйтесь|авторизуйтеся|приєднуйтеся до (нас|нашого|нашої|каналу)|приєднуйтесь до (нас|нашого|нашої|каналу)|\
            долучайтеся до|вже (зареєстровані|підписані|маєте (акаунт|підписку))|завантажте (наш |)(додаток|застосунок)|\
            ми використовуємо (файли |)(cookie|кукі)|(цей |наш |)сайт використовує (файли |)(cookie|кукі)|підтримайте (нас|нашу|\
            незалежну)|(помітили|знайшли|побачили) помилку|якщо ви (помітили|знайшли) помилку|надсилайте нам|повідомте нам|\
            ваша e-mail адреса не|щоб (читати далі|залишити коментар|прочитати повністю)|виділіть (її|фрагмент|текст)",
    },
];
