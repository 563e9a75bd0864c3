/** A server that speaks just enough of PostgreSQL's protocol to be logged in to, or to refuse the login. */
import { createServer, type Socket } from "node:net";

export interface StubOptions {
  /** As the server would say it: `13.14`. */
  readonly version?: string;
  /** The answer to every login. */
  readonly refusal?: { readonly sqlstate: string; readonly message: string };
}

export interface StubServer extends AsyncDisposable {
  readonly port: number;
  readonly logins: number;
}

export async function stubServer(options: StubOptions): Promise<StubServer> {
  let logins = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let isLoggedIn = false;
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      if (isLoggedIn) {
        // Whatever is asked, the answer is the backend's process id, as an int4 in text.
        if (bytes.toString("latin1", 0, 1) === "Q") socket.write(answer("7"));
        return;
      }
      if (bytes.length >= 8 && bytes.readInt32BE(4) === 80_877_103) {
        socket.write("N");
        return;
      }
      logins++;
      if (options.refusal !== undefined) {
        const { sqlstate, message: text } = options.refusal;
        socket.end(message("E", Buffer.from(`SFATAL\0VFATAL\0C${sqlstate}\0M${text}\0\0`)));
        return;
      }
      isLoggedIn = true;
      const key = Buffer.from([0, 0, 0, 7, 0, 0, 0, 9]);
      socket.write(
        Buffer.concat([
          message("R", Buffer.from([0, 0, 0, 0])),
          message("S", Buffer.from(`server_version\0${options.version ?? "18.0"}\0`)),
          message("K", key),
          message("Z", Buffer.from("I")),
        ]),
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen({ host: "127.0.0.1", port: 0 }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stub has no port");
  return {
    port: address.port,
    get logins() {
      return logins;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(value: string): Buffer {
  const column = Buffer.concat([
    Buffer.from("pid\0"),
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 23, 0, 4, 255, 255, 255, 255, 0, 0]),
  ]);
  const data = Buffer.alloc(6 + value.length);
  data.writeInt16BE(1, 0);
  data.writeInt32BE(value.length, 2);
  data.write(value, 6, "latin1");
  return Buffer.concat([
    message("T", Buffer.concat([Buffer.from([0, 1]), column])),
    message("D", data),
    message("C", Buffer.from("SELECT 1\0")),
    message("Z", Buffer.from("I")),
  ]);
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, "latin1");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
