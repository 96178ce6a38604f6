CREATE TABLE "exam_site" (
	"exam" text NOT NULL,
	"site" text NOT NULL,
	"revision" integer NOT NULL,
	CONSTRAINT "exam_site_exam_site_pk" PRIMARY KEY("exam","site")
);
--> statement-breakpoint
ALTER TABLE "exam" ADD COLUMN "revision" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "session_package" ADD COLUMN "exam_revision" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "session_package" ADD COLUMN "site_revision" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "session_package" ADD COLUMN "entries" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
CREATE INDEX "exam_site_site" ON "exam_site" USING btree ("site");