/** Typical, 99th-percentile and worst parameters, found in the data. */

const day = 86_400_000;

/** The cases of the bench: for each query what to call it with, on both schemas. */
export async function findCases(sql) {
  const one = async (text, ...values) => Object.values((await sql.unsafe(text, values))[0] ?? {})[0];
  /** The id that stands at a share of all, by what the document's query joins. */
  const at = (source, share) => one(`SELECT id FROM (${source}) s ORDER BY cost, id OFFSET ((SELECT count(*) FROM (${source}) c) - 1) * $1::float8 LIMIT 1`, share);
  const ago = (days) => new Date(Date.now() - days * day).toISOString();
  const profile = `
    SELECT u.id, GREATEST(t.n, 1)::numeric * GREATEST(p.n, 1) * GREATEST(f.n, 1) * GREATEST(g.n, 1) AS cost
      FROM users u
      LEFT JOIN (SELECT user_id, count(*) AS n FROM tracks WHERE is_public GROUP BY 1) t ON t.user_id = u.id
      LEFT JOIN (SELECT user_id, count(*) AS n FROM playlists WHERE is_public GROUP BY 1) p ON p.user_id = u.id
      LEFT JOIN (SELECT follower_id, count(*) AS n FROM follows GROUP BY 1) f ON f.follower_id = u.id
      LEFT JOIN (SELECT following_id, count(*) AS n FROM follows GROUP BY 1) g ON g.following_id = u.id`;
  const rooms = `
    SELECT p.user_id AS id, sum(m.n * c.n) AS cost
      FROM chat_room_participants p
      JOIN (SELECT room_id, sum(message_count) AS n FROM chat_room_stats GROUP BY 1) m ON m.room_id = p.room_id
      JOIN (SELECT room_id, count(*) AS n FROM chat_room_participants GROUP BY 1) c ON c.room_id = p.room_id
     GROUP BY 1`;
  const playlists = "SELECT id, track_count AS cost FROM playlists WHERE is_public";
  const messages = "SELECT room_id AS id, sum(message_count) AS cost FROM chat_room_stats GROUP BY 1";
  const busiest = await at(messages, 1);
  const largest = await at(playlists, 1);
  const viewer = await one("SELECT user_id FROM likes GROUP BY 1 ORDER BY count(*) DESC LIMIT 1");
  const people = await needlesOf(sql, "users", "username", "is_active");
  const music = await needlesOf(sql, "tracks", "title", "is_public");
  const genre = await one("SELECT lower(genre) FROM tracks WHERE genre IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1");

  const profileOf = (about, id) => ({ query: "users.profile", about, given: { user_id: id }, theirs: [id] });
  const person = (about, needle, skip = 0) => ({
    query: "users.search", about: `${about}${skip === 0 ? "" : `, after ${skip}`}`, given: { needle, limit: 20 }, skip,
    cursor: { after_rank: "rank", after_follower_count: "follower_count", after_track_count: "track_count", after_id: "id" },
    theirs: [`%${needle}%`, 20, skip],
  }); // prettier-ignore
  const track = (about, needle, skip = 0) => ({
    query: "tracks.search", about: `${about}${skip === 0 ? "" : `, after ${skip}`}`, given: { needle, viewer_id: viewer, limit: 20 }, skip,
    cursor: { after_rank: "rank", after_play_count: "play_count", after_created_at: "created_at", after_id: "id" },
    theirs: [`%${needle}%`, viewer, 20, skip],
  }); // prettier-ignore
  const list = (about, id, limit) => ({
    query: "playlists.with-tracks", about, given: { playlist_id: id, viewer_id: 0, ...(limit === undefined ? {} : { limit }) }, theirs: [id, 0],
  }); // prettier-ignore
  const room = (about, id, skip = 0) => ({
    query: "chat.messages", about: `${about}${skip === 0 ? "" : `, after ${skip}`}`, given: { room_id: id, limit: 50 }, skip,
    cursor: { before_created_at: "created_at", before_id: "id" }, theirs: [id, 50, skip],
  }); // prettier-ignore
  const roomsOf = (about, id) => ({ query: "chat.rooms", about, given: { user_id: id }, theirs: [id] });
  const since = (query, about, days, limit) => ({
    query, about, given: { since: ago(days), ...(limit === undefined ? {} : { limit }) },
    theirs: [ago(days).slice(0, -1), ...(limit === undefined ? [] : [limit])],
  }); // prettier-ignore

  const messagesInBusiest = Number(await one("SELECT sum(message_count) FROM chat_room_stats WHERE room_id = $1", busiest));
  return [
    profileOf("median", await at(profile, 0.5)),
    profileOf("99 %", await at(profile, 0.99)),
    profileOf("99.9 %", await at(profile, 0.999)),
    profileOf("worst", await at(profile, 1)),
    person(`"${people.common}"`, people.common),
    person(`"${people.common}"`, people.common, Math.min(2000, Math.floor(people.commonHits * 0.7))),
    person(`"${people.rare}" (${people.rareHits} usernames)`, people.rare),
    person("no hit", "zqzxqj"),
    track(`"${music.rare}" (${music.rareHits} titles)`, music.rare),
    track(`"${music.common}"`, music.common),
    track(`"${music.common}"`, music.common, Math.min(5000, Math.floor(music.commonHits * 0.7))),
    track(`genre "${genre}"`, genre),
    list("median", await at(playlists, 0.5)),
    list("largest, whole", largest),
    list("largest, 100 of it", largest, 100),
    room("busiest room", busiest),
    room("busiest room", busiest, Math.min(10_000, Math.floor(messagesInBusiest * 0.5))),
    room("median room", await at(messages, 0.5)),
    roomsOf("median", await at(rooms, 0.5)),
    roomsOf("90 %", await at(rooms, 0.9)),
    roomsOf("99 %", await at(rooms, 0.99)),
    roomsOf("most rooms", await one("SELECT user_id FROM chat_room_participants GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")),
    since("analytics.usage", "1 day", 1),
    since("analytics.usage", "7 days", 7),
    since("analytics.usage", "all", 10_000),
    since("analytics.top-tracks", "30 days", 30, 50),
    since("analytics.top-tracks", "1 year", 365, 50),
    since("analytics.top-tracks", "all", 10_000, 50),
    since("analytics.activity", "7 days", 7, 50),
    since("analytics.activity", "1 year", 365, 50),
  ];
}

/** A three-letter needle that many names hold, and a longer one that few do. */
async function needlesOf(sql, table, column, condition) {
  const grams = (length, order, least, most) => sql.unsafe(`
    SELECT gram, count(*)::integer AS n
      FROM (SELECT DISTINCT t.id, substr(lower(t.${column}), i, ${length}) AS gram
              FROM (SELECT * FROM ${table} WHERE ${condition} ORDER BY id LIMIT 100000) t,
                   generate_series(1, length(t.${column}) - ${length - 1}) i) g
     WHERE gram ~ '^[a-z]{${length}}$'
     GROUP BY 1 HAVING count(*) BETWEEN ${least} AND ${most}
     ORDER BY n ${order}, gram LIMIT 1`); // prettier-ignore
  const total = Number((await sql.unsafe(`SELECT least(count(*), 100000) AS n FROM ${table} WHERE ${condition}`))[0].n);
  const [common] = await grams(3, "DESC", 1, Math.max(1, Math.floor(total * 0.06)));
  const [rare] = await grams(5, "DESC", 1, Math.max(1, Math.floor(total * 0.002)));
  return { common: common.gram, commonHits: common.n, rare: rare?.gram ?? "zqzxqj", rareHits: rare?.n ?? 0 };
}
