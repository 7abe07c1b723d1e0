"""Every way a date is written, in every supported language, each with a label of that language."""

import pytest

from notifier.reading.dates import read_effective_date
from tests.reading.dates.documents import document, said

CASES = {
    "en": [
        ("Effective date: March 3, 2020", "2020-03-03 effective"),
        ("Effective Date: December, 2022", "2022-12 effective"),
        ("EFFECTIVE MAY 25, 2018", "2018-05-25 effective"),
        ("Effective as of 27 May 2025", "2025-05-27 effective"),
        ("Effective:March 25, 2026", "2026-03-25 effective"),
        ("Last updated: 19th May 2017", "2017-05-19 last_updated"),
        ("Last updated: the 1st day of May, 2017", "2017-05-01 last_updated"),
        ("Last Updated: December 29 2025", "2025-12-29 last_updated"),
        ("Last Updated: Sept. 3, 2020", "2020-09-03 last_updated"),
        ("Last Updated: July. 3, 2020", "2020-07-03 last_updated"),
        ("Updated 21 March, 2025", "2025-03-21 last_updated"),
        ("Last updated: 2025.05.19", "2025-05-19 last_updated"),
        ("Last updated: 2022-06-15", "2022-06-15 last_updated"),
        ("Last updated: 2022/6/15", "2022-06-15 last_updated"),
        ("Last Modified: 12 Jan 2022", "2022-01-12 last_modified"),
        ("Last modified: 25-May-2018", "2018-05-25 last_modified"),
        ("Revised Friday, May 25th, 2018", "2018-05-25 last_revised"),
        ("Revision date: 2018 May 25", "2018-05-25 last_revised"),
        ("Last updated on 06/30/2023", "2023-06-30 last_updated"),
        ("Last updated: 6/30/23", "2023-06-30 last_updated"),
        ("Last updated: 30/06/2023", "2023-06-30 last_updated"),
        ("Last updated: 05/05/2023", "2023-05-05 last_updated"),
        ("Published: March 3,2020", "2020-03-03 published"),
        ("Status: April 16, 2025", "2025-04-16 stand_status"),
        ("Version 2.1 of 3 June 2020", "2020-06-03 version_date"),
        ("Dated: 3 June 2020", "2020-06-03 dated"),
        ("June 3, 2020 (effective date)", "2020-06-03 effective"),
        ("3 June 2020 – last updated", "2020-06-03 last_updated"),
        ("Last Updated and Effective: April 1, 2021", "2021-04-01 effective"),
        ("These terms take effect on Monday, 3 June 2024.", "2024-06-03 effective"),
        ("From 1 June 2024 these terms apply to everyone.", "2024-06-01 effective"),
        ("This Privacy Policy was last updated on: 22 June 2021.", "2021-06-22 last_updated"),
        ("We last revised these Terms on May 10, 2019.", "2019-05-10 last_revised"),
        ("Last updated\u00a0:\u00a0May 1,\u00a02020", "2020-05-01 last_updated"),
        ("Effec\u00adtive da\u200bte: May 1, 2020", "2020-05-01 effective"),
        ("Last updated: ２０２０-05-01", "2020-05-01 last_updated"),
        ("Last updated: June 2012", "2012-06 last_updated"),
        ("Last updated: 06/2012", "2012-06 last_updated"),
        ("Effective May 1, '24", "2024-05-01 effective"),
    ],
    "de": [
        ("Gültig ab 01. Juni 2023", "2023-06-01 effective"),
        ("Gültig ab: 1.6.2023", "2023-06-01 effective"),
        ("Stand: 17. Februar 2024", "2024-02-17 stand_status"),
        ("Stand: 06.10.2022", "2022-10-06 stand_status"),
        ("Stand: 6. 10. 2022", "2022-10-06 stand_status"),
        ("Stand: Oktober 2022", "2022-10 stand_status"),
        ("Stand 10/2022", "2022-10 stand_status"),
        ("Zuletzt aktualisiert am 3. März 2021", "2021-03-03 last_updated"),
        ("Letzte Änderung: 3. Maerz 2021", "2021-03-03 last_modified"),
        ("Diese Datenschutzerklärung tritt am 25. Mai 2018 in Kraft.", "2018-05-25 effective"),
        ("Inkrafttreten: 1. Jänner 2020", "2020-01-01 effective"),
        ("Diese Nutzungsbedingungen gelten ab dem 15. 07. 2019.", "2019-07-15 effective"),
        ("Ab dem 1. Juli 2024 gelten diese Nutzungsbedingungen.", "2024-07-01 effective"),
        ("Fassung vom 12.12.2021", "2021-12-12 version_date"),
        ("ZULETZT GEÄNDERT: 03.04.2022", "2022-04-03 last_modified"),
        ("Veröffentlicht am Montag, den 3. Mai 2021", "2021-05-03 published"),
    ],
    "fr": [
        ("En vigueur au 13 décembre 2024", "2024-12-13 effective"),
        ("Date d’entrée en vigueur : 1er avril 2021", "2021-04-01 effective"),
        (
            "Les présentes conditions entrent en vigueur le 1er janvier 2022.",
            "2022-01-01 effective",
        ),
        ("Dernière modification le 01/11/2024", "2024-11-01 last_modified"),
        ("Date de la dernière mise à jour : 23/12/2022", "2022-12-23 last_updated"),
        ("Dernière mise à jour : 01 novembre 2024", "2024-11-01 last_updated"),
        ("DERNIERE MISE A JOUR : 1ER AOUT 2020", "2020-08-01 last_updated"),
        ("Mise à jour du 12/10/2021", "2021-10-12 last_updated"),
        ("Version en date du 16 janvier 2024", "2024-01-16 version_date"),
        ("Version\u00a0: 10/02/2025", "2025-02-10 version_date"),
        ("Date : Juillet 2025", "2025-07 dated"),
        ("Publié le lundi 3 févr. 2020", "2020-02-03 published"),
        (
            "À compter du 1er juillet 2024, les présentes conditions s’appliquent.",
            "2024-07-01 effective",
        ),
        ("Applicable à compter du 5 mai 2023", "2023-05-05 effective"),
    ],
    "es": [
        ("Última actualización: 21 de enero de 2021", "2021-01-21 last_updated"),
        ("Ultima actualizacion: 21 enero 2021", "2021-01-21 last_updated"),
        ("Actualizado: Junio 2022", "2022-06 last_updated"),
        ("Fecha de entrada en vigor: 1 de mayo de 2023", "2023-05-01 effective"),
        ("Vigente a partir del 1º de setiembre del 2020", "2020-09-01 effective"),
        ("Estas condiciones entran en vigor el lunes, 3 de junio de 2024.", "2024-06-03 effective"),
        ("Fecha de la última modificación: 03/04/2022", "2022-04-03 last_modified"),
        ("Publicado el 3 de dic. de 2020", "2020-12-03 published"),
        ("Versión de 5 de marzo de 2019", "2019-03-05 version_date"),
    ],
    "it": [
        ("Ultimo aggiornamento: 3 marzo 2021", "2021-03-03 last_updated"),
        ("Ultima modifica: 1° gennaio 2022", "2022-01-01 last_modified"),
        ("In vigore dal 25/05/2018", "2018-05-25 effective"),
        ("Data di entrata in vigore: 1º luglio 2020", "2020-07-01 effective"),
        ("La presente informativa entra in vigore il 3 settembre 2020.", "2020-09-03 effective"),
        ("Aggiornato a ottobre 2020", "2020-10 last_updated"),
        ("Pubblicato il 4 dic 2020", "2020-12-04 published"),
    ],
    "pt": [
        ("Última atualização: 3 de março de 2021", "2021-03-03 last_updated"),
        ("Data de entrada em vigor: 1.º de janeiro de 2022", "2022-01-01 effective"),
        ("Em vigor a partir de 25/05/2018", "2018-05-25 effective"),
        ("Estes Termos entram em vigor em 3 de junho de 2024.", "2024-06-03 effective"),
        ("Última modificação: 04/03/2020", "2020-03-04 last_modified"),
        ("Vigência: 10 de dezembro de 2020", "2020-12-10 effective"),
        ("Publicado em outubro de 2020", "2020-10 published"),
    ],
    "nl": [
        ("Laatst bijgewerkt: 3 maart 2021", "2021-03-03 last_updated"),
        ("Laatst gewijzigd op 25 mei 2018", "2018-05-25 last_modified"),
        ("Ingangsdatum: 1 januari 2022", "2022-01-01 effective"),
        ("Deze voorwaarden treden in werking op 3 juni 2024.", "2024-06-03 effective"),
        ("Geldig vanaf 01-07-2020", "2020-07-01 effective"),
        ("Versie 2.0, 5 mrt. 2019", "2019-03-05 version_date"),
        (
            "Dit privacybeleid is voor het laatst bijgewerkt op maandag 3 mei 2021.",
            "2021-05-03 last_updated",
        ),
    ],
    "sv": [
        ("Senast uppdaterad: 3 mars 2021", "2021-03-03 last_updated"),
        ("Senast ändrad den 25 maj 2018", "2018-05-25 last_modified"),
        ("Gäller från och med 1 januari 2022", "2022-01-01 effective"),
        ("Denna policy träder i kraft den 3 juni 2024.", "2024-06-03 effective"),
        ("Uppdaterad 2020-07-01", "2020-07-01 last_updated"),
        ("Gäller fr.o.m. 1:a juli 2020", "2020-07-01 effective"),
    ],
    "da": [
        ("Sidst opdateret: 3. marts 2021", "2021-03-03 last_updated"),
        ("Senest ændret den 25. maj 2018", "2018-05-25 last_modified"),
        ("Gældende fra 1. januar 2022", "2022-01-01 effective"),
        ("Denne politik træder i kraft den 3. juni 2024.", "2024-06-03 effective"),
        ("Opdateret 01-07-2020", "2020-07-01 last_updated"),
        ("Ikrafttrædelsesdato: 5. okt. 2020", "2020-10-05 effective"),
    ],
    "pl": [
        ("Ostatnia aktualizacja: 3 marca 2021 r.", "2021-03-03 last_updated"),
        ("Data wejścia w życie: 25.05.2018", "2018-05-25 effective"),
        ("Regulamin obowiązuje od dnia 1 stycznia 2022 roku.", "2022-01-01 effective"),
        ("Niniejszy regulamin wchodzi w życie z dniem 3 czerwca 2024 r.", "2024-06-03 effective"),
        ("Wersja z dnia 5 października 2020 r.", "2020-10-05 version_date"),
        ("Aktualizacja: grudzień 2020", "2020-12 last_updated"),
        ("Data publikacji: 15 XII 2020", "2020-12-15 published"),
    ],
    "cs": [
        ("Poslední aktualizace: 3. března 2021", "2021-03-03 last_updated"),
        ("Účinnost od 25. 5. 2018", "2018-05-25 effective"),
        ("Tyto podmínky nabývají účinnosti dne 1. ledna 2022.", "2022-01-01 effective"),
        ("Platné od 15. 07. 2019", "2019-07-15 effective"),
        ("Zveřejněno dne 5. října 2020", "2020-10-05 published"),
        ("Aktualizováno: září 2020", "2020-09 last_updated"),
    ],
    "ja": [
        ("最終更新日：2020年4月1日", "2020-04-01 last_updated"),
        ("施行日: 2020年4月1日", "2020-04-01 effective"),
        ("2020年4月1日 改定", "2020-04-01 last_revised"),
        ("2020年4月1日施行", "2020-04-01 effective"),
        ("令和2年4月1日 改訂", "2020-04-01 last_revised"),
        ("最終更新日 ２０２０年４月１日", "2020-04-01 last_updated"),
        ("最終更新：2020/04/01", "2020-04-01 last_updated"),
        ("本規約は、2020年4月1日から施行します。", "2020-04-01 effective"),
        ("制定日：平成30年5月25日", "2018-05-25 drafted"),
        ("最終更新日：2020年4月", "2020-04 last_updated"),
    ],
}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(language, *case) for language, cases in CASES.items() for case in cases],
)
@pytest.mark.parametrize("told", [True, False], ids=["language known", "language unknown"])
def test_a_labelled_date_is_read(language: str, text: str, expected: str, told: bool) -> None:
    effective, _ = read_effective_date(document(text, language if told else None))
    if not told and expected[:4].isdigit() and said(effective).startswith("ambiguous"):
        assert expected.split(maxsplit=1)[0] in said(
            effective
        )  # without a language nothing decides it
        return
    assert said(effective) == expected
    assert effective.quote is not None
