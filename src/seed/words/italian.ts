import { lines, list } from "./language.ts";
import type { Language } from "./language.ts";

export const italian: Language = {
  weight: 5,
  lists: {
    noun: list(
      `notte, pioggia, luce, finestra, strada, luna, canzone, memoria, lettera, marea, città, stagione, nebbia, libertà`,
    ),
    masculine: list(
      `fiume, fuoco, silenzio, cuore, cammino, sogno, mare, vento, giardino, treno, tramonto, perché`,
    ),
    adjective: list(`lenta, dorata, tranquilla, elettrica, lontana, dolce, infinita, leggera`),
    soon: list(`stasera, domani, domenica, più tardi, giovedì`),
    thing: list(`questo pezzo, il disco nuovo, l'EP, la versione dal vivo, il remix, il ritornello, l'intro`),
    good: list(`bellissimo, incredibile, perfetto, stupendo, davvero riuscito, troppo forte`),
    place: list(`in macchina, al lavoro, in studio, in treno, a casa, al concerto, in cucina`),
    sound: list(`il basso, la cassa, la voce, la chitarra, il piano, il rullante, i cori, la fisarmonica`),
  },
  titles: lines(`
    {noun} {adjective}
    {noun}
    La {noun} e il {masculine}
    Senza {noun}
    Ancora {masculine}
    {masculine} di {noun}
    Perché la {noun}?`),
  playlists: lines(`
    {masculine} e {noun}
    Canzoni di {noun}
    Cena con gli amici
    Per correre
    Serate tranquille`),
  rooms: lines(`
    Gli amici della {noun}
    {noun} {adjective}
    Mixaggio e mastering
    Concerti {soon}`),
  bios: lines(`
    Faccio musica {place}, quasi sempre di notte.
    Ascolto di tutto. Prima {sound}.
    {masculine}, {noun} e caffè.`),
  chat: lines(`
    Avete sentito {thing}?
    {thing} è {good}
    Ciao a tutti, come va?
    Va bene, a {soon}
    Mah, {sound} è un po' alto {place}
    ahahah sì
    D'accordo, soprattutto {sound}
    Chi viene {soon}?
    Grazie mille 🙏
    Mi rimandi il link?
    Sono {place}, ascolto dopo
    ok
    sì
    Tanti auguri 🎉`),
  comments: lines(`
    {thing} è {good}!
    Lo ascolto {place} ogni giorno.
    {sound} a 2:14… {good}
    Grazie per {thing} ❤️
    Che {noun}!
    Non è il mio preferito, ma {sound} è {good}.`),
};
