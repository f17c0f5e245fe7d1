// Every page of the console in English, on a desk.
import { test } from "node:test";
import { everyPage, everyRouteIsARoom } from "../lib/every-page.mjs";

test("every page of the console is a room", everyRouteIsARoom);
await everyPage("en", 1280);
