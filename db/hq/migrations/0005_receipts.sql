CREATE TABLE "receipt" (
	"code" text PRIMARY KEY NOT NULL,
	"site" text NOT NULL,
	"attempt" text NOT NULL,
	"box" text NOT NULL,
	"receipt" jsonb NOT NULL,
	"signature" text NOT NULL
);
