CREATE TABLE `ledger_checkpoint` (
	`size` integer PRIMARY KEY NOT NULL,
	`wall` integer NOT NULL,
	`note` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `ledger_event` (
	`seq` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`attempt_prev` integer,
	`bytes` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `ledger_event_kind` ON `ledger_event` (`kind`,`seq`) WHERE kind NOT IN ('ANSWER_REVISED', 'CLOCK_ANCHOR', 'HEAD_SIGNED');--> statement-breakpoint
CREATE TABLE `ledger_tile` (
	`level` integer NOT NULL,
	`idx` integer NOT NULL,
	`hashes` blob NOT NULL,
	PRIMARY KEY(`level`, `idx`)
);
--> statement-breakpoint
CREATE TABLE `local_box` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `local_paper_identity` (
	`paper` text PRIMARY KEY NOT NULL,
	`identity` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `local_sign_in` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`staff` text NOT NULL,
	`expires` integer NOT NULL,
	`address` text NOT NULL,
	`agent` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `local_staff_secret` (
	`staff` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `answer` (
	`attempt` text NOT NULL,
	`epoch` integer NOT NULL,
	`item` text NOT NULL,
	`resp` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`attempt`, `epoch`, `item`, `resp`)
);
--> statement-breakpoint
CREATE TABLE `attempt` (
	`attempt` text PRIMARY KEY NOT NULL,
	`entry` text NOT NULL,
	`sitting` text NOT NULL,
	`machine` text NOT NULL,
	`room` text NOT NULL,
	`seat` text NOT NULL,
	`epoch` integer NOT NULL,
	`confirmed_at` integer,
	`pledge` text,
	`fetched_at` integer,
	`credit_ms` integer NOT NULL,
	`timed_up_at` integer,
	`submitted_at` integer,
	`receipt_code` text,
	`receipt` text,
	`receipt_sig` text,
	`quarantined` integer NOT NULL,
	`last_seq` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `attempt_entry_unique` ON `attempt` (`entry`);--> statement-breakpoint
CREATE UNIQUE INDEX `attempt_receipt_code_unique` ON `attempt` (`receipt_code`);--> statement-breakpoint
CREATE TABLE `box` (
	`id` integer PRIMARY KEY NOT NULL,
	`box` text NOT NULL,
	`epoch` integer NOT NULL,
	`origin` text NOT NULL,
	`version` text NOT NULL,
	`key` text NOT NULL,
	`starts` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `candidate` (
	`candidate` text PRIMARY KEY NOT NULL,
	`exam` text NOT NULL,
	`id_number` text NOT NULL,
	`name` text NOT NULL,
	`gender` text NOT NULL,
	`school` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `candidate_id_number` ON `candidate` (`exam`,`id_number`);--> statement-breakpoint
CREATE TABLE `clock` (
	`id` integer PRIMARY KEY NOT NULL,
	`boot` text NOT NULL,
	`mono` integer NOT NULL,
	`wall` integer NOT NULL,
	`elapsed` integer NOT NULL,
	`confirmed` integer NOT NULL,
	`gap_from` integer
);
--> statement-breakpoint
CREATE TABLE `credit` (
	`credit` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`ms` integer NOT NULL,
	`cause` text NOT NULL,
	`wall` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `entry` (
	`entry` text PRIMARY KEY NOT NULL,
	`exam` text NOT NULL,
	`candidate` text NOT NULL,
	`subject` text NOT NULL,
	`ticket` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `entry_candidate_subject` ON `entry` (`candidate`,`subject`);--> statement-breakpoint
CREATE INDEX `entry_ticket` ON `entry` (`exam`,`ticket`);--> statement-breakpoint
CREATE TABLE `exam` (
	`exam` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `machine` (
	`machine` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`room` text NOT NULL,
	`seat` text NOT NULL,
	`address` text NOT NULL,
	`agent` text NOT NULL,
	`retired` text,
	`enrolled_wall` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `machine_key` ON `machine` (`key`) WHERE retired IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `machine_seat` ON `machine` (`room`,`seat`) WHERE retired IS NULL;--> statement-breakpoint
CREATE TABLE `notice` (
	`notice` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`text` text NOT NULL,
	`wall` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `notice_seen` (
	`notice` text NOT NULL,
	`attempt` text NOT NULL,
	PRIMARY KEY(`notice`, `attempt`)
);
--> statement-breakpoint
CREATE TABLE `paper` (
	`paper` text PRIMARY KEY NOT NULL,
	`exam` text NOT NULL,
	`subject` text NOT NULL,
	`label` text NOT NULL,
	`manifest` text NOT NULL,
	`manifest_sig` text NOT NULL,
	`items` integer NOT NULL,
	`added_wall` integer NOT NULL,
	`released_at` integer
);
--> statement-breakpoint
CREATE TABLE `quarantine` (
	`seq` integer PRIMARY KEY NOT NULL,
	`attempt` text NOT NULL,
	`stream` text NOT NULL,
	`rev` integer NOT NULL,
	`lane` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `quarantine_attempt` ON `quarantine` (`attempt`);--> statement-breakpoint
CREATE TABLE `room` (
	`room` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`plan` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `seating` (
	`session` text NOT NULL,
	`entry` text NOT NULL,
	`sitting` text NOT NULL,
	`room` text NOT NULL,
	`seat` text NOT NULL,
	`version` text NOT NULL,
	`order_seed` text NOT NULL,
	`absent` integer NOT NULL,
	PRIMARY KEY(`session`, `entry`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `seating_seat` ON `seating` (`session`,`room`,`seat`);--> statement-breakpoint
CREATE TABLE `seating_draw` (
	`session` text PRIMARY KEY NOT NULL,
	`mode` text NOT NULL,
	`algorithm` text NOT NULL,
	`seed` text NOT NULL,
	`unmet` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `session` (
	`session` text PRIMARY KEY NOT NULL,
	`exam` text NOT NULL,
	`name` text NOT NULL,
	`planned_start_wall` integer NOT NULL,
	`subjects` text NOT NULL,
	`policy` text NOT NULL,
	`opened_at` integer
);
--> statement-breakpoint
CREATE TABLE `site` (
	`id` integer PRIMARY KEY NOT NULL,
	`site` text NOT NULL,
	`name` text NOT NULL,
	`time_zone` text NOT NULL,
	`contact` text NOT NULL,
	`demo` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sitting` (
	`sitting` text PRIMARY KEY NOT NULL,
	`session` text NOT NULL,
	`subject` text NOT NULL,
	`room` text NOT NULL,
	`papers` text NOT NULL,
	`duration_ms` integer NOT NULL,
	`planned_start_wall` integer,
	`started_at` integer,
	`started_wall` integer,
	`ended_at` integer,
	`entry_closed_at` integer,
	`pauses` text NOT NULL,
	`credit_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sitting_place` ON `sitting` (`session`,`subject`,`room`);--> statement-breakpoint
CREATE TABLE `staff` (
	`staff` text PRIMARY KEY NOT NULL,
	`login` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`rooms` text NOT NULL,
	`active` integer NOT NULL,
	`last_sign_in_wall` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `staff_login_unique` ON `staff` (`login`);--> statement-breakpoint
CREATE TABLE `stream` (
	`attempt` text NOT NULL,
	`epoch` integer NOT NULL,
	`machine` text NOT NULL,
	`key` text NOT NULL,
	`rev` integer NOT NULL,
	`hash` text NOT NULL,
	`last_wall` integer,
	`signed_rev` integer NOT NULL,
	`signed_hash` text,
	`sig` text,
	`conflicts` integer NOT NULL,
	`item` text,
	`marks` text NOT NULL,
	`seen` text NOT NULL,
	`plays` text NOT NULL,
	PRIMARY KEY(`attempt`, `epoch`)
);
--> statement-breakpoint
CREATE TABLE `subject` (
	`exam` text NOT NULL,
	`code` text NOT NULL,
	`name` text NOT NULL,
	PRIMARY KEY(`exam`, `code`)
);
--> statement-breakpoint
CREATE TABLE `upload` (
	`attempt` text NOT NULL,
	`sha256` text NOT NULL,
	`item` text NOT NULL,
	`resp` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`bytes` integer NOT NULL,
	PRIMARY KEY(`attempt`, `item`, `resp`, `sha256`)
);
--> statement-breakpoint
CREATE TABLE `walk` (
	`walk` text PRIMARY KEY NOT NULL,
	`room` text NOT NULL,
	`from` text NOT NULL,
	`open` integer NOT NULL
);
