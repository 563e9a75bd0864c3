/** How connection strings are read, refused and shown. */
import { describe, expect, test } from "vitest";
import { maskConnectionString, parseConnectionString } from "../../src/postgres/conninfo.ts";
import { maskPasswords } from "../../src/postgres/target.ts";

describe("a url", () => {
  test.each([
    ["postgresql://", {}],
    ["postgres://", {}],
    ["POSTGRESQL://h", { host: "h" }],
    ["postgresql://h", { host: "h" }],
    ["postgresql://h:5433", { host: "h", port: "5433" }],
    ["postgresql://h:/d", { host: "h", dbname: "d" }],
    ["postgresql://h/d", { host: "h", dbname: "d" }],
    ["postgresql:///d", { dbname: "d" }],
    ["postgresql://u@h/d", { user: "u", host: "h", dbname: "d" }],
    ["postgresql://u@/d", { user: "u", dbname: "d" }],
    ["postgresql://u:p@h:1/d", { user: "u", password: "p", host: "h", port: "1", dbname: "d" }],
    ["postgresql://:p@h", { password: "p", host: "h" }],
    ["postgresql://u:@h", { user: "u", host: "h" }],
    ["postgresql://u:a:b@h", { user: "u", password: "a:b", host: "h" }],
    ["postgresql://u:a@b@h", { user: "u", password: "a@b", host: "h" }],
    ["postgresql://u:a?b@h", { user: "u", password: "a?b", host: "h" }],
    ["postgresql://u:a#b@h", { user: "u", password: "a#b", host: "h" }],
    [
      "postgresql://u%40x:p%2Fq%3F%23@h%2Dx/d%20e",
      { user: "u@x", password: "p/q?#", host: "h-x", dbname: "d e" },
    ],
    ["postgresql://u:p@h/a@b", { user: "u", password: "p", host: "h", dbname: "a@b" }],
    ["postgresql://[::1]:5433/d", { host: "::1", port: "5433", dbname: "d" }],
    ["postgresql://u@[fe80::1%25eth0]/d", { user: "u", host: "fe80::1%eth0", dbname: "d" }],
    ["postgresql://%2Fvar%2Frun/d", { host: "/var/run", dbname: "d" }],
    ["postgresql:///d?host=/var/run&port=6432", { host: "/var/run", port: "6432", dbname: "d" }],
    [
      "postgresql://h/d?sslmode=require&application_name=a@b",
      { host: "h", dbname: "d", sslmode: "require", application_name: "a@b" },
    ],
    ["postgresql://h?database=d&user=u", { host: "h", dbname: "d", user: "u" }],
    ["postgresql://h/d?options=-c%20a%3Db", { host: "h", dbname: "d", options: "-c a=b" }],
    ["postgresql://h/d?options=a=b", { host: "h", dbname: "d", options: "a=b" }],
  ])("%s", (text, expected) => {
    expect(parseConnectionString(text, "a test")).toEqual(expected);
  });

  test.each([
    ["postgresql://u:a/b@h/d", "%2F"],
    ["postgresql://u:12/b@h/d", "%2F"],
    ["postgresql://u:%zz@h", "%25"],
    ["postgresql://a,b/d", "Name one host."],
    ["postgresql://a:1,b:2/d", "Name one host."],
    ["host=a,b", "Name one host."],
    ["postgresql://h:port/d", "host or host:port"],
    ["postgresql://h/d?sslmode", "has no value"],
    ["postgresql://h/d#part", "%23"],
  ])("%s is refused", (text, detail) => {
    expect(() => parseConnectionString(text, "flag --url")).toThrow(
      expect.objectContaining({
        code: "connection.invalid-url",
        exitCode: 2,
        detail: expect.stringContaining(detail),
        message: expect.stringContaining("flag --url"),
      }),
    );
  });
});

