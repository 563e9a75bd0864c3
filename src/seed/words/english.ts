import { lines, list } from "./language.ts";
import type { Language } from "./language.ts";

export const english: Language = {
  weight: 34,
  lists: {
    noun: list(`night, rain, summer, river, window, shadow, fire, ocean, street, garden, winter, mirror, silence, heart, light, moon, road, dream,
      letter, morning, engine, signal, echo, harbour, paper, silver, gravity, tide, static, love, fever, ghost, mountain, kitchen, radio,
      sugar, thunder, marble, feather, satellite, velvet, honey, lantern, circle`),
    adjective: list(
      `slow, golden, broken, quiet, electric, hollow, bright, distant, restless, pale, sweet, heavy, lonely, endless, soft, wild, crooked`,
    ),
    verb: list(
      `run, wait, fall, stay, fly, drift, burn, remember, breathe, forget, dance, come home, let go, turn around`,
    ),
    soon: list(`tonight, tomorrow, on Sunday, in a bit, after work, on Thursday, this weekend`),
    ago: list(`yesterday, this morning, last week, all day, last night, on Friday`),
    thing:
      list(`this track, the new EP, that record, the live version, the remix, the second verse, the bridge, the intro, the demo,
      the acoustic take, her last album, the B-side`),
    good: list(
      `amazing, so good, unreal, gorgeous, perfect, really tight, beautiful, my favourite so far, ridiculous, lovely`,
    ),
    place: list(
      `in the car, at work, at the studio, on the train, at home, at the gig, in the kitchen, on the bus, out running`,
    ),
    sound: list(
      `the bass, the kick, the vocals, the guitar, the strings, the snare, the synth, the harmonies, the drop, the piano, the brass`,
    ),
  },
  titles: lines(`
    {adjective} {noun}
    {noun}
    {noun} of {noun}
    The {adjective} {noun}
    {verb}
    Don't {verb}
    {verb} (tonight)
    {noun} Song
    {adjective} {noun}, {adjective} {noun}
    Where the {noun} goes
    No more {noun}
    Love and {noun}
    {noun} & {noun}
    Every {noun}
    One more {noun}
    When I {verb}`),
  playlists: lines(`
    {adjective} {noun}
    Songs to {verb} to
    {noun} mix
    Best of the year
    For long drives
    {adjective} mornings
    Made {place}
    Gym, but {adjective}
    Focus
    Dinner with friends
    Records I {verb} to`),
  rooms: lines(`
    {adjective} {noun} club
    The {noun} room
    {noun} & {noun}
    Beat makers {noun}
    Mixing and mastering
    Gigs {soon}
    Sample swap
    Vinyl talk
    {noun} collective
    New releases`),
  bios: lines(`
    I make {adjective} music {place}.
    Producer. {sound} first, everything else after.
    Writing songs about {noun} and {noun} since 2012.
    Here for {sound} and good people.
    Part-time DJ, full-time listener.
    She/her. Bookings by message, demos welcome.
    Making beats {place}, mostly at night.`),
  chat: lines(`
    has anyone heard {thing}?
    {thing} is {good}
    I've had {thing} on repeat {ago}
    hey everyone, how's it going
    sounds good, see you {soon}!
    not sure about {sound}, bit loud {place}?
    haha yes exactly
    agreed, {sound} especially
    I put {thing} on my {adjective} playlist
    who's around {soon}?
    thanks a lot, means a lot 🙏
    can you send the link again? it's broken for me
    finally finished {thing}, out {soon}
    honestly {sound} is {good}
    wait, that {noun} at the end… {good}
    I'm {place}, will listen later
    ok
    yes
    😂
    what's the BPM on this?
    looking for a singer for {thing}, anyone up for it?
    that was {good} {ago}, well done all
    is the stem 44.1 or 48k?
    happy birthday 🎉
    I think {sound} wants to sit a bit further back
    "{noun}" is still the best thing on it
    brb
    100% \\o/`),
  comments: lines(`
    {thing} is {good}!
    I listen to this {place} every day.
    {sound} at 2:14… {good}
    Reminds me of that {adjective} {noun} years ago.
    Finally! Been waiting for this.
    I would bring {sound} down a touch, but it's {good}.
    Thank you for {thing} ❤️
    What a {noun}.
    Heard it {place}, found it here. Thanks!
    Not my favourite, though {sound} is {good}.
    {adjective} from start to end.
    When do you play live?`),
};
