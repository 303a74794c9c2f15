//! English, German, Dutch, Swedish, Norwegian, Danish.

use super::Words;

pub(super) const WORDS: &[Words] = &[
    Words {
        language: "en",
        advertising: "ad(s|)|advertisement(s|)|advert(s|)|advertorial|advertising|ad feature|advertisement feature|\
            partner content|sponsored( content| post| story| by|)|paid (content|post|partnership|for by)|promoted( content|)|\
            article content|(story|article) continues (below|after)( (this |)(ad|advertisement)|)|continue reading below|\
            scroll to continue( with content| reading|)|advertisement<25>(story|article) continues below<60>|advertisement( -|.|\
            ) (scroll to continue( reading|)|continue reading below)|skip ad(vertisement|)|remove ads|this is an ad(vertisement|)|ad choices|about this ad|\
            report this ad|why am i seeing this ad|after the break|content continues (below|after)( this ad| advertisement|)",
        widgets: "share( this|)( article| story| page| post|)|share on <20>|share (via|by) <20>|tweet( this|)|e(-|)mail|e(-|\
            )mail this( article| story|)|print|print( this|) (article|story|page)|copy (link|url)|link copied|save|save( this|\
            )( article| story| for later)|bookmark|listen|listen to this (article|story)|comment(s|)|# comment(s|)|(view|show|\
            read|see|hide)( all|)( #|) comment(s|)|add a comment|leave a (comment|reply)|post a comment|join the discussion|\
            no comments( yet|)|follow us|sign up|subscribe|# share(s|)|# min(s|ute|utes|) read|load more|show (more|less)|\
            view (more|all)|see all|back to top|skip to( main|) content|go to top|click to (enlarge|expand|share)|enlarge( image|\
            )|photo(s|):<81>|photograph:<81>|image(s|):<81>|image (credit|source|caption)(s|):<81>|picture(s|):<81>|source:<41>|\
            credit(s|):<81>|photo credit(s|):<81>|video credit(s|):<81>|file photo|getty images|copyright<80>|©<81>|\
            all rights reserved(.|)|external content|this content is hosted by <40>|this video is (not|no longer) available<40>|\
            your browser does not support <40>|loading|please wait|report( a|) (typo|error|correction)|reprints( & permissions|)|\
            text size|font size|copy (code|to clipboard)|jump to( the|) recipe|load more <20>|print this page<20>|purchase licensing rights|\
            our standards:<81>|discussion about this (post|article)|(add|set) (us |)as( a|) preferred source( on google|)",
        sections: "related( article(s|)| stories| story| content| topics| news| posts| post| links| reading| videos| items|)|\
            more (on this (story|topic)|stories|from <30>|news|like this|to explore|articles|coverage|headlines|top stories|\
            for you)|most (read|popular|viewed|watched|shared|commented|recent)|popular( now| stories| posts| articles)|\
            trending( now| stories| news|)|recommended( for you| stories| articles| reading| posts|)|you (may|might)( also|\
            ) (like|enjoy|be interested in|have missed)|you('ll| will) also (like|love)|we recommend|read (more|next|also)|\
            see also|up next|next (article|story|post|up)|previous (article|story|post)|topics( mentioned|)|\
            topics in this (article|story)|tags|tagged( with|)|filed under|editor('s|s'|s) pick(s|)|editors' choice|\
            in case you missed it|latest (news|stories|articles|posts|headlines)|top stories|around the web|from (the|\
            around the) web|from our partners|elsewhere on <30>|also on <30>|about the author(s|)|about author|further reading|\
            what to read next|newsletter|newsletter sign(-| |)up|our newsletters|share this|stay (connected|informed)|\
            get in touch|explore more|learn more|find out more|keep reading|similar (articles|stories|posts)",
        teasers: "video|read (also|more|next|now|the full (story|article)|full (story|article)|on|this)|also read|also see|\
            related( article(s|)| stories| story| coverage| video|)|see (also|more)|recommended( reading|)|more on this( story| topic|\
            )|more from <40>|watch( now| live| more| next| also| the (full |)video| below|)|watch and listen|listen( now| live|)|\
            in (pictures|photos|pics|video|the video)|photos|don't miss|must read|must watch|explainer|timeline|gallery|photo gallery|\
            slideshow|opinion piece|you (may|might) also (like|be interested in)|what to read next|continue reading|keep reading|\
            click here|from the archive(s|)|in case you missed it|live updates|full coverage",
        prompts: "sign up (for|to|here|now|today)|sign in (to|or)|log in (to|or)|subscribe (to|now|here|today|for)|\
            already (a (subscriber|member)|have an account|registered|subscribed)|create an account|create (a free|your free|\
            your) account|register (now|here|for free|today) to|get (our|the|your|email|daily|breaking|weekly|unlimited) (<40>|\
            )(newsletter(s|)|updates|alerts|inbox|email)|join (our|the) <30>(newsletter|community|channel|conversation|whatsapp|\
            telegram)|follow (us|me|him|her|them) (on|at)|follow <30> on (x|twitter|facebook|instagram|google|linkedin|whatsapp|\
            youtube|tiktok|bluesky|threads|telegram|flipboard|apple news)|like us on facebook|find us on facebook|click here (to|\
            for) (read|subscribe|sign|join|view|get|watch|download|see|more)|tap here to|by (signing up|subscribing|submitting|\
            clicking|entering your|registering)|this (site|website) (uses cookies|is protected by recaptcha)|we use cookies|\
            your (email|e-mail) address will not|enter your (e-|e)mail|support our (work|journalism|reporting)|\
            support independent journalism|donate (now|today|here) to|become a (member|subscriber|supporter|patron) (to|of|now|\
            today)|download (our|the) app|download our (free |<20>)app|have (a|you got a) (tip|story)|do you have (a|any) (tip|\
            story|information|news tip)|got a (tip|story|news tip)|send us a tip|this (article|story|post|piece) (was |)(first |\
            originally |also |)(appeared|published) (on|in|at|by)|you are now (logged in|signed up)|thank(s| you) for (signing up|\
            subscribing)|please (log in|login|sign in|sign up|register|subscribe|enable javascript)|you must be logged in|\
            comments (are|have been) (closed|disabled|moderated)|unlock (this article|full access|unlimited)|start your (free |\
            )subscription|(to|for) (contact|reach) the (reporter|author) (on|of) this story|never miss a (story|post|beat)|\
            listen to this article|(this|our) (post|article|page|story|site) (may |)contain(s|) affiliate links|\
            did you (make|try) this recipe|thanks for reading <30>subscribe|leave a (reply|comment). your email|you have # free (article(s|)|story|stories)|\
            you need (a subscription|to (subscribe|be logged in|sign in|log in)) to|this (content|article|\
            story) is (available |only available |exclusively |only |)(for|to) (subscribers|members|registered)",
    },
    Words {
        language: "de",
        advertising: "anzeige(n|)|werbung|werbeanzeige|anzeige( |)/( |)werbung|(weiter|weiterlesen|\
            weiter lesen) nach der (anzeige|werbung)|(artikel|text|beitrag) wird nach der (anzeige|werbung) fortgesetzt|(der |\
            )(artikel|text|beitrag) geht nach der (anzeige|werbung) weiter|nach der werbung geht es weiter|bezahlter inhalt|\
            sponsored by|gesponserter (inhalt|beitrag)|gesponsert( von <40>|)|werbebeitrag|werbung in eigener sache|\
            produktempfehlung(en|)|anzeige<5>scrollen, um weiterzulesen|anzeige (überspringen|schließen|schliessen)|\
            werbung (überspringen|ausblenden|entfernen)|advertorial",
        widgets: "externe(r|n) inhalt(e|)|externe(n|) inhalt(e|) (anzeigen|laden|zulassen|akzeptieren)|empfohlene(r|\
            ) (redaktioneller |externer |redaktionelle |externe |)inhalt(e|)|inhalt(e|) (von <30> |)(anzeigen|laden)|(artikel|\
            seite|beitrag) (teilen|merken|drucken|versenden|anhören|vorlesen|kommentieren|melden|speichern|empfehlen|\
            weiterempfehlen|verschenken)|teilen|(auf|per|bei|via) <20> teilen|diesen (artikel|beitrag) (teilen|drucken|empfehlen)|\
            drucken|merken|speichern|vorlesen|anhören|(link|url) (kopieren|kopiert)|per e-mail (teilen|senden|versenden)|\
            kommentar(e|)( lesen| schreiben| verfassen| abgeben| anzeigen| ansehen)|kommentare|(alle|#)( #|) kommentar(e|)( lesen| anzeigen| ansehen|\
            )|keine kommentare|zu den kommentaren|kommentieren|diskutieren sie mit|zur startseite|nach oben|zurück nach oben|\
            zum inhalt( springen|)|mehr (laden|anzeigen)|weitere laden|alle anzeigen|schließen|schliessen|bild vergrößern|\
            bild vergrössern|quelle(n|):<41>|foto(s|):<81>|bild:<81>|bild(quelle|nachweis|rechte|er):<81>|symbolbild :<61>|\
            symbolbild|symbolfoto|archivbild|archivfoto|(foto|bild) ©<80>|alle rechte vorbehalten|lesezeit:<20>|lesezeit( ca.|\
            ) # min(uten|.|)|# min(.|uten|) lesezeit|schriftgröße|# mal geteilt|datenschutzeinstellungen|cookie-einstellungen|\
            fehler melden|feedback geben|wird geladen",
        sections: "mehr (zum|zu diesem|zu dem) thema|zum thema|themen( in diesem artikel| des artikels|)|schlagwörter|stichwörter|\
            schlagworte|weitere (artikel|informationen|themen|meldungen|nachrichten|beiträge|links|videos|inhalte)|mehr (artikel|\
            meldungen|nachrichten|beiträge|aus <30>)|meistgelesene artikel|meist(gelesen| gelesen|kommentiert|geklickt|gesehen)|\
            am meisten gelesen|beliebte(ste|) (artikel|beiträge)|auch interessant|auch spannend|das könnte (sie|dich|ihnen|dir|\
            euch) auch (interessieren|gefallen)|empfehlung(en|) (der redaktion|für sie)|unsere empfehlung(en|)|\
            empfohlene (artikel|beiträge)|newsletter|unsere newsletter|ähnliche (artikel|beiträge|themen)|verwandte (artikel|\
            themen|beiträge)|passende (artikel|beiträge)|passend zum artikel|neueste (artikel|beiträge|nachrichten|meldungen)|\
            aktuelle (artikel|beiträge|meldungen|nachrichten)|das neueste|top-themen|top-artikel|vorheriger (artikel|beitrag)|\
            nächster (artikel|beitrag)|über den autor|über die autorin|zum autor|zur autorin|links zum thema|\
            weiterführende (links|informationen)|zur person|leserkommentare|nicht verpassen|aus dem archiv",
        teasers: "im video|video|video des tages|lesen sie (auch|dazu|hier|mehr|weiter|jetzt)( zum thema| dazu| hier|)|lies (auch|\
            hier|mehr|dazu|weiter)|mehr (dazu|zum thema|lesen|erfahren|info(s|)|informationen)|auch (interessant|spannend|\
            lesenswert)|siehe auch|(hintergrund|podcast|interview|kommentar|liveblog|newsblog|liveticker|grafik|fotostrecke|\
            bilderstrecke|bildergalerie|fotogalerie|galerie|leitartikel|newsticker)|passend (dazu|zum thema)|zum thema|\
            weiterlesen|weitere artikel|das könnte (sie|dich) auch interessieren|empfehlung der redaktion|sehen sie (auch|hier|\
            im video)|hören sie (auch|hier)|jetzt (lesen|ansehen|anhören)|zum (artikel|video|liveblog|liveticker)|hier (lesen|\
            weiterlesen|klicken)|die bilder|in bildern|lesetipp|buchtipp|hier geht('s| es) (zum|zur|zu)( <40>|)|nicht verpassen",
        prompts: "rückfragen bitte an|original-content von|(jetzt|hier|kostenlos|gratis) (abonnieren|anmelden|registrieren|testen|bestellen|den newsletter|zum newsletter|\
            kostenlos testen|einloggen|spenden|mitglied werden)|(zum |unseren |den |)newsletter (abonnieren|bestellen|anmelden)|\
            abonnieren sie (unseren|unsere|hier|jetzt|den|die)|melden sie sich (hier |jetzt |)(für|zu|zum|zur|an)|folgen sie (uns|\
            unserem)|folge(n|) (uns|sie uns|du uns) (auf|bei)|sie sind noch kein|haben sie (einen |)fehler (gefunden|entdeckt)|\
            fehler gefunden|(bereits|schon) (abonnent|abonnentin|registriert|kunde|mitglied)|dieser (artikel|beitrag|text) (ist|\
            erschien|wurde) (zuerst|ursprünglich|zunächst) (bei|auf|in|im|am)|mit (material|inhalten) (von|der) (dpa|afp|reuters|\
            apa|ap|sid)|an dieser stelle (finden sie|befindet sich|steht ein externer)|hier finden sie (externe |)inhalt(e|)|\
            ich bin damit einverstanden|damit können personenbezogene|mehr dazu in unser(er|en) datenschutz(erklärung|)|\
            wir (verwenden|nutzen|benötigen) (cookies|ihre (zustimmung|einwilligung))|um kommentieren zu können|\
            bitte (melden sie sich an|loggen sie sich ein|akzeptieren sie|aktivieren sie javascript)|um diesen (inhalt|artikel|\
            beitrag) (anzuzeigen|zu sehen|zu lesen|lesen zu können)|sie haben (aktuell keinen zugriff|noch kein (konto|abo))|\
            unterstützen sie unsere(n|) (arbeit|journalismus)|laden sie (sich |)(jetzt |hier |)(die|unsere) (<20>|)app|\
            weiterlesen mit|diskutieren sie mit|schreiben sie uns|die kommentarfunktion|ihre e-mail-adresse wird nicht",
    },
    Words {
        language: "nl",
        advertising: "advertentie(s|)|reclame|gesponsord(e inhoud| bericht|)|betaalde inhoud|(artikel|tekst|verhaal) gaat (verder|\
            door) (onder|na) de (advertentie|reclame)|(lees|ga) verder (onder|na) de (advertentie|reclame)|advertentie (sluiten|\
            overslaan)|partnerbijdrage|commerciële boodschap",
        widgets: "delen|(artikel|pagina|bericht) (delen|printen|opslaan|afdrukken|bewaren)|deel (dit artikel|dit bericht|\
            deze pagina|via <20>|op <20>)|dit artikel delen|delen (via|op) <20>|reacties|# reactie(s|)|(bekijk|lees|toon)( alle|\
            )( #|) reacties|reageer|reageren|plaats een reactie|geef een reactie|nog geen reacties|afdrukken|printen|opslaan|\
            bewaren|kopieer (link|de link)|link (kopiëren|gekopieerd)|toon meer|meer (laden|tonen|weergeven)|laad meer|\
            terug naar boven|naar boven|sluiten|foto(s|'s|):<81>|beeld:<81>|bron:<61>|foto ©<80>|alle rechten voorbehouden|\
            leestijd:<20>|leestijd # minuten|# min(uten|) leestijd|# keer gedeeld|beluister dit artikel",
        sections: "lees (ook|meer|verder)|meer over( dit onderwerp|)|meer (nieuws|artikelen|verhalen)|(meest|best) (gelezen|\
            bekeken)|meestgelezen|populair(e artikelen|)|gerelateerd(e artikelen|e berichten| nieuws|)|aanbevolen( voor jou|\
            artikelen|)|(dit vind je|misschien vind je dit|vind je dit) (misschien |)ook (interessant|leuk)|onderwerpen|\
            trefwoorden|net binnen|laatste nieuws|het laatste nieuws|nieuwsbrief|over de auteur|niet missen|zie ook",
        teasers: "lees (ook|meer|verder|hier|hierover|dit|nu)|lees (ook|meer) (over|hier)( <40>|)|bekijk (ook|hier|de video)|\
            kijk (ook|hier)|luister (ook|hier)|zie ook|beluister|ook interessant|achtergrond|in beeld|fotoserie|filmpje|\
            het laatste nieuws",
        prompts: "schrijf je (nu |hier |)in|schrijf u (nu |hier |)in|abonneer(t|)|meld (je|u) (nu |hier |gratis |)(aan|in|voor)|\
            volg (ons|onze)|ontvang (onze|de|elke|dagelijks|gratis) (<20>|)(nieuwsbrief|update(s|))|(al |)abonnee\\?|\
            heb je (een tip|al een account|een fout gezien)|heeft u (een tip|al een account)|maak (een |gratis een |)(gratis |\
            )account|log in (om|voor|met)|wij gebruiken cookies|deze (site|website) gebruikt cookies|download (de|onze) (<20>|\
            )app|om (deze inhoud|dit artikel|deze content) te (tonen|bekijken|lezen|zien)|neem (nu |)een abonnement|steun (ons|\
            onze journalistiek)|word (nu |)(lid|abonnee)",
    },
    Words {
        language: "sv",
        advertising: "annons(er|)|annonsen|reklam|annonssamarbete|sponsrat( innehåll| inlägg|)|i samarbete med <40>|\
            betalt (innehåll|samarbete)|(artikeln|texten) fortsätter (under|efter) annonsen|(artikeln|texten) fortsätter (efter|\
            under) reklamen|fortsätt läsa (under|efter) annonsen|stäng annons(en|)|hoppa över annons(en|)|annons från <40>",
        widgets: "dela( med dig| artikeln| artikel| sidan| på <20>| via <20>|)|skriv ut|spara( artikel| artikeln|)|\
            lyssna( på artikeln|)|kopiera länk(en|)|länk kopierad|kommentar(er|)|# kommentar(er|)|(visa|läs)( alla|)( #|\
            ) kommentarer|kommentera( artikeln|)|skriv (en |)kommentar|visa (mer|fler|alla)|ladda (fler|mer)|till toppen|\
            tillbaka till toppen|stäng|foto:<81>|bild:<81>|källa:<61>|arkivbild|genrebild|alla rättigheter förbehållna|\
            lästid:<20>|lästid # min(uter|)|# min(uter|) lästid|rätta artikeln|rapportera fel|gilla och dela",
        sections: "läs (också|även|mer|vidare)|läs mer (om|här)( <30>|)|mer (om ämnet|från <30>|i ämnet|läsning|nyheter)|\
            mest (läst|lästa|läst just nu|delat)|relaterat|relaterade (artiklar|ämnen|nyheter)|liknande artiklar|fler (artiklar|\
            nyheter)|rekommenderat( för dig|)|rekommenderade artiklar|du kanske också gillar|ämnen( i artikeln|)|senaste (nytt|\
            nyheterna|artiklarna)|nyhetsbrev|våra nyhetsbrev|om skribenten|missa inte|taggar",
        teasers: "läs (också|även|mer|vidare|här|hela artikeln|hela intervjun)|läs mer (om|här)( <40>|)|se (också|även|klippet|\
            videon)|lyssna (också|här|på)|bildspel|bildextra|missa inte|följ (livebloggen|direktrapporteringen)|se mer",
        prompts: "prenumerera|följ oss|logga in (för|med|här)|skapa (ett |)(gratis |)konto|redan (prenumerant|medlem|kund)|\
            har du (redan (ett |)konto|tips|ett tips|synpunkter på artikeln)|tipsa oss|få (vårt|våra|dagens|de senaste|\
            nyheterna) (<30>|)(nyhetsbrev|nyheterna|mejl|inkorg)|anmäl dig (till|här)|registrera dig (här|för)|\
            vi använder (cookies|kakor)|denna (sida|webbplats) använder cookies|ladda ner (vår|appen)|det här är en (låst|\
            premium)|du måste vara inloggad|genom att (prenumerera|anmäla dig|klicka)|bli (medlem|prenumerant)",
    },
    Words {
        language: "nb",
        advertising: "annonse(r|)|annonsørinnhold|reklame|sponset( innhold| av <40>|)|kommersielt samarbeid|betalt innhold|\
            (artikkelen|saken|teksten) fortsetter (under|etter) annonsen|fortsett å lese under annonsen|innhold fra annonsør|\
            lukk annonse",
        widgets: "del( artikkelen| saken| på <20>| via <20>| denne( saken| artikkelen|)|)|skriv ut|lagre( artikkel| saken|)|\
            lytt til (saken|artikkelen)|kopier lenke(n|)|lenke kopiert|kommentarer|# kommentar(er|)|(vis|les)( alle|)( #|\
            ) kommentarer|kommenter(| saken| artikkelen)|vis (mer|flere|alle)|last (inn |)(flere|mer)|til toppen|lukk|foto:<81>|\
            bilde:<81>|kilde:<61>|illustrasjon:<81>|illustrasjonsfoto(:<61>|)|arkivfoto|alle rettigheter (reservert|forbeholdt)|\
            lesetid:<20>|lesetid # min(utter|)|# min(utter|) lesetid|meld fra om feil",
        sections: "les (også|mer|videre)|mer (om saken|fra <30>|om temaet|å lese)|mest (lest|sett|delt|lest nå)|relatert(e saker|\
            e artikler|)|flere (saker|nyheter|artikler)|siste (nytt|nyheter)|anbefalt(e saker| for deg|)|anbefaler|vi anbefaler|\
            emner|nøkkelord|nyhetsbrev|våre nyhetsbrev|du vil kanskje også like|om forfatteren|ikke gå glipp av|lignende saker",
        teasers: "les (også|mer|videre|her|hele (saken|intervjuet)|saken)|les mer (om|her)( <40>|)|se (også|video(en|)|bildene|\
            her)|hør (også|her|podcasten)|lytt (her|til)|bildeserie|følg (saken|direkte)|les flere",
        prompts: "meld deg på|følg oss|logg inn (for|med|her)|opprett (en |)(gratis |)(konto|bruker)|allerede (abonnent|medlem|\
            kunde)|har du (tips|et tips|allerede (abonnement|en konto|konto)|funnet en feil)|tips oss|abonner (på|nå|her)|\
            bli (abonnent|medlem)|få (vårt|våre|siste|nyhetene) (<30>|)(nyhetsbrev|nyhetene|e-post|innboks)|vi bruker (cookies|\
            informasjonskapsler)|dette nettstedet bruker (cookies|informasjonskapsler)|last ned (appen|vår)|denne (saken|\
            artikkelen) er for abonnenter|registrer deg (for|her)|ved å (abonnere|melde deg på|klikke)|du må være logget inn",
    },
    Words {
        language: "da",
        advertising: "annonce(r|)|reklame(r|)|annoncørbetalt( indhold|)|sponsoreret( indhold| af <40>|)|betalt (indhold|\
            samarbejde|partnerskab)|kommercielt samarbejde|(artiklen|teksten|historien) fortsætter (under|efter) annoncen|\
            fortsæt læsning(en|) efter annoncen|artiklen fortsætter nedenfor|indlæg er sponsoreret|luk annonce|\
            reklamen slutter om <20>",
        widgets: "del( artiklen| artikel| denne artikel| på <20>| via <20>| siden|)|print artikel|udskriv( artikel|)|gem (artikel|\
            artiklen|til senere)|lyt til artikl(en|)|kopier link(et|)|link kopieret|kommentarer|# kommentar(er|)|(vis|læs|\
            se)( alle|)( #|) kommentarer|kommentér( artiklen|)|skriv (en |)kommentar|vis (mere|flere|alle)|hent (flere|mere)|\
            indlæs (flere|mere)|til toppen|tilbage til toppen|foto:<81>|billede:<81>|kilde:<61>|arkivfoto(:<61>|)|modelfoto|\
            alle rettigheder forbeholdes|læsetid:<20>|# min(utters|.|) læsetid",
        sections: "læs (også|mere|videre)|mere (om emnet|fra <30>)|mest (læste|læst|set|sete|læste lige nu)|relateret|\
            relaterede (artikler|emner|nyheder|indlæg)|lignende artikler|flere (artikler|nyheder)|seneste (nyt|nyheder|artikler)|\
            anbefalet( til dig|)|anbefalede artikler|emner( i artiklen|)|nøgleord|nyhedsbrev(e|)|vores nyhedsbreve|\
            måske er du også interesseret i|om forfatteren|gå ikke glip af",
        teasers: "læs (også|mere|videre|her|hele (historien|interviewet|artiklen))|læs mere (om|her)( <40>|)|se (også|video(en|)|\
            billederne|her)|hør (også|her|podcasten)|lyt (her|til|også)|billedserie|følg (med live|liveblog(gen|))|læs flere",
        prompts: "tilmeld dig|følg os|log ind (for|med|her)|opret (en |)(gratis |)(konto|bruger|profil)|allerede (abonnent|medlem|\
            kunde)|har du (et tip|tips|allerede (et abonnement|en konto)|fundet en fejl)|tip os|abonner på|bliv (abonnent|medlem)|\
            få (vores|de seneste|dagens|nyhederne) (<30>|)(nyhedsbrev|nyheder|indbakke|mail)|vi bruger cookies|(dette website|\
            denne hjemmeside|sitet|hjemmesiden) bruger cookies|download (appen|vores)|hent (vores app|appen)|\
            denne artikel er (kun |)for abonnenter|ved at (tilmelde dig|abonnere|klikke)|du skal være logget ind|\
            for at se dette indhold",
    },
];
