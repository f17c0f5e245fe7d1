// The Python that has the pinned packages.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const VENV = fileURLToPath(new URL("../sdk/.venv/bin/python", import.meta.url));

export const PYTHON = process.env.HAOMA_E2E_PYTHON ?? (existsSync(VENV) ? VENV : "python3");
