-- A resource that was dropped leaves a last row in its history, with the content that it had: as-of reads after that moment
-- do not find it, those before do.
ALTER TABLE history ADD COLUMN deleted boolean NOT NULL DEFAULT false;
