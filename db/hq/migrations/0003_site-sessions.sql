CREATE TABLE "site_room" (
	"site" text NOT NULL,
	"room" text NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "site_room_site_room_pk" PRIMARY KEY("site","room")
);
--> statement-breakpoint
CREATE TABLE "site_session" (
	"site" text NOT NULL,
	"session" text NOT NULL,
	"exam" text NOT NULL,
	"name" text NOT NULL,
	"planned_start" bigint NOT NULL,
	CONSTRAINT "site_session_site_session_pk" PRIMARY KEY("site","session")
);
--> statement-breakpoint
ALTER TABLE "seat" ADD COLUMN "order_seed" text DEFAULT '' NOT NULL;