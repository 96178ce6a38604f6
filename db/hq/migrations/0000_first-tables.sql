CREATE TABLE "action" (
	"action" bigserial PRIMARY KEY NOT NULL,
	"officer" text NOT NULL,
	"at" bigint NOT NULL,
	"what" text NOT NULL,
	"detail" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alarm" (
	"alarm" bigserial PRIMARY KEY NOT NULL,
	"site" text NOT NULL,
	"code" text NOT NULL,
	"detail" jsonb NOT NULL,
	"at" bigint NOT NULL,
	"seen" bigint,
	"seen_by" text
);
--> statement-breakpoint
CREATE TABLE "attempt" (
	"attempt" text PRIMARY KEY NOT NULL,
	"site" text NOT NULL,
	"exam" text NOT NULL,
	"session" text NOT NULL,
	"sitting" text NOT NULL,
	"entry" text NOT NULL,
	"subject" text NOT NULL,
	"paper" text NOT NULL,
	"state" text NOT NULL,
	"submitted" bigint,
	"answers" jsonb NOT NULL,
	"revisions" integer NOT NULL,
	"digest" text NOT NULL,
	"agrees" boolean,
	"faults" jsonb NOT NULL,
	"judged" bigint NOT NULL,
	"score" jsonb,
	"points_milli" bigint,
	"maximum_milli" bigint,
	"anomalies" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "batch" (
	"batch" text PRIMARY KEY NOT NULL,
	"site" text NOT NULL,
	"ledger" text NOT NULL,
	"first" bigint NOT NULL,
	"last" bigint NOT NULL,
	"root" text NOT NULL,
	"bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"state" text NOT NULL,
	"branch" integer,
	"header" text,
	"header_sig" text,
	"range" jsonb,
	"events" integer,
	"way" text NOT NULL,
	"announced" bigint NOT NULL,
	"taken" bigint,
	"receipt" text,
	"receipt_sig" text,
	"code" text,
	"detail" text
);
--> statement-breakpoint
CREATE TABLE "batch_part" (
	"batch" text NOT NULL,
	"at" bigint NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "batch_part_batch_at_pk" PRIMARY KEY("batch","at")
);
--> statement-breakpoint
CREATE TABLE "branch" (
	"branch" serial PRIMARY KEY NOT NULL,
	"site" text NOT NULL,
	"ledger" text NOT NULL,
	"number" integer NOT NULL,
	"key" text NOT NULL,
	"parent" integer,
	"parent_size" bigint NOT NULL,
	"size" bigint NOT NULL,
	"range" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "enrolment_code" (
	"code" text PRIMARY KEY NOT NULL,
	"site" text NOT NULL,
	"expires" bigint NOT NULL,
	"used" bigint
);
--> statement-breakpoint
CREATE TABLE "event" (
	"branch" integer NOT NULL,
	"seq" bigint NOT NULL,
	"kind" text NOT NULL,
	"attempt" text,
	"wall" bigint NOT NULL,
	"bytes" text,
	"leaf" text,
	CONSTRAINT "event_branch_seq_pk" PRIMARY KEY("branch","seq")
) PARTITION BY HASH ("branch");
--> statement-breakpoint
CREATE TABLE "event_p00" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 0);
--> statement-breakpoint
CREATE TABLE "event_p01" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 1);
--> statement-breakpoint
CREATE TABLE "event_p02" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 2);
--> statement-breakpoint
CREATE TABLE "event_p03" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 3);
--> statement-breakpoint
CREATE TABLE "event_p04" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 4);
--> statement-breakpoint
CREATE TABLE "event_p05" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 5);
--> statement-breakpoint
CREATE TABLE "event_p06" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 6);
--> statement-breakpoint
CREATE TABLE "event_p07" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 7);
--> statement-breakpoint
CREATE TABLE "event_p08" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 8);
--> statement-breakpoint
CREATE TABLE "event_p09" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 9);
--> statement-breakpoint
CREATE TABLE "event_p10" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 10);
--> statement-breakpoint
CREATE TABLE "event_p11" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 11);
--> statement-breakpoint
CREATE TABLE "event_p12" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 12);
--> statement-breakpoint
CREATE TABLE "event_p13" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 13);
--> statement-breakpoint
CREATE TABLE "event_p14" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 14);
--> statement-breakpoint
CREATE TABLE "event_p15" PARTITION OF "event" FOR VALUES WITH (MODULUS 16, REMAINDER 15);
--> statement-breakpoint
CREATE TABLE "exam" (
	"exam" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "exam_session" (
	"session" text PRIMARY KEY NOT NULL,
	"exam" text NOT NULL,
	"name" text NOT NULL,
	"planned_start" bigint NOT NULL,
	"subjects" jsonb NOT NULL,
	"policy" jsonb NOT NULL,
	"recipient" text NOT NULL,
	"identity" "bytea" NOT NULL,
	"keys" text NOT NULL,
	"n" integer NOT NULL,
	"m" integer NOT NULL,
	"release_at" bigint,
	"codes_made" bigint
);
--> statement-breakpoint
CREATE TABLE "machine" (
	"site" text NOT NULL,
	"machine" text NOT NULL,
	"key" text NOT NULL,
	CONSTRAINT "machine_site_machine_pk" PRIMARY KEY("site","machine")
);
--> statement-breakpoint
CREATE TABLE "medium" (
	"site" text NOT NULL,
	"sha256" text NOT NULL,
	"kind" text NOT NULL,
	"bytes" bigint NOT NULL,
	"taken" bigint NOT NULL,
	CONSTRAINT "medium_site_sha256_pk" PRIMARY KEY("site","sha256")
);
--> statement-breakpoint
CREATE TABLE "officer" (
	"officer" text PRIMARY KEY NOT NULL,
	"login" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"hash" text NOT NULL,
	"active" boolean NOT NULL,
	CONSTRAINT "officer_login_unique" UNIQUE("login")
);
--> statement-breakpoint
CREATE TABLE "officer_sign_in" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"officer" text NOT NULL,
	"expires" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "paper" (
	"paper" text PRIMARY KEY NOT NULL,
	"exam" text NOT NULL,
	"subject" text NOT NULL,
	"label" text NOT NULL,
	"manifest" text NOT NULL,
	"manifest_sig" text NOT NULL,
	"items" integer NOT NULL,
	"identity" "bytea" NOT NULL,
	"keys" "bytea" NOT NULL,
	"source" text NOT NULL,
	"added" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "paper_file" (
	"paper" text NOT NULL,
	"name" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "paper_file_paper_name_pk" PRIMARY KEY("paper","name")
);
--> statement-breakpoint
CREATE TABLE "refused_batch" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"batch" text NOT NULL,
	"site" text NOT NULL,
	"at" bigint NOT NULL,
	"code" text NOT NULL,
	"detail" text NOT NULL,
	"way" text NOT NULL,
	"bytes" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "roster_entry" (
	"entry" text PRIMARY KEY NOT NULL,
	"exam" text NOT NULL,
	"site" text NOT NULL,
	"candidate" text NOT NULL,
	"id_number" text NOT NULL,
	"ticket" text NOT NULL,
	"name" text NOT NULL,
	"gender" text NOT NULL,
	"school" text NOT NULL,
	"subject" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "seat" (
	"site" text NOT NULL,
	"sitting" text NOT NULL,
	"entry" text NOT NULL,
	"seat" text NOT NULL,
	"version" text NOT NULL,
	CONSTRAINT "seat_site_sitting_entry_pk" PRIMARY KEY("site","sitting","entry")
);
--> statement-breakpoint
CREATE TABLE "session_package" (
	"package" text PRIMARY KEY NOT NULL,
	"exam" text NOT NULL,
	"site" text NOT NULL,
	"number" integer NOT NULL,
	"kind" text NOT NULL,
	"header" text NOT NULL,
	"signature" text NOT NULL,
	"plan" "bytea" NOT NULL,
	"bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"made" bigint NOT NULL,
	"officer" text NOT NULL,
	"fetched" bigint
);
--> statement-breakpoint
CREATE TABLE "setting" (
	"key" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "site" (
	"site" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"region" text NOT NULL,
	"report" jsonb,
	"seen" bigint
);
--> statement-breakpoint
CREATE TABLE "site_box" (
	"key" text PRIMARY KEY NOT NULL,
	"site" text NOT NULL,
	"box" text NOT NULL,
	"ledger" text NOT NULL,
	"recipient" text NOT NULL,
	"enrolled" bigint NOT NULL,
	"revoked" bigint
);
--> statement-breakpoint
CREATE TABLE "site_entry" (
	"site" text NOT NULL,
	"entry" text NOT NULL,
	"exam" text NOT NULL,
	"candidate" text NOT NULL,
	"id_number" text NOT NULL,
	"ticket" text NOT NULL,
	"name" text NOT NULL,
	"school" text NOT NULL,
	"subject" text NOT NULL,
	CONSTRAINT "site_entry_site_entry_pk" PRIMARY KEY("site","entry")
);
--> statement-breakpoint
CREATE TABLE "site_request" (
	"request" text PRIMARY KEY NOT NULL,
	"site" text NOT NULL,
	"kind" text NOT NULL,
	"exam" text NOT NULL,
	"body" jsonb NOT NULL,
	"asked" bigint NOT NULL,
	"granted" boolean,
	"by" text,
	"number" integer,
	"text" text,
	"signature" text,
	"decided" bigint
);
--> statement-breakpoint
CREATE TABLE "site_staff" (
	"site" text NOT NULL,
	"staff" text NOT NULL,
	"login" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"password_hash" text NOT NULL,
	CONSTRAINT "site_staff_site_staff_pk" PRIMARY KEY("site","staff")
);
--> statement-breakpoint
CREATE TABLE "sitting" (
	"site" text NOT NULL,
	"sitting" text NOT NULL,
	"session" text NOT NULL,
	"exam" text NOT NULL,
	"subject" text NOT NULL,
	"room" text NOT NULL,
	"papers" jsonb NOT NULL,
	"started_wall" bigint,
	"ended_wall" bigint,
	CONSTRAINT "sitting_site_sitting_pk" PRIMARY KEY("site","sitting")
);
--> statement-breakpoint
CREATE TABLE "subject" (
	"exam" text NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "subject_exam_code_pk" PRIMARY KEY("exam","code")
);
--> statement-breakpoint
CREATE TABLE "work" (
	"work" bigserial PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"queued" bigint NOT NULL,
	"tries" integer NOT NULL,
	"fault" text
);
--> statement-breakpoint
CREATE INDEX "alarm_seen" ON "alarm" USING btree ("seen","at");--> statement-breakpoint
CREATE INDEX "attempt_exam" ON "attempt" USING btree ("exam","site");--> statement-breakpoint
CREATE INDEX "attempt_entry" ON "attempt" USING btree ("site","entry");--> statement-breakpoint
CREATE INDEX "batch_range" ON "batch" USING btree ("branch","first");--> statement-breakpoint
CREATE INDEX "batch_site" ON "batch" USING btree ("site","announced");--> statement-breakpoint
CREATE UNIQUE INDEX "branch_ledger" ON "branch" USING btree ("site","ledger","number");--> statement-breakpoint
CREATE INDEX "event_attempt" ON "event" USING btree ("attempt");--> statement-breakpoint
CREATE INDEX "exam_session_exam" ON "exam_session" USING btree ("exam");--> statement-breakpoint
CREATE INDEX "paper_exam" ON "paper" USING btree ("exam");--> statement-breakpoint
CREATE INDEX "roster_entry_site" ON "roster_entry" USING btree ("exam","site");--> statement-breakpoint
CREATE UNIQUE INDEX "roster_entry_person" ON "roster_entry" USING btree ("exam","site","id_number","subject");--> statement-breakpoint
CREATE UNIQUE INDEX "session_package_number" ON "session_package" USING btree ("exam","site","number");--> statement-breakpoint
CREATE INDEX "site_box_site" ON "site_box" USING btree ("site");--> statement-breakpoint
CREATE UNIQUE INDEX "site_request_number" ON "site_request" USING btree ("site","number");--> statement-breakpoint
CREATE INDEX "site_request_open" ON "site_request" USING btree ("decided");--> statement-breakpoint
CREATE UNIQUE INDEX "site_staff_login" ON "site_staff" USING btree ("site","login");--> statement-breakpoint
CREATE UNIQUE INDEX "work_subject" ON "work" USING btree ("kind","subject");