import { lines, list } from "./language.ts";
import type { Language } from "./language.ts";

export const french: Language = {
  weight: 30,
  lists: {
    noun: list(`nuit, pluie, lumière, forêt, rivière, fenêtre, saison, fièvre, poussière, marée, neige, ville, rue, gare, maison,
      chambre, mémoire, promesse, lettre, voix, flamme, vague, saveur, colère, tendresse, chanson, danse, cicatrice, boussole, pierre, clairière, guitare`),
    masculine:
      list(`silence, vertige, matin, soir, rêve, secret, départ, retour, chemin, miroir, cœur, phare, désert,
      bruit, sommeil, jardin, train, souvenir, mirage, feu, ciel, tambour, printemps, fleuve, vent`),
    adjective: list(
      `claire, lente, bleue, noire, étrange, lointaine, fragile, immense, fidèle, sauvage, légère, brûlante, tranquille, électrique`,
    ),
    soon: list(`ce soir, demain, dimanche, samedi, cette nuit, tout à l'heure, jeudi, mardi`),
    ago: list(`hier, ce matin, la semaine dernière, samedi dernier, toute la journée, il y a deux jours`),
    thing:
      list(`ce morceau, cet album, le dernier EP, cette reprise, le live, la ligne de basse, l'intro, le refrain, le pont, ce mix, le remix,
      la version acoustique, la prod, le clip`),
    good: list(
      `magnifique, incroyable, trop bien, super propre, parfait, hypnotique, sublime, énorme, très réussi, bouleversant`,
    ),
    place: list(
      `au studio, dans le train, au boulot, en voiture, à la maison, au concert, sous la douche, en terrasse, à vélo`,
    ),
    sound: list(
      `la basse, le kick, la voix, la guitare, le piano, les chœurs, la caisse claire, le synthé, l'accordéon, la trompette`,
    ),
  },
  titles: lines(`
    La {noun} {adjective}
    {noun}
    {noun} {adjective}
    Le {masculine}
    Un {masculine} de {noun}
    Sans {noun}
    Avant la {noun}
    La {noun} et le {masculine}
    {masculine} d'été
    Danse avec la {noun}
    Encore un {masculine}
    Où va la {noun} ?
    Quand vient la {noun}
    Au bord du {masculine}`),
  playlists: lines(`
    {masculine} et {noun}
    Pour {soon}
    Playlist de {noun}
    Mes soirées {adjective}
    Chansons pour la {noun}
    À écouter {place}
    Dimanche {masculine}
    Découvertes du mois
    Repas entre amis
    Course à pied`),
  rooms: lines(`
    Les amis de la {noun}
    Studio {noun}
    Répète du {masculine}
    {masculine} & {noun}
    Prod et mixage
    Concerts {soon}
    Vinyles et galettes
    Label {noun} {adjective}
    Échange de samples`),
  bios: lines(`
    Je fais de la musique {place}, surtout le soir.
    Amoureux de {noun} et de {masculine}. Toujours partant pour un bœuf.
    Productrice, chanteuse, parfois les deux. Réservations par message.
    DJ depuis 2009. {sound} d'abord.
    J'écoute tout, je partage le meilleur.
    Ici pour {sound} et les gens bien.
    Professeure de piano le jour, {noun} {adjective} la nuit.`),
  chat: lines(`
    Vous avez écouté {thing} ?
    {thing} est {good}, je l'écoute en boucle {ago}
    Je mixe {soon}, quelqu'un peut me donner un avis sur {sound} ?
    Salut tout le monde, ça va ?
    Ça marche, {soon} alors !
    Pas sûr pour {sound}, un peu trop fort {place} non ?
    mdr oui carrément
    D'accord avec toi, surtout sur {sound}
    J'ai mis {thing} dans ma playlist {masculine}
    Qui vient {soon} ?
    On répète {place} ou chez toi ?
    Merci beaucoup, ça fait plaisir 🙏
    Tu peux renvoyer le lien ? Il ne marche plus
    J'ai enfin fini {thing}. Il sort {soon}.
    Honnêtement {sound} est {good}
    Non mais cette {noun} à la fin… {good}
    Je suis {place}, je vous écoute plus tard
    ok
    oui
    😂😂
    Quelqu'un a le BPM ?
    Je cherche une voix pour {thing}, ça tente quelqu'un ?
    C'était {good} {ago}, bravo à tous !
    Le fichier est en 44.1 ou en 48 ?
    Bon anniversaire 🎉
    Je crois que {sound} gagnerait à être un peu plus en retrait`),
  comments: lines(`
    {thing} est {good} !
    Je l'écoute {place} tous les jours.
    {sound} à 2:14… {good}
    Ça me rappelle un {masculine} d'enfance.
    Enfin ! On l'attendait tellement.
    J'aurais mis {sound} un peu moins fort, mais c'est {good}.
    Merci pour {thing} ❤️
    Quelle {noun}, quelle voix.
    Entendu {place}, retrouvé ici. Merci !
    Pas mon préféré, mais {sound} est {good}.
    Une {noun} {adjective}, du début à la fin.
    À quand un concert {place} ?`),
};
