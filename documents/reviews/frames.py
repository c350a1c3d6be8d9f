"""The words that stand before a paper's name when it speaks: "according to", "told", "published by", "in its view".

Patterns only; `documents.reviews.voices` says where they are looked for.
"""

from __future__ import annotations

import re

from documents.reviews.verbs import words

CITING = words(
    "citing quoting cites quotes quoted cited citant cite citando cita citato zitiert zitierend echoing crediting "
    "translating translated credits credited unlike like than gegen contre contra s'appuyant gestützt berufung "
    "basándose appuyant basandosi baseando copying copied answering"
)
BY = words("by von par por da dal dalla dall' pela pelo del durch")
PASSIVES = re.compile(
    r"\b(?:(?:re)?published|reported|made|revealed|broken|first|printed|seen|quoted|carried|obtained|posted|"
    r"veröffentlicht\w*|gemeldet\w*|(?:re)?publi\w+|révélé\w*|repris\w*|relay\w+|pubblicat\w+|ripres\w+|rivelat\w+|"
    r"publicad\w+|revelad\w+|difundid\w+|divulgad\w+|noticiad\w+|put about|blogs?|written|ausgestrahlt)\b",
    re.IGNORECASE,
)
ACCORDING = re.compile(
    r"(?:\b(?:according to|in the (?:view|eyes|opinion|words|judgement|estimation) of|as far as|to judge by|"
    r"laut|zufolge|"
    r"nach (?:ansicht|meinung|auffassung|einschätzung|angaben|informationen|darstellung) (?:von|der|des)?|"
    r"aus sicht (?:von|der|des)?|in den augen (?:von|der|des)?|selon|d' ?après|à en croire|à lire|"
    r"aux yeux (?:de|du|des)|"
    r"de l' ?avis (?:de|du|des)|à l' ?instar (?:de|du)|según|a juicio (?:de|del)|en opinión (?:de|del)|"
    r"a ojos (?:de|del)|"
    r"secondo|stando (?:a|al|alla)|a (?:detta|parere|giudizio) (?:di|del|della|dell')|a dar retta (?:a|al|"
    r"alla)|segundo|"
    r"na opinião (?:de|do|da)|no entender (?:de|do|da)|na ótica (?:de|do|da)|aos olhos (?:de|do|da)|"
    r"a crer n[oa]|conforme)"
    r"|^(?:\W*(?:and|but|while|und|aber|während|et|mais|y|pero|mientras|e|ma|mas|mentre|enquanto|já)?\s*)"
    r"(?:for|für|pour|para|per))"
    r"(?:\s+(?:the|der|die|das|den|dem|le|la|les|l'|el|los|il|lo|o|a|same|même|mismo|stesso))*$",
    re.IGNORECASE,
)
LOCATED = words(
    "at for in on im dans sur su sul sulla sull' en no na nel nella nell' num numa columnist chez bei of du de "
    "della del do da"
)
TOLD = re.compile(
    r"\b(?:told|tells|telling|to|gegenüber|an|à|au|a|al|alla|ao|à l'|interview with|gespräch mit|interview mit|"
    r"entretien avec|entrevista con|entrevista a|intervista a|entrevista ao?)"
    r"(?:\s+(?:the|der|dem|den|das|la|le|il|el|o|l'))?$",
    re.IGNORECASE,
)
SAYS_TO = re.compile(r"\b(?:sagte|sagt|erklärte|verriet|gestand)\s+(?:der|dem|den)$", re.IGNORECASE)
CAME_FROM = re.compile(
    r"\b(?:came|comes|stammt|kam|provient|vient|viene|venía|vem|blogs|posts|writing) (?:\w+ )?(?:from|as|von|"
    r"aus|de|du|da|dal|dalla|del)(?: the| der| la| l')?$",
    re.I,
)
ITS_VIEW = re.compile(
    r"\b(?:in its (?:own )?(?:view|eyes|opinion|commentary|editorial|leader|words|verdict)|"
    r"its (?:own )?(?:\w+ )?(?:columnist|editor|critic|correspondent|commentator|front page|suggestion|recipe|"
    r"question|cartoon|page \w+|conclusion|verdict|advice|"
    r"headline|comment|answer|editorial|leader|judgement)\b|à ses yeux|selon lui|selon elle|à son avis|d'après lui|"
    r"seiner (?:ansicht|meinung) nach|ihrer (?:ansicht|meinung) nach|a su juicio|en su opinión|su conclusión|"
    r"a suo (?:avviso|parere|giudizio)|"
    r"la sua conclusione|a seu ver|na sua opinião|sein fazit|ihr fazit|so (?:heißt es|weiter)|heißt es|es heißt)",
    re.IGNORECASE,
)
