"""What pages that are not the policy say of themselves.

Phrases in lower case with straight apostrophes, parted by bars; under each state one row per
language: en, de, fr, es, it, pt, nl, sv, da, nb, fi, pl, cs, ja.
"""

from __future__ import annotations

from notifier.model.reading import PageState

SIGNS: dict[PageState, tuple[str, ...]] = {
    PageState.PLACEHOLDER_TEXT: (
        (
            "todo:|text goes here|text here|content goes here|sample text|placeholder text|"
            "placeholder content|legal placeholder|"
            "insert your|your text here|this is a sample page|type your text|"
            "will be published here|will be added here|will appear here|content to come"
        ),
        "platzhaltertext|mustertext|text folgt|inhalt folgt",
        'texte à venir|contenu à venir|texte d\'exemple|insérez votre|contenu "mock"',
        "texto de ejemplo|inserte su|texto pendiente|contenido próximamente",
        "testo di esempio|inserisci qui",
        "texto de exemplo|insira aqui",
        "voorbeeldtekst|tekst volgt",
        "exempeltext|text kommer",
        "eksempeltekst|tekst følger",
        "eksempeltekst|tekst kommer",
        "esimerkkiteksti|teksti tulee tähän",
        "przykładowy tekst|tu wpisz",
        "ukázkový text|text bude doplněn",
        "ダミーテキスト|ここにテキスト",
    ),
    PageState.CAPTCHA: (
        (
            "captcha|are you a robot|you are human|you're not a robot|you are not a robot|"
            "not a bot|"
            "checking your browser|just a moment...|unusual traffic|attention required! |"
            "security check to access|verifying you are human|security of your connection|"
            "performing security verification|ddos protection by"
        ),
        "kein roboter|sicherheitsüberprüfung|ungewöhnlichen datenverkehr",
        "pas un robot|vérification de sécurité|trafic inhabituel",
        "no eres un robot|no soy un robot|comprobación de seguridad|tráfico inusual",
        "non sei un robot|controllo di sicurezza",
        "não é um robô|verificação de segurança",
        "geen robot",
        "inte är en robot",
        "ikke er en robot",
        "ikke er en robot|sikkerhetskontroll",
        "et ole robotti|turvatarkistus",
        "nie jesteś robotem",
        "nejste robot",
        "ロボットではありません",
    ),
    PageState.UNDER_CONSTRUCTION: (
        (
            "under construction|down for maintenance|scheduled maintenance|undergoing maintenance|"
            "under maintenance|in maintenance mode|coming soon|be right back|be back soon|"
            "be back shortly|opening soon|temporarily unavailable|temporarily offline"
        ),
        (
            "wartungsarbeiten|wartungsmodus|wird gewartet|im aufbau|vorübergehend nicht erreichbar|"
            "in kürze wieder"
        ),
        (
            "en maintenance|en construction|en travaux|se refait une beauté|bientôt disponible|"
            "bientôt de retour|temporairement indisponible"
        ),
        (
            "en mantenimiento|tareas de mantenimiento|en construcción|próximamente|volvemos pronto|"
            "temporalmente no disponible"
        ),
        "in manutenzione|in costruzione|torniamo presto|temporaneamente non disponibile",
        "em manutenção|em construção|em breve|temporariamente indisponível",
        "in onderhoud|onderhoudswerkzaamheden|in aanbouw|tijdelijk niet beschikbaar",
        "underhållsarbete|under uppbyggnad|tillfälligt otillgänglig",
        "vedligeholdelse|under opbygning|midlertidigt utilgængelig",
        "vedlikehold|under oppbygging|midlertidig utilgjengelig",
        "huoltokatko|rakenteilla|tilapäisesti poissa käytöstä|tulossa pian",
        "przerwa techniczna|prace konserwacyjne|w budowie|chwilowo niedostępn",
        "probíhá údržba|ve výstavbě|dočasně nedostupn",
        "メンテナンス中|工事中|準備中",
    ),
    PageState.ERROR_PAGE: (
        (
            "page not found|page could not be found|page cannot be found|can't be found|"
            "couldn't find th|page you requested|page you are looking for|"
            "page you were looking for|"
            "page you're looking for|page doesn't exist|page does not exist|no longer available|"
            "error 404|404 error|404 not found|404 - |not found|internal server error|bad gateway|"
            "gateway timeout|service unavailable|access denied|403 forbidden|forbidden|"
            "something went wrong|an error occurred|an error has occurred|application error|"
            "this site can't be reached|too many requests|not available in your country|"
            "not available in your region|not available in your area|unavailable for legal reasons|"
            "unavailable due to legal reasons|access cannot be granted|"
            "account suspended|page is gone|page isn't working|this page isn't available|"
            "http error|database connection|"
            "domain is for sale|request could not be satisfied|you have been blocked"
        ),
        (
            "seite nicht gefunden|seite wurde nicht gefunden|seite existiert nicht|"
            "gesuchte seite|seite gibt es nicht|seite ist nicht verfügbar|fehler 404|hoppla|"
            "konnte nicht gefunden werden|zugriff verweigert|ein fehler ist aufgetreten|"
            "interner serverfehler|nicht mehr verfügbar"
        ),
        (
            "page introuvable|page non trouvée|page n'existe pas|page n'existe plus|"
            "page n'est plus disponible|erreur 404|"
            "page demandée|accès refusé|une erreur est survenue|une erreur s'est produite|"
            "oups"
        ),
        (
            "página no encontrada|no se ha encontrado|no se encuentra la página|"
            "página no existe|página que buscas|acceso denegado|se ha producido un error|"
            "ha ocurrido un error"
        ),
        "pagina non trovata|pagina non esiste|accesso negato|si è verificato un errore",
        "página não encontrada|página não existe|acesso negado|ocorreu um erro",
        (
            "pagina niet gevonden|pagina bestaat niet|toegang geweigerd|er is een fout opgetreden|"
            "er ging iets mis"
        ),
        (
            "sidan hittades inte|sidan kunde inte hittas|sidan finns inte|åtkomst nekad|"
            "ett fel har inträffat"
        ),
        "siden blev ikke fundet|siden findes ikke|adgang nægtet|der opstod en fejl",
        (
            "fant ikke siden|siden ble ikke funnet|siden finnes ikke|ingen tilgang|"
            "det oppstod en feil|det oppsto en feil"
        ),
        "sivua ei löytynyt|sivua ei löydy|sivua ei ole olemassa|pääsy estetty|tapahtui virhe",
        (
            "strona nie została znaleziona|nie znaleziono strony|strona nie istnieje|"
            "odmowa dostępu|wystąpił błąd"
        ),
        (
            "stránka nenalezena|stránka nebyla nalezena|stránka neexistuje|přístup odepřen|"
            "došlo k chybě"
        ),
        "ページが見つかりません|見つかりませんでした|アクセスが拒否|エラーが発生しました",
    ),
    PageState.REDIRECT_STUB: (
        (
            "redirecting|being redirected|be redirected|you are leaving|if you are not redirected|"
            "page has moved|moved permanently|301 moved|302 found|object moved|"
            "policy has moved|policy has been moved|terms have moved|notice has moved"
        ),
        "weitergeleitet|weiterleitung",
        "redirection|redirigé",
        "redirigiendo|redirigido|redireccionando",
        "reindirizzamento|reindirizzat",
        "redirecionando|redirecionad",
        "doorgestuurd|doorverwezen",
        "omdirigeras",
        "omdirigeres|viderestilles",
        "videresendes|viderekobles|omdirigeres",
        "uudelleenohjataan|siirrytään osoitteeseen",
        "przekierow",
        "přesměrov",
        "リダイレクト|転送されます",
    ),
    PageState.LOADING_STUB: (
        (
            "enable javascript|javascript is required|requires javascript|javascript is disabled|"
            "turn on javascript|javascript to run this app|need to enable javascript|loading|"
            "please wait|browser is not supported|unsupported browser|outdated browser"
        ),
        (
            "javascript aktivieren|aktivieren sie javascript|javascript ist deaktiviert|"
            "wird geladen|bitte warten"
        ),
        (
            "activer javascript|activez javascript|javascript est désactivé|chargement|"
            "veuillez patienter"
        ),
        (
            "activar javascript|active javascript|habilita javascript|habilitar javascript|"
            "cargando|espere por favor"
        ),
        "abilita javascript|abilitare javascript|caricamento|attendere prego",
        "ative o javascript|habilite o javascript|carregando|aguarde",
        "javascript inschakelen|schakel javascript|laden...|even geduld",
        "aktivera javascript|laddar|vänta",
        "aktiver javascript|slå javascript til|indlæser|vent venligst",
        "aktiver javascript|slå på javascript|laster inn|vennligst vent",
        "ota javascript käyttöön|ladataan|odota hetki",
        "włącz javascript|ładowanie|proszę czekać",
        "povolte javascript|zapněte javascript|načítání|čekejte prosím",
        "javascriptを有効|読み込み中|ロード中",
    ),
    PageState.LOGIN: (
        (
            "forgot password|forgot your password|forgotten password|enter your password|"
            "enter password|please log in|please sign in|log in to continue|sign in to continue|"
            "log in to your account|sign in to your account|login required|members only"
        ),
        "passwort vergessen|bitte melden sie sich an|bitte anmelden|bitte einloggen",
        "mot de passe oublié|veuillez vous connecter|connectez-vous pour",
        (
            "olvidado tu contraseña|olvidó su contraseña|olvidaste tu contraseña|"
            "inicia sesión para|"
            "inicie sesión para"
        ),
        "password dimenticata|hai dimenticato la password|accedi per",
        "esqueceu a senha|esqueceu sua senha|esqueceu-se da palavra-passe|faça login para",
        "wachtwoord vergeten|log in om",
        "glömt lösenord|glömt ditt lösenord|logga in för att",
        "glemt adgangskode|log ind for at",
        "glemt passord|logg inn for å",
        "unohditko salasanasi|unohtuiko salasana|kirjaudu sisään",
        "nie pamiętasz hasła|zapomniałeś hasła|zaloguj się, aby",
        "zapomenuté heslo|zapomněli jste heslo|přihlaste se",
        "パスワードをお忘れ|ログインしてください",
    ),
    PageState.NAVIGATION_ONLY: (
        "before you continue|accept all|reject all",
        "alle akzeptieren|alle cookies akzeptieren|bevor sie fortfahren",
        "tout accepter|accepter tous les cookies|avant d'accéder",
        "aceptar todo|aceptar todas las cookies|antes de continuar",
        "accetta tutti|rifiuta tutto",
        "aceitar todos|rejeitar todos",
        "alles accepteren|alle cookies accepteren",
        "godkänn alla|acceptera alla",
        "accepter alle|tillad alle",
        "godta alle|aksepter alle",
        "hyväksy kaikki|salli kaikki",
        "akceptuj wszystkie|zaakceptuj wszystko",
        "přijmout vše|přijmout všechny",
        "すべて同意する|すべて許可",
    ),
}

NAMES = (
    "privacy|cookie|terms|conditions|policy|agreement|legal notice|guidelines|code of conduct",
    "datenschutz|nutzungsbedingungen|geschäftsbedingungen|agb|impressum|richtlinie",
    "confidentialité|conditions|mentions légales|données personnelles|charte",
    "privacidad|términos|condiciones|aviso legal",
    "informativa|termini|condizioni|note legali",
    "privacidade|termos|condições|aviso legal",
    "privacyverklaring|privacybeleid|voorwaarden",
    "integritetspolicy|villkor|personuppgifter",
    "privatlivspolitik|persondatapolitik|betingelser|vilkår",
    "personvernerklæring|personvern|vilkår|betingelser|retningslinjer",
    "tietosuoja|rekisteriseloste|käyttöehdot|ehdot",
    "prywatności|regulamin|warunki",
    "ochrany osobních|ochrana osobních|podmínky|zásady",
    "プライバシー|利用規約|約款",
)
"""How the title of a policy names it, one row per language."""
