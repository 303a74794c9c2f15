//! Finnish, Estonian, Hungarian, Lithuanian, Latvian, Greek.

use super::Words;

pub(super) const WORDS: &[Words] = &[
    Words {
        language: "fi",
        advertising: "mainos|mainokset|mainostajan sisältö|kaupallinen yhteistyö|kaupallinen sisältö|maksettu (sisältö|mainos)|\
            sponsoroitu( sisältö|)|(juttu|artikkeli|uutinen|teksti) jatkuu mainoksen (jälkeen|alla)|jatkuu mainoksen jälkeen|\
            ilmoitus alkaa|ilmoitus päättyy|ohita mainos|sulje mainos|yhteistyössä mainostajan kanssa",
        widgets: "jaa( artikkeli| juttu|)|jaa (facebookissa|twitterissä|whatsappissa|linkedinissä|x:ssä|sähköpostilla)|kommentit|\
            kommentoi( juttua|)|# kommenttia|# kommentti|(näytä|lue)( kaikki|)( #|) (kommentit|kommenttia)|kirjoita kommentti|\
            ei kommentteja|tulosta|tallenna( artikkeli| juttu|)|kuuntele (juttu|artikkeli)|kopioi linkki|linkki kopioitu|\
            näytä (lisää|kaikki|enemmän)|lataa lisää|takaisin ylös|sivun alkuun|siirry sisältöön|sulje|kuva(t|):<81>|lähde:<61>|\
            lähteet:<61>|kuvituskuva(:<61>|)|arkistokuva|kuva on kuvituskuva|kaikki oikeudet pidätetään|lukuaika:<20>|\
            lukuaika # min(uuttia|)|# min(uutin|) lukuaika|ilmoita virheestä|lähetä juttuvinkki",
        sections: "lue (myös|lisää)|lisää (aiheesta|aiheesta <30>|uutisia|artikkeleita|juttuja)|luetuimmat( uutiset| jutut|)|\
            katsotuimmat|suosituimmat|suositut|suosittelemme|suositellut|suosituksia sinulle|sinua (saattaa|voisi) (myös |\
            )kiinnostaa|saatat pitää myös|aiheet|jutun aiheet|avainsanat|tuoreimmat( uutiset|)|uusimmat( uutiset|)|\
            viimeisimmät( uutiset|)|aiheeseen liittyvää|muut aiheeseen liittyvät|uutiskirje(et|)|tilaa uutiskirje|kirjoittajasta|\
            seuraava artikkeli|edellinen artikkeli|älä missaa",
        teasers: "lue (myös|tästä|täältä|koko juttu|koko haastattelu)|lue lisää( <40>|)|katso (myös|video|kuvat|tästä)|\
            kuuntele (myös|tästä|podcast)|video|kuvagalleria|kuvasarja|näin luet lisää|aiheesta lisää|älä missaa|seuraa (suoraa|\
            suorana)",
        prompts: "tilaa|tilaajille|seuraa meitä|kirjaudu sisään|rekisteröidy( tästä| palvelun|)|luo (tili|käyttäjätili|tunnus)|\
            oletko jo (tilaaja|rekisteröitynyt)|onko sinulla (jo |)(tili|tunnus|juttuvinkki)|lähetä (juttuvinkki|meille)|\
            huomasitko virheen|tämä (artikkeli|juttu) on (vain |)(tilaajille|maksullinen)|jatkaaksesi lukemista|\
            käytämme evästeitä|tämä sivusto käyttää evästeitä|lataa (sovellus|sovelluksemme)|liity (kanavalle|kanavallemme)|\
            sähköpostiosoitettasi ei",
    },
    Words {
        language: "et",
        advertising: "reklaam|reklaamtekst|sisuturundus|sponsoreeritud( sisu|)|tasuline sisu|(artikkel|lugu|\
            tekst) jätkub pärast reklaami|(artikkel|lugu) jätkub reklaami järel|jätkub pärast reklaami|sulge reklaam|\
            koostööpartneri sisu",
        widgets: "jaga( artiklit| lugu|)|jaga (facebookis|twitteris|linkedinis|e-kirjaga)|kommentaarid|kommenteeri|# kommentaar(i|\
            )|(vaata|loe|näita)( kõiki|) kommentaare|lisa kommentaar|prindi|trüki|salvesta (artikkel|lugu)|kuula artiklit|\
            kopeeri link|link kopeeritud|näita (rohkem|veel|kõiki)|lae (juurde|veel|rohkem)|tagasi üles|lehe algusesse|sulge|\
            foto(d|):<81>|pilt:<81>|allikas:<61>|illustreeriv (foto|pilt)|pilt on illustreeriv|foto on illustreeriv|\
            kõik õigused kaitstud|lugemisaeg:<20>|lugemisaeg # min(utit|)|teata veast|saada vihje",
        sections: "loe (ka|veel|lisaks|rohkem|edasi)|seotud (lood|artiklid|teemad|uudised)|samal teemal|sarnased (artiklid|lood|\
            uudised)|(enim|kõige) loetud|enimloetud|loetumad|loetuimad|populaarsed|populaarsemad|viimased uudised|\
            värsked (uudised|lood)|soovitame|soovitused|veel (uudiseid|samal teemal|teemal)|teemad|märksõnad|sildid|\
            sind võib huvitada|teid võib huvitada|uudiskiri|autorist|ära jäta vahele|järgmine artikkel|eelmine artikkel",
        teasers: "loe (ka|veel|lisaks|rohkem|edasi|siit|täispikka artiklit)|loe lisaks ka|vaata (ka|videot|lisaks|galeriid|siit|\
            otse)|kuula (ka|siit|saadet)|video|galerii|fotogalerii|pildigalerii|samal teemal|seotud lugu|seotud artikkel|\
            loe lähemalt|soovitame",
        prompts: "telli (uudiskiri|meie|kohe|digipakett)|liitu (uudiskirjaga|meie|kanaliga)|jälgi meid|logi sisse( ja| et|)|\
            registreeri (end|konto|kasutajaks)|loo konto|oled juba (tellija|registreeritud)|kas (sul on|oled juba) (vihje|konto|\
            tellija)|saada (meile|vihje)|märkasid viga|see (artikkel|lugu) on (ainult |)(tellijale|tellijatele|tasuline)|\
            edasi lugemiseks|kasutame küpsiseid|see (veebileht|leht) kasutab küpsiseid|lae alla (meie |)(äpp|rakendus)|\
            toeta (meie|sõltumatut)",
    },
    Words {
        language: "hu",
        advertising: "hirdetés|hirdetések|reklám|támogatott (tartalom|cikk)|szponzorált( tartalom| cikk|)|fizetett (tartalom|\
            hirdetés|politikai hirdetés)|a cikk (a hirdetés után|a hirdetés alatt|hirdetés után) folytatódik|\
            a hirdetés után folytatjuk|cikkünk a hirdetés után folytatódik|folytatás a hirdetés után|(hirdetés|reklám) (bezárása|\
            kihagyása|átugrása)",
        widgets: "megosztás( (facebookon|twitteren|e-mailben)|)|megosztom|cikk megosztása|kommentek|hozzászólások|# hozzászólás|\
            # komment|(összes|minden) hozzászólás( megtekintése|)|hozzászólok|szólj hozzá|új hozzászólás|nyomtatás|\
            mentés későbbre|cikk (mentése|meghallgatása|nyomtatása)|link másolása|hivatkozás másolása|link másolva|\
            több (betöltése|mutatása|megjelenítése)|továbbiak betöltése|összes megtekintése|vissza (a tetejére|az elejére)|\
            ugrás a tartalomra|bezárás|fotó(k|):<81>|kép(ek|):<81>|forrás:<61>|fotó/<60>|illusztráció(:<61>|)|képünk illusztráció|\
            a kép illusztráció|nyitókép:<81>|borítókép:<81>|címlapkép:<81>|indexkép:<81>|minden jog fenntartva|olvasási idő:<20>|\
            # perc olvasás|hiba (bejelentése|jelentése)",
        sections: "olvass tovább|kapcsolódó( cikkek| cikk| tartalmak| tartalom| anyagok| témák| hírek|)|kapcsolódó cikkünk|\
            ajánlott (cikkek|tartalmak|olvasmány)|ajánljuk( még| figyelmébe| figyelmedbe| a témában|)|ajánló|(legolvasottabb|\
            legnépszerűbb|legfrissebb|legújabb)(ak| cikkek| hírek|)|még több <30>|további (cikkek|hírek|cikkeink|híreink)|\
            hasonló (cikkek|témák)|ez is érdekelhet|ezek is érdekelhetik|érdekelhet( még|)|önt is érdekelheti|olvasta már|\
            olvastad már|címkék|témák|kulcsszavak|friss hírek|a témában|a szerzőről|előző cikk|következő cikk|hírlevél|\
            ne maradj le|ezt is (olvasd|ajánljuk)",
        teasers: "olvass(a|) (el |)(még|tovább|is)|olvasd el( ezt is| még| itt|)|olvassa el( ezt is| itt|)|(ezt is|\
            ezeket is) (olvasd|olvassa|nézd|ajánljuk)( el| meg|)|olvasnivaló|nézd meg( ezt is| a videót|)|nézze meg( ezt is| a videót|\
            )|hallgasd meg|videó|galéria|képgaléria|fotógaléria|kapcsolódó( cikk|cikkek|)|kapcsolódó cikkünk|lásd még|\
            részletek itt|bővebben|tovább a cikkre|ajánljuk( még|)|ajánlott cikk|kattints ide|élő közvetítés|tudj meg többet",
        prompts: "iratkozz(on|) fel|feliratkoz(ás|om) (a|hírlevél)|kövess( minket|en minket)|kövesse oldalunkat|kövesd oldalunkat|\
            csatlakozz hozzánk|jelentkezz(en|) be|regisztrálj(on|)|már (előfizető|van fiókod|regisztráltál|előfizettél)|fizess(en|\
            ) elő|előfizetek|van (egy |)(híred|sztorid|témád)|írj nekünk|küldj nekünk|hibát (talált|találtál)|ez a (cikk|\
            tartalom) (csak |)előfizető|a (folytatáshoz|cikk folytatásához) (jelentkezz|fizess)|(sütiket|cookie-kat) (használunk|\
            használ)|ez a(z|) (weboldal|oldal) (sütiket|cookie-kat)|weboldalunk (sütiket|cookie-kat)|töltsd le (az |)(alkalmazás|\
            app)|támogass(a|) (minket|munkánkat|a független)|az e-mail címe(t|d|det) nem",
    },
    Words {
        language: "lt",
        advertising: "reklama|skelbimas|skelbimai|reklaminis (turinys|straipsnis|skelbimas)|remiamas (turinys|straipsnis)|\
            rėmėjo turinys|užsakymo nr<40>|užsakytas turinys|partnerio turinys|(straipsnis|tekstas) tęsiamas po reklamos|\
            tęsinys po reklamos|(praleisti|uždaryti) reklamą",
        widgets: "dalintis( straipsniu| <20>e|)|dalinkitės( straipsniu|)|pasidalinti|pasidalinkite( straipsniu|)|komentarai|\
            # komentar(as|ai|ų)|(rodyti|skaityti|žiūrėti)( visus|) komentarus|komentuoti|rašyti komentarą|palikti komentarą|\
            spausdinti|išsaugoti straipsnį|klausyti straipsnio|kopijuoti nuorodą|nuoroda nukopijuota|rodyti daugiau|\
            daugiau naujienų|įkelti daugiau|rodyti visus|grįžti į viršų|uždaryti|nuotr(auka|.|aukos|):<81>|\
            nuotraukų autorius:<61>|šaltinis:<61>|asociatyvi (nuotrauka|nuotr.|iliustracija)|visos teisės saugomos|\
            skaitymo laikas:<20>|# min. skaitymo|pranešti apie klaidą",
        sections: "skaitykite (taip pat|daugiau|ir|plačiau)|taip pat skaitykite|susij(ę|usios|usi) (straipsniai|naujienos|temos|\
            tema)|panašūs straipsniai|panašios naujienos|skaitomiausi(os|a|) (naujienos|straipsniai)|skaitomiausi|skaitomiausios|\
            populiariausi|populiariausios naujienos|naujausi|naujausios( naujienos|)|rekomenduojame( perskaityti|)|\
            daugiau (šia tema|straipsnių|tema)|jus gali sudominti|jums gali patikti|temos|žymos|raktažodžiai|paskutinės naujienos|\
            apie autorių|naujienlaiškis|ankstesnis straipsnis|kitas straipsnis|nepraleiskite",
        teasers: "skaitykite (taip pat|daugiau|ir|plačiau|čia)|skaityti (daugiau|plačiau|toliau)|taip pat skaitykite|\
            taip pat (žiūrėkite|žiūrėk|skaityk)|žiūrėkite (taip pat|vaizdo įrašą|čia)|klausykite(s|) (taip pat|čia)|\
            skaityk (daugiau|taip pat)|video|vaizdo įrašas|galerija|nuotraukų galerija|fotogalerija|plačiau( skaitykite| apie tai|\
            )|susijęs straipsnis|rekomenduojame|sužinokite daugiau|tiesiogiai",
        prompts: "prenumeruokite|užsiprenumeruokite|užsisakykite (naujienlaiškį|mūsų)|sekite (mus|naujienas)|prisijunkite (prie|\
            kad|norėdami)|registruokitės|jau (esate|turite) (prenumeratorius|paskyrą|prenumeratą|registruotas)|\
            turite (informacijos|istoriją|naujieną)|parašykite mums|siųskite mums|pastebėjote klaidą|radote klaidą|\
            šis straipsnis (skirtas|prieinamas) tik|norėdami (skaityti toliau|komentuoti|matyti šį turinį)|(mes |\
            )naudojame slapukus|(ši|šioje) (svetainė|svetainėje) naudoja(mi|) slapuk|atsisiųskite (mūsų |)programėlę|\
            palaikykite (mus|nepriklausomą)|paremkite (mus|mūsų)|el. pašto adresas nebus",
    },
    Words {
        language: "lv",
        advertising: "reklāma|reklāmas|reklāmraksts|sludinājums|sponsorēts( saturs| raksts|)|apmaksāts (saturs|raksts)|\
            sadarbības (raksts|projekts|materiāls)|(raksts|raksta turpinājums|teksts) (turpinās |)(pēc|zem) reklāmas|\
            turpinājums pēc reklāmas|(aizvērt|izlaist) reklāmu",
        widgets: "dalīties( ar rakstu|)|dalies ar rakstu|kopīgot|komentāri|# komentār(s|i|u)|(skatīt|lasīt|rādīt)( visus|\
            ) komentārus|komentēt|pievienot komentāru|rakstīt komentāru|izdrukāt|drukāt|saglabāt rakstu|klausīties rakstu|\
            kopēt saiti|saite nokopēta|rādīt vairāk|ielādēt vairāk|skatīt visus|uz lapas sākumu|aizvērt|foto:<81>|attēls:<81>|\
            avots:<61>|ilustratīvs (foto|attēls)|ekrānuzņēmums|visas tiesības (aizsargātas|paturētas)|lasīšanas laiks:<20>|\
            # min lasāmviela|ziņot par kļūdu",
        sections: "lasi(et|) (arī|vēl|vairāk|tālāk)|saistīt(ie raksti|ās ziņas|ās tēmas|ie)|līdzīgi raksti|līdzīgas ziņas|\
            lasītāk(ie|ās|ais)( raksti| ziņas| šodien|)|populārāk(ie|ās)( raksti| ziņas|)|jaunāk(ie|ās|ais)( raksti| ziņas|)|\
            iesakām( izlasīt|)|ieteicamie raksti|vairāk (par tēmu|par <30>|ziņu|rakstu)|tev varētu (patikt|interesēt)|\
            jums varētu interesēt|tēmas|atslēgvārdi|birkas|pēdējās ziņas|par autoru|jaunumu vēstule|par šo tēmu|\
            iepriekšējais raksts|nākamais raksts|nepalaid garām",
        teasers: "lasi(et|) (arī|vēl|vairāk|tālāk|šeit)|lasīt (arī|vairāk|tālāk|vēl)|skati(es|eties|ties) (arī|video|šeit|vēl)|\
            skatīt (arī|video)|klausies (arī|šeit)|video|galerija|foto galerija|fotogalerija|iesakām|uzzini vairāk|vairāk lasi(et|\
            )( šeit|)|saistītais raksts|nepalaid garām|tiešraide",
        prompts: "abonē( žurnālu| mūsu| tagad| jaunumus|jiet)|piesakies (jaunumiem|mūsu|e-pasta)|pieraksties (jaunumiem|mūsu)|\
            seko(jiet|) (mums|līdzi mums)|reģistrējies( un|)|reģistrējieties|ienāc savā profilā|ielogojies|jau (esi|\
            esat) (abonents|reģistrējies)|tev ir (informācija|ziņa|konts)|raksti mums|sūti mums|pamanīji kļūdu|pamanījāt kļūdu|\
            šis raksts (ir |)(pieejams |)tikai abonentiem|lai (lasītu tālāk|turpinātu lasīt|komentētu)|(mēs |\
            )izmantojam sīkdatnes|(šī|šajā) (vietne|mājaslapa) (izmanto|tiek izmantotas) sīkdatnes|lejupielādē (mūsu |)lietotni|\
            pievienojies (mums|mūsu)|atbalsti (mūs|neatkarīgu|mūsu)",
    },
    Words {
        language: "el",
        advertising: "διαφήμιση|διαφημίσεις|διαφημιστικό|χορηγούμενο( περιεχόμενο| άρθρο|)|χορηγούμενη (δημοσίευση|καταχώριση)|\
            προωθούμενο( περιεχόμενο|)|εμπορική συνεργασία|(το άρθρο|το κείμενο) συνεχίζεται (μετά|κάτω από) τη(ν|) διαφήμιση|\
            συνέχεια μετά τη διαφήμιση|συνεχίστε (την ανάγνωση |)μετά τη διαφήμιση|advertorial|(κλείσιμο|παράλειψη) διαφήμισης",
        widgets: "κοινοποίηση( στο <20>|)|κοινοποιήστε( στο <20>| το άρθρο|)|μοιραστείτε( το| το άρθρο| στο <20>)|μοιράσου το|\
            σχόλια|# σχόλι(ο|α)|(δείτε|διαβάστε)( όλα|)( τα|) σχόλια|σχολιάστε|προσθήκη σχολίου|γράψτε (το |ένα |)σχόλιο|\
            αφήστε (ένα |το |)σχόλιο|εκτύπωση|εκτύπωση άρθρου|αποθήκευση άρθρου|ακούστε το άρθρο|αντιγραφή συνδέσμου|\
            αντιγραφή link|εμφάνιση (περισσότερων|όλων)|φόρτωση περισσότερων|δείτε (όλα|περισσότερα)|επιστροφή στην κορυφή|\
            πίσω στην κορυφή|φωτ(ογραφία|ό|ογραφίες|)(.|):<81>|εικόνα:<81>|πηγή( φωτογραφίας|):<61>|πηγές:<61>|φωτογραφία αρχείου|\
            φωτό αρχείου|όλα τα δικαιώματα διατηρούνται|με την επιφύλαξη παντός δικαιώματος|χρόνος ανάγνωσης:<20>|# λεπτ(ά|ό|\
            ών) ανάγνωση(ς|)",
        sections: "διαβάστε (επίσης|ακόμη|ακόμα|ακόμα και|σχετικά|περισσότερα|και)|δείτε (επίσης|ακόμη|ακόμα|σχετικά|και)|\
            σχετικ(ά άρθρα|ά θέματα|ές ειδήσεις|ά νέα|ές αναρτήσεις|ά)|περισσότερα (για το θέμα|άρθρα|νέα|από <30>)|δημοφιλ(ή|\
            έστερα|ή άρθρα|ή νέα)|τα πιο (δημοφιλή|διαβασμένα|πρόσφατα)|προτεινόμενα( άρθρα|)|προτείνουμε|σας προτείνουμε|\
            μπορεί να σας (ενδιαφέρει|ενδιαφέρουν|αρέσει)|ίσως σας ενδιαφέρει|ετικέτες|θέματα|τελευταία νέα|τελευταίες ειδήσεις|\
            όλες οι ειδήσεις|ροή ειδήσεων|προηγούμενο άρθρο|επόμενο άρθρο|παρόμοια άρθρα|μην χάσετε|μη χάσετε",
        teasers: "διαβάστε (επίσης|ακόμη|ακόμα|σχετικά|περισσότερα|εδώ|και|αναλυτικά)|διάβασε (επίσης|ακόμη|ακόμα|περισσότερα|\
            και)|δείτε (επίσης|ακόμη|ακόμα|εδώ|και|το βίντεο|βίντεο|φωτογραφίες|τις φωτογραφίες|live)|δες (επίσης|ακόμα|και|\
            το βίντεο)|ακούστε (επίσης|εδώ|το podcast)|βίντεο|στο βίντεο|φωτογραφίες|συλλογή φωτογραφιών|σχετικό άρθρο|σχετικά άρθρα|\
            περισσότερα|διαβάστε|μην χάσετε|μη χάσετε|μάθετε περισσότερα|συνέχεια εδώ|κάντε κλικ εδώ|live",
        prompts: "εγγραφείτε (στο|στη|στην|για|τώρα|εδώ)|γίνετε (συνδρομητής|συνδρομητές|μέλος)|ακολουθήστε (μας|\
            το <30> στο (google|facebook|instagram|viber))|ακολούθησε (μας|το <30> στο)|συνδεθείτε (για|με)|είστε (ήδη |\
            )(συνδρομητής|μέλος)|έχετε ήδη λογαριασμό|δημιουργήστε (έναν |)λογαριασμό|κατεβάστε (την |)εφαρμογή|\
            χρησιμοποιούμε cookies|(αυτός ο|ο) (ιστότοπος|ιστοχώρος) χρησιμοποιεί cookies|η ηλ. διεύθυνση σας δεν|\
            το email σας δεν|στηρίξτε (την|τη|το) (ανεξάρτητη |)(δημοσιογραφία|προσπάθεια)|το άρθρο είναι διαθέσιμο (μόνο |)(σε|\
            για) συνδρομητές|για να (συνεχίσετε την ανάγνωση|δείτε αυτό το περιεχόμενο)|διαβάστε όλες τις (τελευταίες |)ειδήσεις|\
            δείτε όλες τις τελευταίες ειδήσεις|στείλτε μας",
    },
];
