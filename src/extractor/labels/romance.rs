//! French, Spanish, Portuguese, Italian, Romanian, Catalan.

use super::Words;

pub(super) const WORDS: &[Words] = &[
    Words {
        language: "fr",
        advertising: "publicité(s|)|annonce(s|)|la suite après cette publicité|(l'article continue|lire la suite|\
            suite de l'article) après la publicité|la suite après la publicité|contenu (sponsorisé|partenaire|publicitaire)|\
            article sponsorisé|sponsorisé( par <40>|)|publi-(rédactionnel|reportage|information)|publirédactionnel|publireportage|\
            communiqué publicitaire|(passer|fermer|ignorer) (la publicité|l'annonce)|poursuivre sans publicité|\
            en partenariat avec <40>|la rédaction n'a pas participé<60>",
        widgets: "partager|partager( l'article| cet article| la page| sur <20>| par <20>| via <20>)|imprimer( l'article|)|\
            commentaire(s|)|# commentaire(s|)|commenter( l'article|)|(voir|lire|afficher)( tous| toutes|)( les|)( #|\
            ) commentaire(s|)|laisser un commentaire|ajouter un commentaire|aucun commentaire|enregistrer|sauvegarder|\
            écouter( l'article| cet article|)|copier le lien|lien copié|envoyer par e-mail|voir plus|afficher plus|charger plus|\
            (retour|revenir) en haut( de page|)|haut de page|aller au contenu( principal|)|fermer|photo(s|):<81>|crédit(s|\
            )( photo(s|)| image(s|)|):<81>|image(s|):<81>|source:<61>|illustration:<81>|©<81>|photo d'illustration|\
            image d'illustration|tous droits réservés|droits réservés|temps de lecture:<20>|# min(utes|) de lecture|\
            lecture # min(.|utes|)|ajouter à (mes|vos) favoris|offrir (cet|l') article|offrir l'article|réagir( à cet article|)|\
            signaler une erreur|taille du texte",
        sections: "sur le même (sujet|thème)|à lire (aussi|également|ensuite)|lire aussi|les plus (vus|partagés|populaires|\
            commentés)|les articles les plus lus|le(s|) plus lu(s|)|article(s|) (lié|similaire|associé|connexe|recommandé)(s|)|\
            articles récents|dans la même (rubrique|catégorie)|vous (aimerez|pourriez) (aussi|également)( aimer|)|cela (peut|\
            pourrait) (aussi |également |)vous intéresser|ceci pourrait (aussi |également |)vous intéresser|recommandé(s|\
            ) pour vous|nos recommandations|à ne pas manquer|les sujets liés|sujets associés|mots(-| )clés|étiquettes|\
            thèmes associés|plus d'(articles|infos|actualités)|en savoir plus|pour aller plus loin|à découvrir|à voir (aussi|\
            également)|dernières (infos|actualités|nouvelles)|à la une|toute l'actualité|nos newsletters|à propos de l'auteur|\
            article (précédent|suivant)|sur le web|contenus sponsorisés|l'essentiel de l'actu",
        teasers: "(à |)lire (aussi|également|plus)|à lire( ensuite|)|lire (la suite|l'article|notre (dossier|enquête|article|\
            reportage|analyse|entretien))|(à |)(relire|revoir)|voir (aussi|également|la vidéo|plus)|à (voir|écouter)( aussi|)|\
            en (vidéo|images|direct)|vidéo(s|)|écouter (aussi|également)|sur le même sujet|en savoir plus|pour aller plus loin|\
            pour en savoir plus|diaporama|infographie|reportage vidéo|notre dossier|à ne pas manquer|retrouvez (aussi|ici|\
            notre dossier)|cliquez ici|article lié|cela peut vous intéresser|vous aimerez aussi",
        prompts: "(article|contenu) réservé (à nos|aux) abonnés|inscrivez-vous|abonnez-vous|s'abonner|recevez (notre|nos|la|chaque|toute|tous|gratuitement)|suivez-nous|\
            suivez (toute |)(l'actualité|l'info) (sur|de|en)|déjà (abonné|abonnée|inscrit|un compte)|vous (êtes déjà|avez déjà un|\
            n'êtes pas encore) (abonné|compte|inscrit)|connectez-vous|créez (un|votre) compte|cet article (est|vous est) (réservé|\
            offert|paru)|la suite de cet article est réservé|il vous reste #<1>% de|pour (lire la suite|continuer à lire|\
            accéder à cet article|afficher ce contenu|visualiser ce contenu)|en (vous inscrivant|cliquant sur|\
            poursuivant votre navigation)|votre adresse (e-mail|email|de messagerie) ne sera pas|nous utilisons des cookies|\
            ce site utilise des cookies|ce contenu est bloqué|téléchargez (notre|l')( |)application|soutenez (notre|\
            le) journal(isme|)|rejoignez (notre|nos) (chaîne|newsletter|communauté)|vous avez une information|une erreur (dans|\
            sur) (cet article|l'article)|cliquez ici pour",
    },
    Words {
        language: "es",
        advertising: "publicidad|anuncio(s|)|contenido (patrocinado|pagado|publicitario|de pago)|patrocinado( por <40>|)|\
            publirreportaje|(el artículo|la noticia|la nota|la historia) continúa (debajo|después|tras)( de| de la| de este| la| el|\
            ) (publicidad|anuncio)|continúa (leyendo |)(después|debajo|tras) de la publicidad|\
            sigue leyendo después de la publicidad|publicidad - sigue leyendo debajo|(cerrar|saltar|omitir) (anuncio|publicidad)|\
            espacio (publicitario|patrocinado)|contenido para <30> ofrecido por <40>|branded content|(aviso|mensaje) publicitario",
        widgets: "compartir|compartir( en <20>| por <20>| vía <20>| artículo| esta noticia| noticia| nota)|comparte( en <20>| esta noticia| este artículo)|\
            imprimir|comentario(s|)|# comentario(s|)|(ver|leer|mostrar)( todos|)( los|)( #|) comentarios|comentar|deja (un|\
            tu) comentario|dejar (un|tu) comentario|sin comentarios todavía|guardar( noticia| artículo|)|escuchar( noticia| artículo| este artículo| la noticia|\
            )|copiar (enlace|link|el enlace)|enlace copiado|enviar por (correo|e-mail|email)|ver más|mostrar más|cargar más|\
            volver arriba|ir al contenido|cerrar|ampliar (foto|imagen)|foto(s|):<81>|foto(grafía|s|) de archivo(:<61>|)|\
            fotografía:<81>|imagen(es|):<81>|fuente(s|):<61>|crédito(s|):<81>|crédito de la (foto|imagen):<81>|\
            todos los derechos reservados|derechos reservados|tiempo de lectura:<20>|# min(utos|) de lectura|\
            lectura de # min(utos|)|reportar (un |)error|añadir a favoritos|tamaño de letra",
        sections: "más (información|noticias|sobre este tema|artículos|historias)|noticias (relacionadas|destacadas|recomendadas)|\
            artículo(s|) (relacionado|recomendado|similare)(s|)|nota(s|) relacionada(s|)|contenido(s|) relacionado(s|)|\
            temas( relacionados| de esta nota| del día|)|te (puede|podría) (interesar|gustar)|también te (puede|podría|\
            puede que te) (interesar|interese|gustar)|le puede interesar|quizás te interese|lo más (leído|visto|popular|comentado|\
            compartido|reciente)|(los |las |)más (leídos|leídas|vistos|vistas|comentadas)|lo último|última(s|) (hora|noticias)|\
            recomendado(s|) para (ti|usted)|recomendamos|te recomendamos|etiquetas|archivado en|se habla de|no te (pierdas|\
            lo pierdas)|newsletter|boletines|sobre el autor|sobre la firma|otras noticias|entradas (relacionadas|recientes)",
        teasers: "(lea|lee|leer|lean) (también|más|además|aquí|la nota completa|el artículo completo)|te (puede|podría) interesar|\
            también (te puede interesar|lee|lea|puedes leer|puede leer)|le puede interesar|más información|noticia(s|\
            ) relacionada(s|)|nota(s|) relacionada(s|)|vea (también|además|aquí|más)|ver (también|más)|mira (aquí|el video|más)|\
            mirá (también|además)|en (vídeo|fotos|imágenes|vivo)|vídeo(s|)|seguir leyendo|sigue leyendo|sigue (aquí|en directo)|\
            escucha (también|aquí|el podcast)|fotogalería|galería(s| de fotos| de imágenes|)|infografía|no te (lo |)pierdas|\
            conoce más|entérate|haz clic aquí|recomendamos|te recomendamos( leer|)|puedes leer|relacionado(s|)|\
            contenido relacionado|artículo relacionado|artículos relacionados|además lee",
        prompts: "suscríbete|suscríbase|suscribite|suscribirse|regístrate|regístrese (en|para|gratis)|síguenos|síganos|siganos en|\
            siga (las noticias|toda la información)|sigue (toda la información|nuestro|todas las noticias|leyendo con|a <30> en)|\
            seguinos en|únete a(l|) (nuestro|nuestra|canal)|únase a nuestro|inicia(r|) sesión (para|con|o)|inicie sesión|\
            ya eres (suscriptor|suscriptora)|ya tienes una cuenta|recibe (en tu (correo|email|móvil|celular)|nuestr(o|a|os|as)|\
            gratis (en|las|nuestr(o|a))|las (últimas |mejores |principales |)noticias)|reciba (en su (correo|email)|nuestr(o|a)|\
            las noticias)|apúntate (a|gratis|aquí)|crea (tu|una) cuenta|este artículo (es exclusivo|fue publicado|se publicó|\
            está reservado)|para (seguir leyendo|continuar leyendo|ver este contenido|leer más (suscríbete|regístrate))|\
            contenido exclusivo para|(utilizamos|usamos) cookies|este sitio (web |)(utiliza|usa) cookies|\
            tu dirección de correo electrónico no|su dirección de correo electrónico no|descarga (nuestra|la) (<20>|)(app|\
            aplicación)|al (suscribirte|registrarte|hacer clic)|haz clic aquí para|haga clic aquí para|apoya (nuestro|\
            el) periodismo|comenta con|puedes seguir a <30> en",
    },
    Words {
        language: "pt",
        advertising: "publicidade|publicidad|anúncio(s|)|continua (depois|após|abaixo) (da|a|da nossa) publicidade|(a matéria |\
            o artigo |)continua após (o anúncio|publicidade)|continue lendo após (a publicidade|o anúncio)|conteúdo (patrocinado|\
            pago|publicitário|de marca)|patrocinado( por <40>|)|informe publicitário|publieditorial|(fechar|pular) anúncio|\
            oferecido por <40>|conteúdo de responsabilidade do anunciante",
        widgets: "compartilhar|compartilhe( no <20>| em <20>| esta notícia| este artigo| via <20>| esta matéria|)|\
            compartilhar( no <20>| em <20>| esta notícia| artigo)|partilhar( artigo| no <20>|)|partilhe( no <20>| este artigo|)|\
            imprimir|comentário(s|)|# comentário(s|)|(ver|ler|mostrar)( todos|)( os|)( #|) comentários|comentar|comente|deixe (um|\
            o seu|seu) comentário|adicionar comentário|guardar artigo|salvar (artigo|matéria|notícia)|ouvir (artigo|notícia|\
            matéria|texto)|ouça (este conteúdo|a matéria|o texto)|copiar (link|o link)|link copiado|enviar por e-mail|ver mais|\
            veja todos|mostrar mais|carregar mais|voltar ao topo|ir para o conteúdo|fechar|ampliar imagem|foto(s|):<81>|\
            fotografia:<81>|imagem:<81>|crédito(s|):<81>|fonte(s|):<61>|reprodução:<61>|foto de arquivo|\
            todos os direitos reservados|direitos reservados|tempo de leitura:<20>|# min(utos|) de leitura|leitura de # min(utos|\
            )|tamanho da letra|reportar erro",
        sections: "leia (também|mais)|ler (também|mais)|veja também|saiba mais|mais (lidas|lidos|vistas|vistos|populares|\
            comentadas|notícias|sobre este tema)|as mais lidas|os mais lidos|notícias relacionadas|artigo(s|) relacionado(s|)|\
            matéria(s|) relacionada(s|)|conteúdo(s|) relacionado(s|)|relacionad(as|os)|temas( relacionados|)|\
            assuntos( relacionados|)|tópicos( relacionados|)|tudo sobre|etiquetas|você (também |)(pode|vai) (gostar|\
            se interessar)( de|)|pode (também |)(gostar|interessar)(-lhe|)|recomendad(os|as)( para você| para si|)|recomendamos|\
            últimas( notícias|)|em alta|em destaque|newsletter|sobre o autor|sobre a autora|não perca|links relacionados|\
            outras notícias",
        teasers: "leia (também|mais|ainda|a íntegra|a reportagem completa|na íntegra)|ler (também|mais|o artigo completo)|\
            veja (também|mais|o vídeo|vídeo|ainda|fotos|as fotos|a seguir)|vê também|saiba (mais|como|tudo)|assista( ao vídeo| também| agora|\
            )|vídeo(s|)|em vídeo|ouça( também| o podcast|)|confira( também| aqui|)|entenda|galeria( de fotos| de imagens|)|\
            fotogaleria|infográfico|continue lendo|continuar (lendo|a ler)|clique aqui|relacionad(as|os)|artigo relacionado|\
            notícia relacionada|não perca|siga em direto|acompanhe (aqui|ao vivo)|tudo sobre",
        prompts: "inscreva-se|assine|siga (o|a|os|as|nos|-nos)|siga-nos|sigam-nos|acompanhe (o|a|nos|-nos) <30>(no|nas|em|pelo)|\
            receba (as (últimas |principais |)notícias|nossa|notícias|no seu|em seu|os alertas|gratuitamente|diariamente)|\
            cadastre-se|subscreva|registe-se|faça (seu |o seu |)(login|cadastro)|já (é|sou|tem) (assinante|uma conta|cadastro|\
            subscritor)|entre (no|em nosso|para o) (nosso |)(canal|grupo)|participe do (nosso |)(canal|grupo)|clique aqui (para|\
            e)|baixe (o|nosso) (<20>|)(app|aplicativo)|descarregue a (<20>|)(app|aplicação)|este (conteúdo|artigo) é exclusivo|\
            conteúdo exclusivo para|para (continuar lendo|continuar a ler|ler este artigo|ver este conteúdo)|(usamos|\
            utilizamos) cookies|este site (usa|utiliza) cookies|ao (se cadastrar|se inscrever|clicar|subscrever)|\
            o seu endereço de e-mail não|seu endereço de e-mail não|apoie o (nosso |)jornalismo|tem uma (dica|\
            sugestão de reportagem)|encontrou um erro|comunicar erro",
    },
    Words {
        language: "it",
        advertising: "pubblicità|annuncio pubblicitario|annunci|messaggio (pubblicitario|promozionale)|\
            continua a leggere( dopo la pubblicità| dopo l'annuncio|)|(l'articolo|la notizia) (continua|\
            prosegue) dopo la pubblicità|contenuto (sponsorizzato|promozionale|pubblicitario|a pagamento)|sponsorizzato( da <40>|\
            )|informazione pubblicitaria|publiredazionale|(salta|chiudi) (annuncio|pubblicità|la pubblicità)|\
            in collaborazione con <40>",
        widgets: "condividi|condividi( su <20>| via <20>| articolo| l'articolo| questo articolo| la notizia)|condividere|\
            stampa( articolo| pagina|)|commenti|comment(a|o)|# comment(o|i)|(leggi|vedi|mostra|visualizza)( tutti|)( i|)( #|\
            ) commenti|lascia un commento|aggiungi un commento|commenta (la notizia|l'articolo|con)|nessun commento|\
            salva( articolo| l'articolo)|ascolta (l'articolo|questo articolo|la notizia)|copia (link|il link)|link copiato|\
            invia (per|via) (e-mail|email|mail)|mostra (di più|altro|altri)|carica (altro|altri)|vedi (tutti|tutto|altro)|\
            torna (su|in alto|all'inizio|in cima)|vai al contenuto|chiudi|foto:<81>|immagin(e|i):<81>|credit(i|)( foto|):<81>|\
            fonte:<61>|foto (d'archivio|di repertorio)(:<61>|)|© riproduzione riservata|riproduzione riservata|\
            tutti i diritti riservati|tempo di lettura:<20>|# min(uti|) di lettura|segnala (un |)errore",
        sections: "leggi anche|leggi altro|articol(i|o) correlat(i|o)|notizie correlate|contenuti correlati|(ti |)potrebbe(ro|\
            ) (interessarti|interessare|piacerti)( anche|)|potresti essere interessato (a|anche)|i più (letti|visti|condivisi|\
            commentati)|(le |)più (lette|viste|lette di oggi)|articoli (più letti|recenti|simili|consigliati)|ultime notizie|\
            ultim'ora|le ultime notizie|altr(e|i) (notizie|articoli)( su <30>| di <30>|)|in (evidenza|primo piano)|\
            argomenti( trattati|)|argomenti correlati|etichette|consigliati( per te|)|raccomandati per te|da non perdere|\
            vedi anche|approfondimenti|per approfondire|newsletter|sullo stesso (tema|argomento)|sull'autore|articolo (precedente|\
            successivo)",
        teasers: "leggi (anche|di più|tutto|qui|l'articolo completo|l'articolo|ancora|pure|la notizia completa)|guarda (anche|\
            il video|la gallery|le foto|la fotogallery|qui)|ascolta (anche|il podcast|qui)|vedi anche|(ti |\
            )potrebbe interessarti( anche|)|approfondisci|per approfondire|scopri (di più|anche|qui)|fotogallery|le foto|\
            le immagini|il video|continua a leggere|clicca qui|da non perdere|sullo stesso argomento|articolo correlato|\
            articoli correlati|in diretta",
        prompts: "iscriviti|abbonati|seguici|segui (<30> su (facebook|instagram|google|whatsapp|telegram|twitter|x)|\
            la diretta su)|registrati (gratis|ora|qui)|accedi (per|o registrati|con)|hai già un (account|abbonamento)|\
            sei già (abbonato|registrato|iscritto)|ricevi (le (nostre|ultime|notizie)|la (nostra |)newsletter|ogni (giorno|\
            mattina|settimana)|gratis)|scarica (la|l'|la nostra )(<20>|)app|clicca qui per|entra nel (nostro |)canale|unisciti al|\
            questo (contenuto|articolo) è riservato|per (continuare a leggere|leggere l'articolo completo|\
            visualizzare questo contenuto)|utilizziamo (i |)cookie|questo sito (utilizza|usa) (i |)cookie|\
            il tuo indirizzo email non|sostieni il (nostro lavoro|giornalismo)|hai una segnalazione|resta(te|) aggiornat(o|i) (su|\
            con)|crea un account",
    },
    Words {
        language: "ro",
        advertising: "publicitate|articolul continuă după (publicitate|reclamă)|continuarea după publicitate|\
            continuă după publicitate|conținut (sponsorizat|plătit|publicitar)|articol sponsorizat|sponsorizat( de <40>|)|\
            advertorial|promovat|închide reclama",
        widgets: "distribuie( articolul| pe <20>|)|partajează|trimite pe <20>|share pe <20>|tipărește|printează|\
            salvează( articolul|)|ascultă articolul|copiază link(-ul|ul|)|comentarii|# (de |)comentari(i|u)|(vezi|citește)( toate|\
            ) comentariile|adaugă (un |)comentariu|lasă un comentariu|scrie un comentariu|comentează|vezi (mai multe|toate|tot)|\
            încarcă mai multe|arată mai mult(e|)|înapoi sus|închide|foto:<81>|sursa( foto|):<81>|credit foto:<81>|imagine:<81>|\
            toate drepturile rezervate|timp de citi(re|t):<20>|# min(ute|) de citi(re|t)|fotografie cu caracter ilustrativ",
        sections: "citește (și|mai mult(e|)|mai departe)|articole (similare|recomandate|asemănătoare|recente|legate|\
            pe aceeași temă)|știri (similare|pe aceeași temă|recomandate)|pe aceeași temă|cele mai (citite|noi|populare|recente|\
            comentate)( știri| articole|)|te-ar putea interesa( și|)|ți-ar putea plăcea|v-ar putea interesa|\
            recomandări(le redacției|)|recomandate|mai multe (din <30>|știri|articole)|ultimele știri|ultima oră|\
            subiecte( în articol|)|etichete|vezi și|nu rata|despre autor|articolul (anterior|următor)|alte (știri|articole)|\
            newsletter",
        teasers: "(citește|citiți) (și|mai mult(e|)|mai departe|aici|continuarea)|vezi (și|mai mult(e|)|aici|video|foto|\
            galeria foto)|află mai mult(e|)|detalii aici|galerie foto|urmărește (și|aici|live)|ascultă (și|aici)|recomandăm|\
            te-ar putea interesa( și|)|pe aceeași temă|nu rata|click aici",
        prompts: "abonează-te|abonați-vă|urmărește-ne|urmăriți-ne|urmărește știrile|urmărește <30> (pe|și pe) (google|facebook|\
            whatsapp|instagram|youtube)|înscrie-te|intră în cont|autentifică-te|conectează-te (pentru|cu)|creează(-ți|) (un |\
            )cont|ai deja (un |)cont|primește (cele mai|știrile|newsletter|gratuit)|descarcă aplicația|intră pe canalul|\
            alătură-te|acest site (folosește|utilizează) cookie|folosim cookie|utilizăm cookie|adresa ta de email nu|\
            articolul este disponibil doar|pentru a (citi mai departe|continua lectura)|dacă ți-a plăcut (acest |)articol(ul|)|\
            susține jurnalismul",
    },
    Words {
        language: "ca",
        advertising: "publicitat|anunci(s|)|contingut (patrocinat|promocionat|publicitari)|patrocinat( per <40>|)|(l'article|\
            la notícia) continua després de la publicitat|continua després de la publicitat|publireportatge|tancar anunci",
        widgets: "comparteix(| a <20>| per <20>| l'article| aquest article)|imprimeix|comentaris|# comentari(s|)|(veure|llegir|\
            mostrar)( tots|)( els|)( #|) comentaris|deixa un comentari|comenta|escolta l'article|desa l'article|copia l'enllaç|\
            enllaç copiat|veure('n|) més|mostra'n més|mostra més|carrega'n més|carregar més|torna (a dalt|amunt)|tancar|foto(s|\
            ):<81>|fotografia:<81>|imatge:<81>|tots els drets reservats|temps de lectura:<20>|# min(uts|) de lectura",
        sections: "llegeix també|més (informació|notícies|llegides|llegit|vist)|notícies relacionades|article(s|) relacionat(s|)|\
            continguts relacionats|relacionat(s|)|et (pot|podria) interessar|també et pot interessar|el més (llegit|vist)|\
            les més (llegides|vistes)|temes( relacionats|)|etiquetes|arxivat a|recomanats( per a tu|)|et recomanem|\
            últimes notícies|última hora|butlletins|no t'ho perdis|sobre l'autor|butlletí",
        teasers: "llegeix (també|més|aquí)|llegiu (també|més)|llegir (també|més)|mira (també|el vídeo)|mireu també|vegeu també|\
            veure també|vídeo(s|)|en (vídeo|imatges|directe)|més informació|escolta (també|aquí)|et pot interessar|\
            galeria( de fotos| d'imatges|)|continua llegint|segueix llegint|no t'ho perdis|notícia relacionada|fes clic aquí",
        prompts: "subscriu-te|subscriviu-vos|registra't|segueix-nos|seguiu-nos|inicia sessió|ja (ets|en sou) subscriptor|\
            ja tens (un |)compte|rep (les|el|cada|gratis|al teu) (<20>|)(notícies|butlletí|correu|newsletter)|apunta't (a|al)|\
            descarrega('t|) l'app|uneix-te al|aquest (article|contingut) és exclusiu|per (continuar|seguir) llegint|\
            utilitzem (galetes|cookies)|aquest (lloc web|web) utilitza (galetes|cookies)|fes-te subscriptor|\
            dona suport al periodisme",
    },
];
