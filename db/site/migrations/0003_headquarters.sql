CREATE TABLE `local_batch` (
	`ledger` text NOT NULL,
	`first` integer NOT NULL,
	`last` integer NOT NULL,
	`root` text NOT NULL,
	`batch` text NOT NULL,
	`bytes` integer NOT NULL,
	`sha256` text NOT NULL,
	`made_wall` integer NOT NULL,
	`state` text NOT NULL,
	`receipt` text,
	`receipt_sig` text,
	`code` text,
	`changed_wall` integer NOT NULL,
	PRIMARY KEY(`ledger`, `first`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `local_batch_batch_unique` ON `local_batch` (`batch`);--> statement-breakpoint
CREATE TABLE `local_hq` (
	`id` integer PRIMARY KEY NOT NULL,
	`url` text NOT NULL,
	`site` text NOT NULL,
	`name` text NOT NULL,
	`key` text NOT NULL,
	`recipients` text NOT NULL,
	`ca` text NOT NULL,
	`since_wall` integer NOT NULL,
	`decisions` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `local_medium` (
	`sha256` text PRIMARY KEY NOT NULL,
	`wall` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `purge` (
	`purge` text PRIMARY KEY NOT NULL,
	`session` text NOT NULL,
	`staff` text NOT NULL,
	`reason` text NOT NULL,
	`asked_wall` integer NOT NULL,
	`done_wall` integer,
	`files` integer NOT NULL,
	`attempts` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `purge_session` ON `purge` (`session`);--> statement-breakpoint
CREATE TABLE `request` (
	`request` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`exam` text NOT NULL,
	`reason` text NOT NULL,
	`attempt` text,
	`entry` text,
	`text` text NOT NULL,
	`staff` text NOT NULL,
	`asked_wall` integer NOT NULL,
	`granted` integer,
	`by` text,
	`answer` text NOT NULL,
	`decided_wall` integer
);
--> statement-breakpoint
CREATE TABLE `session_package` (
	`package` text PRIMARY KEY NOT NULL,
	`exam` text NOT NULL,
	`number` integer NOT NULL,
	`kind` text NOT NULL,
	`hq` text NOT NULL,
	`sha256` text NOT NULL,
	`way` text NOT NULL,
	`taken_wall` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `session_release` (
	`session` text PRIMARY KEY NOT NULL,
	`recipient` text NOT NULL,
	`n` integer NOT NULL,
	`m` integer NOT NULL,
	`keys` text NOT NULL,
	`papers` text NOT NULL,
	`way` text,
	`officers` text NOT NULL,
	`received_wall` integer
);
--> statement-breakpoint
DROP INDEX `attempt_entry_unique`;--> statement-breakpoint
ALTER TABLE `attempt` ADD `superseded` text;--> statement-breakpoint
CREATE UNIQUE INDEX `attempt_entry` ON `attempt` (`entry`) WHERE superseded IS NULL;--> statement-breakpoint
ALTER TABLE `paper` ADD `signer` text;--> statement-breakpoint
CREATE INDEX `seating_entry` ON `seating` (`entry`);