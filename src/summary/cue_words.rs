//! Language in, the words that tell whether a sentence leans on the one before it or reports what someone said; sorted, in lower
//! case. Languages without lists have none, and their sentences none of these features.

use crate::text::Language;

/// The cue words of a language.
#[derive(Debug)]
pub(super) struct CueWords {
    /// Pronouns and determiners that point back.
    pronouns: &'static [&'static str],
    /// Words that join a sentence to the one before.
    connectives: &'static [&'static str],
    /// Verbs and prepositions of reported speech.
    attribution: &'static [&'static str],
    /// Words of number, time and degree and the commonest verbs, which name no subject.
    general: &'static [&'static str],
}

impl CueWords {
    /// The cue words of a language; of English if it is unknown.
    pub(super) fn of(language: Option<Language>) -> &'static Self {
        match language {
            None | Some(Language::En) => &EN,
            Some(Language::De) => &DE,
            Some(Language::Fr) => &FR,
            Some(Language::Es) => &ES,
            Some(Language::It) => &IT,
            Some(Language::Pt) => &PT,
            Some(Language::Nl) => &NL,
            Some(Language::Ru) => &RU,
            Some(_) => &NONE,
        }
    }

    pub(super) fn is_pronoun(&self, word: &str) -> bool {
        self.pronouns.binary_search(&word).is_ok()
    }

    pub(super) fn is_connective(&self, word: &str) -> bool {
        self.connectives.binary_search(&word).is_ok()
    }

    pub(super) fn is_attribution(&self, word: &str) -> bool {
        self.attribution.binary_search(&word).is_ok()
    }

    /// Whether a word names no subject, wherever it stands.
    pub(super) fn is_general(&self, word: &str) -> bool {
        [self.general, self.attribution, self.connectives, self.pronouns]
            .iter()
            .any(|list| list.binary_search(&word).is_ok())
    }
}

const NONE: CueWords = CueWords { pronouns: &[], connectives: &[], attribution: &[], general: &[] };

const EN: CueWords = CueWords {
    pronouns: &[
        "he", "her", "his", "i", "it", "its", "my", "our", "she", "that", "their", "there", "these", "they",
        "this", "those", "we", "who", "you", "your",
    ],
    connectives: &[
        "also",
        "and",
        "but",
        "however",
        "instead",
        "meanwhile",
        "moreover",
        "nor",
        "or",
        "so",
        "still",
        "then",
        "though",
        "yet",
    ],
    attribution: &["according", "added", "asked", "said", "says", "told", "tweeted", "wrote"],
    general: &[
        "ago",
        "already",
        "always",
        "among",
        "another",
        "around",
        "called",
        "came",
        "come",
        "early",
        "eight",
        "even",
        "ever",
        "every",
        "few",
        "first",
        "five",
        "four",
        "get",
        "go",
        "going",
        "got",
        "including",
        "last",
        "late",
        "least",
        "less",
        "like",
        "made",
        "make",
        "many",
        "may",
        "might",
        "much",
        "never",
        "new",
        "next",
        "nine",
        "not",
        "now",
        "often",
        "old",
        "one",
        "per",
        "second",
        "seven",
        "several",
        "since",
        "six",
        "still",
        "take",
        "ten",
        "that's",
        "thing",
        "think",
        "third",
        "three",
        "time",
        "today",
        "tomorrow",
        "two",
        "used",
        "want",
        "way",
        "week",
        "well",
        "went",
        "without",
        "year",
        "years",
        "yesterday",
        "yet",
    ],
};

const DE: CueWords = CueWords {
    pronouns: &[
        "das", "der", "die", "dies", "diese", "dieser", "dieses", "er", "es", "ich", "ihr", "ihre", "jene",
        "jener", "mein", "meine", "sein", "seine", "sie", "unser", "unsere", "wir",
    ],
    connectives: &[
        "aber",
        "allerdings",
        "außerdem",
        "dagegen",
        "daher",
        "dann",
        "denn",
        "dennoch",
        "deshalb",
        "doch",
        "jedoch",
        "oder",
        "so",
        "trotzdem",
        "und",
        "zudem",
    ],
    attribution: &[
        "berichtete",
        "berichteten",
        "erklärte",
        "erklärten",
        "fragte",
        "hieß",
        "laut",
        "meinte",
        "sagt",
        "sagte",
        "sagten",
        "schrieb",
        "teilte",
        "zufolge",
    ],
    general: &[
        "acht", "bereits", "drei", "eins", "erst", "erste", "ersten", "fünf", "gab", "ganz", "geben", "gibt",
        "gut", "heute", "immer", "jahr", "jahre", "jahren", "letzte", "letzten", "machen", "macht", "mal",
        "mehrere", "morgen", "neun", "nie", "sechs", "sieben", "tag", "tage", "viele", "vier", "wenig",
        "woche", "zehn", "zwei", "zwölf",
    ],
};

