import { lines, list } from "./language.ts";
import type { Language } from "./language.ts";

export const german: Language = {
  weight: 12,
  lists: {
    noun: list(`Nacht, Regen, Sommer, Fluss, Fenster, Schatten, Feuer, Straße, Garten, Winter, Spiegel, Stille, Herz, Licht, Mond, Weg, Traum, Brief,
      Morgen, Hafen, Sturm, Wüste, Küche, Zucker, Gewitter, Fernweh, Heimweh, Frühling, Bahnhof, Rückkehr, Süden, Grün`),
    feminine: list(
      `Nacht, Straße, Stille, Küche, Wüste, Rückkehr, Stimme, Welle, Brücke, Mühle, Blume, Reise, Stadt, Wärme, Höhle`,
    ),
    adjective: list(
      `langsame, goldene, stille, elektrische, ferne, rastlose, süße, schwere, weiße, endlose, wilde, müde, kühle`,
    ),
    soon: list(`heute Abend, morgen, am Sonntag, gleich, nach der Arbeit, am Donnerstag`),
    ago: list(`gestern, heute früh, letzte Woche, den ganzen Tag`),
    thing: list(
      `den Song, das neue Album, die EP, die Liveversion, den Remix, die zweite Strophe, das Intro, die Demo, die B-Seite`,
    ),
    good: list(
      `großartig, so gut, der Hammer, wunderschön, perfekt, richtig stark, mein Liebling, unglaublich schön`,
    ),
    place: list(
      `im Auto, bei der Arbeit, im Studio, im Zug, zu Hause, beim Konzert, in der Küche, beim Laufen`,
    ),
    sound: list(
      `der Bass, die Kick, die Stimme, die Gitarre, das Klavier, die Snare, der Synth, der Chor, die Bläser`,
    ),
  },
  titles: lines(`
    {adjective} {feminine}
    {noun}
    {noun} und {noun}
    Ohne {noun}
    Noch einmal {noun}
    {noun} im {noun}
    Kein {noun} mehr
    Für immer {noun}
    {adjective} {feminine}, {adjective} {feminine}`),
  playlists: lines(`
    {noun} & {noun}
    Zum Kochen
    Musik für {noun}
    {adjective} Stunden
    Lieder für {soon}
    Autobahn
    Konzentration
    Neu entdeckt`),
  rooms: lines(`
    {noun}gespräche
    Stammtisch {noun}
    Mischen und Mastern
    Konzerte {soon}
    Plattenkiste
    {adjective} {feminine}
    Bandprobe {noun}`),
  bios: lines(`
    Ich mache Musik {place}, meistens nachts.
    Produzent. Erst {sound}, dann alles andere.
    Hört alles, teilt das Beste.
    {noun}, {noun} und Kaffee.`),
  chat: lines(`
    Habt ihr {thing} schon gehört?
    Ich höre {thing} {ago} in Dauerschleife, {good}
    Hallo zusammen, wie geht's?
    Passt, bis {soon}!
    Bei mir ist {sound} etwas zu laut, höre aber gerade {place}
    haha ja genau
    Stimmt, vor allem {sound}
    Wer ist {soon} dabei?
    Danke euch, das freut mich sehr 🙏
    Kannst du den Link noch mal schicken?
    {sound} ist {good}
    Bin {place}, höre später rein
    ok
    ja
    😂😂
    Wie schnell ist das, weiß das jemand?
    Alles Gute zum Geburtstag 🎉
    Das war {ago} {good}
    Ich würde {thing} noch mal mischen, {sound} ist zu weit vorn`),
  comments: lines(`
    Einfach {good}!
    Höre ich jeden Tag {place}.
    {sound} bei 2:14 … {good}
    Erinnert mich an früher: {noun}, {noun}.
    Endlich! {good}.
    Danke dafür ❤️
    Nicht mein Liebling, aber {sound} ist {good}.
    Wann spielt ihr wieder live?`),
};
