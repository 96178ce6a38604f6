CREATE TABLE `ledger_deferred` (
	`id` integer PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL
);
