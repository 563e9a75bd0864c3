import { lines, list } from "./language.ts";
import type { Language } from "./language.ts";

export const portuguese: Language = {
  weight: 7,
  lists: {
    noun: list(
      `noite, chuva, luz, janela, sombra, rua, lua, canção, manhã, memória, carta, maré, cidade, saudade, varanda, estação, ilusão`,
    ),
    masculine: list(
      `verão, rio, fogo, silêncio, coração, caminho, sonho, mar, vento, espelho, jardim, comboio, outono, fado, chão`,
    ),
    adjective: list(`lenta, dourada, tranquila, elétrica, distante, doce, sozinha, infinita, só, leve`),
    soon: list(`hoje à noite, amanhã, no domingo, mais tarde, na quinta`),
    thing: list(`essa música, o disco novo, o EP, a versão ao vivo, o remix, o refrão, a introdução`),
    good: list(`incrível, ótimo, lindo, perfeito, maravilhoso, bom demais`),
    place: list(`no carro, no trabalho, no estúdio, no trem, em casa, no show, na cozinha`),
    sound: list(`o baixo, o bumbo, a voz, o violão, o piano, a caixa, o cavaquinho, os coros`),
  },
  titles: lines(`
    {noun} {adjective}
    {noun}
    A {noun} e o {masculine}
    Sem {noun}
    Outro {masculine}
    O {masculine}
    {masculine} de {noun}`),
  playlists: lines(`
    {masculine} e {noun}
    Canções de {noun}
    Tardes de {masculine}
    Para correr
    Churrasco`),
  rooms: lines(`
    Turma do {masculine}
    {noun} {adjective}
    Mixagem e masterização
    Roda de {noun}`),
  bios: lines(`
    Faço música {place}, quase sempre de madrugada.
    Ouço de tudo. {sound} primeiro.
    {masculine}, {noun} e café.`),
  chat: lines(`
    Vocês ouviram {thing}?
    {thing} ficou {good}
    Oi gente, tudo bem?
    Combinado, {soon} então
    Acho {sound} um pouco alto {place}, não?
    kkkkk sim
    Concordo, principalmente {sound}
    Quem vem {soon}?
    Muito obrigada 🙏
    Manda o link de novo, por favor?
    Estou {place}, ouço depois
    ok
    sim
    Parabéns! 🎉`),
  comments: lines(`
    {thing} ficou {good}!
    Ouço {place} todo dia.
    {sound} aos 2:14… {good}
    Obrigado por {thing} ❤️
    Que {noun}!
    Não é a minha preferida, mas {sound} ficou {good}.`),
};
