// Every page of the console in Chinese, on a narrow phone.
import { everyPage } from "../lib/every-page.mjs";

await everyPage("zh-CN", 320);
