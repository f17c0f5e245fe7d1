import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const folder = process.env.HAOMA_DIST ?? new URL("dist", import.meta.url).pathname;
const { origin, port } = new URL(process.env.HAOMA_REDIRECT_URI);
const server = createServer(async (request, response) => {
  const isScript = request.url === "/main.js";
  response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
  response.end(await readFile(`${folder}/${isScript ? "main.js" : "index.html"}`));
});
server.listen(port, () => console.log(`ready at ${origin}`));
