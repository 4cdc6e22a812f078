/** Every router of the API, under the base path. */

import type { Router } from "express";
import { router as auth } from "./auth/router.ts";
import { router as products } from "./products/router.ts";
import { router as suppliers } from "./suppliers/router.ts";
import { router as tags } from "./tags/router.ts";
import { router as users } from "./users/router.ts";

export const ROUTERS: readonly Router[] = [auth, users, products, suppliers, tags];