const FR: CueWords = CueWords {
    pronouns: &[
        "ce", "ceci", "cela", "ces", "cet", "cette", "elle", "elles", "il", "ils", "je", "leur", "leurs",
        "mes", "mon", "nos", "notre", "nous", "on", "sa", "ses", "son",
    ],
    connectives: &[
        "ainsi",
        "alors",
        "aussi",
        "cependant",
        "donc",
        "enfin",
        "ensuite",
        "et",
        "mais",
        "néanmoins",
        "or",
        "ou",
        "pourtant",
        "puis",
        "toutefois",
    ],
    attribution: &[
        "affirme",
        "affirmé",
        "ajoute",
        "ajouté",
        "annoncé",
        "assuré",
        "confié",
        "demandé",
        "dit",
        "déclaré",
        "estime",
        "estimé",
        "expliqué",
        "indiqué",
        "raconté",
        "selon",
        "écrit",
    ],
    general: &[
        "an",
        "année",
        "années",
        "ans",
        "autant",
        "beaucoup",
        "cinq",
        "demain",
        "depuis",
        "deux",
        "dix",
        "dont",
        "déjà",
        "faire",
        "fait",
        "fois",
        "hier",
        "huit",
        "jamais",
        "jour",
        "jours",
        "neuf",
        "peu",
        "plusieurs",
        "premier",
        "première",
        "quatre",
        "sept",
        "six",
        "toujours",
        "trois",
    ],
};

const ES: CueWords = CueWords {
    pronouns: &[
        "aquel", "aquella", "aquello", "ella", "ellas", "ellos", "esa", "ese", "eso", "esos", "esta", "este",
        "esto", "estos", "mi", "nosotros", "nuestra", "nuestro", "su", "sus", "yo", "él",
    ],
    connectives: &[
        "además", "ahora", "así", "aunque", "entonces", "luego", "mas", "o", "pero", "pues", "sin",
        "también", "y",
    ],
    attribution: &[
        "afirmó",
        "agregó",
        "anunció",
        "añadió",
        "contó",
        "declaró",
        "dice",
        "dijeron",
        "dijo",
        "escribió",
        "explicó",
        "preguntó",
        "según",
        "señaló",
    ],
    general: &[
        "ayer", "año", "años", "casi", "cinco", "cuatro", "después", "diez", "dos", "día", "días", "ha",
        "hace", "hacer", "hecho", "hoy", "mañana", "menos", "nueve", "nunca", "ocho", "parte", "primer",
        "primera", "seis", "siempre", "siete", "tres", "veces", "vez",
    ],
};

const IT: CueWords = CueWords {
    pronouns: &[
        "ciò", "egli", "ella", "essa", "essi", "esso", "io", "loro", "mio", "noi", "nostra", "nostro",
        "quegli", "quel", "quella", "quelle", "quello", "questa", "queste", "questi", "questo", "sua", "suo",
    ],
    connectives: &[
        "allora", "anche", "ancora", "anzi", "così", "dunque", "e", "inoltre", "invece", "ma", "oppure",
        "perciò", "però", "poi", "quindi", "tuttavia",
    ],
    attribution: &[
        "afferma",
        "affermato",
        "aggiunto",
        "annunciato",
        "chiesto",
        "detto",
        "dice",
        "dichiarato",
        "disse",
        "raccontato",
        "scritto",
        "secondo",
        "spiegato",
    ],
    general: &[
        "anni", "anno", "cinque", "dieci", "due", "fa", "fare", "fatto", "giorni", "giorno", "ieri", "mai",
        "meno", "molti", "nove", "oggi", "otto", "parte", "prima", "primo", "quasi", "quattro", "sei",
        "sempre", "sette", "tre", "volta", "volte",
    ],
};

