CREATE TABLE `incident` (
	`incident` text PRIMARY KEY NOT NULL,
	`session` text NOT NULL,
	`room` text NOT NULL,
	`reason` text NOT NULL,
	`text` text NOT NULL,
	`happened_wall` integer NOT NULL,
	`recorded_wall` integer NOT NULL,
	`staff` text NOT NULL,
	`outcome` text
);
--> statement-breakpoint
CREATE INDEX `incident_room` ON `incident` (`session`,`room`);--> statement-breakpoint
CREATE TABLE `incident_note` (
	`seq` integer PRIMARY KEY NOT NULL,
	`incident` text NOT NULL,
	`text` text NOT NULL,
	`wall` integer NOT NULL,
	`staff` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `incident_note_incident` ON `incident_note` (`incident`);--> statement-breakpoint
CREATE TABLE `incident_person` (
	`incident` text NOT NULL,
	`entry` text NOT NULL,
	PRIMARY KEY(`incident`, `entry`)
);
--> statement-breakpoint
CREATE TABLE `material` (
	`material` text PRIMARY KEY NOT NULL,
	`session` text NOT NULL,
	`room` text,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`bytes` integer NOT NULL,
	`sha256` text NOT NULL,
	`text` text NOT NULL,
	`wall` integer NOT NULL,
	`staff` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `material_session` ON `material` (`session`);--> statement-breakpoint
CREATE TABLE `photo` (
	`photo` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`session` text NOT NULL,
	`room` text NOT NULL,
	`incident` text,
	`way` text NOT NULL,
	`taken_wall` integer,
	`stored_wall` integer NOT NULL,
	`staff` text NOT NULL,
	`text` text NOT NULL,
	`width` integer NOT NULL,
	`height` integer NOT NULL,
	`type` text NOT NULL,
	`original_sha256` text NOT NULL,
	`stamped_sha256` text NOT NULL,
	`small_sha256` text NOT NULL,
	`people` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `photo_room` ON `photo` (`session`,`room`);--> statement-breakpoint
CREATE INDEX `photo_incident` ON `photo` (`incident`);--> statement-breakpoint
CREATE TABLE `printer` (
	`queue` text PRIMARY KEY NOT NULL,
	`confirmed_wall` integer
);
--> statement-breakpoint
CREATE TABLE `registered_photo` (
	`candidate` text PRIMARY KEY NOT NULL,
	`sha256` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `report` (
	`report` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`lang` text NOT NULL,
	`title` text NOT NULL,
	`session` text NOT NULL,
	`room` text,
	`attempt` text,
	`incident` text,
	`copy` integer NOT NULL,
	`purpose` text NOT NULL,
	`requester` text NOT NULL,
	`made_wall` integer NOT NULL,
	`pages` integer NOT NULL,
	`bytes` integer NOT NULL,
	`sha256` text NOT NULL,
	`digest` text NOT NULL,
	`prints` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `report_session` ON `report` (`session`,`kind`);--> statement-breakpoint
CREATE INDEX `report_sha256` ON `report` (`sha256`);