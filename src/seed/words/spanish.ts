import { lines, list } from "./language.ts";
import type { Language } from "./language.ts";

export const spanish: Language = {
  weight: 12,
  lists: {
    noun: list(`noche, lluvia, luz, ventana, sombra, calle, luna, canción, mañana, memoria, carta, marea, tormenta, estrella, ciudad, piel, promesa,
      frontera, ceniza, estación, raíz, niñez`),
    masculine: list(
      `verano, río, fuego, silencio, corazón, camino, sueño, mar, viento, espejo, jardín, tren, otoño, rincón, año`,
    ),
    adjective: list(
      `lenta, dorada, rota, tranquila, eléctrica, lejana, dulce, sola, infinita, salvaje, íntima`,
    ),
    soon: list(`esta noche, mañana, el domingo, después del trabajo, el jueves, luego`),
    ago: list(`ayer, esta mañana, la semana pasada, todo el día`),
    thing: list(
      `esta canción, el disco nuevo, el EP, la versión en directo, el remix, el estribillo, la intro, la maqueta`,
    ),
    good: list(`increíble, buenísimo, precioso, perfecto, una pasada, brutal, una maravilla`),
    place: list(
      `en el coche, en el trabajo, en el estudio, en el tren, en casa, en el concierto, en la cocina`,
    ),
    sound: list(
      `el bajo, el bombo, la voz, la guitarra, el piano, la caja, el sinte, los coros, el bandoneón`,
    ),
  },
  titles: lines(`
    {noun} {adjective}
    {noun}
    La {noun} y el {masculine}
    Sin {noun}
    Otro {masculine}
    El {masculine}
    ¿Dónde está la {noun}?
    {masculine} de {noun}
    Bajo la {noun}`),
  playlists: lines(`
    {masculine} y {noun}
    Para {soon}
    Canciones de {noun}
    Tardes {adjective}
    Cena con amigos
    Para correr
    Descubrimientos`),
  rooms: lines(`
    La peña del {masculine}
    {noun} {adjective}
    Mezcla y máster
    Conciertos {soon}
    Club de la {noun}
    Estudio {masculine}`),
  bios: lines(`
    Hago música {place}, sobre todo de noche.
    Productora y cantante. Escríbeme.
    Escucho de todo y comparto lo mejor.
    {masculine}, {noun} y café.`),
  chat: lines(`
    ¿Habéis escuchado {thing}?
    {thing} es {good}
    ¡Hola a todos! ¿Qué tal?
    Vale, nos vemos {soon}
    No sé yo, {sound} suena muy alto {place}
    jajaja sí
    Totalmente, sobre todo {sound}
    ¿Quién viene {soon}?
    Muchísimas gracias 🙏
    ¿Puedes mandar otra vez el enlace?
    Por fin he terminado {thing}, sale {soon}
    Estoy {place}, luego lo escucho
    ok
    sí
    😂
    ¿A cuántos BPM va?
    ¡Feliz cumpleaños! 🎉
    Qué {noun} al final… {good}`),
  comments: lines(`
    ¡{thing} es {good}!
    Lo escucho {place} todos los días.
    {sound} en el 2:14… {good}
    Me recuerda a un {masculine} de niño.
    Gracias por {thing} ❤️
    ¡Por fin!
    No es mi favorita, pero {sound} es {good}.`),
};