const PT: CueWords = CueWords {
    pronouns: &[
        "aquela", "aquele", "aquilo", "ela", "elas", "ele", "eles", "essa", "esse", "esses", "esta", "este",
        "estes", "eu", "isso", "isto", "meu", "minha", "nossa", "nosso", "nós", "seu", "seus", "sua", "suas",
    ],
    connectives: &[
        "ainda",
        "além",
        "assim",
        "contudo",
        "e",
        "entretanto",
        "então",
        "logo",
        "mas",
        "ou",
        "portanto",
        "porém",
        "também",
        "todavia",
    ],
    attribution: &[
        "acrescentou",
        "afirmou",
        "anunciou",
        "contou",
        "declarou",
        "disse",
        "disseram",
        "diz",
        "escreveu",
        "explicou",
        "informou",
        "perguntou",
        "relatou",
        "segundo",
    ],
    general: &[
        "ano", "anos", "cinco", "depois", "dez", "dia", "dias", "dois", "fazer", "feito", "hoje", "menos",
        "muitos", "nove", "nunca", "oito", "ontem", "parte", "primeira", "primeiro", "quase", "quatro",
        "seis", "sempre", "sete", "três", "vez", "vezes",
    ],
};

const NL: CueWords = CueWords {
    pronouns: &[
        "dat", "deze", "die", "dit", "haar", "het", "hij", "hun", "ik", "mijn", "onze", "we", "wij", "ze",
        "zij", "zijn",
    ],
    connectives: &[
        "bovendien",
        "daarna",
        "daarom",
        "dan",
        "dus",
        "echter",
        "en",
        "maar",
        "niettemin",
        "of",
        "ook",
        "toch",
        "vervolgens",
        "want",
    ],
    attribution: &[
        "aldus",
        "berichtte",
        "meldde",
        "meldt",
        "schreef",
        "stelde",
        "verklaarde",
        "vertelde",
        "volgens",
        "vroeg",
        "zegt",
        "zei",
        "zeiden",
    ],
    general: &[
        "acht", "altijd", "dag", "dagen", "drie", "eerste", "gaan", "gaat", "gisteren", "jaar", "jaren",
        "keer", "komen", "komt", "laatste", "morgen", "negen", "nooit", "tien", "twee", "vandaag", "veel",
        "vier", "vijf", "weinig", "zes", "zeven",
    ],
};

const RU: CueWords = CueWords {
    pronouns: &[
        "ваш", "его", "ее", "её", "их", "мой", "мы", "наш", "он", "она", "они", "оно", "свой", "та", "те",
        "то", "тот", "эта", "эти", "это", "этот", "я",
    ],
    connectives: &[
        "а",
        "затем",
        "зато",
        "и",
        "или",
        "но",
        "однако",
        "потом",
        "поэтому",
        "причем",
        "причём",
        "так",
        "также",
        "тогда",
        "тоже",
    ],
    attribution: &[
        "добавил",
        "добавила",
        "заявил",
        "заявила",
        "написал",
        "объявил",
        "отметил",
        "рассказал",
        "рассказала",
        "сказал",
        "сказала",
        "словам",
        "сообщает",
        "сообщил",
        "сообщила",
        "сообщили",
        "спросил",
    ],
    general: &[
        "времени",
        "время",
        "всегда",
        "вчера",
        "год",
        "года",
        "году",
        "два",
        "две",
        "день",
        "десять",
        "дней",
        "завтра",
        "лет",
        "мало",
        "много",
        "никогда",
        "первый",
        "пять",
        "раза",
        "сегодня",
        "семь",
        "три",
        "четыре",
        "шесть",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_sorted_and_in_lower_case() {
        for words in [EN, DE, FR, ES, IT, PT, NL, RU] {
            for list in [words.pronouns, words.connectives, words.attribution, words.general] {
                assert!(list.len() >= 8 && list.is_sorted_by(|a, b| a < b), "{list:?}");
                assert!(list.iter().all(|word| word.to_lowercase() == *word), "{list:?}");
            }
        }
        assert!(CueWords::of(Some(Language::De)).is_pronoun("sie"));
        assert!(!CueWords::of(Some(Language::Zh)).is_attribution("said"));
    }
}