describe("keywords", () => {
  test.each([
    ["", {}],
    ["host=h", { host: "h" }],
    ["  host = h   port=5433 ", { host: "h", port: "5433" }],
    ["user=u password='a b' dbname=d", { user: "u", password: "a b", dbname: "d" }],
    [`password='it\\'s a \\\\' host=h`, { password: "it's a \\", host: "h" }],
    ["password=a\\ b host=h", { password: "a b", host: "h" }],
    ["password='' host=h", { host: "h" }],
    ["host= port=1", { host: "port=1" }], // as libpq reads it,
    ["sslmode=verify-full sslrootcert=/a/b.crt", { sslmode: "verify-full", sslrootcert: "/a/b.crt" }],
    ["host=h\nport=1\tuser=u", { host: "h", port: "1", user: "u" }],
  ])("%j", (text, expected) => {
    expect(parseConnectionString(text, "a test")).toEqual(expected);
  });

  test.each(["nonsense", "host", "host=h port", "password='no end", "mysql://h/d", "=h", "host=h;port=1 x"])(
    "%j is refused",
    (text) => {
      expect(() => parseConnectionString(text, "a test")).toThrow(
        expect.objectContaining({ code: "connection.invalid-url", exitCode: 2 }),
      );
    },
  );
});

describe("shown", () => {
  test.each([
    ["postgresql://u:p@h:1/d", "postgresql://u:***@h:1/d"],
    ["postgresql://u@h/d", "postgresql://u@h/d"],
    ["postgresql://:p@h", "postgresql://:***@h"],
    ["postgresql://u:p@[::1]:1/d?sslmode=require", "postgresql://u:***@[::1]:1/d?sslmode=require"],
    ["postgresql:///d?host=/run&password=p", "postgresql://:***@%2Frun/d"],
    ["host=h password='a b' user=u", "host=h user=u password=***"],
    ["host=/r password=p sslpassword=q dbname='a b'", "host=/r dbname='a b' password=*** sslpassword=***"],
    ["postgresql://u:secret/@h", "(not shown: it cannot be read)"],
    ["redis://:p@h:6379/0", "redis://:***@h:6379/0"],
    ["mysql://u:p@h/d", "mysql://u:***@h/d"],
    ["http://[", "(not shown: it cannot be read)"],
    ["secret", "(not shown: it cannot be read)"],
  ])("%s is %s", (text, expected) => {
    expect(maskConnectionString(text)).toBe(expected);
  });

  test("what is shown reads as the same, but for passwords", () => {
    for (const text of [
      "postgresql://u:p@h:1/d?sslmode=require&options=-c%20a%3Db",
      "host=h user='u v' password=p",
      "postgresql://u%40v:p@%2Frun:5/a%2Fb",
    ]) {
      const { password: _password, ...rest } = parseConnectionString(text, "a test");
      expect(parseConnectionString(maskConnectionString(text), "a test")).toEqual({
        ...rest,
        password: "***",
      });
    }
  });
});

describe("masked in any text", () => {
  test.each([
    ["see postgresql://u:p@h/d for more", "see postgresql://u:***@h/d for more"],
    ["two: redis://:p@h and postgres://u:q@i", "two: redis://:***@h and postgres://u:***@i"],
    [
      "nothing in postgresql://localhost:5432/d of ana@localhost",
      "nothing in postgresql://localhost:5432/d of ana@localhost",
    ],
    ["ana@localhost:5432/d", "ana@localhost:5432/d"],
    ["PGPASSWORD=p psql", "PGPASSWORD=*** psql"],
    ["CREATE ROLE a PASSWORD 'p''q' LOGIN", "CREATE ROLE a PASSWORD '***' LOGIN"],
    ["ALTER ROLE a PASSWORD E'p\\'q'", "ALTER ROLE a PASSWORD '***'"],
    ["the column password is text", "the column password is text"],
    ['password authentication failed for user "u"', 'password authentication failed for user "u"'],
    ["SELECT password_hash FROM users", "SELECT password_hash FROM users"],
  ])("%s", (text, expected) => {
    expect(maskPasswords(text)).toBe(expected);
  });

  test("in a text of megabytes without losing time", () => {
    for (const piece of ["a-b+c.", "x://", "password ", "x://u:", "'", "password='", "a:b@"]) {
      const startedAt = performance.now();
      maskPasswords(piece.repeat(1_000_000 / piece.length));
      expect(performance.now() - startedAt, piece).toBeLessThan(1500);
    }
  });
});
